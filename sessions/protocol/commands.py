"""What a browser may say. A kind or a shape that is not on this page does not exist."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, TypeVar, dataclass_transform
from uuid import UUID

from sessions.protocol.fields import (
    FLAG,
    LONGEST_ANSWER,
    LONGEST_MESSAGE,
    LONGEST_REASON,
    LONGEST_SAYING,
    MODE,
    SEAT,
    SEQ,
    BadMessage,
    maybe,
    number,
    one_of,
    or_null,
    passed_on,
    read_body,
    said,
    text,
)

REACTIONS = ("thanks", "with_you", "yes", "laugh", "clap")


class By(Enum):
    """Who may say it, in the words of PROTOCOL.md."""

    ANYONE = "anyone"
    WAITING = "waiting"
    IN = "in the room"
    PATIENT = "patient, relative"
    FACILITATOR = "facilitator"


class Command:
    """Something that a browser asks for, or says."""

    __slots__ = ()
    KIND: ClassVar[str]
    BY: ClassVar[By]


SomeCommand = TypeVar("SomeCommand", bound=Command)
Listing = Callable[[type[SomeCommand]], type[SomeCommand]]
COMMANDS: dict[str, type[Command]] = {}
EPHEMERAL: dict[str, type[Command]] = {}


@dataclass_transform(frozen_default=True, field_specifiers=(said, maybe))
def command(kind: str, by: By) -> Listing:
    return _listed(COMMANDS, kind, by)


@dataclass_transform(frozen_default=True, field_specifiers=(said, maybe))
def ephemeral(kind: str) -> Listing:
    """Something short-lived: no seq, no reply, never stored."""
    return _listed(EPHEMERAL, kind, By.IN)


def _listed(table: dict[str, type[Command]], kind: str, by: By) -> Listing:
    def list_it(cls: type[SomeCommand]) -> type[SomeCommand]:
        made = dataclass(frozen=True, slots=True)(cls)
        made.KIND, made.BY = kind, by
        table[kind] = made
        return made

    return list_it


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that we know: what it asks, and the id under which its reply is awaited."""

    says: Command
    id: UUID | None = None


def parse(content: object) -> Heard:
    """Return what a browser said, or raise BadMessage."""
    match content:
        case {"kind": str(kind), "id": str(name), **rest} if kind in COMMANDS:
            return Heard(_read(COMMANDS[kind], rest), _id(name))
        case {"kind": str(kind), **rest} if kind in EPHEMERAL:
            return Heard(_read(EPHEMERAL[kind], rest))
    raise BadMessage


def _read(kind: type[Command], rest: dict) -> Command:
    if not rest.keys() <= {"body"}:
        raise BadMessage
    return read_body(kind, rest.get("body", {}))


