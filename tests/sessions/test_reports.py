"""A member can tell the coordinators something about a session, then and for a week after."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from sessions.models import Admission, Attendance, Report


@pytest.fixture
def met(cast, a_session):
    start = timezone.now() - timedelta(days=2)
    met = a_session(cast.tuesday, starts_at=start, opened_at=start, ended_at=start + timedelta(minutes=60))
    for who, role in ((cast.maya, "facilitator"), (cast.june, "patient"), (cast.omar, "patient")):
        seat = Attendance.objects.create(
            group_session=met, person=who, shown_as=who.peer_name, role=role, stays=[[1, 9]]
        )
        Admission.objects.create(attendance=seat, state="left", decided_at=start)
    return met


def tell(client, met, words="Omar wrote to me afterwards", **more):
    return client.post(f"/sessions/{met.code}/report/", {"words": words, **more})


def test_what_june_tells_reaches_the_coordinator_and_is_unreadable_at_rest(cast, signed_in, met):
    omar = met.attendances.get(person=cast.omar)
    assert tell(signed_in(cast.june), met, about=omar.pk).status_code == 200
    report = Report.objects.get()
    ines = signed_in(cast.ines)
    assert "June" in ines.get("/reports/").content.decode()
    assert "wrote to me afterwards" in ines.get(f"/reports/{report.code}/").content.decode()
    assert AuditEntry.objects.filter(action="report.read").exists()


@pytest.mark.parametrize("who", ["maya", "june", "omar", "theo", "sam", "cole", "ada", "rosa"])
def test_nobody_but_the_coordinators_reads_it(cast, signed_in, met, who):
    tell(signed_in(cast.june), met)
    client = signed_in(getattr(cast, who))
    assert client.get(f"/reports/{Report.objects.get().code}/").status_code == 404
    assert client.get("/reports/").status_code == 404


def test_after_a_week_the_page_is_gone(cast, signed_in, met):
    met.ended_at = timezone.now() - timedelta(days=7, minutes=1)
    met.save()
    assert tell(signed_in(cast.june), met).status_code == 404
    assert not Report.objects.exists()


@pytest.mark.parametrize("who", ["theo", "rosa", "sam"])
def test_whoever_was_not_there_has_no_such_page(cast, signed_in, met, who):
    theirs = tell(signed_in(getattr(cast, who)), met)
    nobodys = signed_in(getattr(cast, who)).post("/sessions/00000000-0000-4000-8000-000000000000/report/")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content


def test_an_empty_report_is_asked_for_again(cast, signed_in, met):
    assert "form" in tell(signed_in(cast.june), met, words="  ").context
    assert not Report.objects.exists()
