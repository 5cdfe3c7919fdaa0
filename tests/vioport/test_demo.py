"""The demo's clinic: always around now, the same at each start, and nowhere but in the demo."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.http import Http404
from django.test import Client
from django.urls import clear_url_caches, include, path
from django.utils import timezone

from accounts.models import User
from groups.models import Membership
from sessions.models import Attendance, GroupSession
from vioport import urls
from vioport.demo.management.commands import demo
from vioport.demo.seed import seed
from vioport.demo.views import people


@pytest.fixture
def in_the_demo(db, settings, monkeypatch, tmp_path):
    """A server on which the demo is on, and its pages are there."""
    settings.DEMO, settings.EMAIL_FILE_PATH = True, str(tmp_path)
    monkeypatch.setattr(urls, "urlpatterns", [path("demo/", include("vioport.demo.urls")), *urls.urlpatterns])
    clear_url_caches()
    yield tmp_path
    monkeypatch.undo()
    clear_url_caches()


def counted() -> Counter:
    kinds = (User, Membership, GroupSession, Attendance)
    return Counter({kind.__name__: kind.objects.count() for kind in kinds})


def meetings(first: timedelta, last: timedelta) -> set[str]:
    """The groups that begin to meet between two moments, counted from now."""
    now = timezone.now()
    found = GroupSession.objects.filter(
        cancelled_at=None, starts_at__gte=now + first, starts_at__lte=now + last
    )
    return set(found.values_list("group__name", flat=True))


def test_one_group_meets_now_one_in_ten_minutes_and_one_tomorrow_whenever_it_is_started(in_the_demo):
    """Seeded once, for all that depends on it: it takes seconds."""
    seed()
    before = counted()
    _has_a_clinic_around_now()
    seed()
    assert counted() == before, "a second start adds nothing"
    _nobody_finds_an_empty_page()
    with time_machine.travel(timezone.now() + timedelta(days=2, hours=5)):
        seed()
        _has_a_clinic_around_now()
    assert counted()["User"] == before["User"]


def _has_a_clinic_around_now():
    minute = timedelta(minutes=1)
    now = GroupSession.objects.filter(starts_at__lte=timezone.now(), ends_at__gt=timezone.now() + 20 * minute)
    assert now.filter(cancelled_at=None, ended_at=None, kind="group").exists()
    assert meetings(minute, 21 * minute)
    assert meetings(timedelta(hours=6), timedelta(hours=40))


def _nobody_finds_an_empty_page():
    assert Attendance.objects.filter(group_session__ended_at__isnull=False).count() > 20
    for key, address, found in (
        ("june", "/minutes/", "You were there for"),
        ("maya", "/", "Attendance to look over"),
        ("ines", "/people/", "june@example.org"),
        ("ada", "/audit/", "<td"),
    ):
        browser = Client(headers={"Accept": "text/html"})
        assert b"June" in browser.get("/demo/").content
        assert browser.post(f"/demo/as/{key}/").headers["Location"] == "/"
        page = browser.get(address)
        assert page.status_code == 200, (key, address)
        assert found in page.content.decode(), (key, address)


def test_nobody_becomes_anyone_of_no_cast_and_a_link_alone_changes_nothing(in_the_demo):
    User.objects.create_user("boss@example.org", name="Boss")
    assert Client().post("/demo/as/boss/").status_code == 404
    assert Client().get("/demo/as/june/").status_code == 405


def test_the_mail_of_the_demo_is_read_there(in_the_demo):
    (in_the_demo / "one.log").write_bytes(
        b"To: june@example.org\nSubject: Your sign-in code\nDate: Thu, 26 Nov 2026 01:00:00 +0000\n"
        b"Content-Type: text/plain; charset=utf-8\n\nABCDEF\n<script>\nhttp://localhost:8000/x/\n" + b"-" * 79
    )
    page = Client().get("/demo/mail/").content.decode()
    assert "june@example.org" in page
    assert "ABCDEF" in page
    assert "<script>\n" not in page


def test_without_the_demo_its_pages_are_not_there(db, settings, rf, monkeypatch):
    for address in ("/demo/", "/demo/mail/", "/demo/as/june/"):
        assert Client().post(address).status_code == 404
    settings.DEMO = False
    request = rf.get("/demo/")
    with pytest.raises(Http404):  # even where the address was there
        people(request)


def test_the_commands_of_the_demo_touch_nothing_outside_it(settings, monkeypatch, tmp_path):
    settings.DEMO, settings.VAR_DIR = False, tmp_path
    for command in ("demo", "demo_members"):
        with pytest.raises(CommandError, match="There is no demo here yet"):
            call_command(command)


def test_a_reset_throws_the_demos_own_file_away_and_nothing_else(settings, monkeypatch, tmp_path):
    files = [tmp_path / name for name in ("demo.sqlite3", "demo.sqlite3-wal", "other.sqlite3")]
    for file in files:
        file.touch()
    settings.DEMO = True
    databases = {"default": {"NAME": str(files[0])}}
    monkeypatch.setattr(demo, "settings", type("Demo", (), {"DATABASES": databases, "DEMO": True}))
    monkeypatch.setattr(demo, "call_command", lambda *given, **more: None)
    monkeypatch.setattr(demo, "seed", lambda: None)
    monkeypatch.setattr(demo.Command, "_files_have_changed", lambda self: False)
    call_command("demo", "--reset")
    assert [file.exists() for file in files] == [False, False, True]
