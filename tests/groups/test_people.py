"""People pages: coordinators bring people in, and end their access."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.models import EmailChange, Invitation, Role, SecondFactorReset, User
from accounts.outbox import deliver_due
from audit.models import AuditEntry
from groups.models import Assignment, Program, Relation
from tests.accounts.ways_in import link_sent_to, with_code_from_mail
from tests.conftest import person


@pytest.fixture
def elsewhere(cast):
    """Noor coordinates another program, and has nothing to do with this one."""
    noor = person("Noor", "coordinator")
    program = Program.objects.create(site=cast.site, name="Morning program")
    Assignment.objects.create(program=program, person=noor, role="coordinator")
    return noor


@pytest.fixture
def second(cast):
    """Kim coordinates the same program as Ines."""
    kim = person("Kim", "coordinator")
    Assignment.objects.create(program=cast.program, person=kim, role="coordinator")
    return kim


def pages_about(someone: User) -> list[str]:
    under = f"/people/{someone.code}/"
    role = min(someone.current_roles, default="patient")
    roles = ("roles/new/", f"roles/{role}/end/")
    ends = ("", "invite/", "withdraw/", "address/", "close/", "open/", "reset/", *roles)
    return [under + end for end in ends]


def invitation_form(cast, **changes) -> dict:
    form = {
        "name": "Lena",
        "email": "lena@example.org",
        "program": cast.program.code,
        "role": "patient",
        "language": "es",
        "time_zone": "America/Chicago",
    }
    return form | changes


# --- Who may look -------------------------------------------------------------------


def test_a_coordinator_sees_the_people_of_her_program(cast, signed_in):
    page = signed_in(cast.ines).get("/people/").content.decode()
    for name in ("June", "Omar", "Theo", "Rosa", "Maya", "Dr. Cole"):
        assert name in page


def test_a_coordinator_of_another_program_sees_none_of_them(cast, signed_in, elsewhere):
    page = signed_in(elsewhere).get("/people/").content.decode()
    assert "Noor" in page
    assert "June" not in page
    assert "june@example.org" not in page


def test_to_a_coordinator_of_another_program_they_do_not_exist(cast, signed_in, elsewhere):
    noor = signed_in(elsewhere)
    nobodys = noor.get("/people/00000000-0000-0000-0000-000000000000/").content
    for address in pages_about(cast.june):
        for answer in (noor.get(address), noor.post(address)):
            assert answer.status_code == 404, address
            assert answer.content == nobodys


@pytest.mark.parametrize("who", ["maya", "june", "rosa", "cole", "theo"])
def test_nobody_else_opens_these_pages(cast, signed_in, who):
    browser = signed_in(getattr(cast, who))
    for address in ["/people/", "/people/invite/", "/people/resets/", *pages_about(cast.omar)]:
        assert browser.get(address).status_code == 404, address
        assert browser.post(address).status_code == 404, address


def test_who_no_longer_coordinates_sees_nothing(cast, signed_in):
    ines = signed_in(cast.ines)
    Role.objects.filter(person=cast.ines, role="coordinator").delete()
    assert ines.get("/people/").status_code == 404
    Assignment.objects.filter(person=cast.ines).update(ended_at="2026-01-01T00:00Z")
    Role.objects.create(person=cast.ines, role="coordinator")
    assert b"June" not in signed_in(cast.ines).get("/people/").content
    assert signed_in(cast.ines).get(f"/people/{cast.june.code}/").status_code == 404


def test_looking_at_a_person_is_recorded(cast, signed_in):
    signed_in(cast.ines).get(f"/people/{cast.june.code}/")
    assert AuditEntry.objects.filter(action="person.read", subject=str(cast.june.code)).exists()


def test_looking_through_the_list_and_at_a_seat_is_recorded(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.get("/people/")
    ines.get(f"/groups/{cast.tuesday.code}/members/{cast.june.code}/")
    read = AuditEntry.objects.filter(actor=str(cast.ines.code), action__endswith=".read")
    assert read.filter(action="people.read", subject=str(cast.program.code)).exists()
    assert read.filter(action="membership.read", about=str(cast.june.code)).exists()


def test_the_list_can_be_searched(cast, signed_in):
    page = signed_in(cast.ines).get("/people/", {"words": "jun", "role": "patient"}).content.decode()
    assert "june@example.org" in page
    assert "omar@example.org" not in page


def test_the_list_takes_the_same_queries_for_many(cast, signed_in, django_assert_max_num_queries):
    for number in range(30):
        one = person(f"Person{number}", "patient")
        one.enrolments.create(program=cast.program, from_on="2026-01-01")
    ines = signed_in(cast.ines)
    with django_assert_max_num_queries(16):
        ines.get("/people/")


# --- Inviting -----------------------------------------------------------------------


def test_a_patient_is_invited_and_has_a_place_from_then_on(cast, signed_in):
    signed_in(cast.ines).post("/people/invite/", invitation_form(cast))
    lena = User.objects.get(email="lena@example.org")
    assert lena.has_role("patient")
    assert (lena.language, lena.time_zone) == ("es", "America/Chicago")
    assert lena.enrolments.filter(program=cast.program, ended_at=None).exists()
    deliver_due()
    assert mail.outbox[-1].to == ["lena@example.org"]
    assert Client().post(link_sent_to("lena@example.org")).headers["Location"] == "/"


def test_a_relative_is_invited_as_someones_relative(cast, signed_in):
    form = invitation_form(cast, role="relative", patient=cast.omar.code, relation="sister")
    signed_in(cast.ines).post("/people/invite/", form)
    assert Relation.objects.get(patient=cast.omar).relative.email == "lena@example.org"


def test_a_relative_of_nobody_is_not_invited(cast, signed_in):
    page = signed_in(cast.ines).post("/people/invite/", invitation_form(cast, role="relative"))
    assert b"A relative needs this." in page.content
    assert not User.objects.filter(email="lena@example.org").exists()


def test_a_member_of_staff_is_invited_to_work_there(cast, signed_in):
    signed_in(cast.ines).post("/people/invite/", invitation_form(cast, role="facilitator"))
    assert Assignment.objects.current().filter(program=cast.program, person__name="Lena").exists()
    landing = Client().post(link_sent_to("lena@example.org")).headers["Location"]
    assert landing == f"/programs/{cast.program.code}/"


def test_nobody_is_invited_into_anothers_program(cast, signed_in, elsewhere):
    page = signed_in(elsewhere).post("/people/invite/", invitation_form(cast))
    assert page.status_code == 200
    assert not User.objects.filter(email="lena@example.org").exists()


# --- Who is somebody's already ------------------------------------------------------


@pytest.fixture
def asked(cast, signed_in, elsewhere):
    """Noor has invited June, who is a patient of another program, and sees what she sees then."""
    noor = signed_in(elsewhere)
    into = Program.objects.get(name="Morning program").code
    noor.post("/people/invite/", invitation_form(cast, email="june@example.org", program=into))
    return noor


def test_inviting_someone_of_another_program_opens_nothing_of_them(cast, asked):
    for address in pages_about(cast.june):
        for answer in (asked.get(address), asked.post(address)):
            assert answer.status_code == 404, address
    page = asked.get("/people/").content.decode()
    assert "june@example.org" in page
    assert "June" not in page.replace("june@example.org", "")
    assert User.objects.get(pk=cast.june.pk).is_active


def test_with_their_yes_they_are_in_both_and_neither_team_sees_the_other(cast, signed_in, asked):
    link = link_sent_to("june@example.org")
    assert b"Another team would like to have you" in Client().get(link).content
    Client().post(link)
    hers = asked.get(f"/people/{cast.june.code}/").content.decode()
    assert "Morning program" in hers
    assert "Evening program" not in hers
    assert "Morning program" not in signed_in(cast.ines).get(f"/people/{cast.june.code}/").content.decode()
    assert "no answer yet" not in asked.get("/people/").content.decode()


def test_signing_in_is_not_a_yes(cast, asked):
    with_code_from_mail("june@example.org")
    assert asked.get(f"/people/{cast.june.code}/").status_code == 404
    assert Client().post(link_sent_to_before_the_code()).status_code == 302
    assert asked.get(f"/people/{cast.june.code}/").status_code == 200


def link_sent_to_before_the_code() -> str:
    mail.outbox[:] = [letter for letter in mail.outbox if "/invitation/" in letter.body]
    return link_sent_to("june@example.org")


def test_an_offer_is_taken_back(cast, asked):
    code = Invitation.objects.get(is_offer=True).code
    link = link_sent_to("june@example.org")
    assert b"june@example.org" in asked.get(f"/people/offers/{code}/withdraw/").content
    asked.post(f"/people/offers/{code}/withdraw/")
    assert Client().post(link).status_code == 410
    assert asked.get(f"/people/{cast.june.code}/").status_code == 404


def test_an_offer_of_a_program_that_ended_gives_nothing(cast, asked):
    link = link_sent_to("june@example.org")
    asked.post(f"/programs/{Program.objects.get(name='Morning program').code}/end/")
    assert Client().post(link).status_code == 410


def test_another_programs_offer_leaves_the_first_invitation_good(cast, signed_in, asked):
    signed_in(cast.ines).post("/people/invite/", invitation_form(cast))
    first = link_sent_to("lena@example.org")
    into = Program.objects.get(name="Morning program").code
    asked.post("/people/invite/", invitation_form(cast, program=into))
    assert link_sent_to("lena@example.org") != first
    assert Client().post(first).status_code == 302


def test_an_invitation_makes_nobody_staff_who_has_not_said_yes(cast, signed_in):
    signed_in(cast.ines).post(
        "/people/invite/", invitation_form(cast, email="june@example.org", role="clinician")
    )
    assert User.objects.get(pk=cast.june.pk).current_roles == {"patient"}
    Client().post(link_sent_to("june@example.org"))
    assert User.objects.get(pk=cast.june.pk).current_roles == {"patient", "clinician"}
    assert Assignment.objects.current().filter(program=cast.program, person=cast.june).exists()


def test_nobody_invites_themselves(cast, signed_in):
    page = signed_in(cast.ines).post(
        "/people/invite/", invitation_form(cast, email="ines@example.org", role="privacy")
    )
    assert b"This is your own address" in page.content
    assert not User.objects.get(pk=cast.ines.pk).has_role("privacy")


def test_who_has_gone_to_another_program_is_theirs_alone(cast, signed_in, asked):
    Client().post(link_sent_to("june@example.org"))
    cast.june.enrolments.filter(program=cast.program).update(ended_at="2026-11-01T00:00Z")
    cast.june.memberships.update(ended_at="2026-11-01T00:00Z")
    ines = signed_in(cast.ines)
    assert ines.get(f"/people/{cast.june.code}/").status_code == 404
    cast.june.enrolments.filter(ended_at=None).update(ended_at="2026-11-02T00:00Z")
    assert ines.get(f"/people/{cast.june.code}/").status_code == 200


def test_someone_closed_is_not_invited_but_said_so(cast, signed_in):
    User.objects.filter(pk=cast.june.pk).update(is_active=False)
    page = signed_in(cast.ines).post("/people/invite/", invitation_form(cast, email="june@example.org"))
    assert b"Open it again first" in page.content


def test_a_new_invitation_replaces_the_old_one(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post("/people/invite/", invitation_form(cast))
    lena = User.objects.get(email="lena@example.org")
    first = link_sent_to("lena@example.org")
    ines.post(f"/people/{lena.code}/invite/")
    assert Client().post(first).status_code == 410
    assert Client().post(link_sent_to("lena@example.org")).status_code == 302


def test_an_invitation_is_taken_back(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post("/people/invite/", invitation_form(cast))
    lena = User.objects.get(email="lena@example.org")
    ines.post(f"/people/{lena.code}/withdraw/")
    assert Client().post(link_sent_to("lena@example.org")).status_code == 410
    assert Invitation.objects.get().withdrawn_at


def test_the_list_says_who_has_not_come_yet(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post("/people/invite/", invitation_form(cast))
    assert b"Invited" in ines.get("/people/", {"words": "lena"}).content
    Invitation.objects.update(expires_at="2026-01-01T00:00Z")
    assert b"Invitation ran out" in ines.get("/people/", {"words": "lena"}).content


def test_hostile_words_are_only_words(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post("/people/invite/", invitation_form(cast, name='%(x)s <b>"{{ 1 }}'))
    lena = User.objects.get(email="lena@example.org")
    for address in ["/people/", *pages_about(lena)]:
        assert b"<b>" not in ines.get(address).content


# --- Closing and opening ------------------------------------------------------------


def test_closing_a_login_ends_it_everywhere(cast, signed_in):
    june, ines = signed_in(cast.june), signed_in(cast.ines)
    assert b"Nothing of the record is lost" in ines.get(f"/people/{cast.june.code}/close/").content
    assert june.get("/accounts/").status_code == 200
    ines.post(f"/people/{cast.june.code}/close/")
    assert june.get("/accounts/").status_code == 302
    assert "_auth_user_id" not in with_code_maybe("june@example.org").session
    ines.post(f"/people/{cast.june.code}/open/")
    assert "_auth_user_id" in with_code_from_mail("june@example.org").session


def with_code_maybe(address: str) -> Client:
    browser = Client()
    browser.post("/accounts/login/", {"login": address})
    browser.post("/accounts/login/code/confirm/", {"code": "ABCDEF"})
    return browser


def test_nobody_closes_their_own_login(cast, signed_in):
    page = signed_in(cast.ines).post(f"/people/{cast.ines.code}/close/")
    assert b"Another coordinator can" in page.content
    assert User.objects.get(pk=cast.ines.pk).is_active


def test_someone_on_the_staff_gets_another_role(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post(f"/people/{cast.maya.code}/roles/new/", {"role": "clinician"})
    assert User.objects.get(pk=cast.maya.pk).current_roles == {"facilitator", "clinician"}


def test_a_patient_does_not_become_staff_by_a_click(cast, signed_in):
    assert signed_in(cast.ines).post(f"/people/{cast.june.code}/roles/new/").status_code == 404


def test_nobody_makes_themselves_the_one_who_answers_for_privacy(cast, signed_in):
    ines = signed_in(cast.ines)
    page = ines.post(f"/people/{cast.ines.code}/roles/new/", {"role": "privacy"})
    assert b"Another coordinator can give you this role" in page.content
    assert ines.get("/audit/").status_code == 404
    ines.post(f"/people/{cast.ines.code}/roles/new/", {"role": "facilitator"})
    assert User.objects.get(pk=cast.ines.pk).current_roles == {"coordinator", "facilitator"}


def test_a_role_ends(cast, signed_in):
    signed_in(cast.ines).post(f"/people/{cast.maya.code}/roles/facilitator/end/")
    assert not User.objects.get(pk=cast.maya.pk).has_role("facilitator")


# --- Another address ----------------------------------------------------------------


def ask_for_address(cast, signed_in, new="june@new.example") -> tuple[str, str]:
    signed_in(cast.ines).post(f"/people/{cast.june.code}/address/", {"email": new})
    return link_sent_to("june@example.org"), link_sent_to(new)


def test_an_address_changes_when_both_have_said_yes(cast, signed_in):
    june = signed_in(cast.june)
    old, new = ask_for_address(cast, signed_in)
    for link in (old, new):
        Client().get(link)
    Client().post(new, {"answer": "yes"})
    assert User.objects.get(pk=cast.june.pk).email == "june@example.org"
    Client().post(old, {"answer": "yes"})
    assert User.objects.get(pk=cast.june.pk).email == "june@new.example"
    assert june.get("/accounts/").status_code == 302
    assert "_auth_user_id" in with_code_from_mail("june@new.example").session
    assert "_auth_user_id" not in with_code_maybe("june@example.org").session


def test_one_mailbox_alone_changes_nothing_however_often_it_says_yes(cast, signed_in):
    _old, new = ask_for_address(cast, signed_in)
    for _time in range(3):
        Client().post(new, {"answer": "yes"})
    assert User.objects.get(pk=cast.june.pk).email == "june@example.org"


def test_a_no_ends_it(cast, signed_in):
    old, new = ask_for_address(cast, signed_in)
    Client().post(new, {"answer": "yes"})
    Client().post(old, {"answer": "no"})
    assert Client().post(old, {"answer": "yes"}).status_code == 410
    assert User.objects.get(pk=cast.june.pk).email == "june@example.org"


def test_a_mistyped_address_is_put_right_before_anyone_has_come(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post("/people/invite/", invitation_form(cast, email="lnea@example.org"))
    lena, wrong = User.objects.get(name="Lena"), link_sent_to("lnea@example.org")
    assert b"They have never come in" in ines.get(f"/people/{lena.code}/address/").content
    assert b"in use" in ines.post(f"/people/{lena.code}/address/", {"email": "june@example.org"}).content
    ines.post(f"/people/{lena.code}/address/", {"email": "Lena@example.org"})
    assert Client().post(wrong).status_code == 410
    assert Client().post(link_sent_to("lena@example.org")).headers["Location"] == "/"
    assert User.objects.get(name="Lena") == lena
    assert lena.enrolments.filter(program=cast.program, ended_at=None).exists()


def test_who_has_come_once_is_asked_at_both_addresses(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post("/people/invite/", invitation_form(cast))
    Client().post(link_sent_to("lena@example.org"))
    lena = User.objects.get(name="Lena")
    ines.post(f"/people/{lena.code}/address/", {"email": "taken-over@example.org"})
    assert User.objects.get(name="Lena").email == "lena@example.org"


def test_a_letter_not_sent_yet_does_not_bring_a_dead_link(cast, signed_in):
    ines = signed_in(cast.ines)
    ines.post("/people/invite/", invitation_form(cast, email="lnea@example.org"))
    ines.post(f"/people/{User.objects.get(name='Lena').code}/address/", {"email": "lena@example.org"})
    deliver_due()
    assert [letter.to for letter in mail.outbox] == [["lena@example.org"]]


def test_an_address_in_use_is_not_taken(cast, signed_in):
    page = signed_in(cast.ines).post(f"/people/{cast.june.code}/address/", {"email": "Theo@example.org"})
    assert b"This email is in use" in page.content
    assert not EmailChange.objects.exists()


def test_an_address_taken_meanwhile_is_not_taken_away(cast, signed_in):
    old, new = ask_for_address(cast, signed_in)
    person("Someone", "patient")
    User.objects.filter(name="Someone").update(email="june@new.example")
    Client().post(new, {"answer": "yes"})
    assert Client().post(old, {"answer": "yes"}).status_code == 410
    assert User.objects.get(pk=cast.june.pk).email == "june@example.org"


def test_links_of_a_change_are_kept_nowhere_and_all_end_alike(cast, signed_in):
    old, _new = ask_for_address(cast, signed_in)
    assert old.split("/")[2] not in str(list(EmailChange.objects.values()))
    EmailChange.objects.update(expires_at="2026-01-01T00:00Z")
    assert Client().get(old).content == Client().get("/address/made-up/").content


# --- A lost second factor -----------------------------------------------------------


@pytest.fixture
def lost(cast):
    """Maya lost her phone."""
    return Authenticator.objects.create(user=cast.maya, type="webauthn", data={"name": "Lost phone"})


def ask_for_reset(cast, signed_in):
    signed_in(cast.ines).post(f"/people/{cast.maya.code}/reset/", {"reason": "Lost the phone"})


def test_two_people_reset_a_second_factor(cast, signed_in, second, lost):
    maya = signed_in(cast.maya)
    ask_for_reset(cast, signed_in)
    assert Authenticator.objects.filter(user=cast.maya).exists()
    deliver_due()
    assert {tuple(letter.to) for letter in mail.outbox} == {("kim@example.org",), ("ada@example.org",)}
    kim = signed_in(second)
    assert b"Lost the phone" in kim.get("/people/resets/").content
    kim.post(f"/people/resets/{cast.maya.code}/")
    assert not Authenticator.objects.filter(user=cast.maya).exists()
    assert maya.get("/accounts/").status_code == 302
    assert SecondFactorReset.objects.get().confirmed_by == second
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"second_factor_reset.asked", "second_factor_reset.confirmed"} <= actions


def test_who_asked_does_not_confirm(cast, signed_in, lost):
    ask_for_reset(cast, signed_in)
    assert signed_in(cast.ines).post(f"/people/resets/{cast.maya.code}/").status_code == 404
    assert Authenticator.objects.filter(user=cast.maya).exists()


def test_nobody_confirms_their_own(cast, signed_in, second):
    Authenticator.objects.create(user=second, type="webauthn", data={"name": "Lost"})
    signed_in(cast.ines).post(f"/people/{second.code}/reset/", {"reason": "Lost"})
    assert signed_in(second).post(f"/people/resets/{second.code}/").status_code == 404


def test_nobody_asks_for_themselves(cast, signed_in):
    Authenticator.objects.create(user=cast.ines, type="webauthn", data={"name": "Phone"})
    page = signed_in(cast.ines).post(f"/people/{cast.ines.code}/reset/", {"reason": "Mine"})
    assert b"Someone else has to ask" in page.content
    assert not SecondFactorReset.objects.exists()


def test_a_privacy_officer_may_be_the_second_person(cast, signed_in, lost):
    ask_for_reset(cast, signed_in)
    signed_in(cast.ada).post(f"/people/resets/{cast.maya.code}/")
    assert not Authenticator.objects.filter(user=cast.maya).exists()


def test_a_coordinator_of_another_program_may_not(cast, signed_in, elsewhere, lost):
    ask_for_reset(cast, signed_in)
    assert signed_in(elsewhere).post(f"/people/resets/{cast.maya.code}/").status_code == 404


def test_a_day_later_it_has_to_be_asked_again(cast, signed_in, second, lost):
    ask_for_reset(cast, signed_in)
    SecondFactorReset.objects.update(expires_at="2026-01-01T00:00Z")
    assert signed_in(second).post(f"/people/resets/{cast.maya.code}/").status_code == 404
    assert Authenticator.objects.filter(user=cast.maya).exists()
