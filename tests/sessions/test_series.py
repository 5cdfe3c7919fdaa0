"""A group meets by a weekly pattern, and the pattern holds across clock changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import Notice
from groups.models import Membership, TherapyGroup
from groups.services import memberships, therapy_groups
from sessions.models import Apology, GroupSession, Series
from sessions.pattern import Pattern
from sessions.services import schedule, series

NEW_YORK = ZoneInfo("America/New_York")
TUESDAYS = Pattern((1,), time(18), 90, "America/New_York", date(2026, 10, 13))


@pytest.fixture
def october():
    """It is Monday 12 October 2026, noon in New York. The clocks change on 1 November and 14 March."""
    with time_machine.travel(datetime(2026, 10, 12, 16, tzinfo=UTC), tick=False) as clock:
        yield clock


def walls(sessions, zone=NEW_YORK) -> list[str]:
    return [session.starts_at.astimezone(zone).strftime("%d %b %H:%M") for session in sessions]


def of(group) -> list[GroupSession]:
    return list(GroupSession.objects.filter(group=group).order_by("starts_at"))


def member(group, person, role):
    return Membership.objects.create(
        group=group, person=person, role=role, shown_as=person.peer_name, from_on=date(2026, 1, 1)
    )


def start(cast, pattern=TUESDAYS, group=None):
    return series.start_series(group or cast.tuesday, pattern, by=cast.ines)


def test_six_in_the_evening_stays_six_when_the_clocks_go_back(october, cast):
    start(cast)
    meetings = of(cast.tuesday)
    assert walls(meetings)[:4] == ["13 Oct 18:00", "20 Oct 18:00", "27 Oct 18:00", "03 Nov 18:00"]
    assert meetings[2].starts_at.hour == 22
    assert meetings[3].starts_at.hour == 23
    assert len(meetings) == 12
    assert meetings[0].ends_at - meetings[0].starts_at == timedelta(minutes=90)


def test_and_when_they_go_forward(cast):
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC)):
        start(cast, replace(TUESDAYS, from_on=date(2027, 3, 9)))
        assert walls(of(cast.tuesday))[:2] == ["09 Mar 18:00", "16 Mar 18:00"]
        assert [meeting.starts_at.hour for meeting in of(cast.tuesday)[:2]] == [23, 22]


def test_a_zone_without_clock_changes_keeps_its_hour_too(october, cast):
    start(cast, replace(TUESDAYS, time_zone="America/Phoenix"))
    assert {meeting.starts_at.hour for meeting in of(cast.tuesday)} == {1}
    new_yorkers_see = walls(of(cast.tuesday))
    assert new_yorkers_see[2:4] == ["27 Oct 21:00", "03 Nov 20:00"]


def test_a_wall_time_that_does_not_exist_is_held_an_hour_later_on_the_wall(cast):
    nights = Pattern((6,), time(2, 30), 30, "America/New_York", date(2027, 3, 7))
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC)):
        start(cast, nights)
        assert walls(of(cast.tuesday))[:3] == ["07 Mar 02:30", "14 Mar 03:30", "21 Mar 02:30"]


def test_a_wall_time_that_comes_twice_is_the_first(october, cast):
    start(cast, Pattern((6,), time(1, 30), 30, "America/New_York", date(2026, 10, 25)))
    twice = of(cast.tuesday)[1]
    assert walls([twice]) == ["01 Nov 01:30"]
    assert twice.starts_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_every_other_week_counts_from_the_first(october, cast):
    start(cast, replace(TUESDAYS, weekdays=(1, 3), every_weeks=2))
    assert walls(of(cast.tuesday))[:4] == ["13 Oct 18:00", "15 Oct 18:00", "27 Oct 18:00", "29 Oct 18:00"]


def test_planning_ahead_twice_adds_nothing_and_later_adds_the_weeks_since(october, cast):
    start(cast)
    assert series.materialise_all() == 0
    october.shift(timedelta(days=14))
    assert series.materialise_all() == 2
    assert len(of(cast.tuesday)) == 14


def test_nothing_is_planned_in_the_past_or_after_the_last_day(october, cast):
    start(cast, replace(TUESDAYS, from_on=date(2026, 9, 1), until_on=date(2026, 10, 27)))
    assert walls(of(cast.tuesday)) == ["13 Oct 18:00", "20 Oct 18:00", "27 Oct 18:00"]


def test_a_moved_and_a_cancelled_meeting_stay_so_when_weeks_are_planned_again(october, cast):
    start(cast)
    first, second, *_rest = of(cast.tuesday)
    noon = datetime(2026, 10, 14, 16, tzinfo=UTC)
    schedule.move_session(first, starts_at=noon, minutes=60, by=cast.ines)
    schedule.cancel_session(second, reason="Holiday", by=cast.ines)
    assert series.materialise_all() == 0
    assert walls(of(cast.tuesday))[:2] == ["14 Oct 12:00", "20 Oct 18:00"]
    assert of(cast.tuesday)[1].cancelled_at


def test_a_change_from_a_day_on_leaves_what_was_before_and_what_was_decided(october, cast):
    old = start(cast)
    october.shift(timedelta(days=9))  # 21 October: two have been
    sessions = of(cast.tuesday)
    schedule.cancel_session(sessions[3], reason="Election", by=cast.ines)  # 3 Nov
    schedule.move_session(
        sessions[4], starts_at=sessions[4].starts_at + timedelta(days=1), minutes=60, by=cast.ines
    )
    seven = replace(TUESDAYS, starts_at=time(19), from_on=date(2026, 11, 2))
    new = series.change_series(old, seven, by=cast.ines)

    assert walls(of(cast.tuesday))[:6] == [
        "13 Oct 18:00", "20 Oct 18:00", "27 Oct 18:00", "03 Nov 18:00", "11 Nov 18:00", "17 Nov 19:00",
    ]  # fmt: skip
    after = of(cast.tuesday)
    assert after[3].cancelled_at
    assert [session.series for session in after[:6]] == [old, old, old, new, new, new]
    assert after[5].code == sessions[5].code, "links to it, and calendars, keep it"
    assert after[5].revision == 1
    assert series.materialise_all() == 0


def test_a_change_of_the_day_takes_the_old_days_away(october, cast):
    old = start(cast)
    told = of(cast.tuesday)[2]
    Apology.objects.create(group_session=told, person=cast.june, is_absence=True)
    wednesdays = replace(TUESDAYS, weekdays=(2,), from_on=date(2026, 10, 26))
    series.change_series(old, wednesdays, by=cast.ines)
    assert walls(of(cast.tuesday))[:4] == ["13 Oct 18:00", "20 Oct 18:00", "27 Oct 18:00", "28 Oct 18:00"]
    told.refresh_from_db()
    assert told.cancelled_at, "June told us about it: it stays, as cancelled"


def test_an_open_meeting_is_not_touched_by_a_change_from_today(october, cast):
    old = start(cast)
    october.move_to(datetime(2026, 10, 13, 22, 30, tzinfo=UTC))
    GroupSession.objects.filter(series_on=date(2026, 10, 13)).update(
        opened_at=datetime(2026, 10, 13, tzinfo=UTC)
    )
    later = replace(TUESDAYS, starts_at=time(21), from_on=date(2026, 10, 13))
    series.change_series(old, later, by=cast.ines)
    assert walls(of(cast.tuesday))[:2] == ["13 Oct 18:00", "20 Oct 21:00"]


def test_a_change_to_a_time_that_has_passed_today_begins_next_time(october, cast):
    old = start(cast)
    october.move_to(datetime(2026, 10, 13, 16, tzinfo=UTC))
    mornings = replace(TUESDAYS, starts_at=time(9), from_on=date(2026, 10, 13))
    series.change_series(old, mornings, by=cast.ines)
    assert walls(of(cast.tuesday))[:2] == ["13 Oct 18:00", "20 Oct 09:00"]


def test_a_series_ends_after_its_last_day(october, cast):
    weekly = start(cast)
    assert series.end_series(weekly, last_on=date(2026, 10, 27), by=cast.ines) == 9
    assert len(of(cast.tuesday)) == 3
    assert series.materialise_all() == 0
    series.end_series(weekly, last_on=date(2026, 10, 1), by=cast.ines)
    assert of(cast.tuesday) == []
    with pytest.raises(schedule.TooLate):
        series.end_series(weekly, last_on=date(2026, 10, 1), by=cast.ines)


def test_a_group_that_ended_meets_no_more(october, cast):
    start(cast)
    therapy_groups.end_group(cast.tuesday, by=cast.ines)
    assert of(cast.tuesday) == []
    assert not Series.objects.filter(ended_at=None).exists()


def test_members_are_told_once_that_something_changed_and_not_what(october, cast):
    start(cast)
    told = Notice.objects.filter(kind="schedule_changed")
    assert {notice.person for notice in told} == {cast.maya, cast.june, cast.omar}
    told.delete()
    first = of(cast.tuesday)[0]
    schedule.cancel_session(first, reason="Holiday", by=cast.maya)
    schedule.cancel_session(first, reason="Holiday", by=cast.maya)
    assert {notice.person for notice in told.all()} == {cast.june, cast.omar}
    schedule.restore_session(first, by=cast.maya)
    assert told.count() == 4


def test_it_is_too_late_to_change_what_is_open_or_past(october, cast, a_session):
    now = datetime.now(UTC)
    opened = a_session(cast.tuesday, now + timedelta(minutes=10), opened_at=now)
    past = a_session(cast.tuesday, now - timedelta(hours=2))
    for meeting in (opened, past):
        with pytest.raises(schedule.TooLate):
            schedule.cancel_session(meeting, reason="", by=cast.ines)
        with pytest.raises(schedule.TooLate):
            schedule.move_session(meeting, starts_at=now + timedelta(days=1), minutes=60, by=cast.ines)


def test_one_is_warned_when_someone_would_be_in_two_meetings_at_once(october, cast, a_session):
    evening = TherapyGroup.objects.create(program=cast.program, name="Skills")
    memberships.add_member(evening, cast.june, role="patient", by=cast.ines)
    now = datetime.now(UTC)
    a_session(cast.tuesday, now + timedelta(hours=1))
    a_session(cast.tuesday, now + timedelta(hours=4), cancelled_at=now)
    hour = timedelta(hours=1)
    times = [(now + n * hour, now + (n + 1) * hour) for n in (0.5, 2, 4)]
    assert schedule.clashes(evening, times) == [schedule.Clash(times[0][0], cast.june)]
    assert schedule.clashes(cast.tuesday, times) == [schedule.Clash(times[0][0], None)]
    assert schedule.clashes(cast.thursday, times) == []


def test_one_is_warned_when_a_room_between_browsers_would_be_too_small(cast):
    for person in (cast.theo, cast.sam, cast.cole):
        member(cast.tuesday, person, "staff")
    assert not schedule.has_too_many_for_peers(cast.tuesday)
    member(cast.tuesday, cast.ines, "staff")
    assert schedule.has_too_many_for_peers(cast.tuesday)
