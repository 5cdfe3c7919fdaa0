"""The records inside events and states. A peer learns of anyone what `Person` lists, and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Person:
    seat: UUID
    shown_as: str
    role: str
    leads: bool
    is_simulated: bool
    state: str
    connection: UUID | None
    mode: str
    microphone_on: bool
    camera_on: bool
    hand: int | None
    may_share: bool
    is_sharing: bool
    stepped_out: bool
    has_media: bool


@dataclass(frozen=True, slots=True)
class DoorCard:
    seat: UUID
    shown_as: str
    role: str
    state: str
    arrived_at: datetime | None
    is_here: bool
    message: str
    returning: bool
    missing: bool
    arrival: dict | None
    apology: dict | None


@dataclass(frozen=True, slots=True)
class RosterRow:
    seat: UUID
    shown_as: str
    role: str
    status: str
    since: datetime | None
    call_back: str | None
    left_quickly: bool


@dataclass(frozen=True, slots=True)
class Call:
    """An open call for help, as the one who called and those who answer see it."""

    call: UUID
    seat: UUID
    kind: str
    raised_at: datetime
    rang_again: bool
    reached_coordinators: bool
    seen_by: str | None
    answer: dict | None
    shown_as: str
    call_back: str | None


@dataclass(frozen=True, slots=True)
class Saying:
    """Something written in the room's chat."""

    seat: UUID
    shown_as: str
    text: str
    to: str
