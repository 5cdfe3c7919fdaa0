"""Where someone belongs ends on the People page: at once, for good, and written down. A new one undoes it."""

import pytest

from audit.models import AuditEntry
from groups.models import Assignment, Enrolment, GroupKind, Membership, Program, Relation, TherapyGroup
from tests.conftest import member, person


@pytest.fixture
def family(cast):
    """June and Rosa, her mother, sit in a family group; so does Omar, alone."""
    group = TherapyGroup.objects.create(program=cast.program, name="Family evening", kind=GroupKind.FAMILY)
    member(group, cast.june, "patient")
    member(group, cast.omar, "patient")
    member(group, cast.rosa, "relative")
    return group


def under(someone) -> str:
    return f"/people/{someone.code}/"


def groups_of(signed_in, someone) -> str:
    return signed_in(someone).get("/groups/").content.decode()


def test_a_stay_ends_with_every_seat_in_the_program_and_relatives_go_too(cast, signed_in, family):
    ines, june, rosa = (signed_in(one) for one in (cast.ines, cast.june, cast.rosa))
    end = f"{under(cast.june)}stays/{cast.program.code}/end/"
    assert end in ines.get(under(cast.june)).content.decode()
    page = ines.get(end).content.decode()
    assert "Tuesday evening" in page
    assert "Family evening" in page
    assert "An open room shows them out" in page
    assert june.get(f"/groups/{cast.tuesday.code}/").status_code == 200
    ines.post(end)
    for browser, group in ((june, cast.tuesday), (june, family), (rosa, family)):
        assert browser.get(f"/groups/{group.code}/").status_code == 404
    assert "978-555-0100" not in june.get("/help/").content.decode()
    assert AuditEntry.objects.filter(action="enrolment.ended", about=str(cast.june.code)).count() == 1
    assert ines.get(end).status_code == 404
    assert Membership.objects.filter(person=cast.omar, ended_at=None).count() == 2


def test_a_stay_that_ended_is_begun_again_without_its_seats(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post(f"{under(cast.june)}stays/{cast.program.code}/end/")
    ines.post(f"{under(cast.june)}stays/new/", {"program": cast.program.code})
    stays = Enrolment.objects.filter(patient=cast.june)
    assert (stays.count(), stays.filter(ended_at=None).count()) == (2, 1)
    assert not Membership.objects.filter(person=cast.june, ended_at=None).exists()


def test_one_program_ends_and_another_goes_on(cast, signed_in):
    other = Program.objects.create(site=cast.site, name="Morning program")
    Assignment.objects.create(program=other, person=cast.ines, role="coordinator")
    morning = TherapyGroup.objects.create(program=other, name="Morning group")
    ines = signed_in(cast.ines)
    assert b"Morning program" in ines.get(f"{under(cast.june)}stays/new/").content
    ines.post(f"{under(cast.june)}stays/new/", {"program": other.code})
    member(morning, cast.june, "patient")
    ines.post(f"{under(cast.june)}stays/{cast.program.code}/end/")
    assert "Morning group" in groups_of(signed_in, cast.june)
    assert "Tuesday evening" not in groups_of(signed_in, cast.june)


def test_nobody_begins_a_stay_in_a_program_of_others_or_where_there_is_one(cast, signed_in):
    other = Program.objects.create(site=cast.site, name="Morning program")
    ines = signed_in(cast.ines)
    for program in (other, cast.program):
        page = ines.post(f"{under(cast.june)}stays/new/", {"program": program.code})
        assert b"Choose one from the list." in page.content
    assert ines.get(f"{under(cast.maya)}stays/new/").status_code == 404
    assert Enrolment.objects.filter(patient=cast.june).count() == 1


def test_who_is_a_relative_no_more_leaves_where_they_came_for_that_patient(cast, signed_in, family):
    ines, rosa = signed_in(cast.ines), signed_in(cast.rosa)
    end = f"{under(cast.june)}relatives/{cast.rosa.code}/end/"
    assert b"Family evening" in ines.get(end).content
    ines.post(end)
    assert rosa.get(f"/groups/{family.code}/").status_code == 404
    assert "978-555-0100" not in rosa.get("/help/").content.decode()
    assert AuditEntry.objects.filter(action="relation.ended").count() == 1
    assert ines.post(end).status_code == 404


def test_a_relative_of_two_stays_for_the_other(cast, signed_in, family):
    Relation.objects.create(patient=cast.omar, relative=cast.rosa, relation="aunt")
    end = f"{under(cast.june)}relatives/{cast.rosa.code}/end/"
    ines = signed_in(cast.ines)
    assert b"Their seat ends" not in ines.get(end).content
    ines.post(end)
    assert signed_in(cast.rosa).get(f"/groups/{family.code}/").status_code == 200


def test_a_relation_that_ended_begins_anew(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post(f"{under(cast.june)}relatives/{cast.rosa.code}/end/")
    ines.post(f"{under(cast.june)}relatives/new/", {"relative": cast.rosa.code, "relation": "mother"})
    assert Relation.objects.filter(patient=cast.june, relative=cast.rosa).count() == 2
    page = ines.post(f"{under(cast.june)}relatives/new/", {"relative": cast.maya.code, "relation": "friend"})
    assert b"Choose one from the list." in page.content


def test_work_ends_on_the_persons_page_too(cast, signed_in):
    ines = signed_in(cast.ines)
    end = f"/programs/{cast.program.code}/team/{cast.maya.code}/facilitator/end/?from=person"
    assert end in ines.get(under(cast.maya)).content.decode()
    answer = ines.post(end)
    assert answer.headers["Location"] == "/people/"
    assert "Tuesday evening" not in groups_of(signed_in, cast.maya)


def test_a_coordinator_of_another_program_ends_nothing_here(cast, signed_in):
    noor = person("Noor", "coordinator")
    other = Program.objects.create(site=cast.site, name="Morning program")
    Assignment.objects.create(program=other, person=noor, role="coordinator")
    Enrolment.objects.create(program=other, patient=cast.june, from_on="2026-01-01")
    browser = signed_in(noor)
    assert browser.post(f"{under(cast.june)}stays/{cast.program.code}/end/").status_code == 404
    assert "Evening program" not in browser.get(under(cast.june)).content.decode()
    assert cast.june.enrolments.get(program=cast.program).ended_at is None
