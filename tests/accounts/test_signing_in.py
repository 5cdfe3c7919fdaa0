"""Coming in by code, by password, and not coming in."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notice, User
from accounts.outbox import deliver_due
from audit.models import AuditEntry
from tests.accounts.ways_in import CODE, CONFIRM, SIGN_IN, code_sent_to, link_sent_to


def without_token(response) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content)


def test_a_patient_comes_in_with_a_code_from_the_mail(cast):
    browser = Client()
    browser.post(SIGN_IN, {"login": "June@Example.org"})
    response = browser.post(CONFIRM, {"code": code_sent_to("june@example.org").lower()})
    assert response.headers["Location"] == "/"
    assert browser.session["_auth_user_id"] == str(cast.june.pk)


def test_the_mail_with_the_code_names_nothing(cast):
    Client().post(SIGN_IN, {"login": "june@example.org"})
    deliver_due()
    (letter,) = mail.outbox
    assert letter.subject == "Your sign-in code"
    assert not re.search(r"program|therap|group|health|June", letter.body, re.IGNORECASE)


def test_one_lands_where_one_wanted_to_go(cast):
    browser = Client()
    browser.post(SIGN_IN, {"login": "june@example.org", "next": "/help/"}, follow=True)
    done = browser.post(CONFIRM, {"code": code_sent_to("june@example.org"), "next": "/help/"})
    assert done.headers["Location"] == "/help/"


def test_nobody_is_led_to_another_site(cast):
    browser = Client()
    browser.post(SIGN_IN, {"login": "june@example.org", "next": "https://evil.example/"})
    done = browser.post(CONFIRM, {"code": code_sent_to("june@example.org"), "next": "https://evil.example/"})
    assert done.headers["Location"] == "/"


def test_a_code_works_once(cast):
    first, second = Client(), Client()
    first.post(SIGN_IN, {"login": "june@example.org"})
    code = code_sent_to("june@example.org")
    first.post(CONFIRM, {"code": code})
    second.post(SIGN_IN, {"login": "june@example.org"})
    second.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in second.session


def test_three_wrong_codes_and_one_begins_again(cast):
    browser = Client()
    browser.post(SIGN_IN, {"login": "june@example.org"})
    code = code_sent_to("june@example.org")
    for _try in range(3):
        browser.post(CONFIRM, {"code": "WRONGX"})
    browser.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in browser.session
    assert AuditEntry.objects.filter(action="sign_in.failed", subject=str(cast.june.code)).count() == 3


def test_a_code_is_over_after_ten_minutes(cast, time_machine):
    time_machine.move_to("2026-11-22 18:00", tick=False)
    browser = Client()
    browser.post(SIGN_IN, {"login": "june@example.org"})
    code = code_sent_to("june@example.org")
    time_machine.move_to("2026-11-22 18:11", tick=False)
    browser.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("password", ["", "not the right one"])
def test_an_unknown_address_looks_exactly_like_a_known_one(cast, password):
    answers = []
    for address in ("june@example.org", "june@example.net"):
        browser = Client()
        sent = browser.post(SIGN_IN, {"login": address, "password": password}, follow=True)
        page = without_token(sent).replace(address.encode(), b"")
        wrong = browser.post(CONFIRM, {"code": "WRONGX"}, follow=True)
        answers.append((sent.redirect_chain, page, without_token(wrong).replace(address.encode(), b"")))
    assert answers[0] == answers[1]


def test_an_unknown_address_costs_the_same_work(cast):
    costs = set()
    for address in ("june@example.org", "june@example.net"):
        with CaptureQueriesContext(connection) as queries:
            Client().post(SIGN_IN, {"login": address})
        costs.add(len(queries))
    assert len(costs) == 1
    assert Notice.objects.count() == 2


def test_whoever_has_no_account_is_told_in_their_mailbox_only(cast):
    Client().post(SIGN_IN, {"login": "nobody@example.net"})
    deliver_due()
    (letter,) = mail.outbox
    assert letter.to == ["nobody@example.net"]
    assert not CODE.search(letter.body)


def test_someone_deactivated_looks_like_someone_unknown(cast):
    User.objects.filter(pk=cast.june.pk).update(is_active=False)
    browser = Client()
    browser.post(SIGN_IN, {"login": "june@example.org"})
    deliver_due()
    assert not any(CODE.search(letter.body) for letter in mail.outbox)


def test_a_password_opens_too(cast):
    cast.june.set_password("four words in a row")
    cast.june.save()
    browser = Client()
    browser.post(SIGN_IN, {"login": "june@example.org", "password": "four words in a row"})
    assert browser.session["_auth_user_id"] == str(cast.june.pk)


def test_after_five_wrong_passwords_even_the_right_one_waits(cast):
    cast.june.set_password("four words in a row")
    cast.june.save()
    browser = Client()
    for _try in range(5):
        browser.post(SIGN_IN, {"login": "june@example.org", "password": "wrong"})
    browser.post(SIGN_IN, {"login": "june@example.org", "password": "four words in a row"})
    assert "_auth_user_id" not in browser.session


def test_who_is_locked_out_by_passwords_still_comes_in_by_code(cast):
    for _try in range(6):
        Client().post(SIGN_IN, {"login": "june@example.org", "password": "wrong"})
    test_a_patient_comes_in_with_a_code_from_the_mail(cast)


def test_codes_are_not_sent_without_end(cast):
    for _try in range(5):
        Client().post(SIGN_IN, {"login": "june@example.org"})
    assert Notice.objects.count() == 3


def test_nobody_signs_up(db):
    for method in ("get", "post"):
        assert getattr(Client(), method)("/accounts/signup/").status_code == 404
    assert Client().get("/accounts/email/").status_code == 404


def test_a_session_gets_a_new_key_when_someone_signs_in(cast):
    browser = Client()
    browser.post(SIGN_IN, {"login": "june@example.org"})
    before = browser.cookies["sessionid"].value
    browser.post(CONFIRM, {"code": code_sent_to("june@example.org")})
    assert browser.cookies["sessionid"].value != before


def test_a_planted_session_cookie_is_not_taken_over(cast):
    browser = Client()
    browser.cookies["sessionid"] = "planted0123456789planted01234567"
    browser.post(SIGN_IN, {"login": "june@example.org"})
    assert browser.cookies["sessionid"].value != "planted0123456789planted01234567"


def test_a_new_password_by_mail_signs_out_everywhere_else(cast, signed_in):
    elsewhere = signed_in(cast.june)
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": "june@example.org"})
    path = link_sent_to("june@example.org")
    page = browser.get(path, follow=True)
    browser.get(path)  # a mail scanner looked first, or June looked twice
    address = page.redirect_chain[-1][0]
    browser.post(address, {"password1": "five new words here now", "password2": "five new words here now"})
    cast.june.refresh_from_db()
    assert cast.june.check_password("five new words here now")
    assert elsewhere.get("/accounts/").status_code == 302
    assert "_auth_user_id" not in elsewhere.session


def test_hostile_names_are_only_words(cast, signed_in):
    cast.june.name = "<script>alert(1)</script>{{ 7|add:7 }}"
    cast.june.save()
    page = signed_in(cast.june).get("/accounts/").content
    assert b"<script>alert" not in page
    assert b"{{ 7|add:7 }}" in page


@pytest.mark.parametrize("credential", ["", "null", "[]", "{}", '{"response": {"userHandle": "AA"}}', "x"])
def test_a_made_up_passkey_opens_nothing(cast, credential):
    browser = Client()
    browser.get("/accounts/login/passkey/", headers={"Accept": "application/json"})
    response = browser.post("/accounts/login/passkey/", {"credential": credential})
    assert response.status_code == 302
    assert "_auth_user_id" not in browser.session
