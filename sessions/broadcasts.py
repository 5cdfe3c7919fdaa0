"""Who speaks on the wire for a session: all of it goes through `tell`, in the transaction of the change."""

import json
from collections.abc import Iterable
from functools import partial

from sessions import protocol
from sessions.models import GroupSession
from sessions.protocol.events import Event, NothingChanged, RoomEnded
from sessions.services.turns import RoomTurn
from wire import log
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


def seal(group_session: GroupSession, plain: bytes) -> bytes:
    return group_session.key.seal(plain, place_of(group_session))


def unseal(group_session: GroupSession, sealed: bytes) -> bytes:
    return group_session.key.open(sealed, place_of(group_session))


def opened(group_session: GroupSession, sealed: bytes) -> dict:
    """The body of a sealed event."""
    return json.loads(unseal(group_session, sealed))


def place_of(group_session: GroupSession) -> bytes:
    return b"stream/%d" % group_session.stream_id
