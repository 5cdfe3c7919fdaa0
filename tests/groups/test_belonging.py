"""Who belongs to a group, for how long, and under which name."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.models import Role, User
from audit.models import AuditEntry
from groups import access, signals
from groups.dates import today_at
from groups.models import Enrolment, GroupKind, Membership, TherapyGroup
from groups.refusals import AlreadyHere, DaysMixedUp, GroupFull, NameTaken, NotForThem, StillNeeded
from groups.services import memberships, team, therapy_groups


@pytest.fixture
def heard():
    """`heard(signal)` is a list that fills with what `signal` says."""
    connected = []

    def listen(signal) -> list:
        said: list = []

        def remember(**news):
            said.append(news)

        signal.connect(remember)
        connected.append((signal, remember))
        return said

    yield listen
    for signal, remember in connected:
        signal.disconnect(remember)


def patient(cast, name: str, peer_name: str = "") -> User:
    email = name.lower().replace(" ", ".") + "@example.org"
    someone = User.objects.create_user(email, name=name, peer_name=peer_name)
    Role.objects.create(person=someone, role="patient")
    Enrolment.objects.create(program=cast.program, patient=someone, from_on=date(2026, 1, 1))
    return someone


def add(cast, person, role="patient", group=None, **facts) -> Membership:
    return memberships.add_member(group or cast.tuesday, person, role=role, by=cast.ines, **facts)


def seat_of(person, group) -> Membership:
    return Membership.objects.get(person=person, group=group, ended_at=None)


def test_a_new_member_is_shown_as_they_chose_for_peers(cast):
    assert add(cast, patient(cast, "Lena Koss", "Lena")).shown_as == "Lena"
    assert add(cast, patient(cast, "Kai Tanaka")).shown_as == "Kai"


def test_two_people_are_never_shown_by_the_same_name_and_a_free_one_is_offered(cast):
    with pytest.raises(NameTaken) as refused:
        add(cast, patient(cast, "June Park"), shown_as="june")
    assert "june P. is free" in str(refused.value)
    assert add(cast, patient(cast, "June Pool"), shown_as="June P.")


def test_the_last_seat_is_given_once(cast):
    therapy_groups.change_group(cast.tuesday, by=cast.ines, maximum_size=3)
    add(cast, patient(cast, "Lena Koss"))
    with pytest.raises(GroupFull) as refused:
        add(cast, patient(cast, "Kai Tanaka"))
    assert "All 3 seats" in str(refused.value)


def test_a_seat_that_falls_free_can_be_given_from_that_day_on(cast):
    therapy_groups.change_group(cast.tuesday, by=cast.ines, maximum_size=2)
    today = today_at(cast.site)
    omar = seat_of(cast.omar, cast.tuesday)
    change(omar, cast, until_on=today + timedelta(days=6))
    kai = patient(cast, "Kai Tanaka")
    with pytest.raises(GroupFull):
        add(cast, kai, from_on=today + timedelta(days=6))
    assert add(cast, kai, from_on=today + timedelta(days=7))


def change(membership, cast, **facts):
    unchanged = {name: getattr(membership, name) for name in ("role", "shown_as", "from_on", "until_on")}
    return memberships.change_membership(membership, by=cast.ines, **unchanged | facts)


def test_nobody_sits_in_a_group_twice(cast):
    with pytest.raises(AlreadyHere):
        add(cast, cast.june)


def test_a_patient_of_no_program_gets_no_seat(cast):
    Enrolment.objects.filter(patient=cast.theo).delete()
    with pytest.raises(NotForThem):
        add(cast, cast.theo)


def test_a_relative_sits_only_in_a_family_group_with_their_patient(cast):
    family = TherapyGroup.objects.create(program=cast.program, name="Family", kind=GroupKind.FAMILY)
    with pytest.raises(NotForThem):
        add(cast, cast.rosa, "relative")
    with pytest.raises(NotForThem):
        add(cast, cast.rosa, "relative", family)
    last = today_at(cast.site) + timedelta(days=30)
    add(cast, cast.june, "patient", family, until_on=last)
    assert add(cast, cast.rosa, "relative", family).until_on == last


def test_a_relative_leaves_with_the_patient_they_came_for(cast, heard):
    family = TherapyGroup.objects.create(program=cast.program, name="Family", kind=GroupKind.FAMILY)
    add(cast, cast.june, "patient", family)
    add(cast, cast.rosa, "relative", family)
    ended = heard(signals.membership_ended)
    memberships.end_membership(seat_of(cast.june, family), by=cast.ines)
    assert [news["membership"].person for news in ended] == [cast.june, cast.rosa]
    assert not TherapyGroup.objects.visible_to(cast.rosa).exists()


def test_ending_a_membership_twice_is_told_once(cast, heard):
    ended = heard(signals.membership_ended)
    seat, again = seat_of(cast.june, cast.tuesday), seat_of(cast.june, cast.tuesday)
    memberships.end_membership(seat, by=cast.ines)
    memberships.end_membership(again, by=cast.ines)
    assert len(ended) == 1
    assert AuditEntry.objects.filter(action="membership.ended").count() == 1


def test_someone_who_left_can_come_back_under_their_name(cast):
    memberships.end_membership(seat_of(cast.june, cast.tuesday), by=cast.ines)
    assert add(cast, cast.june).shown_as == "June"


def test_a_last_day_lasts_until_midnight_at_the_clinic_and_no_longer(cast):
    seat = seat_of(cast.june, cast.tuesday)
    Membership.objects.filter(pk=seat.pk).update(from_on=date(2026, 11, 1), until_on=date(2026, 11, 24))
    # 11:30 pm in New York is already the 25th in London.
    with time_machine.travel(datetime(2026, 11, 25, 4, 30, tzinfo=UTC)):
        assert access.group_for(cast.june, cast.tuesday.code)
    with time_machine.travel(datetime(2026, 11, 25, 5, 0, tzinfo=UTC)), pytest.raises(access.NotYours):
        access.group_for(cast.june, cast.tuesday.code)


def test_a_first_day_begins_at_midnight_at_the_clinic(cast):
    seat = seat_of(cast.june, cast.tuesday)
    Membership.objects.filter(pk=seat.pk).update(from_on=date(2026, 11, 25))
    with time_machine.travel(datetime(2026, 11, 25, 4, 59, tzinfo=UTC)), pytest.raises(access.NotYours):
        access.group_for(cast.june, cast.tuesday.code)
    with time_machine.travel(datetime(2026, 11, 25, 5, 0, tzinfo=UTC)):
        assert access.group_for(cast.june, cast.tuesday.code)


def test_a_membership_whose_last_day_passed_is_closed_and_told(cast, heard):
    ended = heard(signals.membership_ended)
    seat = seat_of(cast.june, cast.tuesday)
    Membership.objects.filter(pk=seat.pk).update(until_on=today_at(cast.site) - timedelta(days=1))
    assert memberships.end_lapsed() == 1
    assert ended[0]["membership"].person == cast.june
    assert ended[0]["by"] is None
    assert memberships.end_lapsed() == 0


def test_days_in_the_wrong_order_are_refused(cast):
    today = today_at(cast.site)
    with pytest.raises(DaysMixedUp):
        add(cast, cast.theo, from_on=today, until_on=today - timedelta(days=1))


def test_a_group_never_shrinks_below_its_members(cast):
    with pytest.raises(GroupFull):
        therapy_groups.change_group(cast.tuesday, by=cast.ines, minimum_size=1, maximum_size=1)


def test_ending_a_group_ends_everyones_seat_and_is_told_last(cast, heard):
    members, group = heard(signals.membership_ended), heard(signals.group_ended)
    therapy_groups.end_group(cast.tuesday, by=cast.ines)
    assert len(members) == 3
    assert group[0]["group"] == cast.tuesday
    with pytest.raises(access.NotYours):
        access.group_for(cast.maya, cast.tuesday.code)


def test_a_listener_that_fails_undoes_the_change(cast):
    def refuse(**news):
        raise RuntimeError

    signals.membership_ended.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            memberships.end_membership(seat_of(cast.june, cast.tuesday), by=cast.ines)
    finally:
        signals.membership_ended.disconnect(refuse)
    assert access.group_for(cast.june, cast.tuesday.code)


def test_a_program_keeps_a_coordinator(cast):
    work = cast.program.assignments.get(person=cast.ines)
    with pytest.raises(StillNeeded):
        team.end_assignment(work, by=cast.ines)


def test_who_no_longer_works_in_a_program_leads_nothing_there(cast):
    team.end_assignment(cast.program.assignments.get(person=cast.maya), by=cast.ines)
    with pytest.raises(access.NotYours):
        access.group_for(cast.maya, cast.tuesday.code)


def test_a_role_that_ended_opens_no_program(cast):
    assert access.program_for(cast.ines, cast.program.code)
    Role.objects.filter(person=cast.ines).update(ended_at=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(access.NotYours):
        access.program_for(User.objects.get(pk=cast.ines.pk), cast.program.code)


def test_a_facilitator_sees_the_groups_they_lead_and_no_other(cast):
    assert access.staffed_group_for(cast.maya, cast.tuesday.code)
    with pytest.raises(access.NotYours):
        access.group_for(cast.maya, cast.thursday.code)
    with pytest.raises(access.NotYours):
        access.managed_group_for(cast.maya, cast.tuesday.code)


def test_a_patient_never_reads_who_is_in_the_group_by_full_name(cast):
    assert access.group_for(cast.june, cast.tuesday.code)
    with pytest.raises(access.NotYours):
        access.staffed_group_for(cast.june, cast.tuesday.code)


def test_a_privacy_officer_reads_the_trail_not_the_groups(cast):
    assert not TherapyGroup.objects.visible_to(cast.ada).exists()
    with pytest.raises(access.NotYours):
        access.program_for(cast.ada, cast.program.code)


def test_a_patient_who_is_one_no_longer_has_no_group_though_nobody_ended_the_seat(cast):
    assert access.group_for(cast.june, cast.tuesday.code)
    Role.objects.filter(person=cast.june).update(ended_at=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(access.NotYours):
        access.group_for(User.objects.get(pk=cast.june.pk), cast.tuesday.code)
