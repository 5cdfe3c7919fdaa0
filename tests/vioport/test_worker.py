import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from audit.models import SealedEntry
from audit.services import record
from vioport import worker
from vioport.worker import JOBS, Job, Worker, do_once
from wire.heartbeat import last_beat

turns: list[str] = []


def goes_well():
    turns.append("well")


def fails():
    turns.append("failed")
    raise KeyError("June said something")


@pytest.fixture(autouse=True)
def no_turns_yet():
    turns.clear()


def path_of(function) -> str:
    sys.modules.setdefault("jobs_of_this_test", sys.modules[function.__module__])
    return f"jobs_of_this_test.{function.__name__}"


def test_every_job_on_the_list_exists():
    assert all(callable(job.do) for job in JOBS)
    assert len({job.name for job in JOBS}) == len(JOBS)


def test_a_turn_leaves_a_sign_of_life(db):
    assert do_once(Job("good", 1, path_of(goes_well)))
    assert last_beat("worker good")


def test_a_job_that_fails_leaves_none_and_the_log_names_no_words(db, caplog):
    with caplog.at_level(logging.ERROR):
        assert not do_once(Job("bad", 1, path_of(fails)))
    assert last_beat("worker bad") is None
    assert [record.getMessage() for record in caplog.records] == ["job bad failed: KeyError"]
    assert "June" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_one_failing_job_never_stops_the_rest_nor_itself():
    both = Worker([Job("good", 0.05, path_of(goes_well)), Job("bad", 0.05, path_of(fails))])
    both.start()
    end = time.monotonic() + 10
    while (turns.count("well") < 3 or turns.count("failed") < 3) and time.monotonic() < end:
        time.sleep(0.02)
    both.stop()
    assert turns.count("well") >= 3
    assert turns.count("failed") >= 3
    assert not any(thread.is_alive() for thread in both.threads)


def test_a_slow_job_is_not_waited_for_for_ever(monkeypatch):
    slow = Worker([Job("slow", 1, "time.sleep")])
    monkeypatch.setattr(worker, "do_once", lambda job, with_beat: time.sleep(5))
    slow.start()
    began = time.monotonic()
    slow.stop(patience=0.1)
    assert time.monotonic() - began < 2


def test_the_embedded_worker_starts_once(monkeypatch):
    started = []
    monkeypatch.setattr(worker, "_embedded", None)
    monkeypatch.setattr(worker.atexit, "register", lambda *args, **kwargs: None)
    monkeypatch.setattr(worker.Worker, "start", lambda self: started.append(self))
    worker.start_embedded()
    worker.start_embedded()
    assert len(started) == 1


@pytest.mark.django_db(transaction=True)
def test_the_command_works_until_it_is_told_to_stop():
    if connection.vendor != "sqlite":
        pytest.skip("one database is enough for this")
    record("group.changed", None, None)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}"}
    command = [sys.executable, Path(settings.BASE_DIR) / "manage.py", "worker"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        end = time.monotonic() + 30
        while not SealedEntry.objects.exists() and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
    assert SealedEntry.objects.count() == 1
    assert "stopped" in process.stdout.read()
    process.stdout.close()
