import assert from "node:assert/strict";
import { describe, test } from "node:test";

globalThis.gettext = (words) => words;
globalThis.pgettext = (_context, words) => words;
globalThis.ngettext = (one, many, n) => (n === 1 ? one : many);
globalThis.interpolate = (words, values) => words.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

const words = await import("../../static/js/room/page/words.js");
const { Room } = await import("../../static/js/room/state.js");
const { House, person } = await import("./house.mjs");

const SIX = Date.parse("2026-03-03T18:00:00Z");
const iso = (minutes) => new Date(SIX + minutes * 60_000).toISOString();
const plain = (text) => text.replaceAll("\u00a0", " ").replaceAll("\u2011", "-");
words.speakFor("UTC");

function roomOf(me, ...hands) {
  const house = new House([person("maya", { leads: true, role: "facilitator" }), person("june"), person("omar"), person("lena"), person("sam"), person("priya")]);
  for (const seat of hands) house.raise(seat);
  return new Room(house.snapshotFor(me));
}

describe("whose turn it is", () => {
  test("the order is told in words, and oneself is you", () => {
    assert.deepEqual(words.turns(roomOf("june", "omar", "lena", "june")), ["Omar", ", then Lena, then you"]);
    assert.deepEqual(words.turns(roomOf("june", "june")), ["You", ""]);
    assert.deepEqual(words.turns(roomOf("june")), ["", ""]);
  });

  test("a long line is counted, not listed", () => {
    assert.equal(words.turns(roomOf("maya", "omar", "lena", "june", "sam", "priya"))[1], ", then Lena, then June, then Sam and 1 more");
  });
});

describe("time", () => {
  test("minutes until the last two, then seconds, and no shouting after", () => {
    const left = (minutes) => plain(words.timeLeft(iso(0), iso(60), SIX + minutes * 60_000));
    assert.equal(left(-7), "Starts in 7 minutes");
    assert.equal(left(22), "38 min left");
    assert.equal(left(58.5), "1:30 left");
    assert.equal(left(61), "Until 7:00 pm, time is up");
  });

  test("times are the reader's, and an unknown zone does not break the page", () => {
    words.speakFor("America/New_York");
    assert.equal(plain(words.clock(iso(0))), "1:00 pm");
    words.speakFor("Nowhere/Never");
    assert.ok(words.clock(iso(0)));
    words.speakFor("UTC");
  });

  test("noon and midnight are twelve", () => {
    assert.equal(plain(words.clock(iso(-6 * 60))), "12:00 pm");
    assert.equal(plain(words.clock(iso(6 * 60 + 5))), "12:05 am");
  });
});

describe("waiting", () => {
  const waiting = { state: "waiting", message: "", led_by: ["Maya"], led_here: ["Maya"], leader_is_here: true, starts_at: iso(7), ends_at: iso(60), missing: [], arrival: null, call: null, phone: "978-555-0100", contact: null };
  const says = (changes, at = 0) => words.waitingWords({ ...waiting, ...changes }, SIX + at * 60_000).map(plain);

  test("with a leader there, it is told who knows and when it begins", () => {
    assert.deepEqual(says({}), ["Maya knows you're here", "It starts at 6:07 pm, in 7 minutes. People are let in one by one."]);
    assert.equal(says({ led_by: ["Sam", "Maya"], led_here: ["Sam", "Maya"] })[0], "Sam and Maya know you're here");
    assert.equal(says({ led_by: ["Sam", "Maya"] })[0], "Maya knows you're here");
  });

  test("without one, nobody is said to know", () => {
    const [title, rest] = says({ leader_is_here: false });
    assert.equal(title, "Maya is not here yet");
    assert.ok(rest.includes("You keep your place."));
    assert.ok(says({ leader_is_here: false }, 9)[1].endsWith("If nobody comes, call 978-555-0100."));
  });

  test("whoever was asked to leave reads by whom, and what comes next", () => {
    const [title, rest] = says({ state: "removed", decided_by: "Maya" });
    assert.equal(title, "Maya has asked you to leave for now.");
    assert.ok(rest.includes("978-555-0100"));
  });

  test("a hold says the facilitator's words", () => {
    assert.deepEqual(says({ state: "on_hold", message: "A few minutes yet." }), ["One moment", "A few minutes yet."]);
  });
});

