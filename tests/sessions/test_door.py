"""The waiting room: who is let in, by whom, and what is heard before."""

import uuid
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from groups import dates
from groups.models import TherapyGroup
from sessions.models import GroupSession
from tests.conftest import member
from tests.sessions.conftest import ARRIVED, Closed, change

pytestmark = pytest.mark.django_db(transaction=True)


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
    nobodys = await browser(cast.theo, session=GroupSession()).open()
    codes = []
    for each in (theirs, nobodys):
        await each.send({"kind": "hello", "body": {}})
        codes.append((await each.closes(), each.heard))
    assert codes == [(4403, []), (4403, [])]


async def test_someone_who_is_not_signed_in_is_sent_to_sign_in(cast, browser, tonight):
    june = browser(cast.june)
    june.client = await sync_to_async(june.client)()
    await sync_to_async(june.client.logout)()
    june.client.cookies["sessionid"] = "nobody"
    await june.open()
    await june.send({"kind": "hello", "body": {}})
    assert (await june.closes(), june.heard) == (4401, [])


async def test_staff_without_a_second_factor_get_no_further_than_the_door(cast, browser, signed_in, tonight):
    maya = browser(cast.maya, client=lambda: signed_in(cast.maya, second_factor=False))
    await maya.open()
    await maya.send({"kind": "hello", "body": {}})
    assert (await maya.closes(), maya.heard) == (4401, [])


@pytest.mark.parametrize(
    "what",
    [
        "membership over",
        "membership to come",
        "role ended",
        "deactivated",
        "cancelled",
        "group ended",
        "past",
    ],
)
async def test_a_door_that_is_closed_to_a_member_says_what_it_says_to_strangers(what, cast, browser, tonight):
    june = await browser(cast.june).open()
    membership = await cast.june.memberships.aget()
    yesterday = dates.today_at(cast.site) - timedelta(days=1)
    match what:
        case "membership over":
            await change(membership, until_on=yesterday)
        case "membership to come":
            await change(membership, from_on=dates.today_at(cast.site) + timedelta(days=1))
        case "role ended":
            await cast.june.roles.all().aupdate(ended_at=timezone.now())
        case "deactivated":
            await change(cast.june, is_active=False)
        case "cancelled":
            await change(tonight, cancelled_at=timezone.now())
        case "group ended":
            await TherapyGroup.objects.filter(pk=cast.tuesday.pk).aupdate(ended_at=timezone.now())
        case "past":
            past = timezone.now() - timedelta(hours=3)
            await change(tonight, starts_at=past, ends_at=past + timedelta(hours=1))
    await june.send({"kind": "hello", "body": {}})
    assert await june.closes() == (4401 if what == "deactivated" else 4403)
    assert june.heard == []


# --- What is heard at the door ------------------------------------------------------


async def test_who_waits_learns_nothing_of_the_room(cast, browser):
    maya = await browser(cast.maya).come()
    omar = await browser(cast.omar).knock()
    await maya.done("door.admit_all")
    await omar.hears("room.state")
    june = await browser(cast.june).knock()
    await june.settles()
    june.heard.clear()
    await omar.done("chat.say", text="SECRET", to="everyone")
    await omar.done("hand.raise")
    await omar.send({"kind": "react", "body": {"reaction": "yes"}})
    await june.hears_nothing()
    assert "Omar" not in str(june.heard) and "SECRET" not in str(june.heard)


async def test_waiting_people_hear_when_a_facilitator_comes(cast, browser):
    june = await browser(cast.june).knock()
    assert (june.state["leader_is_here"], june.state["led_by"]) == (False, ["Maya"])
    await browser(cast.maya).come()
    assert await june.hears("waiting.state", leader_is_here=True)


async def test_waiting_people_are_told_by_name_which_leaders_are_here(cast, browser):
    await sync_to_async(member)(cast.tuesday, cast.cole, "co_facilitator")
    june = await browser(cast.june).knock()
    assert (june.state["led_by"], june.state["led_here"]) == (["Maya", "Cole"], [])
    cole = await browser(cast.cole).come()
    await june.hears("waiting.state", led_here=["Cole"])
    await browser(cast.maya).come()
    await june.hears("waiting.state", led_here=["Maya", "Cole"])
    await cole.send({"kind": "goodbye", "body": {}})
    await june.hears("waiting.state", led_here=["Maya"])


