"""Between browsers, without a server in the middle: up to six people, signalled over the room's socket.

Nothing here can be switched off from outside. What ends someone's media is the room: `signal` passes only
between connections that are in it now, and every page drops whoever the room no longer names.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from sessions.models import Attendance, GroupSession

PLACES = 6
GOOD_FOR = timedelta(minutes=10)
LIMITS = {"width": 320, "height": 180, "video_kbps": 150, "people": PLACES}


def grant(seat: Attendance, connection: UUID, now: datetime) -> dict:
    """The servers that help browsers find each other, with a password of its own for each connection."""
    expires_at = now + GOOD_FOR
    return {
        "transport": "peers",
        "ice_servers": ice_servers(str(connection), expires_at),
        "relay_only": settings.RELAY_ONLY,
        "limits": LIMITS,
        "expires_at": expires_at,
    }


def ice_servers(name: str, expires_at: datetime) -> list[dict]:
    """TURN with time-limited credentials: the REST scheme of coturn's `use-auth-secret`."""
    if not settings.TURN_URLS:
        return []
    username = f"{int(expires_at.timestamp())}:{name}"
    digest = hmac.new(settings.TURN_SECRET.encode(), username.encode(), hashlib.sha1).digest()
    credential = base64.b64encode(digest).decode()
    return [{"urls": settings.TURN_URLS, "username": username, "credential": credential}]


def revoke(seat: Attendance) -> None:
    """A password that was given out lasts until it expires, but reaches nobody: no peer answers any more."""


def mute(seat: Attendance, source: str) -> None:
    """Each page plays only what the room's state allows."""


def close(group_session: GroupSession) -> None:
    """Pages close their connections when they hear `room.ended`."""
