"""When nothing more is on its way in this process, without guessing how long that takes on a busy machine."""

import asyncio

from wire import news, threads

TURNS = 10  # of the loop, from a frame that came in to the job it becomes; and from a job done to its frames


async def quiet() -> None:
    """Wait until every word said was carried out, and told to every window.

    Only what a clock would bring later (the tick, a lease that runs out) is not waited for.
    """
    still = 0
    while still < TURNS:
        await asyncio.sleep(0.002 if _at_work() else 0)
        still = 0 if _at_work() else still + 1


def _at_work() -> bool:
    loop = asyncio.get_running_loop()
    here = [hubs for hubs in list(news.listeners) if hubs.loop is loop]
    return bool(threads._lanes) or any(hub.tasks for hubs in here for hub in hubs.hubs.values())
