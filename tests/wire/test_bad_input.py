"""What a browser should not send: told so politely, or hung up on when it does not stop."""

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.conftest import JUNE, OMAR
from wire.limits import Allowance, Bucket
from wire.messages import BadMessage, Message, parsed

ID = str(uuid4())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "null",
        '"chat.say"',
        "{}",
        '{"kind": 1}',
        '{"kind": ""}',
        '{"kind": "' + "x" * 41 + '"}',
        '{"kind": "a", "id": 1}',
        '{"kind": "a", "id": "not-a-uuid"}',
        '{"kind": "a", "body": []}',
        '{"kind": "a", "body": null}',
        '{"kind": "a", "body": {"n": NaN}}',
        '{"kind": "a", "body": {"n": 1e999}}',
        '{"kind": "a", "body": {"n": ' + "9" * 5000 + "}}",
        '{"kind": "a", "body": {"text": "\\u0000"}}',
        '{"kind": "a", "body": {"text": ["\\ud800"]}}',
        '{"kind": "a", "body": {"\\udfff": 1}}',
        "[" * 8000,
    ],
)
def test_what_is_not_a_message_does_not_exist(text):
    with pytest.raises(BadMessage):
        parsed(text)


def test_what_is_a_message_is_read_as_written():
    assert parsed(json.dumps({"kind": "chat.say", "id": ID, "body": {"text": "😀"}, "more": 1})) == Message(
        "chat.say", ID, {"text": "😀"}
    )
    assert parsed('{"kind": "still.here"}') == Message("still.here")


@given(st.text() | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_nothing_breaks_the_reader(text):
    with pytest.raises(BadMessage):
        parsed(text)


def test_a_bucket_gives_its_burst_and_then_its_rate():
    bucket = Bucket(rate=10, burst=30)
    assert sum(bucket.take(100.0) for _ in range(50)) == 30
    assert sum(bucket.take(101.0) for _ in range(50)) == 10


def test_signals_have_a_rate_of_their_own():
    allowance = Allowance()
    assert sum(allowance.takes(False, 5.0) for _ in range(200)) == 30
    assert sum(allowance.takes(True, 5.0) for _ in range(200)) == 100


pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_unreadable_frame_is_answered_and_the_socket_stays(browser):
    june = await browser(JUNE)
    for text in ("{", '{"kind": 3}', "x" * 30_000):
        await june.send_to(text_data=text)
        assert await june.hears() == {"kind": "bad.message"}
    await june.send_to(bytes_data=b"\x00\xff")
    assert await june.hears() == {"kind": "bad.message"}
    assert (await june.says("still here"))["seq"] == 1


async def test_what_cannot_be_kept_is_refused_by_name_or_its_sender_would_try_for_ever(browser):
    june = await browser(JUNE)
    for text in (r"\u0000", r"half \ud83d"):
        await june.send_to(text_data=f'{{"kind": "chat.say", "id": "{ID}", "body": {{"text": "{text}"}}}}')
        assert await june.hears() == {"re": ID, "refused": "bad_message", "words": ""}
    await june.send_to(text_data=f'{{"kind": "chat.say", "id": "{ID}", "body": []}}')
    assert (await june.hears())["re"] == ID


async def test_too_long_a_command_is_refused_by_name(browser):
    june = await browser(JUNE)
    assert (await june.says("x" * 8200))["refused"] == "too_long"


async def test_a_long_signal_is_fine_as_an_offer_may_be_long(browser):
    june, omar = await browser(JUNE), await browser(OMAR)
    await june.send_json_to({"kind": "speaking", "body": {"to": OMAR, "sdp": "x" * 20_000}})
    assert len((await omar.hears())["body"]["sdp"]) == 20_000


async def test_commands_before_hello_are_refused(browser, stream, mouth):
    from tests.wire.conftest import Browser

    june = Browser(stream, JUNE, mouth=mouth)
    await june.connect()
    assert (await june.says("x"))["refused"] == "not_now"
    await june.disconnect()


async def test_too_many_commands_are_refused_and_who_goes_on_is_hung_up_on(browser):
    june, omar = await browser(JUNE), await browser(OMAR)
    for _ in range(200):
        await june.send_json_to({"kind": "nonsense", "id": ID})
    heard = []
    while (message := await june.receive_output())["type"] == "websocket.send":
        heard.append(json.loads(message["text"])["refused"])
    assert message["code"] == 4429
    assert heard.count("too_fast") >= 30
    assert (await omar.says("undisturbed"))["seq"] == 1


async def test_who_says_nothing_at_first_is_hung_up_on(stream, mouth, monkeypatch):
    from tests.wire.conftest import Browser

    monkeypatch.setattr("wire.consumer.HELLO_WITHIN", 0.05)
    june = Browser(stream, JUNE, mouth=mouth)
    await june.connect()
    assert await june.closed_with() == 4408


async def test_a_mouth_that_breaks_says_so_once_and_quotes_nobody(browser, mouth, caplog):
    def broken(self, command):
        raise ValueError(command.body["text"])

    mouth.handle = broken
    june = await browser(JUNE)
    await june.send_json_to({"kind": "chat.say", "body": {"text": "my secret"}})
    assert await june.closed_with() == 1011
    (record,) = [record for record in caplog.records if record.name == "wire.consumer"]
    assert "ValueError" in record.getMessage() and "my secret" not in caplog.text
