"""Every way in which someone's access ends, each announced once it is committed."""

import logging
import uuid
from functools import partial

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.access import session_store
from accounts.models import User
from accounts.signals import access_ended, access_ending, left_quickly
from audit.services import record
from wire.news import nudge

logger = logging.getLogger(__name__)


def tell_access_ended(person: User, session_key: str | None, why: str) -> None:
    """Announce that `person` must be asked at every door again: in this transaction, and after its commit."""
    told = {"person": person, "session_key": session_key, "why": why}
    at_once(access_ending, **told)
    after_commit(access_ended, **told)
    nudge(person.pk)  # every socket of theirs, of whatever room, asks at its door again


def at_once(signal, **news) -> None:
    """Send `signal` in this transaction. A listener that stumbles is undone by itself: access ends anyway."""
    try:
        with transaction.atomic():
            signal.send(sender=User, **news)
    except Exception:
        logger.exception("a listener stumbled over the end of access")


def after_commit(signal, **news) -> None:
    """Send `signal` once what happened cannot be undone any more."""
    # Robust: a listener that stumbles must not keep the next one from closing its door.
    transaction.on_commit(partial(signal.send_robust, sender=User, **news))


@transaction.atomic
def end_sessions(person: User, *, why: str) -> None:
    """End every login session of `person`, those we have no list of included."""
    person.session_stamp = uuid.uuid4()
    person.save(update_fields=["session_stamp"])
    UserSession.objects.filter(user=person).delete()
    tell_access_ended(person, None, why)


@transaction.atomic
def leave_quickly(request) -> None:
    """Sign out at the quick exit, and let it be known."""
    person, session_key = request.user, request.session.session_key
    if not person.is_authenticated:
        return
    record("left.quickly", person, person)
    at_once(left_quickly, person=person, session_key=session_key)
    logout(request, show_message=False)


# --- What Django and allauth announce -----------------------------------------------


@transaction.atomic
def on_signed_out(sender, request, user, **kwargs) -> None:
    if user is None:
        return
    record("signed_out", user, user)
    session_key = request.session.session_key
    UserSession.objects.filter(session_key=session_key).delete()
    tell_access_ended(user, session_key, "signed_out")


@transaction.atomic
def on_session_removed(sender, instance, **kwargs) -> None:
    """allauth ends a session by deleting its row; deleting the row alone must end it too."""
    session_store(None).delete(instance.session_key)
    tell_access_ended(instance.user, instance.session_key, "session_ended")


@transaction.atomic
def on_password_changed(sender, request, user, **kwargs) -> None:
    """A new password makes every other session's hash stale: their sockets must hear of it."""
    record("password.changed", user, user)
    UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key).delete()
    tell_access_ended(user, None, "password")
