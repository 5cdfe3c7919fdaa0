import re
import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from audit.models import AuditEntry
from audit.services import record
from audit.views import PAGE
from audit.words import ACTIONS

URL = "/audit/"


@pytest.fixture
def acts(cast, monkeypatch):
    """Two of them have lost their words, as acts have that an older vioport wrote down."""
    record("group.ended", cast.ines, cast.tuesday, program=str(cast.program.code))
    record("session_plan.read", cast.maya, cast.tuesday, about=cast.june)
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        record("membership.ended", cast.ines, cast.omar.memberships.get())
    monkeypatch.delitem(ACTIONS, "membership.ended")
    monkeypatch.delitem(ACTIONS, "session_plan.read")


def rows(response) -> list[str]:
    return response.content.decode().split("<tbody>")[-1].split("</tbody>")[0].split("<tr>")[1:]


def test_the_privacy_officer_reads_who_did_what_in_plain_words(acts, cast, signed_in):
    page = signed_in(cast.ada).get(URL)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Ended a group" in text
    assert "Read: session plan" in text
    assert "Membership: ended" in text
    assert all(name in text for name in ("Ines", "Maya", "June", "Omar"))
    assert re.search(r"[A-Z][a-z]{2} \d+, \d+:\d\d:\d\d\u00a0(am|pm)</time>", text)
    assert AuditEntry.objects.filter(action="audit.read", actor=str(cast.ada.code)).count() == 1


@pytest.mark.parametrize("who", ["theo", "june", "rosa", "maya", "ines", "cole"])
def test_nobody_else_can_tell_that_the_page_exists(acts, cast, signed_in, who):
    browser = signed_in(getattr(cast, who))
    refused, nowhere = browser.get(URL), browser.get(f"/{uuid.uuid4()}/")
    assert refused.status_code == nowhere.status_code == 404
    assert refused.content == nowhere.content
    assert browser.post(reverse("audit_export")).status_code == 404
    assert not AuditEntry.objects.filter(action__startswith="audit.").exists()


def test_a_privacy_officer_of_yesterday_is_refused(acts, cast, signed_in):
    browser = signed_in(cast.ada)
    assert browser.get(URL).status_code == 200
    Role.objects.filter(person=cast.ada).update(ended_at=timezone.now())
    assert browser.get(URL).status_code == 404


def test_signed_out_one_is_sent_to_sign_in(acts, client):
    assert client.get(URL).status_code == 302
    assert client.post(reverse("audit_export")).status_code == 302


@pytest.mark.parametrize(
    "asked, found",
    [
        ({"person": "june"}, 1),
        ({"person": "ines@example.org"}, 2),
        ({"person": "ines", "part": "about"}, 0),
        ({"person": "omar", "part": "about"}, 1),
        ({"action": "group.ended"}, 1),
        ({"person": "ines", "action": "group.ended"}, 1),
    ],
)
def test_it_is_searched_by_person_and_by_act(acts, cast, signed_in, asked, found):
    assert len(rows(signed_in(cast.ada).get(URL, asked))) == found


def test_it_is_searched_by_day(acts, cast, signed_in):
    """Days are the reader's own: at nine in the evening in New York it is tomorrow elsewhere."""
    hers = timezone.localtime(timezone=ZoneInfo(cast.ada.time_zone))
    three_days_ago = (hers - timedelta(days=3)).date().isoformat()
    browser = signed_in(cast.ada)
    page = browser.get(URL, {"since": three_days_ago, "until": three_days_ago})
    assert len(rows(page)) == 1
    assert "Membership: ended" in rows(page)[0]


@pytest.mark.parametrize(
    "asked, words",
    [
        ({"person": "nobody at all"}, "Nobody has that name"),
        ({"since": "2026-11-03", "until": "2026-11-02"}, "before the first one"),
        ({"since": "yesterday"}, "Write a day"),
        ({"action": "no.such"}, "Choose one from the list"),
    ],
)
def test_a_search_that_makes_no_sense_is_explained(acts, cast, signed_in, asked, words):
    page = signed_in(cast.ada).get(URL, asked)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert all(value in page.content.decode() for value in asked.values() if value != "no.such")


def test_a_long_trail_comes_in_pages(cast, signed_in):
    for number in range(PAGE + 5):
        record("group.changed", cast.ines, cast.tuesday, number=number)
    browser = signed_in(cast.ada)
    first = browser.get(URL, {"person": "ines"})
    assert len(rows(first)) == PAGE
    assert first.context["older"].startswith("?person=ines&before=")
    second = browser.get(URL + first.context["older"])
    assert len(rows(second)) == 5
    assert second.context["older"] == ""


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, ""])
def test_a_made_up_page_number_does_no_harm(acts, cast, signed_in, before):
    assert signed_in(cast.ada).get(URL, {"before": before}).status_code == 200


def test_the_table_is_saved_and_that_is_recorded(acts, cast, signed_in):
    cast.ines.name = '=HYPERLINK("evil")'
    cast.ines.save()
    saved = signed_in(cast.ada).post(reverse("audit_export"), {"person": "ines", "part": "actor"})
    assert saved["Content-Type"].startswith("text/csv")
    text = saved.content.decode("utf-8-sig")
    assert len(text.splitlines()) == 3
    assert "'=HYPERLINK" in text
    assert ",=" not in text and '"=' not in text
    entry = AuditEntry.objects.get(action="audit.exported")
    assert entry.detail == {"entries": 2, "searched_by": ["person", "part"]}


def test_a_link_alone_saves_nothing(cast, signed_in):
    assert signed_in(cast.ada).get(reverse("audit_export")).status_code == 405


def test_hostile_names_are_shown_as_text(acts, cast, signed_in):
    cast.ines.name = "<script>alert(1)</script>"
    cast.ines.save()
    assert "<script>alert" not in signed_in(cast.ada).get(URL).content.decode()
