"""Four weeks of meetings that took place, so that no page of the demo is empty.

What happened is drawn from a hash of day and person: the same at every start, and different for everyone.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from groups.models import Membership, TherapyGroup
from sessions.models import (
    Admission,
    AdmissionState,
    Apology,
    Arrival,
    Attendance,
    AttendanceStatus,
    Correction,
    GroupSession,
    Visit,
    VisitMode,
)

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Part:
    """How somebody came: minutes after the start, minutes before the end, and a gap in between."""

    comes_after: int = 0
    leaves_before: int = 0
    gap: int = 0
    mode: str = VisitMode.VIDEO
    apology: str = ""


PARTS = (
    *[Part(comes_after=-4)] * 5,
    Part(comes_after=-2, gap=3),
    Part(comes_after=-6, mode=VisitMode.AUDIO),
    Part(comes_after=11),
    Part(comes_after=-1, leaves_before=25),
    Part(comes_after=-3, gap=7),
    Part(mode=VisitMode.TELEPHONE),
    Part(comes_after=18, apology="late"),
)
STAYED_AWAY = (Part(apology="absence"), None)


def remember(groups: dict[str, TherapyGroup], now: datetime) -> None:
    """Fill every past meeting that nobody has touched yet."""
    past = GroupSession.objects.filter(
        group__in=groups.values(), cancelled_at=None, ends_at__lt=now, opened_at=None, attendances=None
    ).select_related("group")
    for group_session in past:
        _hold(group_session)


def _draw(choices, *about) -> int:
    digest = hashlib.sha256(repr(about).encode()).digest()
    return choices[digest[0] % len(choices)]


def _hold(group_session: GroupSession) -> None:
    """Let `group_session` have taken place."""
    group_session.opened_at = group_session.starts_at - 10 * MINUTE
    group_session.ended_at = group_session.ends_at + MINUTE
    group_session.save(update_fields=["opened_at", "ended_at"])
    memberships = list(group_session.group.memberships.filter(ended_at=None).select_related("person"))
    leader = next(membership.person for membership in memberships if membership.leads)
    day = group_session.starts_at.date()
    for membership in memberships:
        part = Part(comes_after=-9) if membership.leads else _part_of(membership, day)
        _take_part(group_session, membership, part, leader)


def _part_of(membership: Membership, day: date) -> Part | None:
    stays_away = _draw(range(9), day, membership.person.email, "away") == 0
    return _draw(STAYED_AWAY if stays_away else PARTS, day, membership.person.email)


def _take_part(group_session: GroupSession, membership: Membership, part: Part | None, leader: User) -> None:
    attendance = Attendance.objects.create(
        group_session=group_session,
        person=membership.person,
        shown_as=membership.shown_as,
        role=membership.role,
        stays=[[1, 60]] if part and part.apology != "absence" else [],
    )
    if part is None:
        return
    if part.apology:
        _apologize(attendance, part)
    if part.apology == "absence":
        _excuse(attendance, leader)
        return
    came_at = group_session.starts_at + part.comes_after * MINUTE
    left_at = group_session.ended_at - part.leaves_before * MINUTE
    _let_in(attendance, came_at, leader)
    if not attendance.leads:
        _arrive(attendance, came_at - 2 * MINUTE)
    _visit(attendance, part, came_at, left_at, leader)


def _apologize(attendance: Attendance, part: Part) -> None:
    Apology.objects.create(
        group_session=attendance.group_session,
        person=attendance.person,
        is_absence=part.apology == "absence",
        minutes_late=part.comes_after if part.apology == "late" else None,
        words="The bus is late." if part.apology == "late" else "I have to see the dentist.",
        at=attendance.group_session.starts_at - timedelta(hours=3),
    )


def _excuse(attendance: Attendance, leader: User) -> None:
    Correction.objects.create(
        attendance=attendance,
        status=AttendanceStatus.EXCUSED,
        reason="Told us the same morning.",
        by=leader,
        at=attendance.group_session.ended_at + 5 * MINUTE,
    )


def _let_in(attendance: Attendance, came_at: datetime, leader: User) -> None:
    Admission.objects.create(
        attendance=attendance,
        state=AdmissionState.LEFT,
        arrived_at=came_at - 3 * MINUTE,
        decided_by=leader,
        decided_at=came_at,
        admitted_at=came_at,
    )


def _arrive(attendance: Attendance, at: datetime) -> None:
    day = at.date()
    Arrival.objects.create(
        attendance=attendance,
        place=_draw(
            ("Home, in my room", "Home, kitchen", "Parked car, 12 Mill Road", "My sister's place"), day, at
        ),
        call_back=f"978-555-01{attendance.person_id % 90 + 10}",
        is_alone=_draw((True, True, True, False), day, attendance.person_id),
        has_headphones=True,
        may_call_contact=True,
        mood=_draw(range(2, 9), day, attendance.person_id, "mood"),
        at=at,
    )


def _visit(attendance: Attendance, part: Part, came_at: datetime, left_at: datetime, leader: User) -> None:
    """One connection from coming to leaving, or two with the line lost in between."""
    lost_at = came_at + (left_at - came_at) / 2
    stretches = [(came_at, left_at, "left")]
    if part.gap:
        stretches = [(came_at, lost_at, "lost"), (lost_at + part.gap * MINUTE, left_at, "left")]
    Visit.objects.bulk_create(
        Visit(
            attendance=attendance,
            mode=part.mode,
            opened_at=begins,
            last_heard_at=ends,
            closed_at=ends,
            how_closed=how,
            entered_by=leader if part.mode == VisitMode.TELEPHONE else None,
        )
        for begins, ends, how in stretches
    )
