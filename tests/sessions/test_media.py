"""Places for sound and picture, what browsers are given, and signals between them."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from sessions.media import peers
from sessions.models import Attendance, Visit
from tests.conftest import member, person
from tests.sessions.test_presence import silence, swept

pytestmark = pytest.mark.django_db(transaction=True)

OFFER = {"type": "offer", "sdp": "v=0\r\na=candidate:1 1 udp 2122 192.168.1.5 50000 typ host\r\n"}
HOST = "candidate:1 1 udp 2122260223 192.168.1.5 50000 typ host"
RELAY = "candidate:3 1 udp 41885439 198.51.100.7 49160 typ relay raddr 203.0.113.9 rport 61000"


@pytest.fixture
async def full(cast, browser, agreed):
    """Maya and five patients have every place there is; Gil, the sixth patient, has come too."""

    def enrol(name: str):
        someone = person(name, "patient")
        member(cast.tuesday, someone, "patient")
        agreed(someone, cast.tuesday)
        return someone

    others = [await sync_to_async(enrol)(name) for name in ("Ben", "Dana", "Eve", "Gil")]
    rooms = {"Maya": await browser(cast.maya).come()}
    for someone in (cast.june, cast.omar, *others):
        window = rooms[someone.name] = await browser(someone).knock()
        seat = await Attendance.objects.aget(person=someone)
        await rooms["Maya"].done("door.admit", seat=str(seat.seat))
        window.entered = await window.hears("room.state")
        window.seat = str(seat.seat)
    return rooms


async def test_six_have_media_and_the_seventh_is_seated_without_and_all_are_told(full):
    people = {each["shown_as"]: each["has_media"] for each in full["Gil"].entered["people"]}
    assert people.pop("Gil") is False
    assert len(people) == 6 and all(people.values())
    assert full["Gil"].entered["media"] is None
    assert (await full["Maya"].hears("person.joined", shown_as="Gil"))["has_media"] is False
    assert await full["Gil"].refused("microphone.set", on=True) == "not_now"
    await full["Gil"].done("chat.say", text="I can still write", to="everyone")


async def test_a_place_that_falls_free_goes_to_who_waits_for_it(full):
    await full["Ben"].send({"kind": "goodbye", "body": {}})
    assert (await full["Maya"].hears("media.seated"))["seat"] == full["Gil"].seat
    granted = await full["Gil"].hears("media.granted")
    assert granted["transport"] == "peers"
    await full["Gil"].done("microphone.set", on=True)


async def test_a_lost_line_keeps_its_place(full):
    await full["Ben"].vanish()
    await full["Gil"].settles()
    assert "media.seated" not in full["Gil"].kinds()


async def test_who_is_lost_for_long_makes_room_and_has_a_place_again_when_there_is_one(full):
    await full["Ben"].vanish()
    await silence(full["Ben"].seat, 30)
    await swept()
    await full["Maya"].hears("person.lost", seat=full["Ben"].seat)
    await swept()
    assert await full["Gil"].refused("microphone.set", on=True) == "not_now"
    line = Visit.objects.filter(attendance__seat=full["Ben"].seat)
    await line.aupdate(last_heard_at=timezone.now() - timedelta(seconds=61))
    await swept()
    await full["Gil"].hears("media.seated", seat=full["Ben"].seat, has_media=False)
    await full["Gil"].hears("media.seated", seat=full["Gil"].seat, has_media=True)
    assert (await full["Gil"].hears("media.granted"))["transport"] == "peers"
    await full["Eve"].send({"kind": "goodbye", "body": {}})
    await full["Eve"].closes()
    await full["Ben"].come_again()
    await full["Maya"].hears("media.seated", seat=full["Ben"].seat, has_media=True)


async def test_who_leads_always_has_a_place(cast, full, browser):
    seat = await Attendance.objects.aget(person=cast.maya)
    co_leader = await sync_to_async(person)("Kim", "facilitator")
    await sync_to_async(member)(cast.tuesday, co_leader, "co_facilitator")
    kim = await browser(co_leader).come()
    assert kim.state["media"] is not None
    gave_up = await full["Maya"].hears("media.seated", has_media=False)
    assert gave_up["seat"] == full["Eve"].seat and str(seat.seat) != gave_up["seat"]


async def test_credentials_are_made_for_one_connection_and_minutes(settings):
    settings.TURN_URLS, settings.TURN_SECRET = ["turns:turn.example.org:443"], "a-secret"
    until = timezone.now() + timedelta(minutes=10)
    [server] = peers.ice_servers("someone", until)
    moment, name = server["username"].split(":")
    assert (int(moment), name) == (int(until.timestamp()), "someone")
    digest = hmac.new(b"a-secret", server["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(server["credential"]) == digest


async def test_a_grant_tells_how_not_who(evening, settings):
    settings.TURN_URLS, settings.TURN_SECRET = ["turns:turn.example.org:443"], "a-secret"
    state = await evening.omar.come_again()
    grant = state["media"]
    assert set(grant) == {"transport", "ice_servers", "relay_only", "limits", "expires_at"}
    assert datetime.fromisoformat(grant["expires_at"]) <= timezone.now() + timedelta(minutes=10)
    assert "a-secret" not in str(state)
    await evening.omar.done("media.ask")
    await evening.omar.hears("media.granted")


# --- Signals ------------------------------------------------------------------------


def lines(browser) -> dict[str, str]:
    """Who is in the room by which connection, as this browser was told."""
    return {each["seat"]: each["connection"] for each in browser.state["people"]}


async def two(evening):
    """Maya and Omar, having read the room anew."""
    await evening.maya.come_again()
    await evening.omar.come_again()
    await evening.maya.come_again()
    for each in (evening.maya, evening.omar, evening.june):
        await each.settles()
    return lines(evening.maya)


async def send_signal(sender, to: str, connection: str, **what) -> None:
    await sender.send({"kind": "signal", "body": {"to": to, "connection": connection, **what}})


async def test_a_signal_goes_to_the_one_connection_that_it_names(evening):
    connections = await two(evening)
    seat = evening.seat["Omar"]
    await send_signal(evening.maya, seat, connections[seat], description=OFFER)
    heard = await evening.omar.hears("signal")
    assert (heard["from"], heard["from_connection"]) == (
        evening.seat["Maya"],
        connections[evening.seat["Maya"]],
    )
    assert heard["description"] == OFFER
    await evening.maya.hears_nothing()


async def test_no_signal_reaches_or_leaves_the_door(evening):
    connections = await two(evening)
    june, omar = evening.seat["June"], evening.seat["Omar"]
    waiting = await Attendance.objects.aget(seat=june)
    connection = (await waiting.visits.aget(closed_at=None)).connection
    await send_signal(evening.maya, june, str(connection), description=OFFER)
    await send_signal(evening.june, omar, connections[omar], description=OFFER)
    await evening.june.send({"kind": "speaking", "body": {"on": True}})
    await evening.june.hears_nothing()
    await evening.omar.hears_nothing()
    await evening.maya.hears_nothing()


async def test_a_signal_to_a_line_of_before_is_dropped(evening):
    old = (await two(evening))[evening.seat["Omar"]]
    await evening.omar.come_again()
    await evening.maya.settles()
    await send_signal(evening.maya, evening.seat["Omar"], old, description=OFFER)
    await send_signal(evening.maya, evening.seat["Omar"], str(uuid4()), description=OFFER)
    await evening.omar.hears_nothing()


async def test_who_was_removed_signals_nobody(evening):
    connections = await two(evening)
    omar, maya = evening.seat["Omar"], evening.seat["Maya"]
    await evening.maya.done("door.remove", seat=omar, reason="")
    await evening.omar.hears("waiting.state")
    (await evening.maya.settles()).heard.clear()
    await send_signal(evening.omar, maya, connections[maya], description=OFFER)
    await send_signal(evening.maya, omar, connections[omar], description=OFFER)
    await evening.maya.hears_nothing()
    await evening.omar.hears_nothing()


async def test_where_media_passes_by_the_relay_only_no_own_address_reaches_a_peer(evening, settings):
    settings.RELAY_ONLY = True
    connections = await two(evening)
    seat = evening.seat["Omar"]
    await send_signal(evening.maya, seat, connections[seat], description=OFFER)
    await send_signal(evening.maya, seat, connections[seat], candidate={"candidate": HOST, "sdpMid": "0"})
    await send_signal(evening.maya, seat, connections[seat], candidate={"candidate": RELAY, "sdpMid": "0"})
    await evening.omar.settles()
    heard = str(evening.omar.heard)
    assert "198.51.100.7" in heard
    assert "192.168.1.5" not in heard and "203.0.113.9" not in heard and "typ host" not in heard


async def test_short_lived_words_reach_everyone_in_and_are_not_kept(evening):
    before = (await evening.maya.settles()).last_seq if evening.maya.heard else 0
    await evening.omar.send({"kind": "speaking", "body": {"on": True}})
    await evening.omar.send({"kind": "react", "body": {"reaction": "with_you"}})
    await evening.omar.send({"kind": "quality", "body": {"level": "weak"}})
    assert (await evening.maya.hears("speaking")) == {"on": True, "from": evening.seat["Omar"]}
    assert (await evening.maya.hears("reacted"))["reaction"] == "with_you"
    assert (await evening.maya.hears("quality"))["level"] == "weak"
    await evening.june.hears_nothing()
    assert before == 0 or evening.maya.last_seq == before
