"""The private button, and "I need someone now": who is told, where, and what is truthfully said of it."""

import math
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from audit.models import AuditEntry
from groups.models import Assignment, Program
from groups.services import team
from sessions.models import Arrival, Attendance, QuietHand
from sessions.services.quiet import ring
from tests.conftest import member, person
from tests.sessions.conftest import ARRIVED, Browser, change
from wire import hubs

pytestmark = pytest.mark.django_db(transaction=True)
rung = sync_to_async(ring)


@pytest.fixture
async def desk(signed_in):
    """`desk(person)` is any page of a staff member's, with its desk."""
    pages: list[Browser] = []

    def page(person) -> Browser:
        pages.append(Browser(lambda: signed_in(person), "/ws/desk/"))
        return pages[-1]

    yield page
    for each in pages:
        await each.vanish()


async def raised_ago(seconds: int) -> None:
    at = timezone.now() - timedelta(seconds=seconds)
    await QuietHand.objects.aupdate(raised_at=at)


async def test_only_facilitators_and_the_person_see_a_quiet_hand(cast, evening):
    await evening.maya.done("door.admit", seat=evening.seat["June"])
    await evening.june.hears("room.state")
    await evening.omar.done("quiet.raise", kind="not_safe")
    raised = await evening.maya.hears("quiet.raised")
    assert (raised["kind"], raised["shown_as"], raised["call_back"]) == ("not_safe", "Omar", "978-555-0177")
    assert (await evening.omar.hears("quiet.raised"))["call"] == raised["call"]
    await evening.june.settles()
    assert not [kind for kind in evening.june.kinds() if kind.startswith("quiet")]
    assert (await evening.june.come_again())["quiet"] is None
    assert (await evening.omar.come_again())["quiet"]["kind"] == "not_safe"
    assert (await evening.maya.come_again())["calls"][0]["call"] == raised["call"]


async def test_it_is_answered_by_name(evening):
    await evening.omar.done("quiet.raise", kind="need_a_word")
    call = (await evening.maya.hears("quiet.raised"))["call"]
    await evening.maya.done("quiet.see", call=call)
    assert (await evening.omar.hears("quiet.seen"))["by"] == "Maya"
    await evening.maya.done("quiet.answer", call=call, text="After the round")
    answer = await evening.omar.hears("quiet.answered")
    assert (answer["by"], answer["text"]) == ("Maya", "After the round")
    assert (await evening.omar.come_again())["quiet"]["answer"] == {"by": "Maya", "text": "After the round"}
    await evening.maya.done("quiet.close", call=call)
    await evening.omar.hears("quiet.closed", call=call)


async def test_whoever_raised_it_takes_it_back_and_a_graver_one_takes_its_place(evening):
    await evening.omar.done("quiet.raise", kind="need_a_word")
    first = (await evening.maya.hears("quiet.raised"))["call"]
    await evening.omar.done("quiet.raise", kind="need_a_word")
    assert await QuietHand.objects.acount() == 1
    await evening.omar.done("quiet.raise", kind="not_safe")
    await evening.maya.hears("quiet.closed", call=first)
    await evening.omar.done("quiet.lower")
    await evening.maya.settles()
    assert not await QuietHand.objects.filter(closed_at=None).aexists()


async def test_it_rings_again_and_then_reaches_the_coordinators(cast, evening, desk):
    ines, sam = await desk(cast.ines).come(), await desk(cast.maya).come()
    await evening.omar.done("quiet.raise", kind="not_safe")
    await sam.until(lambda frame: frame.get("kind") == "desk.state" and frame["body"]["calls"])
    await raised_ago(29)
    await rung()
    assert await QuietHand.objects.filter(rung_again_at=None).aexists()
    await raised_ago(31)
    await rung()
    await rung()
    await evening.maya.hears("quiet.rang_again")
    await ines.settles()
    assert not ines.state["calls"]
    await QuietHand.objects.aupdate(rung_again_at=timezone.now() - timedelta(seconds=31))
    await rung()
    await rung()
    await evening.omar.hears("quiet.reached_coordinators")
    state = await ines.until(lambda frame: frame.get("kind") == "desk.state" and frame["body"]["calls"])
    call = state["body"]["calls"][0]
    assert (call["name"], call["kind"], call["call_back"]) == ("Omar", "not_safe", "978-555-0177")
    await evening.maya.settles()
    assert evening.maya.kinds().count("quiet.rang_again") == 0
    await ines.say("quiet.see", call=call["call"])
    assert (await evening.omar.hears("quiet.seen"))["by"] == "Ines"
    assert await AuditEntry.objects.filter(action="call.read", actor=str(cast.ines.code)).aexists()


