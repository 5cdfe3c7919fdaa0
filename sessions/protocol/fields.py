"""The shapes a field of a message may have. Each one reads what a browser sent, or refuses it."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from uuid import UUID

LONGEST_SAYING = 2000
LONGEST_ANSWER = 300
LONGEST_REASON = 500
LONGEST_MESSAGE = 200


class BadMessage(Exception):
    """Not a message we know, or not in a shape we know. Never says what it was."""


class TooLong(BadMessage):
    """A text that is longer than its field allows."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How one field is read. `like` says it in words and gives examples to tests."""

    read: Callable[[object], object]
    like: tuple = ()


def _same(kind: type) -> Callable[[object], object]:
    def read(value: object) -> object:
        # type(), not isinstance(): True is an int, and nobody means it.
        if type(value) is not kind:
            raise BadMessage
        return value

    return read


def _seat(value: object) -> UUID:
    try:
        return UUID(_same(str)(value))  # type: ignore[arg-type]
    except ValueError:
        raise BadMessage from None


def text(longest: int, *, shortest: int = 1) -> Shape:
    def read(value: object) -> str:
        words = clean(str(_same(str)(value)))
        if len(words) > longest:
            raise TooLong
        if len(words) < shortest:
            raise BadMessage
        return words

    return Shape(read, ("words", "x" * longest))


def clean(words: str) -> str:
    """Return `words` without characters that no keyboard makes: they hide, reverse or break others."""
    return "".join(c for c in words if c in "\n\t" or (c.isprintable() or c == "\u200d")).strip()


def one_of(*choices: str) -> Shape:
    def read(value: object) -> str:
        if type(value) is not str or value not in choices:
            raise BadMessage
        return value

    return Shape(read, choices)


def number(lowest: int, highest: int) -> Shape:
    def read(value: object) -> int:
        if type(value) is not int or not lowest <= value <= highest:
            raise BadMessage
        return value

    return Shape(read, (lowest, highest))


def or_null(shape: Shape) -> Shape:
    return Shape(lambda value: None if value is None else shape.read(value), (None, *shape.like))


def passed_on(**keys: type) -> Shape:
    """A small record of the browser's own making that we hand on without a look inside its texts."""

    def read(value: object) -> dict | None:
        if value is None:
            return None
        if type(value) is not dict or not value.keys() <= keys.keys():
            raise BadMessage
        for key, item in value.items():
            if item is not None and type(item) is not keys[key]:
                raise BadMessage
            _check_it_can_be_sent(item)
        return value

    return Shape(read, (None, {key: kind() for key, kind in keys.items()}))


def _check_it_can_be_sent(item: object) -> None:
    # JSON can carry half a character ("\\ud800"); no frame can.
    try:
        str(item).encode()
    except UnicodeEncodeError:
        raise BadMessage from None


FLAG = Shape(_same(bool), (True, False))
SEAT = Shape(_seat, ("00000000-0000-4000-8000-000000000000",))
SEQ = number(0, 2**53)
MODE = one_of("video", "audio")


def said(shape: Shape):
    """A field that must be there."""
    return field(metadata={"shape": shape})


def maybe(shape: Shape, default=None):
    """A field that may be left out."""
    return field(default=default, metadata={"shape": shape})


def read_body(kind: type, body: object):
    """Return a `kind` made of `body`. A field that is missing, unknown or of another shape is refused."""
    if type(body) is not dict:
        raise BadMessage
    known = {each.name: each for each in fields(kind)}
    if not body.keys() <= known.keys():
        raise BadMessage
    values = {name: known[name].metadata["shape"].read(value) for name, value in body.items()}
    try:
        return kind(**values)
    except TypeError:  # one that must be there is not
        raise BadMessage from None
