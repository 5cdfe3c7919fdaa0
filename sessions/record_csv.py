"""The roster as a file for a spreadsheet."""

import csv
import io
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sessions.models import GroupSession
from sessions.services.attendance import SeatRecord

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: object) -> str:
    """The cell as text that no spreadsheet runs as a formula (OWASP: CSV injection)."""
    text = "" if cell is None else str(cell)
    return "'" + text if text.lstrip(" \n").startswith(STARTS_A_FORMULA) else text


def roster_csv(group_session: GroupSession, records: list[SeatRecord]) -> str:
    """Return the roster as CSV text; times are in the session's own zone, minutes are whole."""
    zone = ZoneInfo(group_session.time_zone)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Name"),
            _("Role"),
            _("First in"),
            _("Last out"),
            _("Minutes"),
            _("Status"),
            _("Proposed"),
            _("Gaps"),
        ]
    )
    for row in records:
        writer.writerow([harmless(cell) for cell in _cells(row, zone)])
    return out.getvalue()


def _cells(row: SeatRecord, zone: ZoneInfo) -> list[object]:
    return [
        row.name,
        row.attendance.get_role_display(),
        row.first_in and row.first_in.astimezone(zone).isoformat(timespec="minutes"),
        row.last_out and row.last_out.astimezone(zone).isoformat(timespec="minutes"),
        row.minutes,
        row.status.label,
        row.status_proposed.label,
        len(row.gaps),
    ]