async def test_too_early_the_door_is_shut_and_takes_no_arrival(cast, browser, tonight):
    await change(tonight, starts_at=timezone.now() + timedelta(minutes=20))
    june = await browser(cast.june).come()
    assert june.state["state"] == "not_open"
    assert await june.refused("arrive", **ARRIVED) == "not_now"
    assert not await GroupSession.objects.filter(attendances__admission__isnull=False).aexists()


async def test_a_facilitator_may_open_half_an_hour_early_and_opens_the_door_for_all(cast, browser, tonight):
    await change(tonight, starts_at=timezone.now() + timedelta(minutes=20))
    june = await browser(cast.june).come()
    maya = await browser(cast.maya).come()
    assert [person["shown_as"] for person in maya.state["people"]] == ["Maya"]
    assert await june.hears("waiting.state", state="not_arrived")


async def test_not_even_facilitators_open_an_hour_early(cast, browser, tonight):
    later = timezone.now() + timedelta(minutes=60)
    await change(tonight, starts_at=later, ends_at=later + timedelta(hours=1))
    maya = await browser(cast.maya).come()
    assert maya.state["state"] == "not_open"
    await tonight.arefresh_from_db()
    assert tonight.opened_at is None


async def test_the_arrival_is_told_to_facilitators_only_and_filled_in_again_next_time(
    cast, browser, a_session
):
    maya, june = await browser(cast.maya).come(), await browser(cast.june).knock()
    card = await maya.hears("door.changed", arrival=None)
    assert card["state"] == "waiting"
    card = await maya.hears("door.changed")
    assert card["arrival"]["place"] == ARRIVED["place"] and card["is_here"]
    assert (await maya.hears("roster.changed", call_back=ARRIVED["call_back"]))["status"] == "waiting"
    assert june.state["arrival"]["mood"] == 5
    other = await sync_to_async(a_session)(cast.tuesday)
    again = await browser(cast.june, session=other).come()
    assert again.state["arrival"] == ARRIVED | {"mood": None}
    assert again.state["state"] == "not_arrived"


# --- What facilitators decide -------------------------------------------------------


async def test_who_is_on_hold_reads_why_and_is_not_let_in_with_the_others(evening):
    maya, june = evening.maya, evening.june
    await maya.done("door.hold", seat=evening.seat["June"], message="A minute, please")
    held = await june.hears("waiting.state", state="on_hold")
    assert (held["message"], held["decided_by"]) == ("A minute, please", "Maya")
    await maya.done("door.admit_all")
    await june.hears_nothing()
    await maya.done("door.admit", seat=evening.seat["June"])
    await june.hears("room.state")


async def test_who_is_sent_back_hears_nothing_more_and_waits(evening):
    maya, omar = evening.maya, evening.omar
    await maya.done("door.send_back", seat=evening.seat["Omar"])
    assert await omar.hears("waiting.state", state="waiting")
    await maya.done("chat.say", text="Now that he is out", to="everyone")
    await omar.hears_nothing()
    assert await omar.refused("hand.raise") == "not_now"
    await omar.vanish()


async def test_who_is_removed_cannot_come_back_by_any_path_until_it_is_undone(cast, browser, evening):
    maya, omar, seat = evening.maya, evening.omar, evening.seat["Omar"]
    await maya.done("door.remove", seat=seat, reason="Shouting")
    assert (await omar.hears("waiting.state", state="removed"))["decided_by"] == "Maya"
    assert await omar.refused("chat.say", text="Let me in", to="everyone") == "not_now"
    await omar.send({"kind": "goodbye", "id": None, "body": {}})
    with pytest.raises(Closed):
        await omar.until(lambda frame: False)
    for last_seq in (None, 0, 5):
        again = await browser(cast.omar).come(last_seq)
        assert again.state["state"] == "removed" and "room.state" not in again.kinds()
    await maya.done("door.admit_all")
    assert await maya.refused("door.admit", seat=seat) == "not_now"
    assert await maya.refused("phone.seat", seat=seat) == "not_now"
    await again.hears_nothing()
    await maya.done("door.undo", seat=seat)
    await again.hears("waiting.state", state="waiting")
    await maya.done("door.admit", seat=seat)
    await again.hears("room.state")


