"""A production start with a setting that would hurt somebody is refused, in words."""

import base64
import hashlib
import os
import random
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings

from vault.strength import is_made_up
from vioport import checks

KEY = "k1:" + base64.b64encode(hashlib.sha256(b"only here").digest()).decode()
SANE = {
    "DEBUG": "0",
    "DEMO": "0",
    "SECRET_KEY": base64.b64encode(hashlib.sha512(b"only here").digest()).decode(),
    "FIELD_KEYS": KEY,
    "EPHEMERAL_KEYS_URL": "file:///run/vioport/keys",
    "ALLOWED_HOSTS": "clinic.example",
    "SITE_URL": "https://clinic.example",
    "CSRF_TRUSTED_ORIGINS": "https://clinic.example",
    "DATABASE_URL": "postgres://vioport@127.0.0.1:1/vioport",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "TRUSTED_PROXIES": "1",
    "TURN_URLS": "turns:turn.clinic.example:5349",
    "TURN_SECRET": "a-long-and-random-word",
    "RELAY_ONLY": "1",
    "EMAIL_URL": "smtp+tls://mail.clinic.example:587",
    "MAIL_FROM": "noreply@clinic.example",
    "EMBEDDED_WORKER": "0",
    "STATIC_ROOT": "/tmp",
}


def under(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *command],
        env={**os.environ, **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )


