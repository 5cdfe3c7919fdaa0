"""Who speaks on the wire for a session: all of it goes through `tell`, in the transaction of the change."""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from django.utils.translation import gettext as _

from sessions import protocol
from sessions.models import GroupSession
from sessions.protocol.events import Event, NothingChanged, RoomEnded
from sessions.services.turns import Refused, RoomTurn
from vault.sealing import StoreUnreachable, Unreadable
from wire import log
from wire.events import Event as Logged
from wire.member import DOOR


def tell(turn: RoomTurn, said: Event, *, nudges: Iterable[int] = ()) -> int:
    """Write that this happened; everyone whom it concerns hears of it after the commit. Returns its seq.

    `nudges` are people who hear nothing of it, or after it, until the door has said yes to them again.
    """
    told = log.append(
        turn.group_session.log,
        said.KIND,
        protocol.body_of(said),
        person=turn.person,
        client_id=turn.spend_id(),
        audience=protocol.audience_of(said),
        nudges=nudges,
        seal=partial(seal, turn.group_session) if said.SEALED else None,
        closes=isinstance(said, RoomEnded),
    )
    turn.seq = told.seq
    return told.seq


def ask_again(turn: RoomTurn, people: Iterable[int]) -> None:
    """Have the open sockets of these people asked at the door again, and say nothing to anyone."""
    if people := list(people):
        tell(turn, NothingChanged(), nudges=people)


def ask_the_door_again(turn: RoomTurn) -> None:
    """Something changed that those in the waiting room may know: a leader came, the room was locked."""
    ask_again(turn, [DOOR])


class CannotSeal(Refused):
    """The session's key is out of reach: nothing that must be sealed can be told for now."""


def seal(group_session: GroupSession, event: Logged) -> bytes:
    try:
        return group_session.key.seal(event.body, place_of(event))
    except StoreUnreachable:
        words = _("That did not get through just now. Please try again in a moment.")
        raise CannotSeal("not_now", words) from None


def unseal(group_session: GroupSession, event: Logged) -> bytes:
    return group_session.key.open(event.body, place_of(event))


def keep_key(group_session: GroupSession) -> None:
    """While people are here, what they say can be sealed though the store of keys is out of reach."""
    with suppress(Unreadable):
        group_session.key.keep()


def place_of(event: Logged) -> bytes:
    """What sealed words are bound to: moved to another event, or meant for others, they do not open."""
    return f"{event.stream}/{event.seq} {event.kind} {' '.join(sorted(event.audience))}".encode()
