"""One act in one room: whose, when, under which id; and the refusals it may end in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from sessions.models import Attendance, GroupSession, Visit
from wire import log


class Refused(Exception):
    """Not done, and nothing has changed. `reason` is a word of the protocol, `words` are for the person."""

    def __init__(self, reason: str, words: str = ""):
        super().__init__(reason)
        self.reason, self.words = reason, words


def not_now(words: str = "") -> Refused:
    return Refused("not_now", words or _("That cannot be done right now."))


def not_yours() -> Refused:
    return Refused("not_yours", _("Only a facilitator of this session can do that."))


def not_for_you() -> Refused:
    return Refused("not_yours", _("Only patients and relatives can do that."))


def not_there() -> Refused:
    return Refused("not_there", _("That person is not in this session."))


@dataclass(kw_only=True)
class RoomTurn:
    """Whoever holds the turn holds the room's log: nobody else changes the room until the commit."""

    group_session: GroupSession
    now: datetime
    seq: int = 0  # of the newest event
    client_id: UUID | None = None
    by_desk: User | None = None  # someone who answers a call from another page
    is_over: bool = False  # nothing can be told any more

    @property
    def actor(self) -> User | None:
        """Whose act it is; None for the house's own, such as the sweeper's."""
        return self.by_desk

    @property
    def person(self) -> int | None:
        return self.actor.pk if self.actor else None

    def spend_id(self) -> UUID | None:
        """The command's id goes with the first event only; the others come with it."""
        spent, self.client_id = self.client_id, None
        return spent

    def seat_of(self, name: UUID) -> Attendance:
        """Return the seat that a browser named, if it is one of this very session."""
        seat = seats_of(self.group_session).filter(seat=name).first()
        if seat is None:
            raise not_there()
        return seat

    def taken_by(self, seat: Attendance) -> "Turn":
        return Turn(group_session=self.group_session, now=self.now, seq=self.seq, seat=seat)


@dataclass(kw_only=True)
class Turn(RoomTurn):
    """A turn of someone who has a seat here."""

    seat: Attendance
    visit: Visit = field(init=False)  # the connection by which they act

    @property
    def actor(self) -> User:
        return self.seat.person


def write_down(turn: RoomTurn, action: str, seat: Attendance | None = None, **detail) -> None:
    """Record what was done in this turn, and about whom."""
    if seat is not None:
        detail["seat"] = str(seat.seat)
    record(action, turn.actor, turn.group_session, about=seat.person if seat else None, **detail)


def seats_of(group_session: GroupSession) -> QuerySet[Attendance]:
    return group_session.attendances.select_related("admission", "person")


@contextmanager
def own_turn(group_session: GroupSession) -> Iterator[RoomTurn]:
    """A turn of the house's own. Raises `StreamClosed` when the room is over."""
    with transaction.atomic():
        [held] = log.hold(group_session.log)
        fresh = GroupSession.objects.with_room().get(pk=group_session.pk)
        yield RoomTurn(group_session=fresh, now=held.now, seq=held.head)


def in_each(sessions: Iterable[GroupSession], act: Callable[[RoomTurn], None]) -> None:
    """Do `act` in a turn of the house's own in each of these rooms; one that has ended is left alone."""
    for group_session in sessions:
        with suppress(log.StreamClosed), own_turn(group_session) as turn:
            act(turn)