async def test_what_was_seen_rings_no_more(evening):
    await evening.omar.done("quiet.raise", kind="need_a_word")
    call = (await evening.maya.hears("quiet.raised"))["call"]
    await evening.maya.done("quiet.see", call=call)
    await raised_ago(100)
    assert await rung() == 0


@pytest.mark.parametrize("state", ["waiting", "removed", "on_hold"])
async def test_i_need_someone_now_reaches_leaders_and_coordinators_at_once(state, cast, evening, desk):
    ines = await desk(cast.ines).come()
    seat = evening.seat["June"]
    if state == "removed":
        await evening.maya.done("door.remove", seat=seat, reason="")
    if state == "on_hold":
        await evening.maya.done("door.hold", seat=seat)
    await evening.june.settles()
    await evening.june.done("call.someone")
    assert (await evening.june.until(_has_call))["body"]["call"]["seen_by"] is None
    raised = await evening.maya.hears("quiet.raised", kind="someone_now")
    assert raised["shown_as"] == "June"
    frame = await ines.until(lambda frame: frame.get("kind") == "desk.state" and frame["body"]["calls"])
    call = frame["body"]["calls"][0]
    assert (call["where"], call["name"], call["place"]) == ("waiting", "June", "At home, 12 Mill Road")
    await ines.say("quiet.see", call=call["call"])
    seen = await evening.june.until(lambda frame: _has_call(frame) and frame["body"]["call"]["seen_by"])
    assert seen["body"]["call"]["seen_by"] == "Ines"


def _has_call(frame: dict) -> bool:
    return frame.get("kind") == "waiting.state" and bool(frame["body"]["call"])


async def test_i_need_someone_now_works_before_anyone_has_opened(cast, browser, tonight, desk):
    later = timezone.now() + timedelta(hours=1)
    await change(tonight, starts_at=later, ends_at=later + timedelta(hours=1))
    maya, june = await desk(cast.maya).come(), await browser(cast.june).come()
    assert june.state["state"] == "not_open"
    await june.done("call.someone")
    await maya.until(lambda frame: frame.get("kind") == "desk.state" and frame["body"]["calls"])


async def test_a_call_outlives_its_session_on_the_desks(cast, evening, desk):
    await evening.june.done("call.someone")
    await evening.maya.send({"kind": "room.end", "id": "11111111-1111-4111-8111-111111111111", "body": {}})
    assert await evening.maya.closes() == 4410
    ines = await desk(cast.ines).come()
    call = ines.state["calls"][0]["call"]
    await ines.say("quiet.see", call=call)
    await ines.say("quiet.close", call=call)
    await ines.until(lambda frame: frame.get("kind") == "desk.state" and not frame["body"]["calls"])


async def test_each_desk_shows_ways_that_are_open_to_its_reader(cast, evening, desk, signed_in):
    """A coordinator has no seat in the group: the room is no way for them, whom to call is."""
    maya, ines = await desk(cast.maya).come(), await desk(cast.ines).come()
    await evening.june.done("call.someone")
    called = {}
    for page in (maya, ines):
        frame = await page.until(lambda frame: frame.get("kind") == "desk.state" and frame["body"]["calls"])
        (called[page],) = frame["body"]["calls"]
    assert called[maya]["room_url"] == f"/sessions/{evening.session.code}/room/"
    assert called[ines]["room_url"] is None
    for page in (maya, ines):
        for name in ("room_url", "contacts_url"):
            if url := called[page][name]:
                assert (await sync_to_async(page.client.get)(url)).status_code == 200
    assert called[ines]["contacts_url"]
    await evening.maya.send({"kind": "room.end", "id": "11111111-1111-4111-8111-111111111111", "body": {}})
    await evening.maya.closes()
    (call,) = (await desk(cast.maya).come()).state["calls"]
    assert (call["room_url"], call["call_back"]) == (None, "978-555-0177")


def signs_out(cast, page):
    page.client.post("/accounts/logout/")


def work_ended(cast, page):
    coordinates_too = person("Olga", "coordinator")
    Assignment.objects.create(program=cast.program, person=coordinates_too, role="coordinator")
    team.end_assignment(Assignment.objects.get(person=cast.ines), by=coordinates_too)


@pytest.mark.parametrize("end, code", [(signs_out, 4401), (work_ended, 4403)])
async def test_a_desk_closes_when_its_persons_access_ends(end, code, cast, evening, desk):
    ines = await desk(cast.ines).come()
    hubs.here().tick.door_at = math.inf  # nobody asks by the clock: only the news can tell
    await sync_to_async(end)(cast, ines)
    assert await ines.closes(within=5) == code


