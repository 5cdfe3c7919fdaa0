"""What people write in the room. It lives in the log only, sealed with the session's own key."""

from django.utils.translation import gettext as _

from groups.models import ChatPolicy
from sessions import broadcasts
from sessions.protocol import commands
from sessions.protocol.events import ChatSaid
from sessions.services.turns import Turn, not_now


def say(turn: Turn, command: commands.Say) -> None:
    check_may_write(turn, command.to)
    broadcasts.tell(turn, ChatSaid(turn.seat.seat, turn.seat.shown_as, command.text, command.to))


def check_may_write(turn: Turn, to: str) -> None:
    """By the session's policy; those who lead may always write to everyone."""
    if turn.seat.leads:
        return
    if turn.group_session.is_held:
        raise not_now(_("The room rests until a facilitator is back."))
    match turn.group_session.chat_policy:
        case ChatPolicy.OFF:
            raise not_now(_("Writing is switched off in this group."))
        case ChatPolicy.FACILITATORS if to != "facilitators":
            raise not_now(_("In this group you can write to the facilitators only."))
