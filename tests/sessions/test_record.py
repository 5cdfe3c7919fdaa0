"""The roster after a session: proposed by rule, corrected by staff, read by few."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from groups.services.memberships import end_membership
from sessions.models import Admission, Apology, Attendance, Correction, Visit
from sessions.record_csv import harmless


@pytest.fixture
def yesterday(cast, a_session):
    """Tuesday's group met yesterday for an hour: June all along, Omar from minute 20 on, with a gap."""
    start = timezone.now() - timedelta(days=1)
    met = a_session(cast.tuesday, starts_at=start, opened_at=start, ended_at=start + timedelta(minutes=60))
    seats = {}
    for who, role in ((cast.maya, "facilitator"), (cast.june, "patient"), (cast.omar, "patient")):
        seat = Attendance.objects.create(
            group_session=met, person=who, shown_as=who.peer_name, role=role, stays=[[1, 9]]
        )
        Admission.objects.create(attendance=seat, state="left", decided_at=start)
        seats[who.name] = seat
    for name, spans in {"Maya": [(0, 60)], "June": [(0, 60)], "Omar": [(20, 30), (40, 60)]}.items():
        for begin, end in spans:
            Visit.objects.create(
                attendance=seats[name],
                mode="video",
                opened_at=start + timedelta(minutes=begin),
                last_heard_at=start + timedelta(minutes=end),
                closed_at=start + timedelta(minutes=end),
                how_closed="left",
            )
    met.seats = seats
    return met


def roster(client, met):
    return client.get(f"/sessions/{met.code}/record/")


def test_the_facilitator_sees_who_came_for_how_long_and_what_the_rule_proposes(cast, signed_in, yesterday):
    rows = {row.name: row for row, _blocks in roster(signed_in(cast.maya), yesterday).context["rows"]}
    assert (rows["June"].minutes, rows["June"].status) == (60, "attended")
    assert (rows["Omar"].minutes, rows["Omar"].status) == (30, "late")
    assert len(rows["Omar"].gaps) == 1


def test_someone_who_said_so_before_is_proposed_as_excused(cast, signed_in, yesterday):
    yesterday.seats["Omar"].visits.all().delete()
    Apology.objects.create(group_session=yesterday, person=cast.omar, is_absence=True)
    rows = {row.name: row for row, _blocks in roster(signed_in(cast.maya), yesterday).context["rows"]}
    assert rows["Omar"].status == "excused"


def test_someone_who_went_at_half_time_left_early(cast, signed_in, yesterday):
    half = yesterday.starts_at + timedelta(minutes=30)
    yesterday.seats["June"].visits.update(closed_at=half, last_heard_at=half)
    rows = {row.name: row for row, _blocks in roster(signed_in(cast.maya), yesterday).context["rows"]}
    assert rows["June"].status == "left_early"


@pytest.mark.parametrize(
    "spans, proposed",
    [
        ([(0, 1), (59, 60)], "left_early"),
        ([(0, 0.1)], "absent"),
        ([(0, 25), (30, 60)], "attended"),
        ([(40, 60)], "late"),
    ],
    ids=["a minute at each end", "six seconds", "a short gap", "the last third"],
)
def test_what_is_proposed_for_whoever_was_there_in_part(cast, signed_in, yesterday, spans, proposed):
    june, start = yesterday.seats["June"], yesterday.starts_at
    june.visits.all().delete()
    for begin, end in spans:
        until = start + timedelta(minutes=end)
        june.visits.create(
            mode="video",
            opened_at=start + timedelta(minutes=begin),
            last_heard_at=until,
            closed_at=until,
            how_closed="left",
        )
    rows = {row.name: row for row, _blocks in roster(signed_in(cast.maya), yesterday).context["rows"]}
    assert rows["June"].status == proposed


def test_who_came_to_the_door_and_was_never_let_in_is_not_proposed_as_absent(cast, signed_in, yesterday):
    yesterday.seats["June"].visits.update(mode="waiting")
    Attendance.objects.filter(pk=yesterday.seats["June"].pk).update(stays=[])
    rows = {row.name: row for row, _blocks in roster(signed_in(cast.maya), yesterday).context["rows"]}
    assert rows["June"].status == "excused"


def test_a_correction_needs_a_reason_and_keeps_the_first_figure(cast, signed_in, yesterday):
    maya = signed_in(cast.maya)
    page = f"/sessions/{yesterday.code}/record/{yesterday.seats['Omar'].seat}/"
    refused = maya.post(page, {"status": "attended", "minutes": "55", "reason": ""})
    assert refused.status_code == 200
    assert not Correction.objects.exists()
    assert 'value="55"' in refused.content.decode()

    maya.post(page, {"status": "attended", "minutes": "55", "reason": "He was on the telephone with Ines"})
    maya.post(page, {"status": "late", "minutes": "", "reason": "Late after all"})
    rows = {row.name: row for row, _blocks in roster(maya, yesterday).context["rows"]}
    assert (rows["Omar"].status, rows["Omar"].minutes, rows["Omar"].minutes_counted) == ("late", 55, 30)
    assert Correction.objects.count() == 2
    assert AuditEntry.objects.filter(action="attendance.corrected").count() == 2