async def test_facilitators_cannot_be_sent_out(evening):
    seat = evening.seat["Maya"]
    assert await evening.maya.refused("door.remove", seat=seat, reason="") == "not_yours"
    assert await evening.maya.refused("door.send_back", seat=seat) == "not_yours"


async def test_a_locked_room_takes_nobody_new_and_lets_those_return_who_have_a_seat(cast, browser, tonight):
    maya, omar = await browser(cast.maya).come(), await browser(cast.omar).knock()
    await maya.done("door.admit_all")
    await omar.hears("room.state")
    await maya.done("room.lock", on=True)
    june = await browser(cast.june).come()
    assert june.state["state"] == "locked"
    assert await june.refused("arrive", **ARRIVED) == "not_now"
    await omar.vanish()
    assert "room.state" in (await browser(cast.omar).come()).kinds()
    await maya.done("room.lock", on=False)
    await june.hears("waiting.state", state="not_arrived")
    assert (await maya.hears("door.changed", shown_as="June"))["arrival"] is None
    assert (await maya.hears("roster.changed", shown_as="June"))["status"] == "waiting"


@pytest.mark.parametrize("policy, comes_back_to", [("first", "room.state"), ("each", "waiting.state")])
async def test_after_a_goodbye_the_group_says_who_returns_unasked(policy, comes_back_to, cast, browser):
    await change(cast.tuesday, waiting_room=policy)
    maya, june = await browser(cast.maya).come(), await browser(cast.june).knock()
    await maya.done("door.admit_all")
    await june.hears("room.state")
    await june.send({"kind": "goodbye", "body": {}})
    assert await june.closes() == 1000
    await maya.hears("person.left")
    again = await browser(cast.june).come()
    assert comes_back_to in again.kinds()


@pytest.mark.parametrize("policy", ["first", "each"])
async def test_after_a_lost_line_one_is_back_unasked(policy, cast, browser):
    await change(cast.tuesday, waiting_room=policy)
    maya, june = await browser(cast.maya).come(), await browser(cast.june).knock()
    await maya.done("door.admit_all")
    await june.hears("room.state")
    await june.vanish()
    assert "room.state" in (await browser(cast.june).come()).kinds()


async def test_hold_and_sending_back_take_the_unasked_return_away(evening, browser, cast):
    maya, omar = evening.maya, evening.omar
    await maya.done("door.send_back", seat=evening.seat["Omar"])
    await omar.hears("waiting.state")
    await omar.send({"kind": "goodbye", "body": {}})
    await omar.closes()
    assert "room.state" not in (await browser(cast.omar).come()).kinds()


async def test_members_cannot_open_the_door(evening):
    seat = evening.seat["June"]
    for kind in ("door.admit", "door.send_back", "door.undo", "phone.seat"):
        assert await evening.omar.refused(kind, seat=seat) == "not_yours"
        assert await evening.june.refused(kind, seat=seat) == "not_now"
    assert await evening.omar.refused("door.admit_all") == "not_yours"
    assert await evening.omar.refused("room.end") == "not_yours"


# --- What replies tell ---------------------------------------------------------------


async def test_whoever_waits_cannot_count_what_happens_in_the_room(evening):
    id = str(uuid.uuid4())
    first = await evening.june.say("arrive", id=id, **ARRIVED)
    await evening.omar.done("hand.raise")
    second = await evening.june.say("call.someone")
    again = await evening.june.say("arrive", id=id, **ARRIVED)
    assert [reply["seq"] for reply in (first, second, again)] == [0, 0, 0]


async def test_whoever_was_removed_cannot_count_what_happens_in_the_room(evening):
    await evening.maya.done("door.remove", seat=evening.seat["Omar"], reason="")
    await evening.omar.hears("waiting.state", state="removed")
    assert await evening.omar.done("arrive", **ARRIVED) == 0
