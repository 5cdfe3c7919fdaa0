"""Planning meetings on the coordinator's pages; reading them in the week."""

import re
import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from audit.models import AuditEntry
from groups.models import Assignment, Membership
from sessions.models import GroupSession, Series
from sessions.pattern import Pattern
from sessions.services import apologies
from sessions.services import series as verbs

MONDAY_NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
TUESDAY_SIX = datetime(2026, 11, 24, 23, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def weekly(cast):
    """Tuesday's group meets on Tuesdays at six."""
    tuesdays = Pattern((1,), time(18), 60, "America/New_York", MONDAY_NOON.date())
    return verbs.start_series(cast.tuesday, tuesdays, by=cast.ines)


def doors(cast, meeting, weekly) -> list[str]:
    group = f"/groups/{cast.tuesday.code}"
    return [
        f"{group}/meetings/new/",
        f"{group}/series/new/",
        f"/series/{weekly.code}/change/",
        f"/series/{weekly.code}/end/",
        f"/sessions/{meeting.code}/move/",
        f"/sessions/{meeting.code}/cancel/",
    ]


def test_only_the_programs_coordinator_plans(cast, weekly, signed_in):
    meeting = weekly.group_sessions.first()
    closed = doors(cast, meeting, weekly)
    for door in closed:
        assert signed_in(cast.ines).get(door).status_code == 200, door
    for person in (cast.maya, cast.june, cast.theo, cast.rosa, cast.cole, cast.ada):
        browser = signed_in(person)
        for door in closed:
            nowhere = browser.get(re.sub(r"[0-9a-f-]{36}", lambda _code: str(uuid.uuid4()), door))
            assert nowhere.status_code == 404
            assert browser.get(door).content == nowhere.content, (person, door)
            assert browser.post(door).content == nowhere.content, (person, door)
        assert browser.post(f"/sessions/{meeting.code}/restore/").status_code == 404
    browser = signed_in(cast.ines)
    Assignment.objects.filter(person=cast.ines).update(ended_at=MONDAY_NOON)
    for door in closed:
        assert browser.get(door).status_code == 404


def test_the_plan_of_a_meeting_is_for_its_team(cast, weekly, signed_in):
    meeting = weekly.group_sessions.first()
    apologies.send_word(meeting, cast.june, is_absence=True, words="Dentist")
    path = f"/sessions/{meeting.code}/plan/"
    for person in (cast.maya, cast.ines, cast.cole):
        page = signed_in(person).get(path).content.decode()
        assert "Dentist" in page
        assert ("Move this meeting" in page) == (person == cast.ines)
    assert AuditEntry.objects.filter(action="session_plan.read").count() == 3
    for person in (cast.june, cast.theo, cast.sam, cast.rosa, cast.ada):
        browser = signed_in(person)
        assert browser.get(path).status_code == 404
        assert browser.get(path).content == browser.get(f"/sessions/{uuid.uuid4()}/plan/").content
    for person in (cast.maya, cast.ines, cast.cole):
        assert signed_in(person).get(f"/groups/{cast.tuesday.code}/meetings/").status_code == 200
    for person in (cast.june, cast.sam):
        assert signed_in(person).get(f"/groups/{cast.tuesday.code}/meetings/").status_code == 404


FACTS = {
    "weekdays": ["1", "3"],
    "every_weeks": "1",
    "starts_at": "18:00",
    "minutes": "90",
    "time_zone": "America/New_York",
    "from_on": "2026-11-24",
}


def seal_in(page: str) -> str:
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def test_a_series_shows_its_dates_before_it_is_saved(cast, signed_in):
    ines, path = signed_in(cast.ines), f"/groups/{cast.tuesday.code}/series/new/"
    page = ines.post(path, FACTS).content.decode()
    assert "Tue, Nov 24" in page
    assert "Thu, Dec 10" in page
    assert page.count('<li class="line"><strong>') == 6
    assert not Series.objects.exists()

    page = ines.post(
        path, FACTS | {"save": "1", "seen": seal_in(page), "starts_at": "19:00"}
    ).content.decode()
    assert not Series.objects.exists(), "these are not the dates that one has seen"
    assert (
        ines.post(path, FACTS | {"save": "1", "seen": seal_in(page), "starts_at": "19:00"}).status_code == 302
    )
    page = ines.get(f"/groups/{cast.tuesday.code}/").content.decode()
    assert "Tue, Thu at 7:00\u00a0pm, 1 h 30 min" in page
    assert "All 24" in page


def test_wrong_dates_are_told_at_their_field_and_kept(cast, signed_in):
    ines, path = signed_in(cast.ines), f"/groups/{cast.tuesday.code}/series/new/"
    wrong = {**FACTS, "weekdays": [], "from_on": "2026-11-01", "until_on": "2026-10-01", "minutes": "0"}
    page = ines.post(path, wrong).content.decode()
    assert "That day has passed" in page
    assert "The last day comes before the first" in page
    assert 'value="2026-10-01"' in page
    page = ines.post(path, FACTS | {"until_on": "2026-11-24", "weekdays": ["0"]}).content.decode()
    assert "No meeting falls between these days" in page
    page = ines.post(path, FACTS | {"time_zone": "Mars/Olympus"}).content.decode()
    assert "Choose one from the list" in page


def test_one_is_warned_of_a_clash_and_may_go_on(cast, weekly, signed_in):
    ines, path = signed_in(cast.ines), f"/groups/{cast.tuesday.code}/meetings/new/"
    when = {"day": "2026-11-24", "starts_at": "18:30", "minutes": "30", "time_zone": "America/New_York"}
    page = ines.post(path, when | {"kind": "group"}).content.decode()
    assert "This group already meets then" in page
    assert weekly.group_sessions.count() == GroupSession.objects.count()
    assert ines.post(path, when | {"kind": "group", "anyway": "1"}).status_code == 302
    one = GroupSession.objects.get(series=None)
    assert one.starts_at == TUESDAY_SIX + timedelta(minutes=30)


def test_a_clash_names_the_member_and_not_the_other_group(cast, a_session, signed_in):
    Membership.objects.create(
        group=cast.thursday, person=cast.june, role="patient", shown_as="June", from_on="2026-01-01"
    )
    a_session(cast.thursday, TUESDAY_SIX, title="Grief")
    page = signed_in(cast.ines).post(f"/groups/{cast.tuesday.code}/series/new/", FACTS).content.decode()
    assert "June has another meeting then (Tue, Nov 24)." in page
    assert "Grief" not in page
    a_session(cast.tuesday, TUESDAY_SIX)
    page = signed_in(cast.ines).get(f"/groups/{cast.tuesday.code}/").content.decode()
    assert "June has another meeting then (Tue, Nov 24)." in page
    assert "already meets" not in page


def test_a_meeting_is_moved_cancelled_and_brought_back(cast, weekly, signed_in):
    ines, meeting = signed_in(cast.ines), weekly.group_sessions.first()
    path = f"/sessions/{meeting.code}"
    page = ines.get(f"{path}/move/").content.decode()
    assert 'value="18:00"' in page
    when = {"day": "2026-11-24", "starts_at": "17:00", "minutes": "60", "time_zone": "America/New_York"}
    page = ines.post(f"{path}/move/", when | {"day": "2026-11-22"}).content.decode()
    assert "That time has passed" in page
    assert ines.post(f"{path}/move/", when).status_code == 302
    meeting.refresh_from_db()
    assert meeting.starts_at == TUESDAY_SIX - timedelta(hours=1)
    assert "Moved, members told" in ines.get(f"/groups/{cast.tuesday.code}/").content.decode()

    ines.post(f"{path}/cancel/", {"reason": "Thanksgiving"})
    assert "Cancelled: Thanksgiving" in signed_in(cast.june).get("/week/").content.decode()
    ines.post(f"{path}/restore/")
    assert "Cancelled" not in signed_in(cast.june).get("/week/").content.decode()


def test_what_has_begun_is_not_moved(cast, weekly, signed_in, monday):
    meeting = weekly.group_sessions.first()
    ines = signed_in(cast.ines)
    GroupSession.objects.update(opened_at=MONDAY_NOON)
    when = {"day": "2026-11-25", "starts_at": "17:00", "minutes": "60", "time_zone": "America/New_York"}
    page = ines.post(f"/sessions/{meeting.code}/move/", when).content.decode()
    assert "This meeting has been opened" in page
    page = ines.post(f"/sessions/{meeting.code}/cancel/", {"reason": ""}).content.decode()
    assert "This meeting has been opened" in page
    ines.post(f"/sessions/{meeting.code}/restore/")


def test_a_series_changes_and_ends_on_its_pages(cast, weekly, signed_in):
    ines, path = signed_in(cast.ines), f"/series/{weekly.code}/change/"
    assert 'value="18:00"' in ines.get(path).content.decode()
    later = FACTS | {"from_on": "2026-12-01", "starts_at": "19:00", "weekdays": ["1"]}
    page = ines.post(path, later).content.decode()
    assert "already meets" not in page, "its own meetings are those that change"
    ines.post(path, later | {"save": "1", "seen": seal_in(page)})
    starts = list(GroupSession.objects.order_by("starts_at").values_list("starts_at", flat=True)[:2])
    assert starts == [TUESDAY_SIX, TUESDAY_SIX + timedelta(days=7, hours=1)]

    new = Series.objects.latest("pk")
    assert "11 meetings are planned" in ines.get(f"/series/{new.code}/end/").content.decode()
    ines.post(f"/series/{new.code}/end/", {"last_on": "2026-12-08"})
    assert GroupSession.objects.count() == 3


def test_the_week_is_in_the_readers_own_zone(cast, a_session, signed_in):
    a_session(cast.tuesday, datetime(2026, 11, 25, 4, 30, tzinfo=UTC))  # Tuesday 11:30 pm in New York
    cast.june.time_zone = "Europe/Madrid"
    cast.june.save()
    page = signed_in(cast.june).get("/week/").content.decode()
    assert "All times are in Madrid time." in page
    assert "5:30 to 6:30\u00a0am" in page
    assert "11:30\u00a0pm in New York" in page
    wednesday = page.split("Wed, Nov 25")[1]
    assert "5:30" in wednesday.split("</li>")[0]


def test_the_week_shows_past_meetings_with_my_minutes_and_others_weeks(cast, a_session, signed_in):
    a_session(cast.tuesday, MONDAY_NOON - timedelta(hours=5))
    june = signed_in(cast.june)
    assert june.get("/week/").content.decode().count("My minutes") == 2
    assert "No meetings this week" in june.get("/week/?day=2026-11-01").content.decode()
    assert june.get("/week/?day=nonsense").status_code == 200
    assert june.get("/week/?day=0001-01-01").status_code == 200


def test_strangers_and_former_members_have_other_weeks(cast, a_session, signed_in):
    a_session(cast.tuesday, TUESDAY_SIX)
    Membership.objects.filter(person=cast.omar).update(ended_at=MONDAY_NOON)
    for person in (cast.theo, cast.sam, cast.omar, cast.rosa, cast.ada):
        assert "Tuesday evening" not in signed_in(person).get("/week/").content.decode()
    for person in (cast.ines, cast.cole):
        browser = signed_in(person)
        assert "Tuesday evening" not in browser.get("/week/").content.decode()
        assert "Tuesday evening" in browser.get("/week/?of=programs").content.decode()
    assert "Tuesday evening" not in signed_in(cast.theo).get("/week/?of=programs").content.decode()


def test_a_full_week_asks_the_database_no_more_often(
    cast, a_session, signed_in, django_assert_max_num_queries
):
    for hours in range(30):
        a_session(cast.tuesday, MONDAY_NOON + timedelta(hours=3 * hours))
    for person in (cast.june, cast.ines):
        browser = signed_in(person)
        with django_assert_max_num_queries(16):
            assert browser.get("/week/?of=programs").status_code == 200


def test_who_would_be_in_two_meetings_at_once_is_said_before_the_seat_is_given(cast, a_session, signed_in):
    tomorrow = timezone.now() + timedelta(days=1)
    a_session(cast.tuesday, tomorrow, 60)
    a_session(cast.thursday, tomorrow + timedelta(minutes=30), 60)
    ines = signed_in(cast.ines)
    given = {"person": cast.theo.code, "role": "patient", "from_on": timezone.localdate().isoformat()}
    page = ines.post(f"/groups/{cast.tuesday.code}/members/new/", given).content.decode()
    assert "Theo has another meeting then" in page
    assert "Thursday" not in page.split("Nothing is saved yet")[1].split("</ul>")[0]
    assert not cast.tuesday.memberships.filter(person=cast.theo).exists()
    ines.post(f"/groups/{cast.tuesday.code}/members/new/", given | {"anyway": "1"})
    assert cast.tuesday.memberships.filter(person=cast.theo).exists()


def test_meetings_before_the_seat_begins_are_no_reason_to_wait(cast, a_session, signed_in):
    soon = timezone.now() + timedelta(hours=3)
    a_session(cast.tuesday, soon, 60)
    a_session(cast.thursday, soon, 60)
    later = (timezone.localdate() + timedelta(days=7)).isoformat()
    given = {"person": cast.theo.code, "role": "patient", "from_on": later}
    signed_in(cast.ines).post(f"/groups/{cast.tuesday.code}/members/new/", given)
    assert cast.tuesday.memberships.filter(person=cast.theo).exists()
