"""Short-lived words between browsers: passed on at once, never stored, and only between people who are in."""

import re

from django.conf import settings

from sessions import pictures
from sessions.protocol import parse, plain
from sessions.protocol.commands import Signal
from wire import news

PASSED_AS = {"signal": "signal", "speaking": "speaking", "quality": "quality", "react": "reacted"}


def pass_on(stream: int, seat: str, connection: str, kind: str, body: dict) -> None:
    """Pass on what `seat` says by `connection`. Raises BadMessage; what may not pass is dropped."""
    says = parse({"kind": kind, "body": body}).says
    if not isinstance(says, Signal):
        news.signal(stream, PASSED_AS[kind], body | {"from": seat})
        return
    to, theirs = str(says.to), str(says.connection)
    if pictures.of(stream).may_signal(seat, connection, to, theirs):
        said = _of_signal(says) | {"from": seat, "from_connection": connection}
        news.signal(stream, "signal", said, labels=(f"connection:{theirs}",))


def _of_signal(says: Signal) -> dict:
    description, candidate = says.description, says.candidate
    if settings.RELAY_ONLY:
        description, candidate = _relayed(description, "sdp"), _relayed(candidate, "candidate")
    said = {"to": says.to, "connection": says.connection, "description": description, "candidate": candidate}
    return plain({name: value for name, value in said.items() if value is not None})


def _relayed(said: dict | None, name: str) -> dict | None:
    """The same without addresses of anyone's own, where a site lets media pass by its relay only."""
    if not said or not said.get(name):
        return said
    lines = [line for line in said[name].split("\n") if "candidate:" not in line or " typ relay" in line]
    if not any(lines):
        return None
    return said | {name: OWN_ADDRESS.sub("raddr 0.0.0.0 rport 0", "\n".join(lines))}


OWN_ADDRESS = re.compile(r"raddr \S+ rport \d+")
