"""The back office, and the first coordinator."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.outbox import post
from audit.models import AuditEntry


@pytest.fixture
def keeper(db):
    """Whoever runs the installation."""
    return User.objects.create_superuser("keeper@example.org", name="Keeper")


def test_the_keeper_looks(keeper, cast, signed_in):
    browser = signed_in(keeper)
    assert b"june@example.org" in browser.get("/back-office/accounts/user/").content
    assert b"June" in browser.get(f"/back-office/accounts/user/{cast.june.pk}/change/").content
    assert AuditEntry.objects.filter(action="back_office.read", subject=str(cast.june.code)).exists()


def test_the_keeper_changes_nothing_there(keeper, cast, signed_in):
    browser = signed_in(keeper)
    address = f"/back-office/accounts/user/{cast.june.pk}/"
    assert browser.post(f"{address}change/", {"name": "X"}).status_code == 403
    assert browser.post(f"{address}delete/", {"post": "yes"}).status_code == 404
    assert browser.post("/back-office/accounts/user/add/", {"name": "X"}).status_code == 404
    assert User.objects.get(pk=cast.june.pk).name == "June"


def test_secrets_of_the_outbox_are_not_shown(keeper, cast, signed_in):
    notice = post("sign_in_code", key="k", person=cast.june, secret="QWERTY")
    page = signed_in(keeper).get(f"/back-office/accounts/notice/{notice.pk}/change/").content
    assert b"sign_in_code" in page
    assert b"QWERTY" not in page


def test_without_a_second_factor_it_stays_shut(keeper, signed_in):
    response = signed_in(keeper, second_factor=False).get("/back-office/")
    assert response.headers["Location"].startswith("/accounts/protect/")


@pytest.mark.parametrize("who", ["ines", "ada", "june"])
def test_to_everyone_else_it_does_not_exist(cast, signed_in, who):
    browser = signed_in(getattr(cast, who))
    for address in ("/back-office/", "/back-office/accounts/user/"):
        answer = browser.get(address)
        assert answer.status_code == 404
        assert answer.content == browser.get("/nowhere/").content


def test_a_stranger_is_asked_to_sign_in(db):
    assert Client().get("/back-office/").headers["Location"].startswith("/accounts/login/")


# --- The first coordinator ----------------------------------------------------------


def bootstrap(**options) -> str:
    said = StringIO()
    options = {"email": "ines@clinic.example", "name": "Ines", "stdout": said} | options
    call_command("bootstrap", **options)
    return re.search(r"http://[^/]+(/\S+)", said.getvalue()).group(1)


def test_the_first_coordinator_comes_in_by_the_link(db):
    path = bootstrap(privacy=True)
    browser = Client(headers={"Accept": "text/html"})
    browser.post(path)
    ines = User.objects.get(email="ines@clinic.example")
    assert browser.session["_auth_user_id"] == str(ines.pk)
    assert ines.current_roles == {"coordinator", "privacy"}
    assert browser.get("/people/").headers["Location"].startswith("/accounts/protect/")


def test_it_makes_no_second_one_by_accident(cast):
    with pytest.raises(CommandError, match="There is a coordinator already"):
        bootstrap()
    assert not User.objects.filter(email="ines@clinic.example").exists()
    bootstrap(again=True)
    assert User.objects.get(email="ines@clinic.example").has_role("coordinator")


def test_it_wants_an_address(db):
    with pytest.raises(CommandError, match="not an email"):
        bootstrap(email="ines")
