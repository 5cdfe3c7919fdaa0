"""What was done, by whom, to what. Rows are only ever added."""

from django.db import models


class AuditEntry(models.Model):
    """One act. Names of things and fields only: never what a person said or wrote."""

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=80, blank=True)
    subject_kind = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=80, blank=True, db_index=True)
    detail = models.JSONField(default=dict, blank=True)
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject}"


class SealedBatch(models.Model):
    """A run of entries, chained by digest to the batch before it."""

    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"entries {self.first} to {self.last}"
