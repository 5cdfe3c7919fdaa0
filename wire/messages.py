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
    """Not a message, whatever it is."""


def parsed(text: str) -> Message:
    """Read one frame, or raise `BadMessage`."""
    try:
        content = DECODER.decode(text)
        match content:
            case {"kind": str(kind), **rest} if 0 < len(kind) <= LONGEST_KIND:
                # Only an escape can hide such letters, so texts without one need no walk.
                if "\\u" in text and not _is_clean(content):
                    raise BadMessage
                return Message(kind, _id(rest.get("id")), _body(rest.get("body", {})))
    except (ValueError, RecursionError):
        pass
    raise BadMessage


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


def _body(value: object) -> dict:
    if not isinstance(value, dict):
        raise BadMessage
    return value


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
