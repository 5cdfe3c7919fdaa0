"""The pages on which coordinators keep programs and groups; who else gets in, and who does not."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role, User
from audit.models import AuditEntry
from groups.dates import today_at
from groups.models import Assignment, Enrolment, GroupKind, Membership, Program, Site, TherapyGroup, Track


@pytest.fixture
def elsewhere(cast):
    """Another program, that Ines does not coordinate and in which Olga does."""
    program = Program.objects.create(site=Site.objects.create(name="Harbor"), name="Morning program")
    olga = User.objects.create_user("olga@example.org", name="Olga", peer_name="Olga")
    Role.objects.create(person=olga, role="coordinator")
    Assignment.objects.create(program=program, person=olga, role="coordinator")
    return olga


def coordinators_doors(cast) -> list[str]:
    track = Track.objects.create(program=cast.program, name="Adults")
    group, program = f"/groups/{cast.tuesday.code}", f"/programs/{cast.program.code}"
    return [
        f"{group}/change/",
        f"{group}/end/",
        f"{group}/members/new/",
        f"{group}/members/{cast.june.code}/",
        f"{group}/members/{cast.june.code}/end/",
        f"{program}/change/",
        f"{program}/end/",
        f"{program}/groups/new/",
        f"{program}/tracks/new/",
        f"{program}/team/new/",
        f"{program}/team/{cast.maya.code}/facilitator/end/",
        f"/sites/{cast.site.code}/change/",
        f"/tracks/{track.code}/change/",
        f"/tracks/{track.code}/end/",
    ]


def test_a_coordinator_enters_and_everyone_else_finds_no_page(cast, elsewhere, signed_in):
    doors = coordinators_doors(cast)
    ines = signed_in(cast.ines)
    for door in doors:
        assert ines.get(door).status_code == 200, door
    for person in (cast.maya, cast.june, cast.theo, cast.rosa, cast.cole, cast.ada, elsewhere):
        browser = signed_in(person)
        for door in doors:
            nowhere = browser.get(re.sub(r"[0-9a-f-]{36}", lambda _code: str(uuid.uuid4()), door))
            for answer in (browser.get(door), browser.post(door)):
                assert answer.status_code == 404, (person, door)
                assert answer.content == nowhere.content, (person, door)


def test_a_coordinator_whose_work_ended_finds_no_page(cast, signed_in):
    browser, doors = signed_in(cast.ines), coordinators_doors(cast)
    Assignment.objects.filter(person=cast.ines).update(ended_at=datetime.now(UTC))
    for door in [*doors, f"/groups/{cast.tuesday.code}/", f"/programs/{cast.program.code}/"]:
        assert browser.get(door).status_code == 404, door


def test_signed_out_one_is_asked_to_sign_in(cast, client):
    for door in [*coordinators_doors(cast), "/groups/", f"/groups/{cast.tuesday.code}/", "/programs/new/"]:
        assert client.get(door).status_code == 302, door


def test_the_list_shows_what_each_may_see(cast, elsewhere, signed_in):
    seen = {
        person.name: [day for day in ("Tuesday", "Thursday") if f"{day} evening" in page]
        for person in (cast.ines, cast.cole, cast.maya, cast.sam, cast.june, cast.theo, cast.ada, elsewhere)
        if (page := signed_in(person).get("/groups/").content.decode())
    }
    assert seen == {
        "Ines": ["Tuesday", "Thursday"],
        "Dr. Cole": ["Tuesday", "Thursday"],
        "Maya": ["Tuesday"],
        "Sam": ["Thursday"],
        "June": ["Tuesday"],
        "Theo": ["Thursday"],
        "Ada": [],
        "Olga": [],
    }


def test_the_team_reads_the_group_and_it_is_noted(cast, signed_in):
    path = f"/groups/{cast.tuesday.code}/"
    for person in (cast.maya, cast.ines, cast.cole):
        page = signed_in(person).get(path).content.decode()
        assert "Omar" in page
        assert ("Add a member" in page) == (person == cast.ines)
    assert AuditEntry.objects.filter(action="group.read").count() == 3


def test_a_member_reads_of_the_group_only_what_peers_may_know(cast, signed_in):
    cast.omar.name = "Omar Haddad"
    cast.omar.save()
    page = signed_in(cast.june).get(f"/groups/{cast.tuesday.code}/").content.decode()
    assert "Maya" in page
    assert "Others see you as" in page
    assert "Omar" not in page


def test_strangers_and_former_members_cannot_tell_that_the_group_exists(cast, signed_in):
    Membership.objects.filter(person=cast.omar).update(until_on=today_at(cast.site) - timedelta(days=1))
    for person in (cast.theo, cast.sam, cast.rosa, cast.ada, cast.omar):
        browser = signed_in(person)
        theirs, nobodys = (
            browser.get(f"/groups/{cast.tuesday.code}/"),
            browser.get(f"/groups/{uuid.uuid4()}/"),
        )
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.content == nobodys.content


def test_a_program_a_track_a_group_and_a_member_from_nothing(db, signed_in):
    ines = User.objects.create_user("ines@example.org", name="Ines", peer_name="Ines")
    Role.objects.create(person=ines, role="coordinator")
    browser = signed_in(ines)
    assert "No program yet" in browser.get("/groups/").content.decode()

    numbers = {"grace_minutes": 10, "late_after_minutes": 5, "absent_after_minutes": 15}
    page = browser.post("/programs/new/", {"name": "Evening program", "phone": "978-555-0100", **numbers})
    assert "Name the new place" in page.content.decode()
    assert 'value="978-555-0100"' in page.content.decode()
    for minutes in (0, 31):  # neither at once nor without end may a room be without a leader
        page = browser.post(
            "/programs/new/", {"name": "x", **numbers, "site_name": "y", "grace_minutes": minutes}
        )
        assert "grace_minutes" in page.context["form"].errors
    place = {"site_name": "Riverside", "site_time_zone": "America/Chicago", "site_emergency_number": "911"}
    browser.post("/programs/new/", {"name": "Evening program", **numbers, **place})
    program = Program.objects.get()
    assert program.site.time_zone == "America/Chicago"

    browser.post(f"/programs/{program.code}/tracks/new/", {"name": "Adults", "kind": "general"})
    rules = {"minimum_size": 2, "maximum_size": 8, "waiting_room": "each", "chat_policy": "off"}
    facts = {"name": "Tuesday", "kind": "group", "track": Track.objects.get().code, **rules}
    page = browser.post(f"/programs/{program.code}/groups/new/", facts | {"maximum_size": 1})
    assert "The most cannot be below the fewest" in page.content.decode()
    browser.post(f"/programs/{program.code}/groups/new/", facts)
    group = TherapyGroup.objects.get()
    assert group.track.name == "Adults"

    lena = User.objects.create_user("lena@example.org", name="Lena Koss", peer_name="Lena")
    Enrolment.objects.create(program=program, patient=lena, from_on=today_at(program.site))
    seat = {"person": lena.code, "role": "patient", "from_on": today_at(program.site)}
    browser.post(f"/groups/{group.code}/members/new/", seat)
    page = browser.get(f"/groups/{group.code}/").content.decode()
    assert "Lena Koss" in page
    assert "1 of 8 taken" in page
    assert "too few to meet" in page


def test_a_taken_name_is_refused_with_one_that_is_free_and_nothing_typed_is_lost(cast, signed_in):
    Membership.objects.filter(person=cast.june).update(shown_as="Theo")
    facts = {"person": cast.theo.code, "role": "patient", "shown_as": "Theo", "from_on": "2026-12-01"}
    page = signed_in(cast.ines).post(f"/groups/{cast.tuesday.code}/members/new/", facts).content.decode()
    assert "already shown as Theo. Theo 2 is free." in page
    assert 'value="2026-12-01"' in page
    assert f'value="{cast.theo.code}" selected' in page


def test_a_seat_is_changed_and_ended_from_its_pages(cast, signed_in):
    ines, path = signed_in(cast.ines), f"/groups/{cast.tuesday.code}/members/{cast.june.code}/"
    today = today_at(cast.site)
    ines.post(path, {"role": "patient", "shown_as": "Juno", "from_on": today, "until_on": today})
    assert Membership.objects.get(person=cast.june).shown_as == "Juno"
    page = ines.get(f"{path}end/").content.decode()
    assert "June loses the seat now" in page
    ines.post(f"{path}end/")
    assert not Membership.objects.current().filter(person=cast.june).exists()
    assert ines.get(path).status_code == 404


def test_a_relative_has_a_seat_only_in_a_family_group(cast, signed_in):
    ines = signed_in(cast.ines)
    assert "Relative" not in ines.get(f"/groups/{cast.tuesday.code}/members/new/").content.decode()
    family = TherapyGroup.objects.create(program=cast.program, name="Family", kind=GroupKind.FAMILY)
    Membership.objects.create(
        group=family, person=cast.june, role="patient", shown_as="June", from_on=today_at(cast.site)
    )
    page = ines.get(f"/groups/{family.code}/members/new/").content.decode()
    assert "Rosa" in page
    facts = {"person": cast.rosa.code, "role": "relative", "from_on": today_at(cast.site)}
    ines.post(f"/groups/{family.code}/members/new/", facts)
    assert Membership.objects.filter(person=cast.rosa, role="relative").exists()


def test_ending_a_group_says_first_what_it_does(cast, signed_in):
    ines = signed_in(cast.ines)
    page = ines.get(f"/groups/{cast.tuesday.code}/end/").content.decode()
    assert "3 people lose their seats." in page
    ines.post(f"/groups/{cast.tuesday.code}/end/")
    cast.tuesday.refresh_from_db()
    assert cast.tuesday.ended_at
    assert signed_in(cast.june).get(f"/groups/{cast.tuesday.code}/").status_code == 404


def test_a_program_with_groups_does_not_end(cast, signed_in):
    page = signed_in(cast.ines).post(f"/programs/{cast.program.code}/end/").content.decode()
    assert "This was not done." in page
    assert "End the 2 groups" in page


def test_the_team_grows_and_shrinks(cast, signed_in):
    ines, team = signed_in(cast.ines), f"/programs/{cast.program.code}/team"
    page = ines.post(f"{team}/new/", {"person": cast.maya.code, "role": "prescriber"})
    assert "does not have this role" in page.content.decode()
    page = ines.get(f"{team}/{cast.maya.code}/facilitator/end/").content.decode()
    assert "Their seat ends in: Tuesday evening" in page
    ines.post(f"{team}/{cast.maya.code}/facilitator/end/")
    assert signed_in(cast.maya).get(f"/groups/{cast.tuesday.code}/").status_code == 404
    page = ines.post(f"{team}/{cast.ines.code}/coordinator/end/").content.decode()
    assert "A program needs a coordinator" in page
    ines.post(f"{team}/new/", {"person": cast.maya.code, "role": "facilitator"})
    assert signed_in(cast.maya).get(f"/programs/{cast.program.code}/").status_code == 200


def test_hostile_names_are_only_words(cast, signed_in):
    cast.tuesday.name = "<script>alert(1)</script>"
    cast.tuesday.save()
    for person, path in [(cast.ines, "/groups/"), (cast.june, f"/groups/{cast.tuesday.code}/")]:
        page = signed_in(person).get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_twenty_groups_ask_the_database_no_more_often_than_two(
    cast, signed_in, django_assert_max_num_queries
):
    for number in range(20):
        group = TherapyGroup.objects.create(program=cast.program, name=f"Group {number}")
        Membership.objects.create(
            group=group, person=cast.maya, role="facilitator", shown_as="Maya", from_on=today_at(cast.site)
        )
    browser = signed_in(cast.ines)
    with django_assert_max_num_queries(12):
        assert browser.get("/groups/").status_code == 200


def test_twelve_members_ask_the_database_no_more_often_than_two(
    cast, signed_in, django_assert_max_num_queries
):
    for number in range(12):
        someone = User.objects.create_user(f"p{number}@example.org", name=f"P {number}")
        Membership.objects.create(
            group=cast.tuesday, person=someone, role="patient", shown_as=f"P {number}", from_on="2026-01-01"
        )
    browser = signed_in(cast.ines)
    with django_assert_max_num_queries(26):
        assert browser.get(f"/groups/{cast.tuesday.code}/").status_code == 200


def test_colleagues_are_offered_by_name_and_role_and_nothing_more(cast, elsewhere, signed_in):
    page = signed_in(elsewhere).get(f"/programs/{Program.objects.get(name='Morning program').code}/team/new/")
    offered = page.content.decode()
    assert "Maya (facilitator)" in offered
    for secret in ("maya@example.org", "Evening program", "June", "Tuesday"):
        assert secret not in offered
