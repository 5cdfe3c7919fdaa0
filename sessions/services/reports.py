"""What a member tells the team privately about a session."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from sessions.models import Attendance, GroupSession, Report

REPORTING_DAYS = 7
LONGEST_REPORT = 4000


class TooLate(Exception):
    """The week in which a session can be reported on is over."""


def may_still_report(group_session: GroupSession) -> bool:
    """Whether the session is running, or ended at most a week ago."""
    end = group_session.ended_at or (None if group_session.is_open else group_session.ends_at)
    return end is None or timezone.now() <= end + timedelta(days=REPORTING_DAYS)


@transaction.atomic
def tell_the_team(
    group_session: GroupSession, *, by: User, words: str, about: Attendance | None = None
) -> Report:
    """Keep what `by` wants the coordinators to know. Raises TooLate a week after the end."""
    if not may_still_report(group_session):
        raise TooLate
    report = Report.objects.create(group_session=group_session, by=by, about=about, words=words.strip())
    record("report.made", by, report)
    return report


@transaction.atomic
def note_read(report: Report, *, by: User) -> None:
    """Remember who first opened a report, and write down every reading of it."""
    record("report.read", by, report)
    Report.objects.filter(pk=report.pk, read_at=None).update(read_by=by, read_at=timezone.now())
