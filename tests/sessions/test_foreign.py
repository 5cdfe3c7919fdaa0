"""Names of seats and calls from another room open nothing in this one."""

from dataclasses import fields
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async

from sessions.models import Attendance, QuietHand
from sessions.protocol import COMMANDS
from wire.models import StreamEvent

pytestmark = pytest.mark.django_db(transaction=True)

NAMING = {
    kind: next(field.name for field in fields(command) if field.name in ("seat", "call"))
    for kind, command in COMMANDS.items()
    if {field.name for field in fields(command)} & {"seat", "call"}
}
MORE = {"on": True, "message": "", "reason": "", "text": "x"}


@pytest.fixture
async def thursday(cast, browser, a_session):
    """Sam leads Theo elsewhere at the same time; Theo has called."""
    session = await sync_to_async(a_session)(cast.thursday)
    sam = await browser(cast.sam, session=session).come()
    theo = await browser(cast.theo, session=session).knock()
    await sam.done("door.admit_all")
    await theo.hears("room.state")
    await theo.done("quiet.raise", kind="not_safe")
    seat = await Attendance.objects.aget(person=cast.theo)
    call = await QuietHand.objects.aget()
    for each in (sam, theo):
        (await each.settles()).heard.clear()
    return {"seat": seat, "call": call, "sam": sam, "theo": theo, "session": session}


def test_the_commands_that_name_someone_are_all_here():
    assert len(NAMING) == 16


async def test_no_command_reaches_into_another_room(cast, evening, thursday):
    before = await StreamEvent.objects.filter(stream=thursday["session"].stream_id).acount()
    names = {"seat": str(thursday["seat"].seat), "call": str(thursday["call"].code)}
    replies = {}
    for kind, name in NAMING.items():
        known = {field.name for field in fields(COMMANDS[kind])} & MORE.keys()
        body = {name: names[name]} | {each: MORE[each] for each in known}
        replies[kind] = (
            await evening.maya.say(kind, **body),
            await evening.maya.say(kind, **body | {name: str(uuid4())}),
        )
    for kind, (foreign, nobodys) in replies.items():
        assert foreign["refused"] == "not_there", kind
        assert {**foreign, "re": 0} == {**nobodys, "re": 0}, kind
    assert await StreamEvent.objects.filter(stream=thursday["session"].stream_id).acount() == before
    await thursday["theo"].hears_nothing()
    call = await QuietHand.objects.aget(pk=thursday["call"].pk)
    assert (call.seen_at, call.closed_at, call.answer) == (None, None, "")


async def test_nothing_of_one_room_is_ever_heard_in_another(evening, thursday):
    await evening.omar.done("chat.say", text="TUESDAYS", to="everyone")
    await evening.omar.send({"kind": "react", "body": {"reaction": "yes"}})
    signal = {
        "to": str(thursday["seat"].seat),
        "connection": str(uuid4()),
        "description": {"type": "offer", "sdp": "x"},
    }
    await evening.omar.send({"kind": "signal", "body": signal})
    await thursday["theo"].hears_nothing()
    await thursday["sam"].hears_nothing()


async def test_a_seat_name_is_nobodys_key(cast, evening):
    """Who a browser is, its login says; naming another's seat in any field changes nothing about that."""
    maya = UUID(evening.seat["Maya"])
    for kind in ("hand.raise", "chat.say", "door.admit_all"):
        body = {"seat": str(maya), "from": str(maya), "person": cast.maya.pk, "leads": True}
        assert await evening.omar.refused(kind, **body, text="x", to="everyone") == "bad_message"