async def test_nobody_is_named_to_call_for_a_relative(cast, evening, desk, browser):
    await sync_to_async(member)(cast.tuesday, cast.rosa, "relative")
    rosa = await browser(cast.rosa).knock()
    await rosa.done("call.someone")
    (call,) = (await desk(cast.ines).come()).state["calls"]
    assert (call["name"], call["contacts_url"]) == ("Rosa", None)


@pytest.mark.parametrize(
    "name, code", [("june", 4403), ("theo", 4403), ("rosa", 4403), ("cole", 4403), ("ada", 4403)]
)
async def test_a_desk_is_for_those_who_answer(name, code, cast, desk):
    page = await desk(getattr(cast, name)).open()
    await page.send({"kind": "hello", "body": {}})
    assert (await page.closes(), page.heard) == (code, [])


async def test_a_desk_closes_with_the_work_in_the_program_not_seconds_later(cast, desk, signed_in):
    kim = await sync_to_async(person)("Kim", "coordinator")
    await Assignment.objects.acreate(program=cast.program, person=kim, role="coordinator")
    page = await desk(kim).come()
    hubs.here().tick.door_at = math.inf  # only the news can tell
    ines = await sync_to_async(signed_in)(cast.ines)
    address = f"/programs/{cast.program.code}/team/{kim.code}/coordinator/end/"
    await sync_to_async(ines.post)(address)
    assert await page.closes() == 4403


async def test_another_groups_leader_sees_none_of_it_and_cannot_answer(cast, evening, desk):
    sam = await desk(cast.sam).come()
    await evening.june.done("call.someone")
    call = await QuietHand.objects.aget()
    await sam.settles()
    assert not sam.state["calls"]
    assert await sam.refused("quiet.see", call=str(call.code)) == "not_there"
    await call.arefresh_from_db()
    assert call.seen_at is None


async def test_a_facilitator_cannot_call_for_someone(evening):
    assert await evening.maya.refused("call.someone") == "not_yours"


async def test_a_lighter_call_never_ends_a_graver_one(evening):
    await evening.omar.done("quiet.raise", kind="not_safe")
    first = await evening.maya.hears("quiet.raised", kind="not_safe")
    await evening.omar.done("quiet.raise", kind="step_out")
    await evening.maya.settles()
    assert not {"quiet.closed", "quiet.raised"} & set(evening.maya.kinds())
    await evening.maya.done("quiet.see", call=first["call"])
    await evening.omar.done("quiet.raise", kind="step_out")
    await evening.maya.settles()
    assert "quiet.closed" not in evening.maya.kinds()


async def test_whoever_calls_again_after_being_seen_is_heard_again(evening):
    await evening.june.done("call.someone")
    first = await evening.maya.hears("quiet.raised", kind="someone_now")
    await evening.june.done("call.someone")
    await evening.maya.settles()
    assert "quiet.raised" not in evening.maya.kinds()  # it rings already
    await evening.maya.done("quiet.see", call=first["call"])
    await evening.june.done("call.someone")
    await evening.maya.hears("quiet.closed", call=first["call"])
    again = await evening.maya.hears("quiet.raised", kind="someone_now")
    assert again["call"] != first["call"]


# --- The number to call -------------------------------------------------------------


@sync_to_async
def told_before(person, group, a_session, number):
    """They gave this number when they arrived at another session, a week ago."""
    met = a_session(group, starts_at=timezone.now() - timedelta(days=7))
    seat = Attendance.objects.create(group_session=met, person=person, shown_as="x", role="patient")
    Arrival.objects.create(attendance=seat, **{**ARRIVED, "call_back": number})


async def test_leaders_have_the_number_of_whoever_has_not_come_yet(cast, browser, a_session, tonight):
    await told_before(cast.june, cast.tuesday, a_session, "978-555-0001")
    await told_before(cast.omar, cast.thursday, a_session, "978-555-0002")
    maya = await browser(cast.maya).come()
    numbers = {row["shown_as"]: row["call_back"] for row in maya.state["roster"]}
    assert numbers["June"] == "978-555-0001"
    june = await browser(cast.june).come()
    await june.done("call.someone")
    assert (await maya.hears("quiet.raised"))["call_back"] == "978-555-0001"


async def test_a_number_told_in_another_program_is_not_known_here(cast, browser, a_session, tonight):
    await sync_to_async(move_to_another_program)(cast.thursday)
    await told_before(cast.june, cast.thursday, a_session, "978-555-0002")
    maya = await browser(cast.maya).come()
    assert {row["call_back"] for row in maya.state["roster"]} == {None}


def move_to_another_program(group) -> None:
    group.program = Program.objects.create(site=group.program.site, name="Elsewhere")
    group.save()
