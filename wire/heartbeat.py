"""Signs of life of what works on its own: a worker, a sealer, a sweeper."""

from datetime import datetime

from django.db.models.functions import Now

from wire.models import Heartbeat


def beat(name: str) -> None:
    """Write down that `name` is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": Now()})


def last_beat(name: str) -> datetime | None:
    """When `name` was last alive, or None."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
