"""The pictures of rooms that this process has: who is in, by which connection, with media or without."""

import threading

from sessions.folding import Picture
from wire.events import Event

_pictures: dict[int, Picture] = {}
_drawing = threading.Lock()  # states are read on threads, events are seen in the loop


def offer(stream: int, seq: int, people: list[dict]) -> None:
    """Someone has just read the room as of `seq`. Taken if it is newer than the picture we have."""
    with _drawing:
        if stream not in _pictures or _pictures[stream].seq < seq:
            _pictures[stream] = Picture(seq, {person["seat"]: person for person in people})


def see(event: Event) -> None:
    """The hub's witness: every event of a stream, in order."""
    with _drawing:
        if (picture := _pictures.get(event.stream)) and event.seq > picture.seq:
            picture.apply(event.seq, event.kind, {} if event.is_sealed else event.content())
            if event.closes:
                del _pictures[event.stream]


def of(stream: int) -> Picture:
    return _pictures.get(stream) or Picture()


def forget(streams_in_use: set[int]) -> None:
    """Keep no picture of a room that nobody here listens to."""
    with _drawing:
        for stream in _pictures.keys() - streams_in_use:
            del _pictures[stream]
