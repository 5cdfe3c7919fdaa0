"""Today: what each person sees first."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Notice
from audit.models import AuditEntry
from care.models import Agreement
from groups.dates import today_at
from groups.models import Membership
from sessions.models import Admission, Attendance
from sessions.services import apologies

EVENING = datetime(2026, 11, 24, 22, 48, tzinfo=UTC)  # Tuesday, 5:48 pm in New York
SIX = datetime(2026, 11, 24, 23, tzinfo=UTC)


@pytest.fixture
def evening():
    with time_machine.travel(EVENING, tick=False) as clock:
        yield clock


def today(signed_in, person) -> str:
    page = signed_in(person).get("/")
    assert page.status_code == 200
    return page.content.decode()


def test_the_way_in_is_one_button_while_the_door_is_open(evening, cast, a_session, signed_in):
    meeting = a_session(cast.tuesday, SIX, 170)
    page = today(signed_in, cast.june)
    assert "Good afternoon, June" in page
    assert "6:00\u00a0to 8:50\u00a0pm".replace("\u00a0to", " to") in page
    assert "with Maya" in page
    assert "12 minutes" in page
    assert f'data-when="open started" href="/sessions/{meeting.code}/room/">' in page


def test_before_that_the_door_is_shut_and_one_may_try_the_camera(evening, cast, a_session, signed_in):
    evening.shift(timedelta(hours=-1))
    meeting = a_session(cast.tuesday, SIX)
    page = today(signed_in, cast.june)
    assert "The door opens in" in page
    assert "57 minutes" in page
    assert f'href="/sessions/{meeting.code}/room/" hidden' in page


def test_nothing_planned_is_said_in_words(cast, signed_in):
    assert "Nothing is planned for you now" in today(signed_in, cast.june)
    assert "None today." in today(signed_in, cast.maya)


def test_a_stranger_and_a_former_member_see_nothing_of_the_group(cast, a_session, signed_in):
    a_session(cast.tuesday, title="Riding out an urge")
    Membership.objects.filter(person=cast.omar).update(until_on=today_at(cast.site) - timedelta(days=1))
    for person in (cast.theo, cast.omar, cast.rosa):
        page = today(signed_in, person)
        assert "Riding out" not in page
        assert "Tuesday evening" not in page


def test_a_cancelled_meeting_stands_there_with_its_reason_and_is_not_next(
    evening, cast, a_session, signed_in
):
    a_session(cast.tuesday, SIX, cancelled_at=EVENING, cancel_reason="Thanksgiving")
    page = today(signed_in, cast.june)
    assert "Cancelled: Thanksgiving" in page
    assert "Nothing is planned for you now" in page


def test_an_open_room_past_its_time_is_still_the_next(evening, cast, a_session, signed_in):
    a_session(cast.tuesday, EVENING - timedelta(hours=2), opened_at=EVENING - timedelta(hours=2))
    assert "Go to the waiting room" in today(signed_in, cast.june)


def test_one_reads_times_in_ones_own_zone_and_the_groups_beside_it(evening, cast, a_session, signed_in):
    a_session(cast.tuesday, SIX)
    cast.june.time_zone = "America/Los_Angeles"
    cast.june.save()
    page = today(signed_in, cast.june)
    assert "3:00 to 4:00\u00a0pm" in page
    assert "Los Angeles time" in page
    assert "6:00\u00a0pm" in page
    assert "In New York" in page


def test_who_leads_sees_who_waits_who_sent_word_and_one_button(evening, cast, a_session, signed_in):
    meeting = a_session(cast.tuesday, SIX)
    apologies.send_word(meeting, cast.june, is_absence=False, minutes_late=10, words="The bus")
    seat = Attendance.objects.create(group_session=meeting, person=cast.omar, shown_as="Omar", role="patient")
    Admission.objects.create(attendance=seat)
    page = today(signed_in, cast.maya)
    assert "Open the room" in page
    assert "comes 10 minutes late" in page
    assert "1 waiting" in page
    assert "2 patients" in page
    assert "The bus" not in page
    assert AuditEntry.objects.filter(action="apology.read", actor=str(cast.maya.code)).count() == 1
    assert "The bus" in signed_in(cast.maya).get(f"/sessions/{meeting.code}/plan/").content.decode()


def test_a_leader_too_early_reads_from_when(evening, cast, a_session, signed_in):
    evening.shift(timedelta(hours=-2))
    a_session(cast.tuesday, SIX)
    page = today(signed_in, cast.maya)
    assert "Open it from 5:30\u00a0pm" in page
    assert "Open the room" not in page


def test_a_coordinator_sees_every_meeting_of_the_day_and_notices_that_are_stuck(cast, a_session, signed_in):
    now = timezone.now()
    a_session(cast.tuesday, now + timedelta(seconds=1), 1)
    Notice.objects.create(
        kind="message", person=cast.june, idempotency_key="x", due_at=now - timedelta(hours=1)
    )
    page = today(signed_in, cast.ines)
    assert "Today in your programs" in page
    assert "Tuesday evening" in page
    assert "Led by Maya" in page
    assert "Our email does not reach them" in page
    assert "Open the room" not in page


def test_a_facilitator_is_reminded_of_attendance_to_look_over(cast, a_session, signed_in):
    now = timezone.now()
    meeting = a_session(cast.tuesday, now - timedelta(hours=2), opened_at=now, ended_at=now)
    assert f"/sessions/{meeting.code}/record/" in today(signed_in, cast.maya)
    assert f"/sessions/{meeting.code}/record/" not in today(signed_in, cast.sam)


def test_older_attendance_is_found_with_the_groups_meetings(cast, a_session, signed_in):
    long_ago = timezone.now() - timedelta(days=20)
    meeting = a_session(cast.tuesday, long_ago, opened_at=long_ago, ended_at=long_ago + timedelta(hours=1))
    lately = timezone.now() - timedelta(hours=2)
    a_session(cast.tuesday, lately, opened_at=lately, ended_at=lately)
    assert "Older ones" in today(signed_in, cast.maya)
    meetings = signed_in(cast.maya).get(f"/groups/{cast.tuesday.code}/meetings/").content.decode()
    assert f"/sessions/{meeting.code}/" in meetings


@pytest.mark.parametrize("name", ["june", "rosa", "maya", "ines", "cole", "ada"])
def test_everyone_has_a_today(name, cast, a_session, signed_in):
    a_session(cast.tuesday)
    assert "Good " in today(signed_in, getattr(cast, name))


def test_one_signs_in_first(client):
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("name", ["june", "maya", "ines"])
def test_ten_meetings_ask_the_database_no_more_often_than_one(
    name, evening, cast, a_session, signed_in, django_assert_max_num_queries
):
    person = getattr(cast, name)
    browser = signed_in(person)
    for hours in range(10):
        a_session(cast.tuesday, EVENING - timedelta(hours=5) + timedelta(minutes=45 * hours))
        a_session(cast.thursday, EVENING - timedelta(hours=5) + timedelta(minutes=45 * hours))
    with django_assert_max_num_queries(24):
        assert browser.get("/").status_code == 200


def test_late_is_told_changed_and_taken_back(evening, cast, a_session, signed_in):
    meeting = a_session(cast.tuesday, SIX)
    june, path = signed_in(cast.june), f"/sessions/{meeting.code}/word/"
    assert june.get(path).status_code == 200

    page = june.post(path, {"what": "late", "words": "The bus"})
    assert "Choose about how late" in page.content.decode()
    assert "The bus</textarea>" in page.content.decode()

    assert june.post(path, {"what": "late", "minutes_late": 15}).status_code == 302
    assert "You said that you come 15 minutes late" in today(signed_in, cast.june)
    assert Notice.objects.get(kind="session_news").person == cast.maya

    june.post(path, {"what": "absent", "minutes_late": 15, "words": "Ill"})
    assert "can’t come" in today(signed_in, cast.maya)
    june.post(f"{path}back/")
    assert "can’t come" not in today(signed_in, cast.maya)
    assert "I’ll be late, or I can’t come" in today(signed_in, cast.june)


def test_word_about_a_far_meeting_needs_no_notice(evening, cast, a_session, signed_in):
    meeting = a_session(cast.tuesday, SIX + timedelta(days=3))
    signed_in(cast.june).post(f"/sessions/{meeting.code}/word/", {"what": "absent"})
    assert not Notice.objects.filter(kind="session_news").exists()


def test_nobody_but_a_member_with_a_seat_can_be_late(evening, cast, a_session, signed_in):
    meeting = a_session(cast.tuesday, SIX)
    over = a_session(cast.tuesday, SIX - timedelta(days=1))
    off = a_session(cast.tuesday, SIX, cancelled_at=EVENING)
    Membership.objects.filter(person=cast.omar).update(ended_at=EVENING)
    nowhere = "/sessions/5f0c0000-0000-4000-8000-000000000000/word/"
    for person in (cast.theo, cast.maya, cast.ines, cast.omar):
        answer = signed_in(person).get(f"/sessions/{meeting.code}/word/")
        assert answer.status_code == 404
        assert signed_in(person).post(f"/sessions/{meeting.code}/word/back/").status_code == 404
    for gone in (over, off):
        june = signed_in(cast.june)
        assert june.get(f"/sessions/{gone.code}/word/").content == june.get(nowhere).content
    theo = signed_in(cast.theo)
    assert theo.get(f"/sessions/{meeting.code}/word/").content == theo.get(nowhere).content


def test_a_missing_paper_is_seen_by_the_coordinator_and_first_of_all_by_whoever_must_sign(
    evening, cast, a_session, signed_in
):
    a_session(cast.tuesday, SIX)
    assert "Papers missing" not in today(signed_in, cast.ines)
    Agreement.objects.filter(person=cast.june, kind="telehealth").delete()
    page = today(signed_in, cast.ines)
    assert "Papers missing" in page
    assert "Agree to meeting by video" in page
    assert "Agree to meeting by video" in today(signed_in, cast.june)
    assert "Agree to meeting by video" not in today(signed_in, cast.omar)
    assert (
        "Agree to meeting by video"
        in signed_in(cast.maya).get(f"/groups/{cast.tuesday.code}/").content.decode()
    )


def test_nobody_is_led_to_a_door_that_does_not_open_for_them(cast, signed_in, a_session):
    meeting = a_session(cast.tuesday)
    for person in (cast.cole, cast.ines):
        for page in ("/", "/week/", "/week/?whose=all"):
            assert f"/sessions/{meeting.code}/room/" not in signed_in(person).get(page).content.decode()
    assert f"/sessions/{meeting.code}/room/" in signed_in(cast.june).get("/week/").content.decode()
