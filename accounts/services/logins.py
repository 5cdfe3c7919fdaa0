"""The places where someone is signed in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record


@dataclass(frozen=True)
class SignedInPlace:
    """One browser in which a person is signed in. `name` is safe to show: no session opens with it."""

    name: str
    browser: str
    since: datetime
    last_used_at: datetime
    address: str
    is_this_one: bool


def note_place(request) -> None:
    """Put this browser on the list of places, however the person came in, and note that it is in use."""
    here = UserSession.objects.filter(session_key=request.session.session_key)
    if not here.update(last_seen_at=timezone.now()) and request.META.get("REMOTE_ADDR"):
        UserSession.objects.create_from_request(request)


def logins_of(person: User, current_key: str | None = None) -> list[SignedInPlace]:
    """Where `person` is signed in, this browser first and then the newest."""
    found = [_place(row, current_key) for row in UserSession.objects.purge_and_list(person)]
    return sorted(found, key=lambda place: (not place.is_this_one, -place.last_used_at.timestamp()))


@transaction.atomic
def end_logins(person: User, *, name: str, except_key: str | None) -> int:
    """End the login called `name`, or with "all" every one but this."""
    rows = [
        row
        for row in UserSession.objects.filter(user=person).exclude(session_key=except_key)
        if name in ("all", _name_of(row))
    ]
    for row in rows:
        row.end()
        record("login.ended", person, person)
    return len(rows)


def _place(row: UserSession, current_key: str | None) -> SignedInPlace:
    return SignedInPlace(
        name=_name_of(row),
        browser=browser_name(row.user_agent),
        since=row.created_at,
        last_used_at=row.last_seen_at,
        address=row.ip,
        is_this_one=row.session_key == current_key,
    )


def _name_of(row: UserSession) -> str:
    return hashlib.sha256(row.session_key.encode()).hexdigest()[:24]


def browser_name(user_agent: str) -> str:
    """What a person would call this browser: "Safari, iPhone". Empty when it says nothing we know."""
    browsers = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
    devices = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]
    words = [next((name for mark, name in known if mark in user_agent), "") for known in (browsers, devices)]
    return ", ".join(filter(None, words))
