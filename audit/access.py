"""Who may read the trail: whoever answers for privacy, and nobody else."""

from django.db.models import QuerySet

from audit.models import AuditEntry


class NotYourTrail(Exception):
    """The trail is read by the privacy officer only."""


def trail_for(person) -> QuerySet[AuditEntry]:
    """Return the whole trail, newest first, if `person` answers for privacy."""
    if not person.has_role("privacy"):
        raise NotYourTrail
    return AuditEntry.objects.order_by("-pk")
