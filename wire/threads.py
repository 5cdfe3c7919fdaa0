"""Threads of our own for the database work of sockets.

Channels runs all of it on one thread per process, where a slow query in one room holds up every other
room. Here a few threads share the work, and one stream's commands still happen one after the other.
"""

import asyncio
import contextlib
import contextvars
import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import connections, reset_queries

logger = logging.getLogger(__name__)

AT_A_TIME = 16  # jobs of one lane before another lane gets the thread

_pools: dict[str, ThreadPoolExecutor] = {}
_lanes: dict[Hashable, "Lane"] = {}
_making = threading.Lock()


class Lane:
    """What waits for a thread and must happen in order: one room's commands, say."""

    def __init__(self, name: Hashable):
        self.name = name
        self.jobs: deque[Job] = deque()

    def work(self) -> None:
        """Runs on a thread. What came in while we worked needs no new thread to be found."""
        try:
            for _ in range(AT_A_TIME):
                self.jobs[0].run()
                if self._is_done():
                    return
        finally:
            give_back()
        _pool("command").submit(self.work)

    def _is_done(self) -> bool:
        with _making:
            self.jobs.popleft()
            if not self.jobs:
                del _lanes[self.name]
            return not self.jobs


class Job:
    """A function to be run on a thread, and the future that waits for what it returns."""

    __slots__ = ("args", "context", "func", "future", "loop")

    def __init__(self, func: Callable, args: tuple):
        self.func, self.args = func, args
        self.loop = asyncio.get_running_loop()
        self.future = self.loop.create_future()
        # A copy for each job: a language chosen for one person must not be the next one's.
        self.context = contextvars.copy_context()

    def run(self) -> None:
        try:
            result, problem = self.context.run(self.func, *self.args), None
        except BaseException as raised:
            result, problem = None, raised
            give_back()  # the next one may not get a connection that went wrong
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(self._settle, result, problem)

    def run_alone(self) -> None:
        try:
            self.run()
        finally:
            give_back()

    def _settle(self, result: Any, problem: BaseException | None) -> None:
        if self.future.done():  # its socket went away in the middle
            return
        if problem is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(problem)


async def run(name: Hashable, func: Callable, *args) -> Any:
    """Run `func` on a thread, after all that was asked for in this lane before.

    When the asker is cancelled the job is done nevertheless, and before the next one.
    """
    job = Job(func, args)
    with _making:
        lane = _lanes.get(name)
        is_new = lane is None
        if lane is None:
            lane = _lanes[name] = Lane(name)
        lane.jobs.append(job)
    if is_new:
        _pool("command").submit(lane.work)
    return await job.future


async def look(func: Callable, *args) -> Any:
    """Run `func`, which only reads and does not wait for anyone, on the threads kept for that."""
    job = Job(func, args)
    _pool("look").submit(job.run_alone)
    return await job.future


def give_back() -> None:
    """Give pooled connections back to their pool. Others stay with their thread, unless they went wrong."""
    reset_queries()  # with DEBUG each connection remembers its last 9000 statements, bodies included
    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block:  # a test's own transaction
            continue
        if getattr(connection, "pool", None) or connection.errors_occurred:
            _close(connection)


def _close(connection) -> None:
    try:
        connection.close()
    except Exception as problem:  # the others still wait for this thread
        logger.warning("a database connection could not be closed (%s)", type(problem).__name__)


def _pool(name: str) -> ThreadPoolExecutor:
    with _making:
        if name not in _pools:
            sizes = {"command": 4, "look": 3} | getattr(settings, "WIRE_THREADS", {})
            _pools[name] = ThreadPoolExecutor(sizes[name], thread_name_prefix=f"wire-{name}")
        return _pools[name]


def close_pool() -> None:
    """End the threads and their connections. They come back when needed."""
    with _making:
        pools = list(_pools.values())
        _pools.clear()
    for pool in pools:
        _close_connections_of(pool)
        pool.shutdown(wait=True)


def _close_connections_of(pool: ThreadPoolExecutor) -> None:
    """Each thread must do it for itself, so all of them meet first."""
    size = len(pool._threads)
    if not size:
        return
    meeting = threading.Barrier(size)
    for done in [pool.submit(_meet_and_close, meeting) for _ in range(size)]:
        done.result(timeout=30)


def _meet_and_close(meeting: threading.Barrier) -> None:
    meeting.wait(timeout=30)
    connections.close_all()
