"""Whose login a socket carries, asked anew each time: a login may have ended since the socket was opened."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.utils.crypto import constant_time_compare


def person_signed_in(scope: dict):
    """Return the active person whose login this socket carries, or None if it has ended."""
    key = scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME)
    session = _store()(key).load() if key else {}
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = get_user_model()._default_manager.filter(pk=session[SESSION_KEY], is_active=True).first()
    if person is None or not _is_current(person, session.get(HASH_SESSION_KEY, "")):
        return None
    return person


def _is_current(person, session_hash: str) -> bool:
    """Whether the password is still the one this login was made with."""
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, each) for each in hashes)


def _store():
    return import_module(settings.SESSION_ENGINE).SessionStore
