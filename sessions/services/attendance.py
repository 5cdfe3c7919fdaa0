"""The attendance record: who came, for how long, what the rule proposes and what staff corrected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.services import record
from groups.models import Program
from sessions.models import (
    Apology,
    Arrival,
    Attendance,
    AttendanceStatus,
    Correction,
    GroupSession,
    VisitMode,
)
from sessions.services.minutes import Stretch, gaps_of, minutes_of, stretches_of


@dataclass(frozen=True)
class SeatRecord:
    """One person's line in the record of one session. Minutes are whole, gaps are (from, until)."""

    attendance: Attendance
    name: str
    status_proposed: AttendanceStatus
    stretches: list[Stretch]
    corrections: list[Correction]
    apology: Apology | None

    @property
    def gaps(self) -> list[tuple[datetime, datetime]]:
        return gaps_of(self.stretches)

    @property
    def first_in(self) -> datetime | None:
        return self.stretches[0].start if self.stretches else None

    @property
    def last_out(self) -> datetime | None:
        return self.stretches[-1].end if self.stretches else None

    @property
    def modes(self) -> list[VisitMode]:
        """By picture, sound or telephone, in the order in which they were used first."""
        return list(dict.fromkeys(VisitMode(stretch.mode) for stretch in self.stretches))

    @property
    def minutes_counted(self) -> int:
        return minutes_of(self.stretches)

    @property
    def minutes(self) -> int:
        told = (c.minutes for c in self.corrections if c.minutes is not None)
        return next(told, self.minutes_counted)

    @property
    def status(self) -> AttendanceStatus:
        return AttendanceStatus(self.corrections[0].status) if self.corrections else self.status_proposed

    @property
    def arrival(self) -> Arrival | None:
        return getattr(self.attendance, "arrival", None)

    @property
    def group_session(self) -> GroupSession:
        return self.attendance.group_session


def record_of(group_session: GroupSession) -> list[SeatRecord]:
    """Return a line for every seat, members first, those who lead last. Five queries, whatever the size."""
    seats = _with_what_counts(group_session.attendances.all())
    return sorted(_records(seats), key=lambda row: (row.attendance.leads, row.name.casefold()))


def own_record(seats: QuerySet[Attendance]) -> list[SeatRecord]:
    """Return a line for each of these seats, in their order: one person's own sessions."""
    return _records(_with_what_counts(seats))


def _with_what_counts(seats: QuerySet[Attendance]) -> QuerySet[Attendance]:
    corrections = Correction.objects.select_related("by").order_by("-at", "-pk")
    return seats.select_related(
        "person", "arrival", "admission", "group_session__group__program"
    ).prefetch_related("visits", Prefetch("corrections", queryset=corrections))


def _records(seats: Iterable[Attendance]) -> list[SeatRecord]:
    seats, now = list(seats), timezone.now()
    apologies = _newest_apologies(seats)
    return [_record(seat, apologies.get((seat.group_session_id, seat.person_id)), now) for seat in seats]


def _newest_apologies(seats: list[Attendance]) -> dict[tuple[int, int], Apology]:
    told = Apology.objects.filter(
        group_session__in={seat.group_session_id for seat in seats},
        person__in={seat.person_id for seat in seats},
        withdrawn_at=None,
    )
    return {(a.group_session_id, a.person_id): a for a in told.order_by("at")}


def _record(seat: Attendance, apology: Apology | None, now: datetime) -> SeatRecord:
    stretches = stretches_of(seat.visits.all(), now)
    proposed = proposed_status(seat, stretches, apology, now)
    return SeatRecord(seat, seat.person.name, proposed, stretches, list(seat.corrections.all()), apology)


def proposed_status(
    seat: Attendance, stretches: list[Stretch], apology: Apology | None, now: datetime
) -> AttendanceStatus:
    """Propose a status by the program's own minutes: late after so many, left early by as many.

    Attended needs half of the session as well, wherever the gaps are. Less than a minute is not attended at
    all; and whoever came to the door and was never let in is not absent.
    """
    if not minutes_of(stretches):
        told = apology is not None and apology.is_absence
        return AttendanceStatus.EXCUSED if told or _knocked(seat) else AttendanceStatus.ABSENT
    group_session = seat.group_session
    leeway = timedelta(minutes=_program(group_session).late_after_minutes)
    began, ended = _really_ran(group_session, now)
    missed = ended - began - sum((s.length for s in stretches), timedelta())
    missed_first, missed_last = stretches[0].start - began, ended - stretches[-1].end
    if max(missed_first, missed_last) <= leeway and missed <= (ended - began) / 2:
        return AttendanceStatus.ATTENDED
    return AttendanceStatus.LATE if missed_first >= missed - missed_first else AttendanceStatus.LEFT_EARLY


def _knocked(seat: Attendance) -> bool:
    return not seat.stays and hasattr(seat, "admission")


def _program(group_session: GroupSession) -> Program:
    return group_session.group.program


def _really_ran(group_session: GroupSession, now: datetime) -> tuple[datetime, datetime]:
    """From the plan or the opening, whichever was later, to the plan or the end, whichever was sooner."""
    began = max(group_session.starts_at, group_session.opened_at or group_session.starts_at)
    return began, min(group_session.ends_at, group_session.ended_at or now)


@transaction.atomic
def correct(
    attendance: Attendance, *, status: str, reason: str, by: User, minutes: int | None = None
) -> Correction:
    """Add a correction; the newest counts and none is changed (the original stays in the record)."""
    correction = Correction.objects.create(
        attendance=attendance, status=status, minutes=minutes, reason=reason, by=by
    )
    record("attendance.corrected", by, attendance, status=str(status), minutes=minutes)
    return correction
