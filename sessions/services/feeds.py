"""A person's private calendar address: made, used, revoked. Whoever has the address reads the times."""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from sessions.models import CalendarFeed


@transaction.atomic
def make_feed(person: User) -> str:
    """Give `person` a new address and return its token, which is not kept. An older one stops working."""
    revoke_feeds(person)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(person=person, token_hash=hash_of(token))
    record("calendar_feed.made", person, feed)
    return token


@transaction.atomic
def revoke_feeds(person: User) -> bool:
    """Make the address of `person` stop working. Returns whether there was one."""
    feeds = CalendarFeed.objects.filter(person=person, revoked_at=None)
    revoked = [feed for feed in feeds if record("calendar_feed.revoked", person, feed)]
    feeds.update(revoked_at=timezone.now())
    return bool(revoked)


def reader_of(token: str) -> User | None:
    """Whose calendar `token` opens, if it still does."""
    feed = CalendarFeed.objects.filter(
        token_hash=hash_of(token), revoked_at=None, person__is_active=True
    ).select_related("person")
    return next((one.person for one in feed), None)


def hash_of(token: str) -> str:
    # The token is 256 random bits: a plain digest of it can neither be guessed nor searched.
    return hashlib.sha256(token.encode()).hexdigest()
