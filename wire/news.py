"""What a commit tells the hubs of this process, from whatever thread it happened in."""

import weakref

from django.db import transaction

from wire.doorbell import say_from_outside
from wire.events import Event

listeners: weakref.WeakSet = weakref.WeakSet()  # the Hubs of this process; see wire/hubs.py


def tell(event: Event) -> None:
    """Hand a committed event to the hubs here, and ring for those elsewhere."""
    if not _each(lambda hubs: hubs.hear_here(event)):
        say_from_outside(lambda doorbell: doorbell.ring(event.stream))


def nudge(person: int) -> None:
    """On commit, have every open connection of this person asked at the door again, wherever it is.

    Until the door has said yes once more, those connections get nothing.
    """
    transaction.on_commit(lambda: _nudge(person), robust=True)


def _nudge(person: int) -> None:
    if not _each(lambda hubs: hubs.nudge_everywhere(person)):
        say_from_outside(lambda doorbell: doorbell.nudge(person))


def signal(
    stream: int, kind: str, body: dict, *, to: int | None = None, labels: tuple[str, ...] = ()
) -> None:
    """Say something short-lived to a person, to those with one of `labels`, or to everyone. May get lost."""
    said = {"stream": stream, "kind": kind, "body": body, "to": to, "labels": list(labels)}
    if not _each(lambda hubs: hubs.signal(said)):
        say_from_outside(lambda doorbell: doorbell.signal(said))


def _each(say) -> bool:
    """Have every Hubs of this process told in its own loop; False when there is none."""
    told = [_in_its_loop(hubs, say) for hubs in list(listeners) if hubs.hears_commits]
    return any(told)


def _in_its_loop(hubs, say) -> bool:
    try:
        hubs.loop.call_soon_threadsafe(say, hubs)
    except RuntimeError:  # that loop is closed: nobody is left to tell
        return False
    return True
