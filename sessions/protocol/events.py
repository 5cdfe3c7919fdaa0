"""What a room may say. Each event knows who may hear it, and whether its body is sealed in the log."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, TypeVar, dataclass_transform
from uuid import UUID

from sessions.protocol.shapes import DoorCard, Person, RosterRow, Saying


class To(Enum):
    """Who hears an event, in the words of PROTOCOL.md."""

    EVERYONE = "everyone"
    FACILITATORS = "facilitators"
    PERSON = "that person"
    BOTH = "facilitators and that person"
    WRITER = "everyone, or facilitators and the writer"
    NOBODY = "nobody"


FACILITATORS = "facilitators"


class Event:
    """Something that happened in a room."""

    __slots__ = ()
    KIND: ClassVar[str]
    TO: ClassVar[To]
    SEALED: ClassVar[bool]


SomeEvent = TypeVar("SomeEvent", bound=Event)
EVENTS: dict[str, type[Event]] = {}


def label_of(seat: UUID) -> str:
    return f"seat:{seat}"


@dataclass_transform(frozen_default=True)
def event(
    kind: str, to: To = To.EVERYONE, *, sealed: bool = False
) -> Callable[[type[SomeEvent]], type[SomeEvent]]:
    def list_it(cls: type[SomeEvent]) -> type[SomeEvent]:
        made = dataclass(frozen=True, slots=True)(cls)
        made.KIND, made.TO, made.SEALED = kind, to, sealed
        EVENTS[kind] = made
        return made

    return list_it


def body_of(said: Event) -> dict:
    """The body as it travels: ids and moments as text."""
    return plain(asdict(said))  # type: ignore[call-overload]  # every event is a dataclass


def plain(value):
    match value:
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
    return value


def audience_of(said: Any) -> frozenset[str]:
    """The labels of whoever may hear `said`."""
    match said.TO:
        case To.EVERYONE:
            return frozenset({"everyone"})
        case To.NOBODY:
            return frozenset({"nobody"})
        case To.FACILITATORS:
            return frozenset({FACILITATORS})
        case To.PERSON:
            return frozenset({label_of(said.seat)})
        case To.WRITER if said.to == "everyone":
            return frozenset({"everyone"})
    return frozenset({FACILITATORS, label_of(said.seat)})


# --- Coming and going ---------------------------------------------------------------


@event("nothing.changed", To.NOBODY)
class NothingChanged(Event):
    """Spends the id of a command that had nothing to do, so that a resend cannot do it later."""


@event("person.joined")
class PersonJoined(Person, Event):
    pass


@event("person.returned")
class PersonReturned(Event):
    seat: UUID
    connection: UUID | None
    mode: str


@event("person.lost")
class PersonLost(Event):
    seat: UUID


@event("person.left")
class PersonLeft(Event):
    seat: UUID


@event("person.shown_out")
class PersonShownOut(Event):
    seat: UUID


@event("person.left_quickly", To.FACILITATORS, sealed=True)
class PersonLeftQuickly(Event):
    seat: UUID
    call_back: str | None


@event("person.stepped_out")
class PersonSteppedOut(Event):
    seat: UUID
    on: bool


@event("media.seated")
class MediaSeated(Event):
    seat: UUID
    has_media: bool


# --- Sound, picture, hands, words ---------------------------------------------------


@event("microphone.changed")
class MicrophoneChanged(Event):
    seat: UUID
    on: bool
    by: str = "self"


@event("microphones.muted")
class MicrophonesMuted(Event):
    seats: list[UUID]


@event("camera.changed")
class CameraChanged(Event):
    seat: UUID
    on: bool
    by: str = "self"


@event("mode.changed")
class ModeChanged(Event):
    seat: UUID
    mode: str


@event("hand.raised")
class HandRaised(Event):
    seat: UUID


@event("hand.lowered")
class HandLowered(Event):
    seat: UUID


@event("hands.lowered")
class HandsLowered(Event):
    pass


@event("chat.said", To.WRITER, sealed=True)
class ChatSaid(Saying, Event):
    pass


@event("chat.not_kept")
class ChatNotKept(Event):
    pass


@event("screen.shared")
class ScreenShared(Event):
    seat: UUID


@event("screen.stopped")
class ScreenStopped(Event):
    seat: UUID


@event("sharing.allowed", To.BOTH)
class SharingAllowed(Event):
    seat: UUID
    on: bool


@event("speaking.asked", To.PERSON)
class SpeakingAsked(Event):
    seat: UUID
    by: str


# --- The private button -------------------------------------------------------------


@event("quiet.raised", To.BOTH, sealed=True)
class QuietRaised(Event):
    call: UUID
    seat: UUID
    kind: str
    raised_at: datetime
    shown_as: str
    call_back: str | None


@event("quiet.rang_again", To.FACILITATORS)
class QuietRangAgain(Event):
    call: UUID


@event("quiet.reached_coordinators", To.BOTH)
class QuietReachedCoordinators(Event):
    call: UUID
    seat: UUID


@event("quiet.seen", To.BOTH, sealed=True)
class QuietSeen(Event):
    call: UUID
    seat: UUID
    by: str


@event("quiet.answered", To.BOTH, sealed=True)
class QuietAnswered(Event):
    call: UUID
    seat: UUID
    by: str
    text: str


@event("quiet.closed", To.BOTH)
class QuietClosed(Event):
    call: UUID
    seat: UUID


# --- The door, and the room itself --------------------------------------------------


@event("door.changed", To.FACILITATORS, sealed=True)
class DoorChanged(DoorCard, Event):
    pass


@event("roster.changed", To.FACILITATORS, sealed=True)
class RosterChanged(RosterRow, Event):
    pass


@event("room.locked")
class RoomLocked(Event):
    on: bool


@event("room.paused")
class RoomPaused(Event):
    on: bool


@event("room.held")
class RoomHeld(Event):
    on: bool


@event("room.ended")
class RoomEnded(Event):
    pass
