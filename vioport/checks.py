"""What must be decided before people's health is in here. Production does not start without.

Each check says what is wrong and what to write instead. They run with every `manage.py` command and again
when a server loads vioport, so that a wrong setting ends the start and not a session.
"""

import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from vault import keyring
from vault.strength import is_made_up

HOW_TO_MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
BACKENDS_THAT_SEND_NOTHING = ("console", "locmem", "dummy", "filebased")


@register("production")
def production(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Return everything that stands in the way of a start: of any, and of a production start much more."""
    return list(_problems()) if settings.PRODUCTION else [*_keys_cannot_be_used(), *_demo()]


def refuse_to_start() -> None:
    """End the process with plain words if it must not serve anybody. Called where servers load vioport."""
    if problems := production():
        lines = [f"- {problem.msg}\n  {problem.hint}" for problem in problems]
        sys.stderr.write("vioport does not start:\n" + "\n".join(lines) + "\n")
        raise SystemExit(1)


def _problems() -> Iterator[Error]:
    for look in (
        _weak_secret,
        _keys_cannot_be_used,
        _weak_keys,
        _weak_layer_keys,
        _keys_in_backups,
        _any_host,
        _demo,
        _plain_http,
        _no_database,
        _one_process_only,
        _proxies_undecided,
        _no_relay,
        _mail_goes_nowhere,
    ):
        yield from look()


def _weak_secret() -> Iterator[Error]:
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:
        secret = ""
    if len(secret) < 40 or len(set(secret)) < 15 or is_made_up(secret):
        yield Error(
            "SECRET_KEY is missing, short, made up by a person or taken from an example.",
            hint=f"Make one with {HOW_TO_MAKE_ONE}",
            id="vioport.E001",
        )


def _keys_cannot_be_used() -> Iterator[Error]:
    try:
        keyring.parse(settings.FIELD_KEYS)
    except keyring.BadKey as error:
        yield Error(str(error), hint="See docs/keys.md.", id="vioport.E002")


def _weak_keys() -> Iterator[Error]:
    try:
        keys = keyring.parse(settings.FIELD_KEYS)
    except keyring.BadKey:
        return
    for key_id, key in keys.items():
        # 32 random bytes practically never repeat this much, nor are they all letters and digits.
        if len(set(key)) < 16 or key.isascii() or is_made_up(key):
            yield Error(
                f"The key {key_id} in FIELD_KEYS is not random.",
                hint=f"Make one with {keyring.HOW_TO_MAKE_ONE}",
                id="vioport.E003",
            )


def _weak_layer_keys() -> Iterator[Error]:
    if any(len(key) < 32 or is_made_up(key) for key in settings.LAYER_KEYS):
        yield Error(
            "One of LAYER_KEYS is short or made up by a person.",
            hint=f"Make one with {HOW_TO_MAKE_ONE}, or leave LAYER_KEYS out.",
            id="vioport.E013",
        )


def _keys_in_backups() -> Iterator[Error]:
    if settings.EPHEMERAL_KEYS_URL == settings.EPHEMERAL_KEYS_BESIDE_THE_DATABASE:
        yield Error(
            "EPHEMERAL_KEYS_URL is not set: keys of open sessions would lie where backups are made.",
            hint="file:///run/vioport/keys on one machine, or a redis:// that keeps nothing on disk.",
            id="vioport.E004",
        )


def _any_host() -> Iterator[Error]:
    if not settings.ALLOWED_HOSTS or any("*" in host for host in settings.ALLOWED_HOSTS):
        yield Error(
            "ALLOWED_HOSTS is empty or allows every name.",
            hint="Name the hosts people type, like clinic.example.org.",
            id="vioport.E005",
        )


def _demo() -> Iterator[Error]:
    if settings.DEMO and (settings.PRODUCTION or not settings.IS_LOCAL):
        yield Error(
            "DEMO is on: anyone could sign in as anyone.",
            hint="Take DEMO out of the environment. It runs on localhost only, DEBUG or not.",
            id="vioport.E006",
        )


def _plain_http() -> Iterator[Error]:
    addresses = [settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS]
    if any(urlsplit(address).scheme != "https" for address in addresses):
        yield Error(
            "SITE_URL, or one of CSRF_TRUSTED_ORIGINS, does not begin with https://.",
            hint="Write SITE_URL=https:// and the name that people type.",
            id="vioport.E007",
        )


def _no_database() -> Iterator[Error]:
    if str(settings.DATABASES["default"]["NAME"]) == str(settings.VAR_DIR / "vioport.sqlite3"):
        yield Error(
            "DATABASE_URL is not set.",
            hint="DATABASE_URL=postgres://vioport:password@host/vioport",
            id="vioport.E008",
        )


def _one_process_only() -> Iterator[Error]:
    if "InMemory" in settings.CHANNEL_LAYERS["default"]["BACKEND"] or not settings.REDIS_URL:
        yield Error(
            "REDIS_URL is not set: processes could not reach one another, nor count attempts to sign in.",
            hint="REDIS_URL=redis://host:6379/0",
            id="vioport.E009",
        )


def _proxies_undecided() -> Iterator[Error]:
    if settings.TRUSTED_PROXIES is None:
        yield Error(
            "TRUSTED_PROXIES is not set: behind a proxy, everyone would share one limit for signing in.",
            hint="How many proxies of yours stand before vioport: usually 1.",
            id="vioport.E010",
        )


def _no_relay() -> Iterator[Error]:
    is_weak = len(settings.TURN_SECRET) < 16 or is_made_up(settings.TURN_SECRET)
    if not settings.TURN_URLS or is_weak or not settings.RELAY_ONLY:
        yield Error(
            "Sound and picture go between browsers, and no relay hides people's addresses from each other.",
            hint="Set TURN_URLS and TURN_SECRET (16 random characters or more), and leave RELAY_ONLY on.",
            id="vioport.E011",
        )


def _mail_goes_nowhere() -> Iterator[Error]:
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if backend in BACKENDS_THAT_SEND_NOTHING or "localhost" in settings.DEFAULT_FROM_EMAIL:
        yield Error(
            "No mail would reach anyone: EMAIL_URL or MAIL_FROM is not set.",
            hint="EMAIL_URL=smtp+tls://user:password@host:587 and MAIL_FROM=noreply@your.host",
            id="vioport.E012",
        )
