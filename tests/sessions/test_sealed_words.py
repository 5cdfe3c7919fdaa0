"""What is said is sealed in its place, and a store of keys that is out of reach breaks nothing."""

import time

import pytest
from asgiref.sync import sync_to_async

from groups.models import Membership
from sessions.models import GroupSession
from tests.sessions.conftest import change
from tests.sessions.test_ends import next_round
from vault import cipher
from wire.models import StreamEvent

pytestmark = pytest.mark.django_db(transaction=True)


async def sealed(seq: int) -> StreamEvent:
    return await StreamEvent.objects.aget(seq=seq, sealed=True)


# --- In its place -------------------------------------------------------------------


async def test_words_that_were_exchanged_in_the_database_are_read_by_nobody(evening):
    """Both are Omar's, in one room, under one key: only their places differ."""
    first = await sealed(await evening.omar.done("chat.say", text="I AGREE", to="everyone"))
    second = await sealed(await evening.omar.done("chat.say", text="I REFUSE", to="everyone"))
    await change(first, body=second.body)
    await change(second, body=first.body)
    assert (await evening.maya.come_again())["chat"] == []
    await change(first, body=first.body)
    assert [said["text"] for said in (await evening.maya.come_again())["chat"]] == ["I AGREE"]


async def test_words_for_the_facilitators_do_not_open_where_they_were_made_everyones(evening):
    said = await sealed(await evening.omar.done("chat.say", text="FOR MAYA", to="facilitators"))
    await evening.maya.done("door.admit", seat=evening.seat["June"])
    await evening.june.hears("room.state")
    await change(said, audience="everyone")
    assert (await evening.maya.come_again())["chat"] == []


# --- The store of keys is out of reach ----------------------------------------------


@pytest.fixture
def no_store(settings, tmp_path):
    """`no_store()` takes the store of keys away, `no_store(back=True)` brings it back."""
    there = settings.EPHEMERAL_KEYS_URL
    (tmp_path / "a-file").touch()

    def switch(*, back: bool = False) -> None:
        settings.EPHEMERAL_KEYS_URL = there if back else f"file://{tmp_path}/a-file/keys"

    return switch


async def nobody_remembers(session) -> None:
    """As in a process that has just started."""
    group_session = await GroupSession.objects.select_related("data_key").aget(pk=session.pk)
    cipher.forget(group_session.key)


SEALED = [
    ("omar", "chat.say", {"text": "Hello", "to": "everyone"}),
    ("omar", "quiet.raise", {"kind": "need_a_word"}),
    ("june", "call.someone", {}),
]


@pytest.mark.parametrize("who, kind, body", SEALED)
async def test_what_cannot_be_sealed_is_refused_in_words_and_goes_through_later(
    who, kind, body, evening, no_store
):
    browser = getattr(evening, who)
    no_store()
    await nobody_remembers(evening.session)
    reply = await browser.say(kind, **body)
    assert (reply["refused"], reply["words"]) == (
        "not_now", "That did not get through just now. Please try again in a moment.",
    )  # fmt: skip
    no_store(back=True)
    await browser.done(kind, **body)


async def test_while_people_are_here_their_key_outlasts_the_store(evening, no_store, monkeypatch):
    now = time.monotonic
    no_store()
    for minute in range(1, 4):
        monkeypatch.setattr("vault.cipher.time.monotonic", lambda later=minute * 50: now() + later)
        await next_round()
    await evening.omar.done("chat.say", text="Still here", to="everyone")
    assert (await evening.maya.hears("chat.said"))["text"] == "Still here"


async def test_access_ends_though_nobody_can_be_told_of_it(cast, evening, signed_in, no_store):
    ines = await sync_to_async(signed_in)(cast.ines)
    no_store()
    await nobody_remembers(evening.session)
    page = f"/groups/{cast.tuesday.code}/members/{cast.omar.code}/end/"
    assert (await sync_to_async(ines.post)(page)).status_code == 302
    assert await evening.omar.closes() == 4410
    assert not await Membership.objects.filter(person=cast.omar, ended_at=None).aexists()


async def test_whoever_comes_meanwhile_is_asked_to_come_back(cast, browser, evening, no_store, caplog):
    no_store()
    await nobody_remembers(evening.session)
    await evening.june.vanish()
    again = await browser(cast.june).open()
    await again.send({"kind": "hello", "body": {}})
    assert (await again.closes(), again.heard) == (4408, [])
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
    no_store(back=True)
    assert (await browser(cast.june).come()).state["state"] == "waiting"
