import threading
import time

import pytest
from django.test import AsyncClient, Client
from django.utils import timezone

from accounts import outbox
from vioport import health
from vioport.worker import JOBS
from wire.heartbeat import beat
from wire.models import Heartbeat


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(health, "_last", (-10.0, {}))
    monkeypatch.setattr(health, "_migrated", threading.Event())
    monkeypatch.setattr(health, "_running", {})


@pytest.fixture
def working(transactional_db):
    for job in JOBS:
        beat(job.heartbeat)


def test_being_alive_is_answered_without_any_database():
    """No db fixture here: any query would fail. The cookie would make other middleware look for a session."""
    browser = Client()
    browser.cookies["sessionid"] = "x" * 32
    answer = browser.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers


async def test_being_alive_is_answered_without_any_database_under_asgi():
    browser = AsyncClient()
    browser.cookies["sessionid"] = "x" * 32
    answer = await browser.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_when_all_is_well_each_part_is_named(working, client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "ok"
    assert said["degraded"] == []
    assert {"database", "migrations", "layer", "cache", "worker"} <= set(said["parts"])
    assert set(said["parts"].values()) == {"ok"}


def test_a_probe_needs_no_host_name_of_ours(working, client):
    assert client.get("/readyz", headers={"host": "10.0.0.7"}).status_code == 200


def test_a_worker_that_stopped_is_told_and_takes_nothing_down(working, client):
    Heartbeat.objects.filter(name="worker outbox").update(at=timezone.now() - timezone.timedelta(minutes=5))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["degraded"] == ["worker"]
    assert answer.json()["parts"]["worker"] == "late: outbox"


def test_a_worker_that_never_started_is_told(transactional_db, client):
    assert client.get("/readyz").json()["parts"]["worker"].startswith("late: outbox, audit")


def test_a_failed_layer_is_told_and_takes_nothing_down(working, client, settings):
    nobody = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}
    settings.CHANNEL_LAYERS = {"default": nobody | {"CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]}}}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["degraded"] == ["layer"]
    assert answer.json()["parts"]["layer"] in ("ConnectionError", "does not deliver")


def test_a_layer_that_takes_words_and_loses_them_is_told(working, client, monkeypatch):
    """As a Redis does that answers every ping and passes nothing on."""

    async def swallow(layer, group, message):
        pass

    monkeypatch.setattr("channels.layers.InMemoryChannelLayer.group_send", swallow)
    monkeypatch.setattr("channels_redis.pubsub.RedisPubSubChannelLayer.group_send", swallow, raising=False)
    monkeypatch.setattr(health, "LIMIT", 1.0)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["degraded"] == ["layer"]
    assert answer.json()["parts"]["layer"] == "does not deliver"


def test_a_cache_that_forgets_is_told(working, client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert client.get("/readyz").json()["parts"]["cache"] == "forgets"


def test_mail_that_does_not_go_is_told(working, client, cast):
    outbox.post("message", person=cast.june, key="1", due_at=timezone.now() - timezone.timedelta(hours=1))
    assert client.get("/readyz").json()["parts"]["mail"] == "1 overdue"


@pytest.mark.parametrize("part", health.NEEDED)
def test_without_its_database_or_migrations_it_is_not_ready(working, client, monkeypatch, part):
    def gone():
        raise ConnectionError("host db.internal, user june")

    monkeypatch.setitem(health.PARTS, part, gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert answer.json()["parts"][part] == "ConnectionError"
    assert b"june" not in answer.content


def test_migrations_not_yet_run_are_counted(working, client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one", "two"])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == "2 to run"


def test_a_part_that_hangs_is_given_two_seconds_and_asked_once(working, client, monkeypatch):
    asked, let_go = [], threading.Event()

    def hangs():
        asked.append(1)
        let_go.wait(20)
        return "ok"

    monkeypatch.setitem(health.PARTS, "layer", hangs)
    monkeypatch.setattr(health, "LIMIT", 0.5)
    began = time.monotonic()
    assert client.get("/readyz").json()["parts"]["layer"] == "no answer in 0.5 s"
    assert time.monotonic() - began < 3
    monkeypatch.setattr(health, "_last", (-10.0, {}))
    client.get("/readyz")
    assert len(asked) == 1
    let_go.set()


def test_however_many_ask_the_parts_are_asked_once_a_second(working, client, monkeypatch):
    asked = []
    monkeypatch.setitem(health.PARTS, "cache", lambda: asked.append(1) or "ok")
    for _probe in range(5):
        client.get("/readyz")
    assert len(asked) == 1
