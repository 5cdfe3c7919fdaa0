"""Who sees which meeting in the schedule."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.dates import today_at
from groups.models import Membership
from sessions import access
from sessions.models import GroupSession


def seen_by(person) -> list:
    return list(GroupSession.objects.visible_to(person))


def test_members_and_their_team_see_a_meeting_and_nobody_else(cast, a_session):
    meeting = a_session(cast.tuesday)
    for person in (cast.june, cast.maya, cast.ines, cast.cole):
        assert seen_by(person) == [meeting]
    for person in (cast.theo, cast.sam, cast.rosa, cast.ada):
        assert seen_by(person) == []
        with pytest.raises(access.NotYourRoom):
            access.planned_session_for(person, meeting.code)


def test_a_patient_sees_only_the_days_on_which_they_belong(cast, a_session):
    now, today = timezone.now(), today_at(cast.site)
    seats = Membership.objects.filter(person=cast.june)
    seats.update(from_on=today - timedelta(days=2), until_on=today + timedelta(days=2))
    for days in (-9, -1, 1, 9):
        a_session(cast.tuesday, starts_at=now + timedelta(days=days))
    assert [round((one.starts_at - now).days) for one in seen_by(cast.june)] == [-1, 1]
    assert len(seen_by(cast.maya)) == 4


def test_a_membership_that_ended_takes_the_schedule_with_it(cast, a_session):
    a_session(cast.tuesday)
    Membership.objects.filter(person=cast.june).update(until_on=today_at(cast.site) - timedelta(days=1))
    assert seen_by(cast.june) == []


def test_an_early_leader_opens_the_door_for_everyone(cast, a_session):
    now = timezone.now()
    meeting = a_session(cast.tuesday, starts_at=now + timedelta(minutes=20))
    assert not meeting.door_is_open()
    assert meeting.door_is_open(leads=True)
    meeting.opened_at = now
    assert meeting.door_is_open()
    meeting.ended_at = now
    assert not meeting.door_is_open(leads=True)


def test_a_meeting_past_its_time_is_over_unless_it_is_open(cast, a_session):
    then = timezone.now() - timedelta(hours=3)
    never, still = a_session(cast.tuesday, then), a_session(cast.tuesday, then, opened_at=then)
    assert list(GroupSession.objects.not_over()) == [still]
    assert never.is_over
    assert not still.is_over
