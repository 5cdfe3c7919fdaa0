"""Mail that does not reach someone: their coordinator sees it where she looks, with what to do."""

import smtplib
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import outbox
from accounts.models import User
from accounts.outbox import deliver_due
from groups.models import Assignment, Program
from tests.conftest import person
from tests.groups.test_people import invitation_form


@pytest.fixture
def refused(monkeypatch):
    """`refused(address)`: the mail server does not know that address."""
    unknown = set()

    def send_messages(backend, letters):
        for address in {letter.to[0] for letter in letters} & unknown:
            raise smtplib.SMTPRecipientsRefused({address: (550, b"no such mailbox")})
        return len(letters)

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send_messages)
    return unknown.add


def pages(browser, someone) -> tuple[str, str, str]:
    """Today, the list of people, and the page of `someone`."""
    found = (browser.get(address) for address in ("/", "/people/", f"/people/{someone.code}/"))
    return tuple(page.content.decode() for page in found)


def test_a_mistyped_address_is_seen_everywhere_and_what_to_do(cast, signed_in, refused):
    refused("lnea@example.org")
    ines = signed_in(cast.ines)
    ines.post("/people/invite/", invitation_form(cast, email="lnea@example.org"))
    deliver_due()
    lena = User.objects.get(name="Lena")
    today, people, hers = pages(ines, lena)
    assert f'href="/people/{lena.code}/"' in today
    assert "Our email does not reach 1 person." in people
    assert "Mail does not arrive" in people
    assert "Our email does not reach lnea@example.org." in hers
    assert "ask how it is spelled" in hers
    found = ines.get("/people/", {"mail": "stuck"}).content.decode()
    assert "Lena" in found
    assert "june@example.org" not in found
    ines.post(f"/people/{lena.code}/address/", {"email": "lena@example.org"})
    deliver_due()
    assert not [page for page in pages(ines, lena) if "does not reach" in page]


def test_someone_who_came_before_is_asked_for_another_address(cast, signed_in, refused):
    refused("june@example.org")
    cast.june.last_login = timezone.now()
    cast.june.save()
    outbox.post("message", person=cast.june, key="one")
    deliver_due()
    assert "ask for one that works" in pages(signed_in(cast.ines), cast.june)[2]


def test_a_letter_that_waits_is_told_with_how_long(cast, signed_in):
    outbox.post("message", person=cast.june, key="one", due_at=timezone.now() - timedelta(hours=2))
    assert "has waited for 2 hours" in pages(signed_in(cast.ines), cast.june)[2]


def test_it_is_over_when_a_later_letter_got_there(cast, signed_in, refused):
    too_late = timezone.now() - timedelta(hours=1)
    outbox.post("meeting_soon", person=cast.june, key="one", due_at=too_late)
    deliver_due()
    ines = signed_in(cast.ines)
    assert "could not be sent in time" in pages(ines, cast.june)[2]
    outbox.post("message", person=cast.june, key="two", address="June@example.org")
    deliver_due()
    assert not [page for page in pages(ines, cast.june) if "does not reach" in page]


def test_another_programs_coordinator_reads_nobodys_trouble(cast, signed_in, refused):
    refused("june@example.org")
    refused("stranger@example.net")
    noor = person("Noor", "coordinator")
    elsewhere = Program.objects.create(site=cast.site, name="Morning program")
    Assignment.objects.create(program=elsewhere, person=noor, role="coordinator")
    outbox.post("message", person=cast.june, key="one")
    outbox.post("sign_in_unknown", address="stranger@example.net", key="two")
    deliver_due()
    for page in ("/", "/people/"):
        assert "does not reach" not in signed_in(noor).get(page).content.decode()
    today = signed_in(cast.ines).get("/").content.decode()
    assert "June" in today
    assert "stranger@example.net" not in today


def test_whose_login_is_closed_is_nobodys_trouble(cast, signed_in):
    outbox.post("message", person=cast.june, key="one", due_at=timezone.now() - timedelta(hours=2))
    ines = signed_in(cast.ines)
    ines.post(f"/people/{cast.june.code}/close/")
    deliver_due()
    assert not [page for page in pages(ines, cast.june) if "does not reach" in page]
