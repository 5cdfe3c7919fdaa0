"""In the room: sound, picture, hands, words, and what those who lead may do."""

from uuid import uuid4

import pytest

from tests.sessions.conftest import change

pytestmark = pytest.mark.django_db(transaction=True)


# --- One's own ----------------------------------------------------------------------


async def test_everyone_comes_muted_and_hears_who_switches_on(evening):
    state = await evening.omar.come_again()
    assert not any(person["microphone_on"] or person["camera_on"] for person in state["people"])
    await evening.omar.done("microphone.set", on=True)
    assert (await evening.maya.hears("microphone.changed"))["by"] == "self"
    await evening.omar.done("camera.set", on=True)
    assert (await evening.maya.hears("camera.changed"))["on"]


async def test_hands_wait_in_the_order_in_which_they_went_up(evening):
    maya, omar = evening.maya, evening.omar
    await omar.done("hand.raise")
    await maya.done("hand.raise")
    state = await maya.come_again()
    assert state["hands"] == [evening.seat["Omar"], evening.seat["Maya"]]
    assert {person["shown_as"]: person["hand"] for person in state["people"]} == {"Omar": 1, "Maya": 2}
    assert await omar.refused("hand.lower", seat=evening.seat["Maya"]) == "not_yours"
    await maya.done("hand.lower", seat=evening.seat["Omar"])
    await omar.hears("hand.lowered", seat=evening.seat["Omar"])
    await maya.done("hands.lower")
    assert (await maya.come_again())["hands"] == []


async def test_a_command_that_comes_twice_acts_once(evening):
    name = "11111111-1111-4111-8111-111111111111"
    first = await evening.omar.say("chat.say", id=name, text="Once", to="everyone")
    assert await evening.omar.say("chat.say", id=name, text="Once", to="everyone") == first
    await evening.maya.settles()
    assert evening.maya.kinds().count("chat.said") == 1


async def test_a_late_resend_does_not_do_what_had_nothing_to_do_then(evening):
    lower = "22222222-2222-4222-8222-222222222222"
    await evening.omar.say("hand.lower", id=lower)
    await evening.omar.done("hand.raise")
    await evening.omar.say("hand.lower", id=lower)
    assert (await evening.omar.come_again())["hands"] == [evening.seat["Omar"]]


async def test_stepping_out_keeps_the_seat(evening):
    await evening.omar.done("step.out", on=True)
    await evening.maya.hears("person.stepped_out", on=True)
    assert (await evening.maya.hears("roster.changed"))["status"] == "away"
    people = (await evening.maya.come_again())["people"]
    assert [person["state"] for person in people if person["shown_as"] == "Omar"] == ["away"]


async def test_sound_only_is_told_and_kept_for_the_record(evening):
    await evening.omar.done("mode.set", mode="audio")
    await evening.maya.hears("mode.changed", seat=evening.seat["Omar"], mode="audio")
    visits = evening.session.attendances.get_queryset().filter(seat=evening.seat["Omar"])
    modes = [visit async for visit in visits.values_list("visits__mode", "visits__how_closed")]
    assert ("video", "mode") in modes and ("audio", "") in modes


# --- Words --------------------------------------------------------------------------


async def test_words_to_the_facilitators_stay_between_them(cast, browser, evening):
    await evening.maya.done("door.admit", seat=evening.seat["June"])
    await evening.june.hears("room.state")
    await evening.omar.done("chat.say", text="For Maya", to="facilitators")
    assert (await evening.maya.hears("chat.said"))["to"] == "facilitators"
    assert (await evening.omar.hears("chat.said"))["text"] == "For Maya"
    await evening.june.settles()
    assert "For Maya" not in str(evening.june.heard)
    assert "For Maya" not in str(await evening.june.come_again())
    assert "For Maya" in str((await evening.omar.come_again())["chat"])


@pytest.mark.parametrize("policy, to, allowed", [
    ("off", "everyone", False), ("off", "facilitators", False),
    ("facilitators", "everyone", False), ("facilitators", "facilitators", True),
    ("everyone", "everyone", True),
])  # fmt: skip
async def test_the_group_says_who_may_write_to_whom(policy, to, allowed, evening):
    await change(evening.session, chat_policy=policy)
    reply = await evening.omar.say("chat.say", text="Hello", to=to)
    assert ("refused" not in reply) == allowed
    assert "refused" not in await evening.maya.say("chat.say", text="Hello", to="everyone")


async def test_nobody_reads_what_was_written_while_they_were_out(evening):
    maya, june = evening.maya, evening.june
    await maya.done("chat.say", text="BEFORE", to="everyone")
    await maya.done("door.admit", seat=evening.seat["June"])
    assert (await june.hears("room.state"))["chat"] == []
    await maya.done("chat.say", text="DURING", to="everyone")
    await maya.done("door.send_back", seat=evening.seat["June"])
    await june.hears("waiting.state")
    await maya.done("chat.say", text="MEANWHILE", to="everyone")
    await maya.done("door.admit", seat=evening.seat["June"])
    state = await june.hears("room.state")
    assert [said["text"] for said in state["chat"]] == ["DURING"]
    for last_seq in (0, 1, june.last_seq):
        await june.come_again(last_seq)
        assert "MEANWHILE" not in str(june.heard) and "BEFORE" not in str(june.heard)
    texts = [said["text"] for said in (await maya.come_again())["chat"]]
    assert texts == ["BEFORE", "DURING", "MEANWHILE"]


