"""What a browser may say. A kind or a shape that is not on this page does not exist."""

from dataclasses import dataclass
from enum import Enum
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


COMMANDS: dict[str, type] = {}
EPHEMERAL: dict[str, type] = {}


def command(kind: str, by: By):
    return _listed(COMMANDS, kind, by)


def ephemeral(kind: str):
    """Something short-lived: no seq, no reply, never stored."""
    return _listed(EPHEMERAL, kind, By.IN)


def _listed(table: dict[str, type], kind: str, by: By):
    def list_it(cls: type) -> type:
        made = dataclass(frozen=True, slots=True)(cls)
        made.KIND, made.BY = kind, by  # type: ignore[attr-defined]
        table[kind] = made
        return made

    return list_it


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that we know: what it asks, and the id under which its reply is awaited."""

    says: object
    id: UUID | None = None


def parse(content: object) -> Heard:
    """Return what a browser said, or raise BadMessage."""
    match content:
        case {"kind": str(kind), "id": str(name), **rest} if kind in COMMANDS:
            return Heard(_read(COMMANDS[kind], rest), _id(name))
        case {"kind": str(kind), **rest} if kind in EPHEMERAL:
            return Heard(_read(EPHEMERAL[kind], rest))
    raise BadMessage


def _read(kind: type, rest: dict) -> object:
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
class Hello:
    last_seq: int | None = maybe(or_null(SEQ))
    mode: str = maybe(MODE, "video")


@command("still.here", By.ANYONE)
class StillHere:
    pass


@command("goodbye", By.ANYONE)
class Goodbye:
    quickly: bool = maybe(FLAG, False)


@command("catch.up", By.IN)
class CatchUp:
    last_seq: int = said(SEQ)


@command("media.ask", By.IN)
class AskForMedia:
    pass


@command("arrive", By.WAITING)
class Arrive:
    place: str = said(text(200))
    call_back: str = said(text(40))
    is_alone: bool = said(FLAG)
    has_headphones: bool = maybe(FLAG, False)
    may_call_contact: bool = maybe(FLAG, False)
    mood: int | None = maybe(or_null(number(0, 10)))


@command("call.someone", By.WAITING)
class CallSomeone:
    pass


@command("step.out", By.IN)
class StepOut:
    on: bool = said(FLAG)


# --- One's own sound, picture, hand and words ---------------------------------------


@command("microphone.set", By.IN)
class SetMicrophone:
    on: bool = said(FLAG)


@command("camera.set", By.IN)
class SetCamera:
    on: bool = said(FLAG)


@command("mode.set", By.IN)
class SetMode:
    mode: str = said(MODE)


@command("screen.share", By.IN)
class ShareScreen:
    on: bool = said(FLAG)


@command("hand.raise", By.IN)
class RaiseHand:
    pass


@command("hand.lower", By.IN)
class LowerHand:
    seat: UUID | None = maybe(SEAT)


@command("hands.lower", By.FACILITATOR)
class LowerHands:
    pass


@command("chat.say", By.IN)
class Say:
    text: str = said(text(LONGEST_SAYING))
    to: str = said(one_of("everyone", "facilitators"))


# --- The private button -------------------------------------------------------------


@command("quiet.raise", By.PATIENT)
class RaiseQuietHand:
    kind: str = said(one_of("need_a_word", "step_out", "not_safe"))


@command("quiet.lower", By.PATIENT)
class LowerQuietHand:
    pass


@command("quiet.see", By.FACILITATOR)
class SeeQuietHand:
    call: UUID = said(SEAT)


@command("quiet.answer", By.FACILITATOR)
class AnswerQuietHand:
    call: UUID = said(SEAT)
    text: str = said(text(LONGEST_ANSWER))


@command("quiet.close", By.FACILITATOR)
class CloseQuietHand:
    call: UUID = said(SEAT)


# --- The door -----------------------------------------------------------------------


@command("door.admit", By.FACILITATOR)
class Admit:
    seat: UUID = said(SEAT)


@command("door.admit_all", By.FACILITATOR)
class AdmitAll:
    pass


@command("door.hold", By.FACILITATOR)
class Hold:
    seat: UUID = said(SEAT)
    message: str = maybe(text(LONGEST_MESSAGE, shortest=0), "")


@command("door.send_back", By.FACILITATOR)
class SendBack:
    seat: UUID = said(SEAT)


@command("door.remove", By.FACILITATOR)
class Remove:
    seat: UUID = said(SEAT)
    reason: str = said(text(LONGEST_REASON, shortest=0))


@command("door.undo", By.FACILITATOR)
class UndoRemoval:
    seat: UUID = said(SEAT)


# --- What facilitators may do to a seat, and to the room -----------------------------


@command("seat.mute", By.FACILITATOR)
class Mute:
    seat: UUID = said(SEAT)


@command("seats.mute", By.FACILITATOR)
class MuteAll:
    pass


@command("seat.stop_camera", By.FACILITATOR)
class StopCamera:
    seat: UUID = said(SEAT)


@command("seat.ask_to_speak", By.FACILITATOR)
class AskToSpeak:
    seat: UUID = said(SEAT)


@command("seat.allow_sharing", By.FACILITATOR)
class AllowSharing:
    seat: UUID = said(SEAT)
    on: bool = said(FLAG)


@command("seat.stop_sharing", By.FACILITATOR)
class StopSharing:
    seat: UUID = said(SEAT)


@command("phone.seat", By.FACILITATOR)
class SeatByPhone:
    seat: UUID = said(SEAT)


@command("phone.end", By.FACILITATOR)
class EndPhone:
    seat: UUID = said(SEAT)


@command("room.lock", By.FACILITATOR)
class Lock:
    on: bool = said(FLAG)


@command("room.pause", By.FACILITATOR)
class Pause:
    on: bool = said(FLAG)


@command("room.end", By.FACILITATOR)
class End:
    pass


# --- Short-lived --------------------------------------------------------------------


@ephemeral("signal")
class Signal:
    to: UUID = said(SEAT)
    connection: UUID = said(SEAT)
    description: dict | None = maybe(passed_on(type=str, sdp=str))
    candidate: dict | None = maybe(
        passed_on(candidate=str, sdpMid=str, sdpMLineIndex=int, usernameFragment=str)
    )


@ephemeral("speaking")
class Speaking:
    on: bool = said(FLAG)


@ephemeral("quality")
class Quality:
    level: str = said(one_of("good", "weak", "lost"))


@ephemeral("react")
class React:
    reaction: str = said(one_of(*REACTIONS))
