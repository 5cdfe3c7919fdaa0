"""Sound and picture, as a replaceable utility. It never decides who is in; it serves whom the room names.

A transport is a module with `PLACES`, `grant`, `revoke`, `mute` and `close`. Another one is a file beside
`peers.py`, a line here and a choice of `Transport`.
"""

from datetime import datetime
from types import ModuleType
from uuid import UUID

from sessions.media import peers
from sessions.models import Attendance, GroupSession, Transport

TRANSPORTS: dict[str, ModuleType] = {Transport.PEERS: peers}


def transport_of(group_session: GroupSession) -> ModuleType:
    return TRANSPORTS[group_session.transport]


def places(group_session: GroupSession) -> int:
    """How many people the session's transport carries."""
    return transport_of(group_session).PLACES


def grant(seat: Attendance, connection: UUID, now: datetime) -> dict | None:
    """Return what the browser of `connection` needs to send and receive, or None for a seat without media."""
    if not seat.has_media:
        return None
    return transport_of(seat.group_session).grant(seat, connection, now)


def revoke(seat: Attendance) -> None:
    """End what was granted to this seat, where the transport can."""
    transport_of(seat.group_session).revoke(seat)


def mute(seat: Attendance, source: str) -> None:
    """Have the transport carry a seat's "microphone", "camera" or "screen" no more."""
    transport_of(seat.group_session).mute(seat, source)


def close(group_session: GroupSession) -> None:
    """The session is over."""
    transport_of(group_session).close(group_session)
