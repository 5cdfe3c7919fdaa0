"""Threads of our own for the database work of sockets.

Channels runs all of it on one thread per process, where a slow query in one room holds up every other
room. Here a few threads share the work, and one stream's commands still happen one after the other.
"""

import asyncio
import contextvars
import threading
import weakref
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import connections, reset_queries

_pools: dict[str, ThreadPoolExecutor] = {}
_making = threading.Lock()
_lanes: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # loop → {stream: Lane}


class Lane:
    """One stream's queue for a thread."""

    def __init__(self):
        self.lock = asyncio.Lock()
        self.length = 0


async def run(lane: Hashable, func: Callable, *args) -> Any:
    """Run `func` on a thread, after what was asked for this lane (a stream, say) before."""
    # A task of its own: when the socket goes away in the middle, the command still ends before the next.
    return await asyncio.shield(asyncio.ensure_future(_in_lane(lane, func, *args)))


async def look(func: Callable, *args) -> Any:
    """Run `func`, which only reads and does not wait for anyone, on the threads kept for that."""
    return await _on("look", func, *args)


async def _in_lane(name: Hashable, func: Callable, *args) -> Any:
    lanes = _lanes.setdefault(asyncio.get_running_loop(), {})
    lane = lanes.setdefault(name, Lane())
    lane.length += 1
    try:
        async with lane.lock:
            return await _on("command", func, *args)
    finally:
        lane.length -= 1
        if not lane.length:
            del lanes[name]


async def _on(name: str, func: Callable, *args) -> Any:
    context = contextvars.copy_context()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool(name), lambda: context.run(_work, func, *args))


def _work(func: Callable, *args) -> Any:
    try:
        return func(*args)
    finally:
        give_back()


def give_back() -> None:
    """Give pooled connections back to their pool. Others stay with their thread, unless they went wrong."""
    reset_queries()  # with DEBUG each connection remembers its last 9000 statements, bodies included
    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block:  # a test's own transaction
            continue
        if getattr(connection, "pool", None) or connection.errors_occurred:
            connection.close()


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
