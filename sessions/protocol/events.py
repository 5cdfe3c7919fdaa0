"""What a room may say. Each event knows who may hear it, and whether its body is sealed in the log."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
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
EVENTS: dict[str, type] = {}


def label_of(seat: UUID) -> str:
    return f"seat:{seat}"


def event(kind: str, to: To = To.EVERYONE, *, sealed: bool = False):
    def list_it(cls: type) -> type:
        made = dataclass(frozen=True, slots=True)(cls)
        made.KIND, made.TO, made.SEALED = kind, to, sealed  # type: ignore[attr-defined]
        EVENTS[kind] = made
        return made

    return list_it


def body_of(said) -> dict:
    """The body as it travels: ids and moments as text."""
    return plain(asdict(said))


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


def audience_of(said) -> frozenset[str]:
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
class NothingChanged:
    """Spends the id of a command that had nothing to do, so that a resend cannot do it later."""


@event("person.joined")
class PersonJoined(Person):
    pass


@event("person.returned")
class PersonReturned:
    seat: UUID
    connection: UUID | None
    mode: str


@event("person.lost")
class PersonLost:
    seat: UUID


@event("person.left")
class PersonLeft:
    seat: UUID


@event("person.shown_out")
class PersonShownOut:
    seat: UUID


@event("person.left_quickly", To.FACILITATORS, sealed=True)
class PersonLeftQuickly:
    seat: UUID
    call_back: str | None


@event("person.stepped_out")
class PersonSteppedOut:
    seat: UUID
    on: bool


@event("media.seated")
class MediaSeated:
    seat: UUID
    has_media: bool


# --- Sound, picture, hands, words ---------------------------------------------------


@event("microphone.changed")
class MicrophoneChanged:
    seat: UUID
    on: bool
    by: str = "self"


@event("microphones.muted")
class MicrophonesMuted:
    seats: list[UUID]


@event("camera.changed")
class CameraChanged:
    seat: UUID
    on: bool
    by: str = "self"


@event("mode.changed")
class ModeChanged:
    seat: UUID
    mode: str


@event("hand.raised")
class HandRaised:
    seat: UUID


@event("hand.lowered")
class HandLowered:
    seat: UUID


@event("hands.lowered")
class HandsLowered:
    pass


@event("chat.said", To.WRITER, sealed=True)
class ChatSaid(Saying):
    pass


@event("screen.shared")
class ScreenShared:
    seat: UUID


@event("screen.stopped")
class ScreenStopped:
    seat: UUID


@event("sharing.allowed", To.BOTH)
class SharingAllowed:
    seat: UUID
    on: bool


@event("speaking.asked", To.PERSON)
class SpeakingAsked:
    seat: UUID
    by: str


# --- The private button -------------------------------------------------------------


@event("quiet.raised", To.BOTH, sealed=True)
class QuietRaised:
    call: UUID
    seat: UUID
    kind: str
    raised_at: datetime
    shown_as: str
    call_back: str | None


@event("quiet.rang_again", To.FACILITATORS)
class QuietRangAgain:
    call: UUID


@event("quiet.reached_coordinators", To.BOTH)
class QuietReachedCoordinators:
    call: UUID
    seat: UUID


@event("quiet.seen", To.BOTH, sealed=True)
class QuietSeen:
    call: UUID
    seat: UUID
    by: str


@event("quiet.answered", To.BOTH, sealed=True)
class QuietAnswered:
    call: UUID
    seat: UUID
    by: str
    text: str


@event("quiet.closed", To.BOTH)
class QuietClosed:
    call: UUID
    seat: UUID


# --- The door, and the room itself --------------------------------------------------


@event("door.changed", To.FACILITATORS, sealed=True)
class DoorChanged(DoorCard):
    pass


@event("roster.changed", To.FACILITATORS, sealed=True)
class RosterChanged(RosterRow):
    pass


@event("room.locked")
class RoomLocked:
    on: bool


@event("room.paused")
class RoomPaused:
    on: bool


@event("room.held")
class RoomHeld:
    on: bool


@event("room.ended")
class RoomEnded:
    pass
