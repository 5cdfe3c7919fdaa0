"""A hub against everything that can happen around it: rings, lost rings, joins, nudges, slow doors."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wire import threads
from wire.events import Event
from wire.hub import Hub
from wire.member import Answer, Member

PEOPLE = (1, 2, 3)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("happens"), st.booleans(), st.sets(st.sampled_from(PEOPLE), max_size=1)),
        st.tuples(st.just("comes"), st.sampled_from(PEOPLE), st.integers(0, 5)),
        st.tuples(st.just("refused"), st.sampled_from(PEOPLE), st.none()),
        st.tuples(st.just("nudged"), st.sampled_from(PEOPLE), st.none()),
        st.tuples(st.just("looks"), st.none(), st.none()),
        st.tuples(st.just("waits"), st.none(), st.none()),
    ),
    max_size=40,
)


class Paper:
    """A line that writes down what it was given."""

    def __init__(self):
        self.seqs, self.is_closed = [], False

    def write(self, frame):
        if not self.is_closed:
            self.seqs.append(int(frame.payload.split(b":")[1].split(b",")[0].rstrip(b"}")))
        return not self.is_closed

    def buffered(self):
        return 0

    def close(self, code):
        self.is_closed = True


class World:
    def __init__(self):
        self.log, self.members = [], []
        self.put_out_at = {}
        self.hub = Hub(1, 0, read=lambda stream, after: self.log[after : after + 7])

    async def happens(self, is_heard, nudges):
        event = Event(1, len(self.log) + 1, "e", datetime.now(UTC), b"{}", nudges=frozenset(nudges))
        self.log.append(event)
        if is_heard:  # otherwise the ring is lost, as from another process without a layer
            self.hub.hear(event)

    async def comes(self, person, back):
        if person in self.put_out_at:
            return
        head = len(self.log)
        after = max(0, head - back)
        member = Member(Paper(), person, lambda: self.answer(person))
        member.owner = after
        self.members.append(member)
        self.hub.join(member, Answer(frozenset(), after=after), head)

    async def answer(self, person):
        await asyncio.sleep(0)
        return None if person in self.put_out_at else Answer()

    async def refused(self, person, _):
        """Access ends, and the event that says so is lost on the way to this process."""
        if person not in self.put_out_at:
            self.put_out_at[person] = len(self.log) + 1
            await self.happens(False, {person})

    async def nudged(self, person, _):
        self.hub.nudge(person)

    async def looks(self, *_):
        self.hub.look()

    async def waits(self, *_):
        await asyncio.sleep(0)

    async def settle(self):
        self.hub.look()
        while self.hub.tasks:
            await asyncio.gather(*self.hub.tasks)

    def check(self):
        for member in self.members:
            seqs = member.line.seqs
            assert seqs == list(range(member.owner + 1, member.owner + 1 + len(seqs))), (
                "a hole, or out of order"
            )
            last = self.put_out_at.get(member.person, len(self.log) + 1)
            assert not seqs or seqs[-1] < last, "heard something after being put out"
            if member.person not in self.put_out_at:
                assert member.owner + len(seqs) == len(self.log), "missed something"


@settings(max_examples=150, deadline=None)
@given(steps)
def test_everyone_hears_everything_once_in_order_until_they_are_put_out(walk):
    async def live():
        world = World()
        for step, *more in walk:
            await getattr(world, step)(*more)
        await world.settle()
        world.check()

    async def inline(func, *args):
        await asyncio.sleep(0)
        return func(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "look", inline)
        patch.setattr("wire.hub.PAGE", 7)
        patch.setattr("wire.hub.KEPT", 5)
        asyncio.run(live())
