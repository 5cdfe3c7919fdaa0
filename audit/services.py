"""One verb: record. Called by the function that makes the change, in its own transaction."""

import hashlib
import json

from django.utils import timezone

from audit.models import AuditEntry


def record(action: str, actor, subject=None, **detail) -> AuditEntry:
    """Write that `actor` did `action` to `subject`, in the caller's transaction.

    `actor` is a User or None (the system itself); `subject` any model with `code` or a primary key.
    `detail` holds names of fields and things, never what people wrote.
    """
    entry = AuditEntry(
        at=timezone.now(),
        action=action,
        actor=str(getattr(actor, "code", "") or ""),
        subject_kind=subject._meta.model_name if subject is not None else "",
        subject=str(getattr(subject, "code", subject.pk)) if subject is not None else "",
        detail=detail,
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    return entry


def digest_of(entry: AuditEntry) -> bytes:
    """SHA-256 over every field but the digest itself."""
    fields = [
        entry.at.isoformat(),
        entry.action,
        entry.actor,
        entry.subject_kind,
        entry.subject,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).digest()
