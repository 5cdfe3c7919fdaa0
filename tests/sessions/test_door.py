"""The waiting room: who is let in, by whom, and what is heard before."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from groups import dates
from groups.models import TherapyGroup
from sessions.models import GroupSession
from tests.sessions.conftest import ARRIVED, Closed

pytestmark = pytest.mark.django_db(transaction=True)


async def change(thing, **values) -> None:
    await type(thing).objects.filter(pk=thing.pk).aupdate(**values)


# --- Who may come to the door -------------------------------------------------------


async def test_a_patient_knocks_is_let_in_and_is_heard(cast, browser):
    june = await browser(cast.june).knock()
    assert june.state["state"] == "waiting"
    maya = await browser(cast.maya).come()
    assert [card["shown_as"] for card in maya.state["door"]] == ["June"]
    await maya.done("door.admit_all")
    state = await june.hears("room.state")
    assert {person["shown_as"] for person in state["people"]} == {"Maya", "June"}
    await maya.hears("person.joined", shown_as="June")
    await june.done("chat.say", text="Hello", to="everyone")
    assert (await maya.hears("chat.said"))["text"] == "Hello"


@pytest.mark.parametrize("name", ["theo", "sam", "ines", "cole", "ada", "rosa"])
async def test_whoever_does_not_belong_to_the_group_is_told_nothing(name, cast, browser, tonight):
    stranger = await browser(getattr(cast, name)).open()
    await stranger.send({"kind": "hello", "id": "00000000-0000-4000-8000-000000000001", "body": {}})
    assert await stranger.closes() == 4403
    assert stranger.heard == []


async def test_a_stranger_cannot_tell_whether_a_room_exists(cast, browser, tonight):
    theirs = await browser(cast.theo).open()
    nobodys = await browser(cast.theo, GroupSession()).open()
    codes = []
    for each in (theirs, nobodys):
        await each.send({"kind": "hello", "body": {}})
        codes.append((await each.closes(), each.heard))
    assert codes == [(4403, []), (4403, [])]
