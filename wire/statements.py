"""The log's few statements, written out.

Every word said in any room goes through them. The ORM builds them anew each time, which costs ten times what
the database takes; so these, and no others in the house, are SQL. They are the same on SQLite and PostgreSQL
but for the lock (on SQLite a transaction of ours holds the only one there is) and for the clock.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from wire.events import Event

COLUMNS = "stream_id, seq, kind, at, body, person, client_id, audience, nudges, closes, sealed"
HOLD = {
    "postgresql": "SELECT head, closed_at, statement_timestamp() FROM wire_stream WHERE id = %s FOR UPDATE",
    "sqlite": "SELECT head, closed_at, NULL FROM wire_stream WHERE id = %s",
}
BY_COMMAND = f"SELECT {COLUMNS} FROM wire_streamevent WHERE stream_id = %s AND person = %s AND client_id = %s"  # noqa: S608
AFTER = f"SELECT {COLUMNS} FROM wire_streamevent WHERE stream_id = %s AND seq > %s ORDER BY seq LIMIT %s"  # noqa: S608
OF_KIND = f"SELECT {COLUMNS} FROM wire_streamevent WHERE stream_id = %s AND kind = %s ORDER BY seq"  # noqa: S608
INSERT = f"INSERT INTO wire_streamevent ({COLUMNS}) VALUES ({', '.join(['%s'] * 11)})"  # noqa: S608
MOVE = "UPDATE wire_stream SET head = %s, closed_at = %s WHERE id = %s"


def lock(stream: int) -> tuple[int, datetime] | None:
    """Lock an open stream until the commit: its head and the database's time. None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD[connection.vendor], [stream])
        row = cursor.fetchone()
    if row is None or row[1] is not None:
        return None
    return row[0], row[2] or timezone.now()


def by_command(stream: int, person: int | None, client_id: UUID | str) -> Event | None:
    """The event that this command wrote when it first came."""
    for event in _events(BY_COMMAND, [stream, person, _uuid(client_id)]):
        return event
    return None


def after(stream: int, seq: int, limit: int) -> list[Event]:
    """The events that follow `seq`."""
    return _events(AFTER, [stream, seq, limit])


def of_kind(stream: int, kind: str) -> list[Event]:
    """The events of one kind."""
    return _events(OF_KIND, [stream, kind])


def insert(event: Event, body: bytes, is_sealed: bool) -> None:
    """Write an event down and move its stream's head to it."""
    at = connection.ops.adapt_datetimefield_value(event.at)
    row: list = [
        event.stream,
        event.seq,
        event.kind,
        at,
        body,
        event.person,
        _uuid(event.client_id),
        _joined(event.audience),
        _joined(event.nudges),
        event.closes,
        is_sealed,
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row)
        cursor.execute(MOVE, [event.seq, at if event.closes else None, event.stream])


def _events(sql: str, params: list) -> list[Event]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [_event(*row) for row in cursor.fetchall()]


def _event(stream, seq, kind, at, body, person, client_id, audience, nudges, closes, sealed) -> Event:
    at = at if at.tzinfo else at.replace(tzinfo=UTC)  # SQLite has no zones
    labels, people = frozenset(audience.split()), frozenset(map(int, nudges.split()))
    return Event(
        stream, seq, kind, at, bytes(body), person, client_id, labels, people, bool(closes), bool(sealed)
    )


def _joined(values: Iterable) -> str:
    return " ".join(map(str, sorted(values)))


def _uuid(value: UUID | str | None) -> UUID | str | None:
    if value is None:
        return None
    value = value if isinstance(value, UUID) else UUID(value)
    return value if connection.features.has_native_uuid_field else value.hex