describe("a call for help", () => {
  const call = { call: "c", seat: "june", kind: "not_safe", raised_at: iso(0), seen_by: null, answer: null };
  const says = (changes, isLive = true) => words.callWords(changes && { ...call, ...changes }, isLive, ["Maya"]).map(plain);

  test("nobody is said to have seen it before someone has", () => {
    assert.deepEqual(says({}), ["Maya was told at 6:00 pm.", "Nobody has seen it yet. It rings until someone does."]);
    assert.equal(says({ seen_by: "Sam" })[0], "Sam has seen this.");
    assert.deepEqual(says({ seen_by: "Maya", answer: { by: "Maya", text: "I call you" } }), ["Maya answers:", "I call you"]);
  });

  test("where nobody who leads is here, the team was told and nobody is named", () => {
    const words_ = words.callWords({ ...call, reached_coordinators: true }, true, []).map(plain);
    assert.deepEqual(words_, ["Your team was told at 6:00 pm.", "Nobody has seen it yet. It rings until someone does."]);
  });

  test("a call that did not leave the browser says so, with a way that needs no line", () => {
    assert.equal(says(null, false)[0], "This has not reached us: your line is down.");
    assert.equal(says(null, true)[0], "We are telling Maya.");
  });
});

describe("what a screen reader is told", () => {
  test("others' comings, one's own microphone, and nothing of small things", () => {
    const room = roomOf("june");
    const heard = (kind, body) => words.heardOf(room, { kind, body });
    assert.equal(heard("person.joined", person("omar")), "Omar is in.");
    assert.equal(heard("person.joined", { seat: "june" }), "");
    assert.equal(heard("microphone.changed", { seat: "omar", on: true, by: "self" }), "");
    assert.equal(heard("microphone.changed", { seat: "june", on: false, by: "facilitator" }), "You were muted.");
    assert.equal(heard("segment.began", {}), "");
  });

  test("a tile names everything that its pictures show", () => {
    assert.equal(words.personWords(person("lena", { hand: 2, state: "away" }), false), "Lena, stepped out, muted, hand up, 2 in line");
    assert.equal(words.personWords(person("june", { microphone_on: true }), true), "You");
  });
});

describe("the roster's count", () => {
  test("those for whom the others come are counted, and nobody who leads with one", () => {
    const row = (role, status) => ({ role, status });
    const leaders = [row("co_facilitator", "in"), row("staff", "expected")];
    assert.equal(words.rosterCount([...leaders, row("patient", "in"), row("relative", "phone"), row("patient", "late")]), "2 of 3 in");
    assert.equal(words.rosterCount(leaders), "");
  });
});

describe("notes over the faces", () => {
  const own = { step: 0, soundOnly: false, isSilenced: false, micPaused: false, leaders: ["Maya"] };
  const names = (changes, ownChanges = {}) => {
    const room = roomOf("june");
    Object.assign(room.session, changes);
    return words.notesOf(room, { ...own, ...ownChanges }).map(({ name }) => name);
  };

  test("each reason to rest is told, hold before pause", () => {
    assert.deepEqual(names({}), []);
    assert.deepEqual(names({ is_paused: true }), ["paused"]);
    assert.deepEqual(names({ is_paused: true, is_held: true }), ["held"]);
  });

  test("one leader is waited for by name, of several any one is enough", () => {
    const held = (leaders) => { const room = roomOf("june"); room.session.is_held = true; return words.notesOf(room, { ...own, leaders })[0].words; };
    assert.ok(held(["Maya"]).startsWith("Sound and pictures rest until Maya is back."));
    assert.ok(held(["Maya", "Sam"]).startsWith("Sound and pictures rest until a leader is back."));
  });

  test("who has no place for sound and picture is told so, together with who leads", () => {
    const house = new House([person("maya", { leads: true, role: "facilitator" }), person("june", { has_media: false }), person("omar", { has_media: false, is_simulated: true })]);
    const facts = (me) => words.notesOf(new Room(house.snapshotFor(me)), own).map(({ fact }) => fact);
    assert.deepEqual(facts("june"), ["All places for sound and picture are taken."]);
    assert.deepEqual(facts("maya"), ["June is in without sound and picture."]);
    assert.match(words.personWords(house.people.get("june"), false), /no sound or picture/);
  });

  test("what a weak line took has a way back", () => {
    const notes = words.notesOf(roomOf("june"), { ...own, step: 1 });
    assert.deepEqual([notes[0].name, notes[0].act], ["weak", "pictures"]);
  });
});