async def test_catching_up_does_not_reach_back_before_ones_stay(evening):
    await evening.maya.done("chat.say", text="BEFORE", to="everyone")
    await evening.maya.done("door.admit", seat=evening.seat["June"])
    await evening.june.hears("room.state")
    await evening.june.send({"kind": "catch.up", "body": {"last_seq": 0}})
    assert await evening.june.closes() == 4408
    assert "BEFORE" not in str(evening.june.heard)


# --- Those who lead -----------------------------------------------------------------


async def test_those_who_lead_mute_and_stop_and_never_switch_on(evening):
    maya, omar, seat = evening.maya, evening.omar, evening.seat["Omar"]
    await omar.done("microphone.set", on=True)
    await omar.done("camera.set", on=True)
    await maya.done("seat.mute", seat=seat)
    assert (await omar.hears("microphone.changed", on=False))["by"] == "facilitator"
    await maya.done("seat.stop_camera", seat=seat)
    assert (await omar.hears("camera.changed", on=False))["by"] == "facilitator"
    await maya.done("seat.ask_to_speak", seat=seat)
    assert (await omar.hears("speaking.asked"))["by"] == "Maya"
    people = (await maya.come_again())["people"]
    assert not any(person["microphone_on"] or person["camera_on"] for person in people)


async def test_muting_everyone_spares_those_who_lead(evening):
    await evening.omar.done("microphone.set", on=True)
    await evening.maya.done("microphone.set", on=True)
    await evening.maya.done("seats.mute")
    assert (await evening.omar.hears("microphones.muted"))["seats"] == [evening.seat["Omar"]]


async def test_a_pause_rests_all_sound_and_nobody_begins_again_before_it_is_over(evening):
    maya, omar = evening.maya, evening.omar
    await omar.done("microphone.set", on=True)
    await maya.done("room.pause", on=True)
    await omar.hears("room.paused", on=True)
    assert (await omar.hears("microphones.muted"))["seats"] == [evening.seat["Omar"]]
    assert await omar.refused("microphone.set", on=True) == "not_now"
    await maya.done("room.pause", on=False)
    await omar.done("microphone.set", on=True)


async def test_one_shows_a_screen_by_permission_and_one_at_a_time(evening):
    maya, omar, seat = evening.maya, evening.omar, evening.seat["Omar"]
    assert await omar.refused("screen.share", on=True) == "not_yours"
    await maya.done("seat.allow_sharing", seat=seat, on=True)
    await omar.hears("sharing.allowed", on=True)
    await omar.done("screen.share", on=True)
    assert await maya.refused("screen.share", on=True) == "not_now"
    await maya.done("seat.stop_sharing", seat=seat)
    await omar.hears("screen.stopped")
    await maya.done("screen.share", on=True)


async def test_someone_takes_part_by_telephone(evening):
    maya, june, seat = evening.maya, evening.june, evening.seat["June"]
    await june.vanish()
    await maya.done("phone.seat", seat=seat)
    joined = await evening.omar.hears("person.joined")
    assert (joined["mode"], joined["connection"], joined["has_media"]) == ("telephone", None, False)
    assert (await maya.hears("roster.changed", status="phone"))["seat"] == seat
    await maya.done("phone.end", seat=seat)
    await evening.omar.hears("person.left", seat=seat)
    assert (await maya.hears("roster.changed", seat=seat))["status"] == "left"
    await maya.hears("door.changed", seat=seat, state="left")


async def test_who_hangs_up_while_their_browser_is_here_stays_in_the_room(cast, evening):
    maya, june, seat = evening.maya, evening.june, evening.seat["June"]
    await maya.done("phone.seat", seat=seat)
    await june.hears("room.state")
    await maya.hears("roster.changed", seat=seat, status="in")
    await maya.done("phone.end", seat=seat)
    await evening.omar.hears("mode.changed", seat=seat, mode="video")
    await june.done("hand.raise")
    (row,) = [row for row in (await maya.come_again())["roster"] if row["seat"] == seat]
    assert row["status"] == "in"


async def test_the_end_is_for_all_and_closes_every_door(cast, browser, evening):
    await evening.maya.send({"kind": "room.end", "id": str(uuid4()), "body": {}})
    await evening.omar.hears("room.ended")
    assert [await each.closes() for each in (evening.maya, evening.omar, evening.june)] == [4410] * 3
    again = await browser(cast.omar).open()
    await again.send({"kind": "hello", "body": {}})
    assert await again.closes() == 4410


async def test_what_peers_learn_of_anyone_is_a_short_list(evening):
    state = await evening.omar.come_again()
    assert set(state) == {
        "session", "me", "may", "people", "hands", "chat", "quiet", "media", "server_time",
    }  # fmt: skip
    assert set(state["people"][0]) == {
        "seat", "shown_as", "role", "leads", "is_simulated", "state", "connection", "mode", "microphone_on",
        "camera_on", "hand", "may_share", "is_sharing", "stepped_out", "has_media",
    }  # fmt: skip
    heard = str(evening.omar.heard)
    assert "example.org" not in heard and "978-555-0177" not in heard and "Mill Road" not in heard
