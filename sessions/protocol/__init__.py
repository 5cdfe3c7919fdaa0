"""The words of the live room. Their manual is PROTOCOL.md; a test holds the two together."""

from sessions.protocol import commands, events, shapes
from sessions.protocol.commands import COMMANDS, EPHEMERAL, By, Heard, parse
from sessions.protocol.events import EVENTS, To, audience_of, body_of, label_of, plain
from sessions.protocol.fields import BadMessage, TooLong

__all__ = [
    "COMMANDS",
    "EPHEMERAL",
    "EVENTS",
    "BadMessage",
    "By",
    "Heard",
    "To",
    "TooLong",
    "audience_of",
    "body_of",
    "commands",
    "events",
    "label_of",
    "parse",
    "plain",
    "shapes",
]
