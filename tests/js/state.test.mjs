import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Room } from "../../static/js/room/state.js";
import { House, person } from "./house.mjs";

const NAMES = ["maya", "june", "omar", "lena", "sam", "priya", "nell", "ruth"];

function aHouse() {
  return new House([person("maya", { role: "facilitator", leads: true }), person("june"), person("omar"), person("lena")]);
}

/** What a page could show of a room, with people by seat: their order is the browser's own. */
function picture(room) {
  return {
    people: Object.fromEntries([...room.people].sort()), hands: room.hands, chat: room.chat, quiet: room.quiet, session: room.session,
    calls: Object.fromEntries(room.calls), door: Object.fromEntries(room.door), roster: Object.fromEntries(room.roster),
  };
}

/** A small deterministic source of chance, so that a failing run can be told by its number. */
function chance(seed) {
  let state = seed * 2654435761 + 1;
  const next = () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
  return { next, coin: () => next() < 0.5, one: (things) => things[Math.floor(next() * things.length)] };
}

/** Do one thing that may happen in a room. */
function anything(house, luck) {
  const inside = [...house.people.keys()];
  const seat = luck.one(inside);
  const outside = NAMES.filter((name) => !house.people.has(name));
  const call = luck.one([...house.calls.keys()]);
  const newcomer = luck.one(outside);
  luck.one([
    () => newcomer && house.join(person(newcomer)),
    () => seat !== "maya" && seat !== "june" && house.leave(seat, luck.coin() ? "person.left" : "person.shown_out"),
    () => house.lose(seat), () => house.return(seat), () => house.stepOut(seat, luck.coin()),
    () => house.setMicrophone(seat, luck.coin()), () => house.setCamera(seat, luck.coin()), () => house.setMode(seat, luck.coin() ? "audio" : "video"),
    () => house.muteAll(), () => house.raise(seat), () => house.raise(seat), () => house.lower(seat), () => house.lowerAll(),
    () => luck.next() < 0.1 && house.keepNoChat(),
    () => house.say(seat, "words", luck.coin() ? "everyone" : "facilitators"),
    () => house.share(seat, luck.coin()), () => house.allow(seat, luck.coin()), () => house.giveMedia(seat, luck.coin()),
    () => ![...house.calls.values()].some((one) => one.seat === seat) && house.call(seat, "need_a_word"),
    () => call && house.ring(call), () => call && house.see(call, "Maya"), () => call && house.answer(call, "Maya", "I'm here"), () => call && house.close(call),
    () => house.setRoom(luck.one(["locked", "paused", "held"]), luck.coin()),
    () => house.knock({ seat: "vic", shown_as: "Vic", role: "patient", state: luck.one(["waiting", "on_hold", "admitted"]), arrived_at: "2026-03-03T22:58:00Z", is_here: luck.coin(), message: "", returning: false, arrival: null, apology: null }),
    () => house.row({ seat, shown_as: seat, role: "patient", status: luck.one(["in", "lost", "away"]), since: null, call_back: null, left_quickly: false }),
  ])();
}

describe("folding", () => {
  test("a snapshot and the events after it say what a later snapshot says, for whoever looks", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const luck = chance(seed);
      const house = aHouse();
      for (let step = 0; step < 10; step += 1) anything(house, luck);
      for (const me of ["maya", "june"]) {
        const from = house.seq;
        const room = new Room(house.snapshotFor(me));
        for (let step = 0; step < 30; step += 1) anything(house, luck);
        for (const event of house.since(me, from)) if (event.kind) room.apply(event);
        assert.deepEqual(picture(room), picture(new Room(house.snapshotFor(me))), `seed ${seed}, ${me}`);
      }
    }
  });

  test("a snapshot shares nothing with the room made of it", () => {
    const snapshot = aHouse().snapshotFor("june");
    const before = structuredClone(snapshot);
    const room = new Room(snapshot);
    room.apply({ seq: 1, kind: "microphone.changed", body: { seat: "omar", on: true } });
    room.apply({ seq: 2, kind: "room.locked", body: { on: true } });
    assert.deepEqual(snapshot, before);
  });

  test("a word of tomorrow's server changes nothing", () => {
    const house = aHouse();
    const room = new Room(house.snapshotFor("june"));
    room.apply({ seq: 1, kind: "segment.began", body: { name: "topic" } });
    assert.deepEqual(picture(room), picture(new Room(house.snapshotFor("june"))));
  });
});

describe("order", () => {
  test("people keep their place when someone speaks, is lost, returns or raises a hand", () => {
    const house = aHouse();
    const room = new Room(house.snapshotFor("june"));
    const order = [...room.people.keys()];
    house.raise("omar"); house.lose("maya"); house.return("maya"); house.setMicrophone("lena", true);
    for (const event of house.since("june", 0)) room.apply(event);
    assert.deepEqual([...room.people.keys()], order);
  });

  test("a new snapshot does not move anyone; newcomers stand at the end", () => {
    const house = aHouse();
    const before = new Room(house.snapshotFor("june"));
    house.people = new Map([...house.people].reverse());
    house.leave("omar");
    house.join(person("ruth"));
    const after = new Room(house.snapshotFor("june"), before);
    assert.deepEqual([...after.people.keys()], ["maya", "june", "lena", "ruth"]);
  });

  test("hands stand in the order in which they went up", () => {
    const house = aHouse();
    const room = new Room(house.snapshotFor("june"));
    house.raise("omar"); house.raise("lena"); house.raise("june"); house.leave("omar");
    for (const event of house.since("june", 0)) room.apply(event);
    assert.deepEqual(room.hands, ["lena", "june"]);
    assert.equal(room.self.hand, 2);
    assert.equal(room.people.get("lena").hand, 1);
  });
});

describe("who sees what", () => {
  test("a quiet hand is seen by its owner and by facilitators, and by no peer", () => {
    const house = aHouse();
    const rooms = Object.fromEntries(["maya", "june", "omar"].map((me) => [me, new Room(house.snapshotFor(me))]));
    house.call("june", "not_safe");
    house.see([...house.calls.keys()][0], "Maya");
    for (const [me, room] of Object.entries(rooms)) for (const event of house.since(me, 0)) room.apply(event);
    assert.equal(rooms.june.quiet.seen_by, "Maya");
    assert.equal(rooms.maya.calls.size, 1);
    assert.equal(rooms.omar.quiet, null);
    assert.equal(rooms.omar.calls.size, 0);
  });

  test("the door lists who waits, longest first, and not who was let in", () => {
    const house = aHouse();
    const room = new Room(house.snapshotFor("maya"));
    const card = { role: "patient", is_here: true, message: "", returning: false, arrival: null, apology: null };
    house.knock({ ...card, seat: "dan", shown_as: "Dan", state: "waiting", arrived_at: "2026-03-03T23:14:00Z" });
    house.knock({ ...card, seat: "ruth", shown_as: "Ruth", state: "on_hold", arrived_at: "2026-03-03T22:58:00Z" });
    house.knock({ ...card, seat: "tom", shown_as: "Tom", state: "admitted", arrived_at: "2026-03-03T22:50:00Z" });
    for (const event of house.since("maya", 0)) room.apply(event);
    assert.deepEqual(room.waiting.map(({ seat }) => seat), ["ruth", "dan"]);
  });

  test("who left keeps the name beside their words", () => {
    const house = aHouse();
    const room = new Room(house.snapshotFor("june"));
    house.say("omar", "Good evening");
    house.leave("omar");
    for (const event of house.since("june", 0)) room.apply(event);
    assert.equal(room.chat[0].shown_as, "Omar");
  });
});
