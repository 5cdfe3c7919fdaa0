"""The mail that the demo sent: it goes to a folder of this machine, and is read here."""

import email
import re
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

LINK = re.compile(r"https?://[^\s<>]+")
BETWEEN_LETTERS = re.compile(rb"^-{79}$", re.MULTILINE)
MOST = 50


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    sent_at: datetime | None
    text: str
    links: list[str] = field(default_factory=list)


def _files() -> list[Path]:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    found = Path(folder).glob("*.log") if folder else []
    return sorted(found, key=lambda file: file.stat().st_mtime, reverse=True)


def count() -> int:
    return len(newest())


def newest() -> list[Letter]:
    """Return the newest letters first, at most fifty."""
    found: list[Letter] = []
    for file in _files()[:MOST]:
        parts = BETWEEN_LETTERS.split(file.read_bytes())
        found += [_letter(part.strip()) for part in reversed(parts) if part.strip()]
    found.sort(key=lambda letter: letter.sent_at.timestamp() if letter.sent_at else 0, reverse=True)
    return found[:MOST]


def _letter(raw: bytes) -> Letter:
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    body = message.get_body(("plain",))
    text = body.get_content().strip() if body else ""
    sent = message.get("Date")
    return Letter(
        to=message.get("To", ""),
        subject=message.get("Subject", ""),
        sent_at=parsedate_to_datetime(sent) if sent else None,
        text=text,
        links=LINK.findall(text),
    )
