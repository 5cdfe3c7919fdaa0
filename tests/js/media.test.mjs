import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { isAllowed, partners } from "../../static/js/room/media/index.js";
import { tunedForSpeech, writerOf } from "../../static/js/room/media/pair.js";
import { Ladder, levelOf, lineLevel, sampleOf } from "../../static/js/room/media/quality.js";
import { Room } from "../../static/js/room/state.js";
import { House, person } from "./house.mjs";

const good = { loss: 0, rtt: 0.05, jitter: 0.01 };

function roomOf(me, changes = {}, session = {}) {
  const house = new House([person("maya", { leads: true, role: "facilitator" }), person("june"), person("omar", { microphone_on: true, ...changes })]);
  Object.assign(house.session, session);
  return new Room(house.snapshotFor(me));
}

describe("what the room allows", () => {
  test("one connects to everyone who has a place, and to nobody else", () => {
    assert.deepEqual([...partners(roomOf("june")).keys()], ["maya", "omar"]);
    assert.deepEqual([...partners(roomOf("june", { has_media: false })).keys()], ["maya"]);
    assert.deepEqual([...partners(roomOf("june", { mode: "telephone" })).keys()], ["maya"]);
    assert.deepEqual([...partners(roomOf("june", { is_simulated: true })).keys()], ["maya"]);
    assert.deepEqual([...partners(roomOf("june", { connection: null })).keys()], ["maya"]);
  });

  test("whoever has no place connects to nobody", () => {
    const house = new House([person("maya"), person("june", { has_media: false })]);
    assert.equal(partners(new Room(house.snapshotFor("june"))).size, 0);
  });

  test("someone who left or was shown out is no partner from that event on", () => {
    for (const kind of ["person.left", "person.shown_out"]) {
      const room = roomOf("june");
      room.apply({ seq: 1, kind, body: { seat: "omar" } });
      assert.deepEqual([...partners(room).keys()], ["maya"]);
      assert.equal(isAllowed(room, "omar", "microphone"), false);
    }
  });

  test("a track is sent and played only while the room says that it is on", () => {
    const room = roomOf("june");
    assert.equal(isAllowed(room, "omar", "microphone"), true);
    assert.equal(isAllowed(room, "omar", "screen"), false);
    room.apply({ seq: 1, kind: "microphone.changed", body: { seat: "omar", on: false } });
    assert.equal(isAllowed(room, "omar", "microphone"), false);
    assert.equal(isAllowed(room, "nobody", "camera"), false);
  });

  test("a pause, a hold and the end silence everyone", () => {
    for (const session of [{ is_paused: true }, { is_held: true }]) {
      const room = roomOf("june", {}, session);
      assert.equal(isAllowed(room, "omar", "microphone"), false);
      assert.equal(isAllowed(room, "omar", "camera"), false);
    }
    const over = roomOf("june");
    over.apply({ seq: 1, kind: "room.ended", body: {} });
    assert.equal(partners(over).size, 0);
  });
});

describe("the quality of a line", () => {
  test("it is good, weak or lost by what gets lost and how late the rest is", () => {
    assert.equal(levelOf(good), "good");
    assert.equal(levelOf({ ...good, loss: 0.08 }), "weak");
    assert.equal(levelOf({ ...good, rtt: 0.7 }), "weak");
    assert.equal(levelOf({ ...good, loss: 0.3 }), "lost");
  });

  test("one poor peer is not a poor line", () => {
    assert.equal(lineLevel(["good", "lost"]), "good");
    assert.equal(lineLevel(["good", "weak", "weak"]), "weak");
    assert.equal(lineLevel(["lost"]), "lost");
    assert.equal(lineLevel([]), "good");
  });

  test("statistics are read since the last time", () => {
    const stats = (lost, received) => [
      { type: "inbound-rtp", kind: "audio", packetsLost: lost, packetsReceived: received, jitter: 0.02 },
      { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.1 }, { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
    ];
    const first = sampleOf(stats(100, 900), { lost: 0, received: 0 });
    const second = sampleOf(stats(100, 1_000), first.counts);
    assert.equal(second.sample.loss, 0);
    assert.equal(second.sample.rtt, 0.1);
    assert.equal(second.sample.jitter, 0.02);
  });
});

describe("the order of sacrifice", () => {
  const climb = (ladder, levels, from = 0) => levels.map((level, index) => { ladder.heard(level, from + index * 2_000); return ladder.step; });

  test("others' pictures go first, then one's own, and never the voice", () => {
    const ladder = new Ladder();
    assert.deepEqual(climb(ladder, Array(12).fill("weak")), [0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2]);
  });

  test("one bad moment costs nothing", () => {
    assert.equal(climb(new Ladder(), ["weak", "weak", "good", "weak", "weak", "good"]).at(-1), 0);
  });

  test("after half a minute of a good line a picture is tried again", () => {
    const ladder = new Ladder();
    climb(ladder, Array(3).fill("weak"));
    assert.equal(climb(ladder, Array(15).fill("good"), 6_000).at(-1), 0);
  });

  test("if that fails at once, it stays as it is until the person decides", () => {
    const ladder = new Ladder();
    climb(ladder, Array(3).fill("weak"));
    climb(ladder, Array(15).fill("good"), 6_000);
    climb(ladder, Array(3).fill("weak"), 36_000);
    assert.equal(climb(ladder, Array(60).fill("good"), 42_000).at(-1), 1);
    ladder.giveBack();
    assert.equal(ladder.step, 0);
  });
});

describe("what two browsers agree on", () => {
  const sdp = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1;stereo=1\r\na=mid:0\r\n";

  test("voices are sent as speech: one channel, silence not sent, lost words repaired", () => {
    const [line] = /a=fmtp:111 [^\r]*/.exec(tunedForSpeech(sdp));
    for (const word of ["usedtx=1", "stereo=0", "useinbandfec=1", "maxaveragebitrate=28000"]) assert.ok(line.includes(word));
    assert.equal(tunedForSpeech(sdp).match(/a=fmtp:111/g).length, 1);
    assert.ok(tunedForSpeech(sdp.replace(/a=fmtp[^\n]*\n/, "")).includes("usedtx=1"));
    assert.equal(tunedForSpeech("v=0\r\n"), "v=0\r\n");
  });

  test("a page that was loaded again is told from one whose line came back", () => {
    assert.equal(writerOf(sdp), "4611731400430051336");
    assert.equal(writerOf(sdp.replace(" 2 IN", " 3 IN")), writerOf(sdp));
    assert.notEqual(writerOf(sdp.replace("4611731400430051336", "7")), writerOf(sdp));
  });
});
