"""What those who lead may do to a seat, and to the room. They may stop things; they never switch them on."""

from django.utils.translation import gettext as _

from sessions import broadcasts, media
from sessions.models import Attendance, Presence
from sessions.protocol import commands
from sessions.protocol.events import (
    CameraChanged,
    MicrophoneChanged,
    MicrophonesMuted,
    RoomLocked,
    RoomPaused,
    SharingAllowed,
    SpeakingAsked,
)
from sessions.services import devices
from sessions.services.turns import RoomTurn, Turn, not_now, write_down

# --- One seat -----------------------------------------------------------------------


def mute(turn: RoomTurn, command: commands.Mute) -> None:
    seat = _in_room(turn, command.seat)
    if seat.microphone_on:
        seat.microphone_on = False
        seat.save(update_fields=["microphone_on"])
        media.mute(seat, "microphone")
        broadcasts.tell(turn, MicrophoneChanged(seat.seat, on=False, by="facilitator"))
        write_down(turn, "seat.muted", seat)


def stop_camera(turn: RoomTurn, command: commands.StopCamera) -> None:
    seat = _in_room(turn, command.seat)
    if seat.camera_on:
        seat.camera_on = False
        seat.save(update_fields=["camera_on"])
        media.mute(seat, "camera")
        broadcasts.tell(turn, CameraChanged(seat.seat, on=False, by="facilitator"))
        write_down(turn, "seat.camera_stopped", seat)


def ask_to_speak(turn: Turn, command: commands.AskToSpeak) -> None:
    """Asks. The person decides."""
    seat = _in_room(turn, command.seat)
    broadcasts.tell(turn, SpeakingAsked(seat.seat, turn.seat.shown_as))


def allow_sharing(turn: RoomTurn, command: commands.AllowSharing) -> None:
    seat = _in_room(turn, command.seat)
    if seat.may_share_screen == command.on:
        return
    seat.may_share_screen = command.on
    seat.save(update_fields=["may_share_screen"])
    broadcasts.tell(turn, SharingAllowed(seat.seat, command.on))
    write_down(turn, "seat.sharing_allowed" if command.on else "seat.sharing_withdrawn", seat)
    if not command.on and not seat.leads:
        devices.stop_sharing(turn, seat)


def stop_sharing(turn: RoomTurn, command: commands.StopSharing) -> None:
    seat = _in_room(turn, command.seat)
    if seat.is_sharing_screen:
        media.mute(seat, "screen")
        devices.stop_sharing(turn, seat)
        write_down(turn, "seat.sharing_stopped", seat)


def _in_room(turn: RoomTurn, name) -> Attendance:
    seat = turn.seat_of(name)
    if seat.presence == Presence.OUT:
        raise not_now(_("That person is not in the room."))
    return seat


# --- The room -----------------------------------------------------------------------


def mute_all(turn: RoomTurn, command: commands.MuteAll) -> None:
    """Everyone who does not lead."""
    if mute_those(turn, [seat for seat in _speaking(turn) if not seat.leads]):
        write_down(turn, "room.muted")


def mute_those(turn: RoomTurn, seats: list[Attendance]) -> bool:
    for seat in seats:
        seat.microphone_on = False
        seat.save(update_fields=["microphone_on"])
        media.mute(seat, "microphone")
    if seats:
        broadcasts.tell(turn, MicrophonesMuted([seat.seat for seat in seats]))
    return bool(seats)


def mute_everyone(turn: RoomTurn) -> None:
    """A room that rests begins again in silence: each switches their own microphone back on."""
    mute_those(turn, _speaking(turn))


def _speaking(turn: RoomTurn) -> list[Attendance]:
    return list(turn.group_session.attendances.filter(microphone_on=True).order_by("pk"))


def lock(turn: RoomTurn, command: commands.Lock) -> None:
    """Nobody new may knock; those who have a seat may return."""
    if turn.group_session.is_locked == command.on:
        return
    _set(turn, is_locked=command.on)
    broadcasts.tell(turn, RoomLocked(command.on))
    broadcasts.ask_the_door_again(turn)
    write_down(turn, "room.locked" if command.on else "room.unlocked")


def pause(turn: RoomTurn, command: commands.Pause) -> None:
    """All sound and picture rest, in one tap."""
    if turn.group_session.is_paused == command.on:
        return
    _set(turn, is_paused=command.on)
    broadcasts.tell(turn, RoomPaused(command.on))
    if command.on:
        mute_everyone(turn)
    write_down(turn, "room.paused" if command.on else "room.resumed")


def _set(turn: RoomTurn, **values) -> None:
    for name, value in values.items():
        setattr(turn.group_session, name, value)
    turn.group_session.save(update_fields=list(values))
