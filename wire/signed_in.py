"""Whose login a socket carries, asked anew each time: a login may have ended since the socket was opened."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.utils import timezone
from django.utils.crypto import constant_time_compare

Login = tuple[Any, dict]  # who is signed in, and what is stored of the login session


def person_signed_in(scope: dict):
    """Return the active person whose login this socket carries, or None if it has ended."""
    [login] = logins_at([scope])
    return login[0] if login else None


def logins_at(scopes: Sequence[dict]) -> list[Login | None]:
    """The logins that these sockets carry, None for each that has ended. Two queries for all of them."""
    keys = [scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME) for scope in scopes]
    sessions = _stored({key for key in keys if key})
    people = _active({session[SESSION_KEY] for session in sessions.values()})
    return [_login(sessions.get(key), people) for key in keys]


def _login(session: dict | None, people: dict) -> Login | None:
    person = people.get(session[SESSION_KEY]) if session else None
    if session is None or person is None or not _is_current(person, session.get(HASH_SESSION_KEY, "")):
        return None
    return person, session


def _stored(keys: set[str]) -> dict[str, dict]:
    """The sessions of these keys in which someone has signed in."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    rows = store.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    sessions = {row.session_key: store().decode(row.session_data) for row in rows} if keys else {}
    backends = settings.AUTHENTICATION_BACKENDS
    return {key: found for key, found in sessions.items() if found.get(BACKEND_SESSION_KEY) in backends}


def _active(pks: set[str]) -> dict[str, Any]:
    people = get_user_model()._default_manager.filter(pk__in=pks, is_active=True) if pks else ()
    return {str(person.pk): person for person in people}


def _is_current(person, session_hash: str) -> bool:
    """Whether the password is still the one this login was made with."""
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, each) for each in hashes)
