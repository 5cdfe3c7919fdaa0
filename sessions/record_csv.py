"""The roster as a file for a spreadsheet."""

import csv
import io
import itertools
import unicodedata
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sessions.models import GroupSession
from sessions.services.attendance import SeatRecord

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
UNSEEN = ("Z", "C")  # Unicode categories: spaces, controls, and what has no width


def harmless(cell: object) -> str:
    """The cell as text that no spreadsheet runs as a formula (OWASP: CSV injection).

    Spaces and unseen characters before it hide no formula, and a full-width sign counts as the plain one.
    """
    text = "" if cell is None else str(cell)
    shown = "".join(itertools.dropwhile(lambda c: unicodedata.category(c)[0] in UNSEEN, text))
    plain = unicodedata.normalize("NFKC", shown[:1])
    return "'" + text if text.startswith(STARTS_A_FORMULA) or plain.startswith(STARTS_A_FORMULA) else text


def roster_csv(group_session: GroupSession, records: list[SeatRecord]) -> str:
    """Return the roster as CSV text; times are in the session's own zone, minutes are whole.

    It begins with a byte order mark, without which spreadsheets misread José.
    """
    zone = ZoneInfo(group_session.time_zone)
    out = io.StringIO("\ufeff", newline="")
    out.seek(1)
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
            _("How"),
            _("Reason of the correction"),
            _("Meeting"),
            _("Time zone"),
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
        ", ".join(str(mode.label) for mode in row.modes),
        row.corrections[0].reason if row.corrections else "",
        row.group_session.title or row.group_session.group.name,
        zone.key,
    ]
