"""One act in one room: whose, when, under which id; and the refusals it may end in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
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


def not_there() -> Refused:
    return Refused("not_there", _("That person is not in this session."))


@dataclass
class Turn:
    """Whoever holds the turn holds the room's stream: nobody else changes the room until the commit."""

    group_session: GroupSession
    now: datetime
    seat: Attendance | None = None  # None: the house itself, such as the sweeper
    visit: Visit | None = None
    by_desk: User | None = None  # someone who answers a call from another page
    client_id: UUID | None = None
    seq: int = 0
    is_over: bool = False  # nothing can be told any more

    @property
    def actor(self) -> User | None:
        return self.seat.person if self.seat else self.by_desk

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


def write_down(turn: Turn, action: str, seat: Attendance | None = None, **detail) -> None:
    """Record what was done in this turn, and about whom."""
    if seat is not None:
        detail["seat"] = str(seat.seat)
    record(action, turn.actor, turn.group_session, about=seat.person if seat else None, **detail)


def seats_of(group_session: GroupSession):
    return group_session.attendances.select_related("admission", "person")


@contextmanager
def own_turn(group_session: GroupSession) -> Iterator[Turn]:
    """A turn of the house's own. Raises `StreamClosed` when the room is over."""
    with transaction.atomic():
        [held] = log.hold(group_session.stream_id)
        fresh = GroupSession.objects.with_room().get(pk=group_session.pk)
        yield Turn(fresh, held.now, seq=held.head)


def in_each(sessions: Iterable[GroupSession], act: Callable[[Turn], None]) -> None:
    """Do `act` in a turn of the house's own in each of these rooms; one that has ended is left alone."""
    for group_session in sessions:
        with suppress(log.StreamClosed), own_turn(group_session) as turn:
            act(turn)
