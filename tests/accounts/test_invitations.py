"""Coming in by invitation: once, by the right person, in time."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import access
from accounts.models import Invitation, Notice, User
from accounts.outbox import deliver_due
from accounts.refusals import Deactivated
from accounts.services import email_change, invitations, people
from accounts.signals import invitation_accepted
from audit.models import AuditEntry
from tests.accounts.ways_in import (
    CODE,
    CONFIRM,
    SIGN_IN,
    code_sent_to,
    link_sent_to,
    with_code_from_mail,
)


@pytest.fixture
def invited(cast):
    """Lena is invited as a patient, and lands on her first page."""
    return invitations.invite(
        "Lena@example.org", "patient", by=cast.ines, name="Lena", peer_name="Lena", lands_at="/help/"
    )


@pytest.fixture
def link(invited):
    return link_sent_to("lena@example.org")


def signed_in_as(browser: Client) -> str:
    pk = browser.session.get("_auth_user_id")
    return User.objects.get(pk=pk).name if pk else ""


def test_pressing_the_button_brings_one_in_where_one_belongs(invited, link):
    browser = Client()
    assert b"Hello Lena" in browser.get(link).content
    response = browser.post(link)
    assert response.headers["Location"] == "/help/"
    assert signed_in_as(browser) == "Lena"
    assert invited.person.has_role("patient")
    assert AuditEntry.objects.filter(action="invitation.accepted").exists()


def test_the_page_behind_the_link_speaks_the_language_of_the_mail(invited, link):
    User.objects.filter(pk=invited.person.pk).update(language="es")
    browser = Client(headers={"accept-language": "en"})
    assert 'lang="es"' in browser.get(link).content.decode()
    browser.post("/i18n/setlang/", {"language": "en", "next": link})
    assert 'lang="en"' in browser.get(link).content.decode()


def test_looking_uses_nothing_up(link):
    scanner = Client()
    for _look in range(3):
        scanner.get(link)
        scanner.head(link)
    assert signed_in_as(scanner) == ""
    browser = Client()
    browser.post(link)
    assert signed_in_as(browser) == "Lena"


def test_a_link_works_once(link):
    Client().post(link)
    second = Client()
    assert second.post(link).status_code == 410
    assert signed_in_as(second) == ""


def test_a_link_is_over_after_a_week(link, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=8))
    browser = Client()
    assert browser.post(link).status_code == 410
    assert signed_in_as(browser) == ""


def test_a_newer_invitation_replaces_the_older_one(cast, invited, link):
    invitations.invite_again(invited.person, "patient", by=cast.ines)
    newer = link_sent_to("lena@example.org")
    assert newer != link
    assert Client().post(link).status_code == 410
    assert Client().post(newer).status_code == 302


def test_a_withdrawn_invitation_lets_nobody_in_and_takes_the_role_back(cast, invited, link):
    invitations.withdraw(invited.person, by=cast.ines)
    assert Client().post(link).status_code == 410
    assert not User.objects.get(pk=invited.person_id).has_role("patient")


def test_a_link_sent_to_a_mailbox_that_is_theirs_no_more_opens_nothing(cast):
    invitations.invite_again(cast.june, "patient", by=cast.ines)
    first = link_sent_to("june@example.org")
    move_to_another_address(cast)
    browser = Client()
    assert browser.post(first).status_code == 410
    assert signed_in_as(browser) == ""


def test_a_code_sent_to_a_mailbox_that_is_theirs_no_more_opens_nothing(cast):
    browser = Client(headers={"Accept": "text/html"})
    browser.post(SIGN_IN, {"login": "june@example.org"})
    code = code_sent_to("june@example.org")
    move_to_another_address(cast)
    browser.post(CONFIRM, {"code": code})
    assert signed_in_as(browser) == ""
    assert signed_in_as(with_code_from_mail("june@new.example")) == "June"


def move_to_another_address(cast) -> None:
    email_change.ask_for_change(cast.june, "june@new.example", by=cast.ines)
    for address in ("june@example.org", "june@new.example"):
        Client().post(link_sent_to(address), {"answer": "yes"})


def test_a_link_does_not_outlive_the_closing_of_a_login(cast):
    invitations.invite_again(cast.june, "patient", by=cast.ines)
    link = link_sent_to("june@example.org")
    people.deactivate(cast.june, by=cast.ines)
    people.reactivate(cast.june, by=cast.ines)
    assert Client().post(link).status_code == 410


def test_whatever_is_wrong_with_a_link_it_looks_the_same_and_says_what_to_do(cast, invited, link):
    Client().post(link)
    answers = {Client().get(address).content for address in (link, "/invitation/made-up/")}
    assert len(answers) == 1
    page = answers.pop()
    assert b"Sign in with your email" in page
    assert b"Lena" not in page


def test_someone_elses_browser_says_so_and_offers_to_switch(cast, signed_in, link):
    omar = signed_in(cast.omar)
    page = omar.get(link).content.decode()
    assert "Omar is signed in on this device" in page
    omar.post(link)
    assert signed_in_as(omar) == "Omar"
    assert Invitation.objects.get().accepted_at is None
    omar.post(link, {"switch": "1"})
    assert signed_in_as(omar) == "Lena"


def test_staff_go_on_to_their_second_factor(cast):
    invitations.invite("kim@example.org", "facilitator", by=cast.ines, name="Kim")
    browser = Client(headers={"Accept": "text/html"})
    browser.post(link_sent_to("kim@example.org"))
    assert browser.get("/accounts/").headers["Location"].startswith("/accounts/protect/")


def test_an_invitation_does_not_go_round_a_second_factor(cast, mayas_secret):
    """Whoever reads Maya's mail and invites her again still lacks her phone."""
    invitations.invite("maya@example.org", "coordinator", by=cast.ines)
    browser = Client(headers={"Accept": "text/html"})
    response = browser.post(link_sent_to("maya@example.org"))
    assert response.headers["Location"] == "/accounts/login/second/"
    assert signed_in_as(browser) == ""
    assert not access.has_shown_second_factor(browser.session, cast.maya)


