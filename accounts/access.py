"""Whether a login stands, whether it shows a second factor, and whether its pages are locked."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib import import_module

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from accounts.models import Role, User
from wire.signed_in import logins_at

ACTIVE_AT = "last_active_at"
IDLE_LIMIT = "idle_limit"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# Rooms upstairs add `f(request) -> bool` for pages that a locked person may still open: the room they sit in.
stays_open_when_locked: list[Callable] = []


def may_enter(session, user) -> bool:
    """Whether this login still stands, read anew: a socket outlives the session it was opened with."""
    stored = session_store(getattr(session, "session_key", None))
    person = get_user(_asked_with(stored))
    if not person.is_authenticated or person.pk != user.pk:
        return False
    return not lacks_second_factor(stored, person)


def session_store(session_key: str | None):
    """The login session of this key as it is stored now, empty when it is gone."""
    return import_module(settings.SESSION_ENGINE).SessionStore(session_key)


def _asked_with(session) -> HttpRequest:
    """A request that carries nothing but this session, for those who ask for a whole one."""
    request = HttpRequest()
    request.session = session
    return request


def lacks_second_factor(session, person: User) -> bool:
    return needs_second_factor(person) and not has_shown_second_factor(session, person)


def needs_second_factor(person: User) -> bool:
    """Staff, and whoever may open the back office."""
    return person.is_staff or person.is_superuser or person.is_clinic_staff


def has_shown_second_factor(session, person: User) -> bool:
    """Whether `person` has shown a second factor, or a passkey, since they signed in here."""
    records = get_authentication_records(_asked_with(session), person)
    return any(record.get("method") == "mfa" for record in records)


def owns_second_factor(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def may_remove_factor(factor: Authenticator) -> bool:
    """Staff keep one factor: they add the new one before they remove the old one."""
    others = Authenticator.objects.filter(user=factor.user, type__in=FACTORS).exclude(pk=factor.pk)
    return others.exists() or not needs_second_factor(factor.user)


def uses_authenticator_app(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def may_prove_by_mail(person: User) -> bool:
    """Whether a code by email is enough to say "it's me" again. Not for those with a second lock."""
    if uses_authenticator_app(person):
        return False
    return not (needs_second_factor(person) and owns_second_factor(person))


def has_proved_lately(session, person: User) -> bool:
    """Whether `person` signed in, or proved who they are, within the last minutes."""
    records = get_authentication_records(_asked_with(session), person)
    return any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)


def is_locked(session) -> bool:
    """Whether the pages of this login are locked because nobody touched them for long."""
    return time.time() - session.get(ACTIVE_AT, 0) > session.get(IDLE_LIMIT, 0)


def idle_limit(person: User) -> timedelta:
    """How long `person` may do nothing before the pages lock."""
    return settings.IDLE_LIMIT_STAFF if needs_second_factor(person) else settings.IDLE_LIMIT


def ways_to_prove(session, person: User) -> list[str]:
    """How `person` may say "it's me" again, the quickest first."""
    types = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    ways = {
        "passkey": Authenticator.Type.WEBAUTHN in types,
        "app": bool(types & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}),
    }
    if not (owns_second_factor(person) and lacks_second_factor(session, person)):
        ways["password"] = person.has_usable_password()
        ways["mail"] = may_prove_by_mail(person)
    return [way for way, is_open in ways.items() if is_open]


def person_at(scope: dict) -> User | None:
    """Whose login a socket carries, if it still stands and has shown what it must. Asked anew each time."""
    [person] = people_at([scope])
    return person


def people_at(scopes: Sequence[dict]) -> list[User | None]:
    """The same for many sockets: three queries, however many they are."""
    logins = logins_at(scopes)
    roles: dict[int, set[str]] = {person.pk: set() for person, _session in filter(None, logins)}
    for person, role in Role.objects.filter(person__in=roles, ended_at=None).values_list("person", "role"):
        roles[person].add(role)
    return [_if_complete(*login, roles) if login else None for login in logins]


def _if_complete(person: User, session: dict, roles: dict[int, set[str]]) -> User | None:
    person.remember_roles(roles[person.pk])
    return None if lacks_second_factor(session, person) else person