def _id(name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError:
        raise BadMessage from None


# --- Coming and going ---------------------------------------------------------------


@command("hello", By.ANYONE)
class Hello(Command):
    last_seq: int | None = maybe(or_null(SEQ))
    mode: str = maybe(MODE, "video")


@command("still.here", By.ANYONE)
class StillHere(Command):
    pass


@command("goodbye", By.ANYONE)
class Goodbye(Command):
    quickly: bool = maybe(FLAG, False)


@command("catch.up", By.IN)
class CatchUp(Command):
    last_seq: int = said(SEQ)


@command("media.ask", By.IN)
class AskForMedia(Command):
    pass


@command("arrive", By.WAITING)
class Arrive(Command):
    place: str = said(text(200))
    call_back: str = said(text(40))
    is_alone: bool = said(FLAG)
    has_headphones: bool = maybe(FLAG, False)
    may_call_contact: bool = maybe(FLAG, False)
    mood: int | None = maybe(or_null(number(0, 10)))


@command("call.someone", By.WAITING)
class CallSomeone(Command):
    pass


@command("step.out", By.IN)
class StepOut(Command):
    on: bool = said(FLAG)


# --- One's own sound, picture, hand and words ---------------------------------------


@command("microphone.set", By.IN)
class SetMicrophone(Command):
    on: bool = said(FLAG)


@command("camera.set", By.IN)
class SetCamera(Command):
    on: bool = said(FLAG)


@command("mode.set", By.IN)
class SetMode(Command):
    mode: str = said(MODE)


@command("screen.share", By.IN)
class ShareScreen(Command):
    on: bool = said(FLAG)


@command("hand.raise", By.IN)
class RaiseHand(Command):
    pass


@command("hand.lower", By.IN)
class LowerHand(Command):
    seat: UUID | None = maybe(SEAT)


@command("hands.lower", By.FACILITATOR)
class LowerHands(Command):
    pass


@command("chat.say", By.IN)
class Say(Command):
    text: str = said(text(LONGEST_SAYING))
    to: str = said(one_of("everyone", "facilitators"))


# --- The private button -------------------------------------------------------------


@command("quiet.raise", By.PATIENT)
class RaiseQuietHand(Command):
    kind: str = said(one_of("need_a_word", "step_out", "not_safe"))


@command("quiet.lower", By.PATIENT)
class LowerQuietHand(Command):
    pass


@command("quiet.see", By.FACILITATOR)
class SeeQuietHand(Command):
    call: UUID = said(SEAT)


@command("quiet.answer", By.FACILITATOR)
class AnswerQuietHand(Command):
    call: UUID = said(SEAT)
    text: str = said(text(LONGEST_ANSWER))


@command("quiet.close", By.FACILITATOR)
class CloseQuietHand(Command):
    call: UUID = said(SEAT)


# --- The door -----------------------------------------------------------------------


@command("door.admit", By.FACILITATOR)
class Admit(Command):
    seat: UUID = said(SEAT)


@command("door.admit_all", By.FACILITATOR)
class AdmitAll(Command):
    pass


@command("door.hold", By.FACILITATOR)
class Hold(Command):
    seat: UUID = said(SEAT)
    message: str = maybe(text(LONGEST_MESSAGE, shortest=0), "")


@command("door.send_back", By.FACILITATOR)
class SendBack(Command):
    seat: UUID = said(SEAT)


@command("door.remove", By.FACILITATOR)
class Remove(Command):
    seat: UUID = said(SEAT)
    reason: str = said(text(LONGEST_REASON, shortest=0))


@command("door.undo", By.FACILITATOR)
class UndoRemoval(Command):
    seat: UUID = said(SEAT)


# --- What facilitators may do to a seat, and to the room -----------------------------


@command("seat.mute", By.FACILITATOR)
class Mute(Command):
    seat: UUID = said(SEAT)


@command("seats.mute", By.FACILITATOR)
class MuteAll(Command):
    pass


@command("seat.stop_camera", By.FACILITATOR)
class StopCamera(Command):
    seat: UUID = said(SEAT)


@command("seat.ask_to_speak", By.FACILITATOR)
class AskToSpeak(Command):
    seat: UUID = said(SEAT)


@command("seat.allow_sharing", By.FACILITATOR)
class AllowSharing(Command):
    seat: UUID = said(SEAT)
    on: bool = said(FLAG)


@command("seat.stop_sharing", By.FACILITATOR)
class StopSharing(Command):
    seat: UUID = said(SEAT)


@command("phone.seat", By.FACILITATOR)
class SeatByPhone(Command):
    seat: UUID = said(SEAT)


@command("phone.end", By.FACILITATOR)
class EndPhone(Command):
    seat: UUID = said(SEAT)


@command("room.lock", By.FACILITATOR)
class Lock(Command):
    on: bool = said(FLAG)


@command("room.pause", By.FACILITATOR)
class Pause(Command):
    on: bool = said(FLAG)


@command("room.end", By.FACILITATOR)
class End(Command):
    pass


# --- Short-lived --------------------------------------------------------------------


@ephemeral("signal")
class Signal(Command):
    to: UUID = said(SEAT)
    connection: UUID = said(SEAT)
    description: dict | None = maybe(passed_on(type=str, sdp=str))
    candidate: dict | None = maybe(
        passed_on(candidate=str, sdpMid=str, sdpMLineIndex=int, usernameFragment=str)
    )


@ephemeral("speaking")
class Speaking(Command):
    on: bool = said(FLAG)


@ephemeral("quality")
class Quality(Command):
    level: str = said(one_of("good", "weak", "lost"))


@ephemeral("react")
class React(Command):
    reaction: str = said(one_of(*REACTIONS))
