"""Leaving the building: when the process is told to end, browsers are told to move before it does."""

import asyncio
import signal
import threading

from asgiref.sync import async_to_sync
from django.conf import settings

from wire.doorbell import EVERY_PROCESS, layer_between_processes

SPREAD = 5.0  # seconds over which browsers are sent away, so that they do not all come back at once


def drain_before_the_end(hubs) -> None:
    """Have SIGTERM drain these hubs first, and only then do what the server wanted it to do."""
    theirs = signal.getsignal(signal.SIGTERM)
    if threading.current_thread() is not threading.main_thread() or not callable(theirs):
        return  # no server of ours to outlive: a test, a command

    def on_sigterm(number, frame):
        if hubs.is_draining or hubs.loop.is_closed():
            theirs(number, frame)  # told twice: at once
        else:
            hubs.loop.call_soon_threadsafe(_drain_then, hubs, lambda: theirs(number, frame))

    signal.signal(signal.SIGTERM, on_sigterm)


def _drain_then(hubs, end) -> asyncio.Task:
    task = hubs.drain(getattr(settings, "WIRE_DRAIN_SECONDS", SPREAD))
    task.add_done_callback(lambda done: end())
    return task


def drain_everywhere(seconds: float) -> bool:
    """Ring for every process to drain. False where there is no layer to ring over."""
    layer = layer_between_processes()
    if layer is None:
        return False
    async_to_sync(layer.group_send)(EVERY_PROCESS, {"type": "wire", "from": "", "drain": seconds})
    return True
