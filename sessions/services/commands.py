"""Which verb carries out which command. What is not listed here cannot be done over the wire."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from sessions import broadcasts
from sessions.models import Presence, VisitMode
from sessions.protocol import By, commands
from sessions.protocol.events import NothingChanged
from sessions.services import (
    admission,
    arriving,
    chat,
    devices,
    ends,
    hands,
    leading,
    phone,
    quiet,
)
from sessions.services.turns import Turn, not_for_you, not_now, not_yours
from wire import log

VERBS: dict[type, Callable] = {
    commands.AskForMedia: lambda turn, command: None,  # the socket grants it; here it is asked whether it may
    commands.Arrive: arriving.arrive,
    commands.CallSomeone: quiet.call_someone,
    commands.StepOut: devices.step_out,
    commands.SetMicrophone: devices.set_microphone,
    commands.SetCamera: devices.set_camera,
    commands.SetMode: devices.set_mode,
    commands.ShareScreen: devices.share_screen,
    commands.RaiseHand: hands.raise_hand,
    commands.LowerHand: hands.lower_hand,
    commands.LowerHands: hands.lower_all,
    commands.Say: chat.say,
    commands.RaiseQuietHand: quiet.raise_quiet_hand,
    commands.LowerQuietHand: quiet.lower_quiet_hand,
    commands.SeeQuietHand: quiet.see,
    commands.AnswerQuietHand: quiet.answer,
    commands.CloseQuietHand: quiet.close,
    commands.Admit: admission.admit,
    commands.AdmitAll: admission.admit_all,
    commands.Hold: admission.hold,
    commands.SendBack: admission.send_back,
    commands.Remove: admission.remove,
    commands.UndoRemoval: admission.undo_removal,
    commands.Mute: leading.mute,
    commands.MuteAll: leading.mute_all,
    commands.StopCamera: leading.stop_camera,
    commands.AskToSpeak: leading.ask_to_speak,
    commands.AllowSharing: leading.allow_sharing,
    commands.StopSharing: leading.stop_sharing,
    commands.SeatByPhone: phone.seat_by_phone,
    commands.EndPhone: phone.end_phone,
    commands.Lock: leading.lock,
    commands.Pause: leading.pause,
    commands.End: ends.end,
}


@transaction.atomic
def perform(person: int, code: UUID, connection: UUID, says: object, client_id: UUID) -> int:
    """Do what a browser says, once, if its person may; returns the seq under which it stands in the log.

    At the door it is 0: how much happens in the room is not for those who wait.
    """
    turn = arriving.take_turn(person, code)
    turn.visit = arriving.own_visit(turn.seat, connection)
    if done := log.already(turn.group_session.log, person, client_id):
        return _as_told(turn, done.seq)
    check_may_say(turn, says)
    turn.client_id = client_id
    VERBS[type(says)](turn, says)
    if turn.client_id is not None:
        broadcasts.tell(turn, NothingChanged())
    return _as_told(turn, turn.seq)


def _as_told(turn: Turn, seq: int) -> int:
    return 0 if turn.visit.mode == VisitMode.WAITING else seq


def check_may_say(turn: Turn, says) -> None:
    """Whether this kind of command is this seat's to give, where it stands now."""
    if says.BY in (By.ANYONE, By.WAITING):
        return
    if turn.seat.presence != Presence.IN or not arriving.may_be_in(turn.seat):
        raise not_now()
    if says.BY == By.FACILITATOR and not turn.seat.leads:
        raise not_yours()
    if says.BY == By.PATIENT and not turn.seat.is_member:
        raise not_for_you()
