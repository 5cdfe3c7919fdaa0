"""Pages lock when nobody touches them. Only what a person does counts."""

import re

import pytest
from django.test import Client

from accounts import access
from accounts.models import User
from audit.models import AuditEntry
from tests.accounts.ways_in import code_of, code_sent_to

POLL = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Accept": "*/*"}
HTMX = {"HX-Request": "true"}
OLD_BROWSER = {"Accept": "text/html,application/xhtml+xml"}
OLD_FETCH = {"Accept": "*/*"}
PREFETCH = {"Sec-Purpose": "prefetch"}


@pytest.fixture
def at(time_machine):
    def move(clock: str) -> None:
        time_machine.move_to(f"2026-11-22 {clock}", tick=False)

    move("18:00")
    return move


def is_locked(browser: Client) -> bool:
    return browser.get("/accounts/open/", headers=POLL).status_code == 423


def test_staff_are_asked_after_fifteen_minutes(cast, signed_in, at):
    maya = signed_in(cast.maya)
    at("18:14")
    assert not is_locked(maya)
    at("18:16")
    assert is_locked(maya)
    assert maya.get("/accounts/").headers["Location"] == "/accounts/unlock/?next=%2Faccounts%2F"


def test_patients_are_asked_after_thirty(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:29")
    assert not is_locked(june)
    at("18:31")
    assert is_locked(june)


def test_opening_a_page_keeps_it_open(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:20")
    june.get("/accounts/")
    at("18:45")
    assert not is_locked(june)


def test_moving_and_typing_keeps_it_open(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:20")
    assert june.post("/accounts/active/", headers=POLL).status_code == 204
    at("18:45")
    assert not is_locked(june)


def test_telling_so_without_our_token_keeps_nothing_open(cast, at):
    june = Client(enforce_csrf_checks=True)
    june.force_login(cast.june)
    at("18:20")
    assert june.post("/accounts/active/", headers=POLL).status_code == 403
    at("18:45")
    assert is_locked(june)


@pytest.mark.parametrize("headers", [POLL, HTMX, OLD_FETCH, PREFETCH, {"Sec-Fetch-Dest": "iframe"}])
def test_what_a_page_does_by_itself_keeps_nothing_open(cast, signed_in, at, headers):
    june = signed_in(cast.june)
    if headers is OLD_FETCH:
        june = Client()
        june.force_login(cast.june)
    for minute in ("18:10", "18:20", "18:29"):
        at(minute)
        june.get("/accounts/", headers=headers)
        june.get("/accounts/open/", headers=headers)
        june.get("/help/", headers=headers)
    at("18:31")
    assert is_locked(june)


def test_an_old_browser_is_told_by_what_it_accepts(cast, at):
    june = Client()
    june.force_login(cast.june)
    at("18:20")
    june.get("/accounts/", headers=OLD_BROWSER)
    at("18:45")
    assert not is_locked(june)


def test_a_locked_page_gets_nothing_in_the_background(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:31")
    response = june.get("/accounts/", headers=POLL)
    assert response.status_code == 423
    assert response.content == b""
    assert june.post("/accounts/active/", headers=POLL).status_code == 423
    assert is_locked(june)


def test_a_patient_comes_back_with_a_code_to_where_they_were(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:31")
    assert b"june@example.org" in june.get("/accounts/unlock/?next=/accounts/about/").content
    june.post("/accounts/unlock/", {"way": "mail", "send": "1"})
    code = code_sent_to("june@example.org")
    wrong = june.post("/accounts/unlock/", {"way": "mail", "code": "WRONGX"})
    assert wrong.status_code == 422
    right = june.post("/accounts/unlock/", {"way": "mail", "code": code, "next": "/accounts/about/"})
    assert right.headers["Location"] == "/accounts/about/"
    assert june.get("/accounts/about/").status_code == 200
    assert AuditEntry.objects.filter(action="proved_again").exists()


def test_the_veil_over_a_page_gets_the_forms_alone_and_a_plain_yes(cast, signed_in, at):
    part = {"X-Part": "unlock"} | POLL
    june = signed_in(cast.june)
    at("18:31")
    assert b"<html" not in june.get("/accounts/unlock/", headers=part).content
    june.post("/accounts/unlock/", {"way": "mail", "send": "1"}, headers=part)
    code = code_sent_to("june@example.org")
    assert june.post("/accounts/unlock/", {"way": "mail", "code": code}, headers=part).status_code == 204
    assert not is_locked(june)


def test_a_code_is_tried_three_times(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:31")
    june.post("/accounts/unlock/", {"way": "mail", "send": "1"})
    code = code_sent_to("june@example.org")
    for _try in range(3):
        june.post("/accounts/unlock/", {"way": "mail", "code": "WRONGX"})
    june.post("/accounts/unlock/", {"way": "mail", "code": code})
    assert is_locked(june)


def test_staff_come_back_with_their_app_and_not_with_a_mail(cast, signed_in, at, mayas_secret):
    maya = signed_in(cast.maya)
    at("18:16")
    assert access.ways_to_prove(maya.session, cast.maya) == ["app"]
    maya.post("/accounts/unlock/", {"way": "mail", "send": "1"})
    maya.post("/accounts/unlock/", {"way": "mail", "code": ""})
    assert is_locked(maya)
    maya.post("/accounts/unlock/", {"way": "app", "code": code_of(mayas_secret)})
    assert not is_locked(maya)


def test_a_password_opens_the_lock_of_whoever_has_one(cast, signed_in, at):
    cast.june.set_password("four words in a row")
    cast.june.save()
    june = signed_in(cast.june)
    at("18:31")
    june.post("/accounts/unlock/", {"way": "password", "password": "wrong"})
    assert is_locked(june)
    june.post("/accounts/unlock/", {"way": "password", "password": "four words in a row"})
    assert not is_locked(june)


def test_quick_exit_help_and_signing_out_are_never_locked(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:31")
    assert june.get("/help/").status_code == 200
    assert june.get("/accounts/logout/").status_code == 200
    assert june.post("/away/out/").headers["Location"] == "/away/"
    assert "_auth_user_id" not in june.session


def test_the_lock_leads_to_no_other_site(cast, signed_in, at):
    cast.june.set_password("four words in a row")
    cast.june.save()
    june = signed_in(cast.june)
    answer = june.post(
        "/accounts/unlock/",
        {"way": "password", "password": "four words in a row", "next": "https://evil.example/"},
    )
    assert answer.headers["Location"] == "/"


def test_a_lock_does_not_close_a_socket(cast, signed_in, at):
    june = signed_in(cast.june)
    at("19:30")
    assert access.is_locked(june.session)
    assert access.may_enter(june.session, cast.june)


def test_the_room_one_sits_in_stays_open(cast, signed_in, at, monkeypatch):
    monkeypatch.setattr(
        access, "stays_open_when_locked", [lambda request: request.path == "/accounts/about/"]
    )
    june = signed_in(cast.june)
    at("18:31")
    assert june.get("/accounts/about/").status_code == 200
    assert june.get("/accounts/").status_code == 302


# --- Without JavaScript there is no veil: what was posted is kept sealed in the page -----


def kept_in(page) -> str:
    return re.search(rb'name="kept" value="([^"]+)"', page.content).group(1).decode()


def come_back(browser: Client, kept: str):
    browser.post("/accounts/unlock/", {"way": "mail", "send": "1", "kept": kept})
    code = code_sent_to("june@example.org")
    return browser.post("/accounts/unlock/", {"way": "mail", "code": code, "kept": kept})


def test_what_was_posted_to_a_locked_page_is_done_after_the_proof(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:31")
    page = june.post("/accounts/about/", ABOUT)
    assert page.status_code == 423
    assert b"Typed for half an hour" not in page.content
    assert User.objects.get(pk=cast.june.pk).name == "June"
    assert come_back(june, kept_in(page)).headers["Location"] == "/accounts/"
    assert User.objects.get(pk=cast.june.pk).name == "Typed for half an hour"


def test_nobody_else_sends_it(cast, signed_in, at):
    june, theo = signed_in(cast.june), signed_in(cast.theo)
    at("18:31")
    kept = kept_in(june.post("/accounts/about/", ABOUT))
    theo.post("/accounts/unlock/", {"way": "mail", "send": "1"})
    code = code_sent_to("theo@example.org")
    theo.post("/accounts/unlock/", {"way": "mail", "code": code, "kept": kept})
    assert not User.objects.filter(name="Typed for half an hour").exists()


def test_without_a_proof_it_is_not_sent(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:31")
    kept = kept_in(june.post("/accounts/about/", ABOUT))
    june.post("/accounts/unlock/", {"way": "mail", "code": "WRONGX", "kept": kept})
    assert User.objects.get(pk=cast.june.pk).name == "June"


def test_what_is_kept_is_over_after_an_hour_and_made_up_words_are_nothing(cast, signed_in, at):
    june = signed_in(cast.june)
    at("18:31")
    kept = kept_in(june.post("/accounts/about/", ABOUT))
    at("19:45")
    come_back(june, kept)
    at("20:31")
    come_back(june, "bWFkZSB1cA==")
    assert User.objects.get(pk=cast.june.pk).name == "June"


ABOUT = {"name": "Typed for half an hour", "time_zone": "America/New_York", "language": "en"}