def test_the_file_opens_without_running_anything(cast, signed_in, yesterday):
    cast.omar.name = "=HYPERLINK(1)"
    cast.omar.save()
    answer = signed_in(cast.ines).get(f"/sessions/{yesterday.code}/record.csv")
    names = [row[0] for row in csv.reader(io.StringIO(answer.content.decode()))]
    assert "'=HYPERLINK(1)" in names
    assert "attachment" in answer["Content-Disposition"]


def test_the_file_says_which_meeting_in_which_zone_and_how_they_took_part(cast, signed_in, yesterday):
    Correction.objects.create(
        attendance=yesterday.seats["Omar"], status="late", reason="He called, José heard him", by=cast.maya
    )
    content = signed_in(cast.ines).get(f"/sessions/{yesterday.code}/record.csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    rows = {row["Name"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))}
    omar = rows["Omar"]
    assert (omar["How"], omar["Time zone"]) == ("video", "America/New_York")
    assert omar["Reason of the correction"] == "He called, José heard him"
    assert omar["Meeting"] == "Tuesday evening"


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n=1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\uff1d1"],
)
def test_cells_that_begin_like_a_formula_are_made_harmless(cell):
    assert harmless(cell).startswith("'")


def test_reading_and_exporting_the_roster_is_written_down(cast, signed_in, yesterday):
    roster(signed_in(cast.ines), yesterday)
    signed_in(cast.ines).get(f"/sessions/{yesterday.code}/record.csv")
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"roster.read", "roster.exported"}


@pytest.mark.parametrize("who", ["june", "theo", "rosa", "sam", "cole", "ada"])
@pytest.mark.parametrize("page", ["record/", "record.csv"])
def test_for_everyone_else_there_is_no_roster(cast, signed_in, yesterday, who, page):
    client = signed_in(getattr(cast, who))
    theirs = client.get(f"/sessions/{yesterday.code}/{page}")
    nobodys = client.get(f"/sessions/00000000-0000-4000-8000-000000000000/{page}")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content


def test_reading_one_persons_line_is_written_down_as_theirs(cast, signed_in, yesterday):
    signed_in(cast.maya).get(f"/sessions/{yesterday.code}/record/{yesterday.seats['Omar'].seat}/")
    assert AuditEntry.objects.filter(action="attendance.read", about=str(cast.omar.code)).exists()


def test_whoever_no_longer_leads_the_group_no_longer_reads_its_roster(cast, signed_in, yesterday):
    end_membership(cast.maya.memberships.get(), by=cast.ines)
    assert roster(signed_in(cast.maya), yesterday).status_code == 404


def test_who_is_no_facilitator_any_more_reads_and_corrects_nothing(cast, signed_in, yesterday):
    """Nobody ended the seat: the role alone is gone, and with it the second factor that was asked for."""
    signed_in(cast.ines).post(f"/people/{cast.maya.code}/roles/facilitator/end/")
    maya = signed_in(cast.maya, second_factor=False)
    under = f"/sessions/{yesterday.code}/record"
    omars = f"{under}/{yesterday.seats['Omar'].seat}/"
    for page in (f"{under}/", f"{under}.csv", omars, f"/people/{cast.omar.code}/contacts/"):
        assert maya.get(page).status_code == 404, page
    told = {"status": "absent", "minutes": "0", "reason": "was away"}
    assert maya.post(omars, told).status_code == 404
    assert not Correction.objects.exists()


def test_a_seat_of_another_session_cannot_be_corrected_through_this_one(
    cast, signed_in, yesterday, a_session
):
    other = a_session(cast.thursday)
    seat = Attendance.objects.create(group_session=other, person=cast.theo, shown_as="Theo", role="patient")
    assert signed_in(cast.maya).get(f"/sessions/{yesterday.code}/record/{seat.seat}/").status_code == 404


def test_patients_see_their_own_minutes_and_nobody_elses(cast, signed_in, yesterday):
    page = signed_in(cast.omar).get("/minutes/").content.decode()
    assert "30 min" in page
    assert "June" not in page
    assert "30 min" not in signed_in(cast.theo).get("/minutes/").content.decode()


def test_the_roster_costs_the_same_queries_however_many_came(
    cast, signed_in, yesterday, django_assert_max_num_queries
):
    client = signed_in(cast.maya)
    roster(client, yesterday)
    with django_assert_max_num_queries(24):
        roster(client, yesterday)
