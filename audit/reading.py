"""Entries as the privacy officer reads them: names for codes, words for actions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import words
from audit.models import AuditEntry


@dataclass(frozen=True)
class Line:
    number: int
    at: datetime
    who: str
    what: str
    about: str
    thing: str
    detail: str


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    entries = list(entries)
    names = _names(code for entry in entries for code in _codes(entry))
    return [_line(entry, names) for entry in entries]


def cells(line: Line) -> list[str]:
    """Return a row for a spreadsheet, in the reader's own time."""
    at = timezone.localtime(line.at).isoformat(timespec="seconds")
    return [harmless(str(cell)) for cell in (line.number, at, *list(vars(line).values())[2:])]


def headings() -> list[str]:
    return [_("Number"), _("When"), _("Who"), _("What"), _("Whose matter"), _("Thing"), _("Details")]


def harmless(cell: str) -> str:
    """A spreadsheet takes a cell that begins like this for a formula, and runs it."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _codes(entry: AuditEntry) -> Iterator[str]:
    yield from (entry.actor, entry.about, entry.subject)
    yield from (value for value in entry.detail.values() if isinstance(value, str))


def _names(codes: Iterable[str]) -> dict[str, str]:
    wanted = {code for code in codes if len(code) == 36 and code.count("-") == 4}
    people = get_user_model().objects.filter(code__in=wanted)
    return {str(code): name for code, name in people.values_list("code", "name")}


def _line(entry: AuditEntry, names: dict[str, str]) -> Line:
    return Line(
        number=entry.pk,
        at=entry.at,
        who=names.get(entry.actor, entry.actor) or _("vioport itself"),
        what=words.said(entry.action),
        about=names.get(entry.about, entry.about),
        thing=_thing(entry),
        detail="; ".join(f"{name}: {_shown(value, names)}" for name, value in entry.detail.items()),
    )


def _thing(entry: AuditEntry) -> str:
    """What it was done to, unless that is the person whose matter it is."""
    return "" if entry.subject == entry.about else f"{entry.subject_kind} {entry.subject}".strip()


def _shown(value, names: dict[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(each, names) for each in value)
    return names.get(str(value), str(value))
