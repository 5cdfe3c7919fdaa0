"""What vioport does by itself: a list of jobs, each on a thread of its own, again and again.

To add a job, add a line to JOBS. A job takes no arguments, is safe to run in several processes at once, and
does its work in transactions of its own. One that fails is tried again at its next turn, and stops nobody.
"""

import atexit
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.db import close_old_connections
from django.utils.module_loading import import_string

from wire.heartbeat import beat

logger = logging.getLogger(__name__)

BEAT_EVERY = 10.0


@dataclass(frozen=True)
class Job:
    """One thing to do every so many seconds."""

    name: str
    every: float
    path: str

    @cached_property
    def do(self) -> Callable[[], object]:
        return import_string(self.path)

    @property
    def heartbeat(self) -> str:
        return f"worker {self.name}"

    @property
    def late_after(self) -> float:
        return 3 * self.every + 60


MINUTE, HOUR = 60, 3600
JOBS = [
    Job("outbox", 1, "accounts.outbox.deliver_due"),
    Job("audit", 5, "audit.sealer.seal_pending"),
    Job("room", 2, "sessions.services.sweeping.sweep"),
    Job("calls", 2, "sessions.services.quiet.ring"),
    Job("keys", MINUTE, "vault.sealing.remove_shares"),
    Job("memberships", 5 * MINUTE, "groups.services.memberships.end_lapsed"),
    Job("schedule", 6 * HOUR, "sessions.services.series.materialise_all"),
]


class Worker:
    """Runs jobs until told to stop."""

    def __init__(self, jobs: list[Job]):
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._keep_doing, args=[job], name=job.heartbeat, daemon=True)
            for job in jobs
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self, patience: float = 15.0) -> None:
        """Let every job end its turn, for at most `patience` seconds in all."""
        self.stopping.set()
        deadline = time.monotonic() + patience
        for thread in self.threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _keep_doing(self, job: Job) -> None:
        beaten = -BEAT_EVERY
        while not self.stopping.is_set():
            began = time.monotonic()
            did = do_once(job, with_beat=began - beaten >= BEAT_EVERY)
            if did and began - beaten >= BEAT_EVERY:
                beaten = began
            close_old_connections()
            self.stopping.wait(max(0.05, job.every - (time.monotonic() - began)))


def do_once(job: Job, *, with_beat: bool = True) -> bool:
    """Take one turn. False if it failed: the log says which job and which exception, and no more."""
    try:
        job.do()
        if with_beat:
            beat(job.heartbeat)
        return True
    except Exception as error:
        logger.error("job %s failed: %s", job.name, type(error).__name__)
        return False


_embedded: Worker | None = None
_starting = threading.Lock()


def start_embedded() -> None:
    """Run the jobs on threads of this process: for the demo, and for a single small server."""
    global _embedded
    with _starting:
        if _embedded is None:
            _embedded = Worker(JOBS)
            _embedded.start()
            atexit.register(_embedded.stop, patience=3.0)
