"""Ends of access, while connected: at the door too, and where no news told of it."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Role
from accounts.services import people
from accounts.services.endings import end_sessions
from care.models import Agreement
from care.services import agreements as care_agreements
from groups import dates
from groups.services import memberships, therapy_groups
from groups.services import people as people_here
from sessions.models import Attendance, Visit
from tests.sessions.conftest import change
from wire import hubs

pytestmark = pytest.mark.django_db(transaction=True)


async def next_round() -> None:
    """What the tick does every five seconds."""
    tick = hubs.here().tick
    tick.door_at = 0.0
    await tick.ask_door()


def sign_out(cast, omar):
    omar.client.post("/accounts/logout/")


def session_ended(cast, omar):
    end_sessions(cast.omar, why="session_ended")


def deactivated(cast, omar):
    people.deactivate(cast.omar, by=cast.ines)


def role_ended(cast, omar):
    people.end_role(cast.omar, "patient", by=cast.ines)


def membership_ended(cast, omar):
    memberships.end_membership(cast.omar.memberships.get(), by=cast.ines)


def group_ended(cast, omar):
    therapy_groups.end_group(cast.tuesday, by=cast.ines)


def stay_ended(cast, omar):
    people_here.end_enrolment(cast.omar.enrolments.get(), by=cast.ines)


ENDINGS = [
    (sign_out, 4401), (session_ended, 4401), (deactivated, 4401),
    (role_ended, 4410), (membership_ended, 4410), (group_ended, 4410),
    (stay_ended, 4410),
]  # fmt: skip


@pytest.mark.parametrize("end, code", ENDINGS)
async def test_it_ends_at_the_door_too(end, code, cast, evening, browser):
    await change(cast.tuesday, waiting_room="each")
    omar = evening.omar
    await evening.maya.done("door.send_back", seat=evening.seat["Omar"])
    await omar.hears("waiting.state")
    await sync_to_async(end)(cast, omar)
    assert await omar.closes() == code
    again = await browser(cast.omar, client=omar.client).open()
    await again.send({"kind": "hello", "body": {}})
    assert (await again.closes(), again.heard) == (code, [])


async def test_an_agreement_taken_back_puts_one_at_the_door_and_signing_again_lets_one_return(cast, evening):
    agreement = await Agreement.objects.filter(person=cast.omar).afirst()
    await sync_to_async(care_agreements.withdraw)(agreement, by=cast.omar)
    state = await evening.omar.hears("waiting.state")
    assert state["missing"]
    await evening.maya.hears("person.shown_out", seat=evening.seat["Omar"])
    await evening.maya.done("chat.say", text="AFTERWARDS", to="everyone")
    await evening.omar.settles()
    assert "AFTERWARDS" not in str(evening.omar.heard)
    assert await evening.omar.refused("hand.raise") == "not_now"


async def test_nobody_is_let_in_without_what_must_be_signed(cast, evening):
    await Agreement.objects.filter(person=cast.june).adelete()
    assert await evening.maya.refused("door.admit", seat=evening.seat["June"]) == "not_now"
    assert await evening.maya.refused("phone.seat", seat=evening.seat["June"]) == "not_now"
    await evening.maya.done("door.admit_all")
    await evening.june.settles()
    assert "room.state" not in evening.june.kinds()


async def test_the_quick_exit_signs_out_and_tells_the_facilitators(cast, evening):
    await sync_to_async(evening.omar.client.post)("/away/out/")
    assert await evening.omar.closes() in (1000, 4401)
    assert (await evening.maya.hears("person.left_quickly"))["call_back"] == "978-555-0177"


async def test_whoever_led_and_leads_no_more_is_out(cast, evening):
    membership = await cast.maya.memberships.aget()
    await sync_to_async(memberships.end_membership)(membership, by=cast.ines)
    assert await evening.maya.closes() == 4410
    await evening.omar.hears("person.shown_out", seat=evening.seat["Maya"])


async def test_another_role_is_another_seat(cast, evening, browser):
    membership = await cast.maya.memberships.aget()
    await sync_to_async(memberships.change_membership)(
        membership, by=cast.ines, role="staff", shown_as="Maya", from_on=membership.from_on, until_on=None
    )
    await evening.omar.hears("person.left", seat=evening.seat["Maya"])
    assert (await evening.maya.hears("waiting.state"))["state"] == "not_arrived"
    assert await evening.maya.refused("door.admit_all") == "not_now"


# --- What no news told --------------------------------------------------------------


async def sign_out_unseen(cast):
    await Session.objects.all().adelete()


async def deactivated_unseen(cast):
    await change(cast.omar, is_active=False)


async def role_ended_unseen(cast):
    await Role.objects.filter(person=cast.omar).aupdate(ended_at=timezone.now())


async def day_passed(cast):
    yesterday = dates.today_at(cast.site) - timedelta(days=1)
    await cast.omar.memberships.aupdate(until_on=yesterday)


@pytest.mark.parametrize(
    "end, code",
    [(sign_out_unseen, 4401), (deactivated_unseen, 4401), (role_ended_unseen, 4410), (day_passed, 4410)],
)
async def test_what_no_news_told_is_found_within_ten_seconds(end, code, cast, evening):
    await end(cast)
    await next_round()
    assert await evening.omar.closes() == code
    seat = await Attendance.objects.aget(seat=evening.seat["Omar"])
    assert seat.presence == "out"
    assert not await Visit.objects.filter(attendance=seat, closed_at=None).aexists()


@pytest.mark.parametrize("end", [role_ended_unseen, day_passed, deactivated_unseen])
async def test_the_next_word_asks_anyway(end, cast, evening):
    await end(cast)
    await evening.omar.send({"kind": "hand.raise", "id": "11111111-1111-4111-8111-111111111111", "body": {}})
    assert await evening.omar.closes() in (4401, 4410)
    await evening.maya.settles()
    assert "hand.raised" not in evening.maya.kinds()


async def test_an_agreement_deleted_behind_everyones_back_is_found(cast, evening):
    await Agreement.objects.filter(person=cast.omar).adelete()
    await next_round()
    assert (await evening.omar.hears("waiting.state"))["missing"]
