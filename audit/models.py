"""What was done, by whom, to what. Rows are only ever added: the database itself refuses anything else."""

from django.db import models


class AuditEntry(models.Model):
    """One act. Names of things and fields only: never what a person said or wrote.

    `actor`, `subject` and `about` are public codes. `about` is the person whose matter it is.
    """

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    actor = models.CharField(max_length=80, blank=True, db_index=True)
    subject_kind = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=80, blank=True, db_index=True)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    detail = models.JSONField(default=dict, blank=True)
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject}"


class SealedBatch(models.Model):
    """Some entries, bound together and chained by digest to the batch before. Numbers have no holes."""

    number = models.PositiveBigIntegerField(primary_key=True)
    count = models.PositiveIntegerField()
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"batch {self.number}"


class SealedEntry(models.Model):
    """That an entry is in a batch, and what it was then. Not a column of the entry, which never changes.

    No constraints in the database: whoever removes an entry or a batch with force should leave a gap.
    """

    entry = models.OneToOneField(
        AuditEntry, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="sealed"
    )
    batch = models.ForeignKey(
        SealedBatch, on_delete=models.DO_NOTHING, db_constraint=False, related_name="members"
    )
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["entry_id"]
        verbose_name_plural = "sealed entries"

    def __str__(self) -> str:
        return f"entry {self.entry_id} in batch {self.batch_id}"
