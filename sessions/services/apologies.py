"""'I'll be late' and 'I can't come': told before a meeting, taken back, passed on to whoever leads."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import outbox
from audit.services import record
from groups.models import LEADING_ROLES, Membership
from sessions.models import Apology, GroupSession

CLOSE = timedelta(hours=24)  # word about a later meeting is read on Today and needs no notice


@transaction.atomic
def send_word(
    session: GroupSession, person, *, is_absence: bool, minutes_late: int | None = None, words: str = ""
) -> Apology:
    """Note that `person` comes late to a meeting or not at all. The newest word counts."""
    apology = Apology.objects.create(
        group_session=session,
        person=person,
        is_absence=is_absence,
        minutes_late=None if is_absence else minutes_late,
        words=words.strip(),
    )
    record("apology.sent", person, session, about=person)
    _tell_leaders(session, f"apology:{apology.pk}")
    return apology


@transaction.atomic
def take_back(session: GroupSession, person) -> bool:
    """Forget what `person` said about a meeting: they come, and in time. Returns whether there was a word."""
    word = word_of(session, person)
    if word is None:
        return False
    said = Apology.objects.filter(group_session=session, person=person, withdrawn_at=None)
    said.update(withdrawn_at=timezone.now())
    record("apology.taken_back", person, session, about=person)
    _tell_leaders(session, f"apology_taken_back:{word.pk}")
    return True


def word_of(session: GroupSession, person) -> Apology | None:
    """What `person` last said about a meeting, unless they took it back."""
    said = Apology.objects.filter(group_session=session, person=person).order_by("-at", "-pk").first()
    return said if said and said.withdrawn_at is None else None


def _tell_leaders(session: GroupSession, key: str) -> None:
    if session.starts_at - timezone.now() > CLOSE:
        return
    leaders = Membership.objects.current().filter(group=session.group_id, role__in=LEADING_ROLES)
    for leader in leaders.filter(person__is_active=True).select_related("person"):
        outbox.post("session_news", person=leader.person, link="/", key=f"{key}:{leader.person_id}")
