"""Writing to the trail. Called by the function that makes the change, in its own transaction."""

import hashlib
import json
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from audit.models import AuditEntry

LONGEST_NAME = 120
QUIET_TIME = timedelta(minutes=5)


def record(action: str, actor, subject=None, /, *, about=None, **detail) -> AuditEntry:
    """Write that `actor` did `action` to `subject`, in the caller's transaction.

    `actor` is a User or None (the system itself); `subject` any model with `code` or a primary key.
    `about` is the person whose matter it is: found by itself where the subject is a person, or has a
    `patient` or a `person`. `detail` holds names of fields and things, never what people wrote.
    """
    entry = AuditEntry(
        at=timezone.now(),
        action=action,
        actor=_code(actor),
        subject_kind=subject._meta.model_name if subject is not None else "",
        subject=_code(subject),
        about=_code(about) or _whose_matter(subject),
        detail={name: _name_only(name, value) for name, value in detail.items()},
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    return entry


def record_read(person, subject, what: str, **detail) -> AuditEntry | None:
    """Write that `person` read `what` of `subject`. Once in five minutes: a page reloaded is one reading."""
    action, now = f"{what}.read", timezone.now()
    lately = AuditEntry.objects.filter(
        at__gt=now - QUIET_TIME, action=action, actor=_code(person), subject=_code(subject)
    )
    return None if lately.exists() else record(action, person, subject, **detail)


def digest_of(entry: AuditEntry) -> bytes:
    """SHA-256 over every field but the digest itself."""
    fields = [
        entry.at.isoformat(),
        entry.action,
        entry.actor,
        entry.subject_kind,
        entry.subject,
        entry.about,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).digest()


def _code(thing) -> str:
    return "" if thing is None else str(getattr(thing, "code", None) or thing.pk or "")


def _whose_matter(subject) -> str:
    if subject is None:
        return ""
    if hasattr(subject, "USERNAME_FIELD"):
        return _code(subject)
    for name in ("patient", "person"):
        if name in {field.name for field in subject._meta.fields if field.is_relation}:
            return _code(getattr(subject, name))
    return ""


def _name_only(name: str, value):
    """Return `value` as JSON can hold it. Long text is refused: it would be somebody's words."""
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return _name_only(name, value.value)
        case UUID() | date() | datetime():
            return str(value)
        case Model():
            return _code(value)
        case list() | tuple() | set() | frozenset():
            return [_name_only(name, each) for each in value]
        case _ if len(str(value)) <= LONGEST_NAME:
            return str(value).replace("\0", "")  # PostgreSQL takes no such character
    raise ValueError(f"{name} is too long for the audit trail, which holds names and never words")
