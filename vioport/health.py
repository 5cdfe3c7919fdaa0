"""Two questions a supervisor asks: is this process alive, and what of what it needs is there?

`/healthz` does no I/O at all. `/readyz` asks every part, each within a time limit. Only the database and its
migrations make it 503: without them no page works. Anything else that fails is named as degraded, and the
answer stays 200, because taking a clinic down helps nobody in the room.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts import outbox
from vault import shares
from vioport.worker import JOBS
from wire.models import Heartbeat

LIMIT = 2.0
REMEMBERED_FOR = 1.0
BARE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
NEEDED = ("database", "migrations")
OK = "ok"


class Health:
    """The first middleware: both answers come before sessions, hosts and redirects, for any probe."""

    sync_capable = async_capable = True

    def __init__(self, get_response):
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request):
        if iscoroutinefunction(self):
            return self.answer(request)
        view = ANSWERS.get(request.path_info)
        return view(request) if view else self.get_response(request)

    async def answer(self, request):
        if request.path_info == "/readyz":
            return await asyncio.to_thread(readyz, request)
        view = ANSWERS.get(request.path_info)
        return view(request) if view else await self.get_response(request)


def healthz(request) -> HttpResponse:
    return _bare(HttpResponse("ok\n", content_type="text/plain"))


def readyz(request) -> HttpResponse:
    parts = _remembered_report()
    down = any(parts[name] != OK for name in NEEDED)
    degraded = [name for name, state in parts.items() if state != OK and name not in NEEDED]
    status = "down" if down else "degraded" if degraded else OK
    body = {"status": status, "parts": parts, "degraded": degraded}
    return _bare(JsonResponse(body, status=503 if down else 200))


ANSWERS = {"/healthz": healthz, "/readyz": readyz}


def _bare(response: HttpResponse) -> HttpResponse:
    """Say here what the middleware below would have said."""
    for name, value in BARE.items():
        response.headers[name] = value
    return response


# --- The report -----------------------------------------------------------------------

_asking = threading.Lock()
_running: dict[str, threading.Thread] = {}
_last: tuple[float, dict[str, str]] = (-REMEMBERED_FOR, {})


def _remembered_report() -> dict[str, str]:
    """The report of this second: however many ask, the parts are asked once."""
    global _last
    with _asking:
        at, parts = _last
        if time.monotonic() - at >= REMEMBERED_FOR:
            parts = report()
            _last = (time.monotonic(), parts)
        return parts


def report() -> dict[str, str]:
    """Ask every part at once and return "ok" or what is wrong, by name."""
    states: dict[str, str] = {}
    for name, part in PARTS.items():
        # One that still hangs from last time is not asked again: it would only hang once more.
        if name not in _running or not _running[name].is_alive():
            _running[name] = threading.Thread(target=_ask, args=[name, part, states], daemon=True)
            _running[name].start()
    deadline = time.monotonic() + LIMIT
    for name in PARTS:
        _running[name].join(max(0.0, deadline - time.monotonic()))
    return {name: states.get(name, f"no answer in {LIMIT:g} s") for name in PARTS}


def _ask(name: str, part: Callable[[], str], states: dict[str, str]) -> None:
    try:
        states[name] = part() or OK
    except Exception as error:  # its words may name hosts and people
        states[name] = type(error).__name__
    finally:
        connections.close_all()


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        cursor.fetchone()
    return OK


_migrated = threading.Event()


def _migrations() -> str:
    if not _migrated.is_set():  # once done, it stays done for this process and its code
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            return f"{len(waiting)} to run"
        _migrated.set()
    return OK


def _layer() -> str:
    """Whether what one process says reaches another: said to a group, and heard again."""
    layer = get_channel_layer()
    if layer is None:
        return "none"
    try:
        return asyncio.run(asyncio.wait_for(_round_trip(layer), LIMIT / 2))
    except TimeoutError:  # it took the words, and nobody heard them
        return "does not deliver"


async def _round_trip(layer) -> str:
    word = get_random_string(12)
    group, channel = f"readyz.{word}", await layer.new_channel("readyz")
    await layer.group_add(group, channel)
    await layer.group_send(group, {"type": "readyz", "word": word})
    while (await layer.receive(channel)).get("word") != word:
        pass
    await layer.group_discard(group, channel)
    return OK


def _cache() -> str:
    name, value = "readyz", get_random_string(12)
    cache.set(name, value, 10)
    return OK if cache.get(name) == value else "forgets"


def _worker() -> str:
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    now, long_ago = timezone.now(), timezone.now() - timedelta(days=36500)
    late = [
        job.name
        for job in JOBS
        if (now - beats.get(job.heartbeat, long_ago)).total_seconds() > job.late_after
    ]
    return f"late: {', '.join(late)}" if late else OK


def _mail() -> str:
    count = outbox.overdue().count()
    return f"{count} overdue" if count else OK


def _session_keys() -> str:
    shares.store().get("readyz")
    return OK


PARTS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "layer": _layer,
    "cache": _cache,
    "worker": _worker,
    "mail": _mail,
    "session_keys": _session_keys,
}
