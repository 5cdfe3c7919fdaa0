"""A session's room: prepared when the first person comes to its door, opened by its first facilitator."""

from django.db import transaction

from care.models import AgreementKind
from care.texts import says_chat_is_kept
from sessions import broadcasts
from sessions.models import GroupSession
from sessions.services.seats import seat_everyone
from sessions.services.turns import RoomTurn, write_down
from vault.sealing import new_key
from wire.models import Stream


@transaction.atomic
def prepare(group_session: GroupSession) -> GroupSession:
    """Give the session its log and its key, once. Returns it as it is now."""
    if group_session.stream_id is None:
        locked = GroupSession.objects.select_for_update().get(pk=group_session.pk)
        if locked.stream_id is None:
            locked.stream = Stream.objects.create()
            locked.data_key = new_key()
            locked.keeps_chat = says_chat_is_kept(AgreementKind.GROUP_CONFIDENTIALITY, locked.group)
            locked.save(update_fields=["stream", "data_key", "keeps_chat"])
    return GroupSession.objects.with_room().get(pk=group_session.pk)


def open_room(turn: RoomTurn) -> None:
    """Open the room, for its first facilitator, who has just come in."""
    group_session = turn.group_session
    group_session.opened_at = turn.now
    group_session.save(update_fields=["opened_at"])
    seat_everyone(group_session)
    write_down(turn, "session.opened")
    broadcasts.ask_the_door_again(turn)
