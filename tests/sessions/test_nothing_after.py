"""From the commit that ends someone's access not one event reaches them, however much is being said."""

import asyncio
import math
from contextlib import suppress
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async

from care.models import Agreement
from groups import dates
from groups.services import memberships
from sessions.models import GroupSession
from tests.accounts.ways_in import with_code_from_mail
from tests.conftest import member
from tests.sessions.conftest import Closed
from wire import hubs
from wire.models import StreamEvent

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "four words in a row"


class Ends:
    """Ways in which Omar's access ends, each through the door by which it does."""

    def __init__(self, cast, evening, signed_in, laptop):
        self.cast, self.evening, self.signed_in, self.laptop = cast, evening, signed_in, laptop
        self.membership = f"/groups/{cast.tuesday.code}/members/{cast.omar.code}/"

    async def post(self, browser, path: str, **facts) -> None:
        if not hasattr(browser, "post"):
            browser = await sync_to_async(self.signed_in)(browser)
        assert (await sync_to_async(browser.post)(path, facts)).status_code in (200, 204, 302)

    async def signed_out(self):
        await self.post(self.evening.omar.client, "/accounts/logout/")

    async def left_quickly(self):
        await self.post(self.evening.omar.client, "/away/out/")

    async def ended_on_another_device(self):
        await self.post(self.laptop, "/accounts/sessions/", login="all")

    async def new_password(self):
        twice = {"password1": "five other words here now", "password2": "five other words here now"}
        await self.post(self.laptop, "/accounts/unlock/", way="password", password=PASSWORD)
        await self.post(self.laptop, "/accounts/password/change/", oldpassword=PASSWORD, **twice)

    async def login_closed(self):
        await self.post(self.cast.ines, f"/people/{self.cast.omar.code}/close/")

    async def role_ended(self):
        await self.post(self.cast.ines, f"/people/{self.cast.omar.code}/roles/patient/end/")

    async def membership_ended(self):
        await self.post(self.cast.ines, f"{self.membership}end/")

    async def last_day_passed(self):
        yesterday = dates.today_at(self.cast.site) - timedelta(days=1)
        await self.cast.omar.memberships.aupdate(until_on=yesterday)
        await sync_to_async(memberships.end_lapsed)()  # what the worker does

    async def agreement_taken_back(self):
        agreement = await Agreement.objects.aget(person=self.cast.omar, kind="confidentiality")
        await self.post(self.evening.omar.client, f"/my-care/agreed/{agreement.code}/take-back/")

    async def removed(self):
        await self.evening.maya.done("door.remove", seat=self.evening.seat["Omar"], reason="")

    async def sent_back(self):
        await self.evening.maya.done("door.send_back", seat=self.evening.seat["Omar"])

    async def group_ended(self):
        await self.post(self.cast.ines, f"/groups/{self.cast.tuesday.code}/end/")

    async def room_ended(self):
        with suppress(Closed):
            await self.evening.maya.say("room.end")


ENDS = {
    "signed_out": 4401, "left_quickly": 4401, "ended_on_another_device": 4401, "new_password": 4401,
    "login_closed": 4401, "role_ended": 4410, "membership_ended": 4410, "last_day_passed": 4410,
    "agreement_taken_back": "door", "removed": "door", "sent_back": "door",
    "group_ended": 4410, "room_ended": 4410,
}  # fmt: skip


@pytest.fixture
async def laptop(how, cast, evening, browser):
    """Where another device of his ends it: his window and that one are signed in as people are."""
    if how not in ("ended_on_another_device", "new_password"):
        return None

    def sign_in():
        cast.omar.set_password(PASSWORD)
        cast.omar.save()
        return with_code_from_mail(cast.omar.email), with_code_from_mail(cast.omar.email)

    phone, other = await sync_to_async(sign_in)()
    evening.omar = await browser(cast.omar, client=phone).come()
    return other


async def says_on(browser, until: asyncio.Event) -> None:
    """Say one thing after the other, and a few more when it is over."""
    left = 4
    while left:
        left -= until.is_set()
        with suppress(Closed):
            await browser.say("chat.say", text="WORDS", to="everyone")
        await asyncio.sleep(0.05)


async def first_after(start: int, omar, session) -> int:
    """The event that was written with the end of Omar's access."""
    told = StreamEvent.objects.filter(stream=session.stream_id, seq__gt=start).order_by("seq")
    async for event in told:
        if str(omar.pk) in event.nudges.split() or event.closes:
            return event.seq
    raise AssertionError("nothing was written")


@pytest.fixture
async def busy(cast, evening, browser):
    """June is let in too, and Cole leads with Maya. The clock asks nobody: only the news can tell."""
    await evening.maya.done("door.admit", seat=evening.seat["June"])
    await evening.june.hears("room.state")
    await sync_to_async(member)(cast.tuesday, cast.cole, "co_facilitator")
    others = [evening.june, await browser(cast.cole).come()]
    hubs.here().tick.door_at = math.inf
    return others


@pytest.mark.parametrize("how", ENDS)
async def test_not_one_event_passes_after_the_end(how, cast, evening, signed_in, laptop, busy):
    ends, omar = Ends(cast, evening, signed_in, laptop), evening.omar
    clock = asyncio.get_running_loop().time
    await omar.settles()
    start, is_over = omar.last_seq, asyncio.Event()
    others = [asyncio.create_task(says_on(each, is_over)) for each in busy]
    await omar.hears("chat.said")
    began = clock()
    await evening.maya.done("hand.raise")
    usual = clock() - began

    await getattr(ends, how)()
    ended, session = clock(), await GroupSession.objects.select_related("stream").aget(pk=evening.session.pk)
    if ENDS[how] == "door":
        await omar.hears("waiting.state")
    else:
        assert await omar.closes() == ENDS[how]
    took = clock() - ended
    is_over.set()
    await asyncio.gather(*others)
    await omar.settles()

    end = await first_after(start, cast.omar, session)
    assert end <= session.stream.head  # it was in the log when the door that ended it had answered
    if how == "room_ended":
        assert omar.last_seq == end
    else:
        assert omar.last_seq < end
        gone = [frame for frame in omar.heard if frame.get("kind") in ("person.shown_out", "person.left")]
        assert evening.seat["Omar"] not in str(gone)
    if how not in ("room_ended", "group_ended"):
        after = StreamEvent.objects.filter(stream=session.stream_id, seq__gt=end, kind="chat.said")
        assert await after.acount() >= 2  # there was something not to hear
    assert took < 1 + 10 * usual  # within a second, and longer only where the machine itself is slow
