"""One's own microphone, camera, screen, and a moment away. Nobody switches on anyone else's."""

from django.utils.translation import gettext as _

from sessions import broadcasts
from sessions.models import Attendance, Presence, VisitMode
from sessions.protocol import commands
from sessions.protocol.events import (
    CameraChanged,
    MicrophoneChanged,
    ModeChanged,
    PersonSteppedOut,
    ScreenShared,
    ScreenStopped,
)
from sessions.services import visits
from sessions.services.roster import tell_row
from sessions.services.turns import RoomTurn, Turn, not_now, not_yours


def set_microphone(turn: Turn, command: commands.SetMicrophone) -> None:
    seat = turn.seat
    if command.on:
        check_sound_may_begin(turn)
    if seat.microphone_on != command.on:
        _set(seat, microphone_on=command.on)
        broadcasts.tell(turn, MicrophoneChanged(seat.seat, command.on))


def set_camera(turn: Turn, command: commands.SetCamera) -> None:
    seat = turn.seat
    if command.on:
        _check_has_media(seat)
    if seat.camera_on != command.on:
        _set(seat, camera_on=command.on)
        broadcasts.tell(turn, CameraChanged(seat.seat, command.on))


def set_mode(turn: Turn, command: commands.SetMode) -> None:
    """With picture, or sound only: for the record."""
    if turn.visit.mode in (command.mode, VisitMode.WAITING):
        return
    visits.change_mode(turn, turn.visit, command.mode)
    broadcasts.tell(turn, ModeChanged(turn.seat.seat, command.mode))


def share_screen(turn: Turn, command: commands.ShareScreen) -> None:
    seat = turn.seat
    if not command.on:
        stop_sharing(turn, seat)
        return
    check_sound_may_begin(turn)
    if not (seat.leads or seat.may_share_screen):
        raise not_yours()
    others = turn.group_session.attendances.filter(is_sharing_screen=True, presence=Presence.IN)
    if others.exclude(pk=seat.pk).exists():
        raise not_now(_("Someone else is showing their screen."))
    if not seat.is_sharing_screen:
        _set(seat, is_sharing_screen=True)
        broadcasts.tell(turn, ScreenShared(seat.seat))


def stop_sharing(turn: RoomTurn, seat: Attendance) -> None:
    if seat.is_sharing_screen:
        _set(seat, is_sharing_screen=False)
        broadcasts.tell(turn, ScreenStopped(seat.seat))


def step_out(turn: Turn, command: commands.StepOut) -> None:
    """Back in a moment: the seat stays taken."""
    seat = turn.seat
    if (seat.stepped_out_at is not None) == command.on:
        return
    _set(seat, stepped_out_at=turn.now if command.on else None)
    broadcasts.tell(turn, PersonSteppedOut(seat.seat, command.on))
    tell_row(turn, seat)


def check_sound_may_begin(turn: Turn) -> None:
    """While the room rests, or without a place for media, nobody begins to send."""
    _check_has_media(turn.seat)
    if turn.group_session.is_held:
        raise not_now(_("Sound and picture rest until a facilitator is back."))
    if turn.group_session.is_paused:
        raise not_now(_("A facilitator has paused sound and picture."))


def _check_has_media(seat: Attendance) -> None:
    if not seat.has_media:
        raise not_now(_("There is no free place for sound and picture. You can see who is here, and write."))


def _set(seat: Attendance, **values) -> None:
    for name, value in values.items():
        setattr(seat, name, value)
    seat.save(update_fields=list(values))
