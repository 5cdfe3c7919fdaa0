"""What a browser may send, read strictly: what is not of this shape does not exist."""

import json
import math
import re
from dataclasses import dataclass, field
from uuid import UUID

from wire.events import Frame, frame

LONGEST_KIND = 40
WRITTEN_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Message:
    """`{"kind": …, "id": uuid?, "body": {…}?}`"""

    kind: str
    id: str | None = None
    body: dict = field(default_factory=dict)


class BadMessage(Exception):
    """Not a message, whatever it is. `id`: under which it wants its answer, where that much can be read."""

    def __init__(self, id: str | None = None):
        super().__init__()
        self.id = id


def parsed(text: str) -> Message:
    """Read one frame, or raise `BadMessage`."""
    try:
        content = DECODER.decode(text)
        match content:
            case {"kind": str(kind), **rest} if 0 < len(kind) <= LONGEST_KIND:
                return _message(kind, _id(rest.get("id")), rest.get("body", {}), text)
    except (ValueError, RecursionError):
        pass
    raise BadMessage


def _message(kind: str, id: str | None, body: object, text: str) -> Message:
    # Only an escape can hide such letters, so texts without one need no walk.
    if not isinstance(body, dict) or ("\\u" in text and not _is_clean([kind, body])):
        raise BadMessage(id)  # whoever waits for an answer would send it for ever
    return Message(kind, id, body)


def refusal(id: str | None, reason: str, words: str = "") -> Frame:
    """The answer to a message that is not carried out."""
    if id is None:
        return frame(kind="bad.message")
    return frame(re=id, refused=reason, words=words)


def _id(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadMessage
    return value if WRITTEN_UUID.fullmatch(value) else str(UUID(value))


def _is_clean(content: object) -> bool:
    """Half a character or a NUL passes as JSON, but not through a database or to another browser."""
    if isinstance(content, str):
        return "\0" not in content and not any("\ud800" <= letter <= "\udfff" for letter in content)
    if isinstance(content, dict):
        return all(_is_clean(key) and _is_clean(value) for key, value in content.items())
    return not isinstance(content, list) or all(map(_is_clean, content))


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BadMessage
    return number


def _refused(word: str) -> None:
    raise BadMessage  # NaN, Infinity: Python takes them, browsers do not


DECODER = json.JSONDecoder(parse_constant=_refused, parse_float=_finite)