def test_inviting_someone_we_know_adds_the_role(cast):
    before = User.objects.count()
    invitations.invite("June@example.org", "relative", by=cast.ines, name="Someone else")
    june = User.objects.get(pk=cast.june.pk)
    assert User.objects.count() == before
    assert june.name == "June"
    assert june.current_roles == {"patient", "relative"}


def test_someone_deactivated_is_not_invited(cast):
    cast.june.is_active = False
    cast.june.save()
    with pytest.raises(Deactivated):
        invitations.invite("june@example.org", "patient", by=cast.ines)


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/", "evil", "/\\evil", "x" * 300])
def test_an_invitation_lands_on_our_pages_only(cast, place):
    assert invitations.invite("kim@example.org", "patient", by=cast.ines, lands_at=place).lands_at == "/"


def test_the_token_is_kept_nowhere(invited, link, caplog):
    token = link.split("/")[2]
    with caplog.at_level(logging.DEBUG):
        Client().post(link)
        Client().get(link)
    assert token not in caplog.text
    for model in (Invitation, Notice, AuditEntry):
        assert token not in str(list(model.objects.values()))
    assert token not in Invitation.objects.get().token_hash


def test_the_page_tells_no_other_site_its_address(link):
    for response in (Client().get(link), Client().get("/invitation/made-up/")):
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert "no-store" in response.headers["Cache-Control"]


def test_the_mail_names_nothing(invited):
    deliver_due()
    (letter,) = mail.outbox
    assert "Lena" not in letter.body + letter.subject
    assert "patient" not in letter.body


def test_who_comes_by_code_has_used_the_invitation(invited):
    with_code_from_mail("lena@example.org")
    assert Invitation.objects.get().accepted_at is not None


def test_after_it_ran_out_even_a_code_is_not_sent(invited, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=8))
    Client().post(SIGN_IN, {"login": "lena@example.org"})
    Client().post("/accounts/login/code/", {"email": "lena@example.org"})
    deliver_due()
    assert not any(CODE.search(letter.body) for letter in mail.outbox)


def test_who_came_once_may_always_come_again(invited, link, time_machine):
    Client().post(link)
    time_machine.move_to(timezone.now() + timedelta(days=60))
    assert signed_in_as(with_code_from_mail("lena@example.org")) == "Lena"


@pytest.mark.django_db(transaction=True)
def test_the_rooms_upstairs_hear_of_it(cast):
    heard = []

    def hear(person, invitation, **kwargs):
        heard.append((person.name, invitation.role))

    invitation_accepted.connect(hear)
    invitations.invite("lena@example.org", "patient", by=cast.ines, name="Lena")
    Client().post(link_sent_to("lena@example.org"))
    invitation_accepted.disconnect(hear)
    assert heard == [("Lena", "patient")]


def test_a_hostile_name_is_only_a_name(cast):
    invitations.invite("x@example.org", "patient", by=cast.ines, name="<img src=x onerror=alert(1)>")
    assert b"<img src=x" not in Client().get(link_sent_to("x@example.org")).content
