"""The log: what happened on a stream, in one order that everyone shares.

`seq` is given out under the stream's row lock and inside the caller's transaction, so it has no holes and
follows the order of commits: who has heard of event n has heard of everything that was committed before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.transaction import TransactionManagementError

from wire import news, statements
from wire.events import EVERYONE, Cipher, Event, encoded
from wire.models import Stream, StreamEvent

PAGE = 200


class StreamClosed(Exception):
    """Nothing more can happen on this stream."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an event stands in its stream; `was_there` when it was a resend of one already told."""

    seq: int
    event: Event
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A stream whose row this transaction has locked: nobody else writes to it until the commit."""

    pk: int
    head: int
    now: datetime  # the database's clock: hosts disagree, the database does not


def hold(*streams: Stream | int) -> list[Held]:
    """Lock these open streams until the commit. The first statement of a verb that appends.

    Always in the same order, so that two verbs that need the same streams cannot wait for each other.
    """
    return [_hold(pk) for pk in sorted({_pk(stream) for stream in streams})]


def _hold(pk: int) -> Held:
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("A stream is written to inside a transaction.")
    row = statements.lock(pk)
    if row is None:
        raise StreamClosed
    return Held(pk, *row)


def already(stream: Stream | int, person: int | None, client_id: UUID | str | None) -> Appended | None:
    """Return what this command did when it first came, or None. Locks the stream: ask this first."""
    return _resent(_hold(_pk(stream)), person, client_id)


def append(
    stream: Stream | int,
    kind: str,
    body: dict,
    *,
    person: int | None = None,
    client_id: UUID | str | None = None,
    audience: Iterable[str] = (EVERYONE,),
    nudges: Iterable[int] = (),
    seal: Cipher | None = None,
    closes: bool = False,
) -> Appended:
    """Write what happened, in the caller's transaction; on commit everyone on the stream hears of it."""
    held = _hold(_pk(stream))
    if resent := _resent(held, person, client_id):
        return resent
    event = Event(
        stream=held.pk,
        seq=held.head + 1,
        kind=kind,
        at=held.now,
        body=encoded(body),
        person=person,
        client_id=client_id,
        audience=frozenset(audience),
        nudges=frozenset(nudges),
        closes=closes,
    )
    statements.insert(event, seal(event) if seal else event.body, seal is not None)
    transaction.on_commit(lambda: news.tell(event), robust=True)
    return Appended(event.seq, event)


def close(stream: Stream | int, kind: str, body: dict, **more) -> Appended:
    """Write the stream's last event. Whoever hears it is shown out; nothing can be appended after it."""
    return append(stream, kind, body, closes=True, **more)


def _resent(held: Held, person: int | None, client_id: UUID | str | None) -> Appended | None:
    first = statements.by_command(held.pk, person, client_id) if client_id else None
    return Appended(first.seq, first, was_there=True) if first else None


def read(stream: Stream | int, after: int = 0, limit: int = PAGE) -> list[Event]:
    """The events after `after`, oldest first, at most `limit` of them."""
    return statements.after(_pk(stream), after, limit)


def of_kind(stream: Stream | int, kind: str) -> list[Event]:
    """Every event of one kind, oldest first."""
    return statements.of_kind(_pk(stream), kind)


def head(stream: Stream | int) -> int:
    """The seq of the newest event; 0 before the first."""
    return Stream.objects.values_list("head", flat=True).get(pk=_pk(stream))


def heads(streams: Iterable[int]) -> dict[int, int]:
    """The heads of many streams in one query."""
    return dict(Stream.objects.filter(pk__in=list(streams)).values_list("pk", "head"))


def forget_sealed(stream: Stream | int) -> int:
    """Blank every sealed body of a stream. Its rows and their seq stay."""
    return StreamEvent.objects.filter(stream_id=_pk(stream), sealed=True).update(body=b"")


def seal_again(event: Event, seal: Cipher) -> None:
    """Put the body of an event that was opened back into its place, sealed otherwise."""
    StreamEvent.objects.filter(stream_id=event.stream, seq=event.seq).update(body=seal(event))


def _pk(stream: Stream | int) -> int:
    return stream if isinstance(stream, int) else stream.pk
