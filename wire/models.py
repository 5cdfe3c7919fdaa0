"""A durable stream of numbered events, and leases on being there. Knows no word of the clinic."""

import uuid

from django.db import models


class Stream(models.Model):
    """One numbered log: a room, a thread, a person's desk. `head` is the seq of its newest event."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    head = models.PositiveBigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"stream {self.code}"


class StreamEvent(models.Model):
    """What happened, in order. `seq` has no holes; `body` is JSON, sealed by its writer where it must be."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=40)
    person = models.PositiveBigIntegerField(null=True, blank=True)
    client_id = models.UUIDField(null=True, blank=True)
    body = models.BinaryField(default=b"{}")
    sealed = models.BooleanField(default=False)
    audience = models.TextField(default="everyone")  # labels, with spaces between
    nudges = models.TextField(blank=True)  # ids of people who must be asked at the door again
    closes = models.BooleanField(default=False)  # the stream's last event: whoever hears it is shown out
    at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="one_event_per_seq"),
            models.UniqueConstraint(fields=["stream", "person", "client_id"], name="one_event_per_command"),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}/{self.seq} {self.kind}"


class Lease(models.Model):
    """That someone is there, from `opened_at` until `last_heard_at` and, while open, a little longer."""

    connection = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    opened_at = models.DateTimeField()
    last_heard_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    how_closed = models.CharField(max_length=20, blank=True)

    class Meta:
        abstract = True


class Heartbeat(models.Model):
    """When a part of the house that works on its own was last alive."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
