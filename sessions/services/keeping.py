"""What is left of the words at the end: nothing, or the chat, where the program keeps it and all have agreed.

While the session goes on every word is sealed with a key that dies with it, whatever is to be kept: a backup
of that time can be read by nobody later. What is kept is sealed anew at the end.
"""

import logging
from contextlib import suppress
from functools import partial

from care.services.agreements import all_let_chat_be_kept
from sessions import broadcasts
from sessions.models import Attendance, GroupSession
from sessions.protocol.events import ChatNotKept, ChatSaid
from sessions.services.turns import RoomTurn
from vault.sealing import Unreadable, destroy, new_key
from wire import log
from wire.events import Event

logger = logging.getLogger(__name__)


def look_at_agreement(turn: RoomTurn, seat: Attendance) -> None:
    """Someone is in, or was, who has not agreed that the chat is kept: from now on it will not be."""
    group_session = turn.group_session
    if not group_session.keeps_chat or not seat.is_member:
        return
    if not all_let_chat_be_kept(group_session.group, [seat.person_id]):
        group_session.keeps_chat = False
        group_session.save(update_fields=["keeps_chat"])
        broadcasts.tell(turn, ChatNotKept())


def is_kept(group_session: GroupSession) -> bool:
    """Whether the chat would be kept, were this the end. Once it was said that it is erased, it is."""
    if not group_session.keeps_chat:
        return False
    were_in = group_session.attendances.exclude(stays=[])
    members = [seat.person_id for seat in were_in if seat.is_member]
    return all_let_chat_be_kept(group_session.group, members)


def settle(turn: RoomTurn) -> bool:
    """Erase what was said and destroy its key; seal anew what is kept. Whether anything is."""
    group_session = turn.group_session
    kept = _opened_chat(group_session) if is_kept(group_session) else []
    log.forget_sealed(group_session.log)
    destroy(group_session.key, by=turn.actor)
    if kept:
        group_session.data_key = new_key(lasting=True)
        group_session.save(update_fields=["data_key"])
    for event in kept:
        log.seal_again(event, partial(broadcasts.seal, group_session))
    return bool(kept)


def chat_of_record(group_session: GroupSession) -> list[dict]:
    """What was kept of the chat of a session that is over: everything, in order."""
    key = group_session.data_key
    if group_session.ended_at is None or key is None or not key.lasting:
        return []
    return [{"at": event.at, **event.content()} for event in _opened_chat(group_session)]


def _opened_chat(group_session: GroupSession) -> list[Event]:
    said = log.of_kind(group_session.log, ChatSaid.KIND)
    for event in said:
        with suppress(Unreadable):
            event.unseal(partial(broadcasts.unseal, group_session))
    opened = [event for event in said if not event.is_sealed]
    if len(opened) < len(said):
        logger.warning("%s: %d words could not be opened", group_session, len(said) - len(opened))
    return opened
