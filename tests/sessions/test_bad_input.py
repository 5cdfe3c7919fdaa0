"""Whatever a browser sends: no traceback, no harm, and the room goes on."""

import asyncio
import json
import logging
import os
import random
from dataclasses import fields
from functools import partial
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.models import Visit
from sessions.protocol import COMMANDS, EPHEMERAL, BadMessage, parse
from sessions.services import commands as verbs
from sessions.services.turns import Refused

ID = "11111111-1111-4111-8111-111111111111"
EVERY_KIND = {**COMMANDS, **EPHEMERAL}


# --- Reading ------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=10,
)


def bodies(kind: type):
    """Bodies of the right shape, and of shapes near it."""
    right = {field.name: st.sampled_from(field.metadata["shape"].like or [None]) for field in fields(kind)}
    wrong = {name: shape | anything for name, shape in right.items()}
    return st.fixed_dictionaries({}, optional=right) | st.fixed_dictionaries({}, optional=wrong) | anything


messages = st.sampled_from(sorted(EVERY_KIND)).flatmap(
    lambda kind: st.fixed_dictionaries(
        {"kind": st.just(kind)}, optional={"id": st.just(ID) | anything, "body": bodies(EVERY_KIND[kind])}
    )
)


# A thousand at every `make check`, ten thousand in `make test`.
@pytest.mark.timeout(600)
@settings(max_examples=10_000 if "CHECK_DATABASE_URL" in os.environ else 1_000)
@given(messages | anything)
def test_reading_a_message_ends_in_a_command_or_in_bad_message(content):
    try:
        heard = parse(content)
    except BadMessage:
        return
    assert type(heard.says) in EVERY_KIND.values()
    assert json.dumps(content)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_is_read_in_its_own_shape(kind):
    body = {field.name: field.metadata["shape"].like[-1] for field in fields(EVERY_KIND[kind])}
    heard = parse({"kind": kind, "body": body} | ({"id": ID} if kind in COMMANDS else {}))
    assert type(heard.says) is EVERY_KIND[kind]


@pytest.mark.parametrize("text", ["a\u202eb", "\u0000hi", "\u2066x\u2069", "hi\ud800"])
def test_characters_that_hide_or_turn_words_are_taken_out(text):
    said = parse({"kind": "chat.say", "id": ID, "body": {"text": text, "to": "everyone"}}).says.text
    assert not set(said) & set("\u202e\u0000\u2066\u2069\ud800") and said


def test_emoji_and_other_scripts_stay_as_they_are():
    text = "Добрый вечер 👩‍👧 mañana 日本"
    assert parse({"kind": "chat.say", "id": ID, "body": {"text": text, "to": "everyone"}}).says.text == text


# --- Over the socket ----------------------------------------------------------------

NONSENSE = [
    " ", "{", "null", "[]", "42", '"hello"', "\x00", "{}", '{"kind": 1}', '{"kind": "no.such"}',
    '{"kind": "__init__", "id": "' + ID + '"}', '{"kind": "hand.raise"}', '{"kind":"hand.raise","id":"7"}',
    '{"kind": "hand.raise", "id": "' + ID + '", "body": []}', "[" * 5000, '{"kind":"chat.say","id":NaN}',
    '{"kind": "chat.say", "id": "' + ID + '", "body": {"text": "", "to": "everyone"}}',
    '{"kind": "chat.say", "id": "' + ID + '", "body": {"text": "x", "to": "omar"}}',
    '{"kind": "signal", "body": {"to": 1}}', '{"kind": "react", "body": {"reaction": "<script>"}}',
    '{"kind": "hello", "body": {"last_seq": -1, "mode": "x"}}', '{"kind": "catch.up", "body": {}}',
]  # fmt: skip


@pytest.mark.django_db(transaction=True)
async def test_nonsense_is_answered_and_changes_nothing(evening, caplog):
    for text in NONSENSE:
        await evening.omar.send(text)
        await asyncio.sleep(0.1)
    await evening.omar.done("hand.raise")
    await evening.maya.hears("hand.raised")
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert {"person.left", "person.lost"}.isdisjoint(evening.maya.kinds())


@pytest.mark.django_db(transaction=True)
async def test_what_is_too_long_is_refused(evening):
    assert await evening.omar.refused("chat.say", text="x" * 2001, to="everyone") == "too_long"
    assert await evening.omar.refused("chat.say", text="x" * 9000, to="everyone") == "too_long"
    assert await evening.maya.refused("door.hold", seat=evening.seat["June"], message="x" * 201) == "too_long"
    await evening.maya.settles()
    assert "chat.said" not in evening.maya.kinds()


@pytest.mark.django_db(transaction=True)
async def test_who_shouts_is_slowed_and_then_hung_up_on_and_the_others_hear_on(evening):
    for _n in range(300):
        await evening.omar.send({"kind": "hand.raise", "id": str(uuid4()), "body": {}})
    assert await evening.omar.closes() == 4429
    assert {"re", "refused"} <= set().union(*evening.omar.heard)
    await evening.maya.done("chat.say", text="We go on", to="everyone")


@pytest.mark.django_db(transaction=True)
async def test_commands_before_hello_do_nothing(cast, browser):
    june = await browser(cast.june).open()
    assert await june.refused("arrive", place="x", call_back="y", is_alone=True) == "not_now"
    assert await june.refused("call.someone") == "not_now"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [1, 2])
async def test_any_order_of_any_commands_by_anyone_breaks_nothing(seed, evening, caplog):
    dice = random.Random(seed)
    seats, browsers = [*evening.seat.values(), str(uuid4())], [evening.maya, evening.omar, evening.june]
    for _ in range(60):
        kind = dice.choice(
            [each for each in COMMANDS if each not in ("hello", "goodbye", "catch.up", "room.end")]
        )
        shapes = {field.name: field.metadata["shape"].like for field in fields(COMMANDS[kind])}
        body = {name: dice.choice(seats if name == "seat" else like) for name, like in shapes.items()}
        browser = dice.choice(browsers)
        if browser.code is None:
            await browser.send({"kind": kind, "id": str(uuid4()), "body": body})
        await asyncio.sleep(0.05)
    for browser in browsers:
        await browser.settles()
    assert evening.maya.code is None
    await evening.maya.done("chat.say", text="All well", to="everyone")
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


# --- Without a socket: every verb with every shape ----------------------------------


@pytest.mark.django_db(transaction=True)
async def test_every_verb_does_or_refuses_and_never_stumbles(evening):
    leader = await Visit.objects.select_related("attendance").aget(
        attendance__seat=evening.seat["Maya"], closed_at=None
    )
    perform = partial(verbs.perform, leader.attendance.person_id, evening.session.code, leader.connection)
    for kind in set(COMMANDS) - {"hello", "still.here", "goodbye", "catch.up", "room.end"}:
        shapes = {field.name: field.metadata["shape"].like for field in fields(COMMANDS[kind])}
        for seat in evening.seat.values():
            body = {name: (seat if name == "seat" else like[0]) for name, like in shapes.items()}
            says = parse({"kind": kind, "id": ID, "body": body}).says
            try:
                await sync_to_async(perform)(says, uuid4())
            except Refused as refused:
                assert refused.reason in ("not_now", "not_yours", "not_there"), kind