def check(environment: dict[str, str]) -> subprocess.CompletedProcess:
    return under(environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")


def test_a_sane_production_has_nothing_to_be_warned_of():
    done = check(SANE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("server", ["vioport.asgi", "vioport.wsgi"])
def test_a_server_does_not_start_and_says_everything_at_once(server):
    done = under(SANE | {"REDIS_URL": "", "ALLOWED_HOSTS": "*"}, "-c", f"import {server}")
    assert done.returncode == 1
    assert done.stderr.startswith("vioport does not start:\n- ALLOWED_HOSTS is empty or allows every name.")
    assert "REDIS_URL is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_sane_production_starts():
    done = under(SANE, "-c", "import vioport.asgi")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def sane(monkeypatch):
    """The settings of a production in which nothing is wrong."""
    settings_of_a_clinic = SimpleNamespace(
        PRODUCTION=True,
        DEMO=False,
        SECRET_KEY=SANE["SECRET_KEY"],
        FIELD_KEYS=[KEY],
        EPHEMERAL_KEYS_URL=SANE["EPHEMERAL_KEYS_URL"],
        EPHEMERAL_KEYS_BESIDE_THE_DATABASE=settings.EPHEMERAL_KEYS_BESIDE_THE_DATABASE,
        ALLOWED_HOSTS=["clinic.example"],
        SITE_URL=SANE["SITE_URL"],
        CSRF_TRUSTED_ORIGINS=[SANE["SITE_URL"]],
        VAR_DIR=settings.VAR_DIR,
        DATABASES={"default": {"NAME": "vioport"}},
        REDIS_URL=SANE["REDIS_URL"],
        CHANNEL_LAYERS={"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}},
        TRUSTED_PROXIES=1,
        LAYER_KEYS=[SANE["SECRET_KEY"]],
        IS_LOCAL=False,
        TURN_URLS=[SANE["TURN_URLS"]],
        TURN_SECRET=SANE["TURN_SECRET"],
        RELAY_ONLY=True,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        DEFAULT_FROM_EMAIL=SANE["MAIL_FROM"],
    )
    monkeypatch.setattr(checks, "settings", settings_of_a_clinic)
    assert checks.production() == []
    return settings_of_a_clinic


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("SECRET_KEY", "", "SECRET_KEY is missing"),
        ("SECRET_KEY", "short", "SECRET_KEY is missing, short"),
        ("SECRET_KEY", "django-insecure-" + SANE["SECRET_KEY"], "taken from an example"),
        ("SECRET_KEY", "x" * 60, "SECRET_KEY is missing"),
        ("SECRET_KEY", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "made up by a person"),
        ("SECRET_KEY", "zyxwvutsrqponmlkjihgfedcba9876543210-zyxwvutsr", "made up by a person"),
        ("SECRET_KEY", "Our-Clinic-2026-" * 4, "made up by a person"),
        ("FIELD_KEYS", [], "FIELD_KEYS is empty"),
        ("FIELD_KEYS", ["k1:short"], "FIELD_KEYS, entry 1 (k1)"),
        ("FIELD_KEYS", [KEY, "k1:" + KEY], "FIELD_KEYS, entry 2"),
        ("FIELD_KEYS", ["k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="], "k1 in FIELD_KEYS is not random"),
        ("FIELD_KEYS", ["k1:" + base64.b64encode(bytes(range(32))).decode()], "is not random"),
        ("FIELD_KEYS", ["k1:" + base64.b64encode(bytes(range(200, 232))).decode()], "is not random"),
        (
            "FIELD_KEYS",
            ["k1:" + base64.b64encode(b"my own key for the clinic, 2026!").decode()],
            "is not random",
        ),
        ("LAYER_KEYS", ["x"], "One of LAYER_KEYS"),
        ("LAYER_KEYS", [SANE["SECRET_KEY"], "changeme" * 5], "One of LAYER_KEYS"),
        ("EPHEMERAL_KEYS_URL", settings.EPHEMERAL_KEYS_BESIDE_THE_DATABASE, "EPHEMERAL_KEYS_URL is not set"),
        ("ALLOWED_HOSTS", [], "ALLOWED_HOSTS is empty"),
        ("ALLOWED_HOSTS", ["*"], "allows every name"),
        ("DEMO", True, "DEMO is on"),
        ("SITE_URL", "http://clinic.example", "does not begin with https://"),
        ("CSRF_TRUSTED_ORIGINS", ["http://clinic.example"], "does not begin with https://"),
        ("DATABASES", {"default": {"NAME": settings.VAR_DIR / "vioport.sqlite3"}}, "DATABASE_URL is not set"),
        ("REDIS_URL", "", "REDIS_URL is not set"),
        (
            "CHANNEL_LAYERS",
            {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
            "REDIS_URL is not set",
        ),
        ("TRUSTED_PROXIES", None, "TRUSTED_PROXIES is not set"),
        ("TURN_URLS", [], "no relay hides"),
        ("TURN_SECRET", "short", "no relay hides"),
        ("TURN_SECRET", "1111111111111111", "no relay hides"),
        ("TURN_SECRET", "changemechangeme", "no relay hides"),
        ("RELAY_ONLY", False, "no relay hides"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "No mail would reach anyone"),
        ("DEFAULT_FROM_EMAIL", "vioport <noreply@localhost>", "No mail would reach anyone"),
    ],
)
def test_each_wrong_setting_alone_ends_the_start(sane, capsys, name, value, said):
    setattr(sane, name, value)
    with pytest.raises(SystemExit):
        checks.refuse_to_start()
    told = capsys.readouterr().err
    assert said in told
    assert "MDEyMzQ1" not in told, "no key is ever shown"


@pytest.mark.parametrize(
    "made_by_chance",
    [
        pytest.param(lambda chance: chance.randbytes(32), id="key"),
        pytest.param(lambda chance: chance.randbytes(16).hex(), id="hexadecimal"),
        pytest.param(lambda chance: base64.b64encode(chance.randbytes(12)).decode(), id="sixteen signs"),
        pytest.param(lambda chance: base64.urlsafe_b64encode(chance.randbytes(48)).decode(), id="long"),
    ],
)
def test_what_chance_made_is_never_taken_for_made_up(made_by_chance):
    chance = random.Random(2026)
    assert not any(is_made_up(made_by_chance(chance)) for _n in range(2000))


def test_outside_production_only_unusable_keys_matter(sane):
    sane.PRODUCTION = False
    sane.ALLOWED_HOSTS, sane.REDIS_URL, sane.SITE_URL = ["*"], "", "http://localhost:8000"
    assert checks.production() == []
    sane.FIELD_KEYS = ["nokey"]
    assert [problem.id for problem in checks.production()] == ["vioport.E002"]


def test_the_demo_is_refused_under_any_name_of_a_clinic_whatever_debug_says(sane):
    sane.PRODUCTION, sane.DEMO = False, True
    assert [problem.id for problem in checks.production()] == ["vioport.E006"]
    sane.IS_LOCAL = True
    assert checks.production() == []


def test_the_demo_starts_on_this_machine_only():
    demo = SANE | {
        "DEMO": "1",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": "http://localhost:8000",
        "CSRF_TRUSTED_ORIGINS": "http://localhost:8000",
        "REDIS_URL": "",
        "DATABASE_URL": f"sqlite:///{settings.VAR_DIR / 'never-made.sqlite3'}",
    }
    assert under(demo, "-c", "import vioport.asgi").returncode == 0
    assert (
        under(demo | {"ALLOWED_HOSTS": "localhost,192.168.1.7"}, "-c", "import vioport.asgi").returncode == 1
    )
