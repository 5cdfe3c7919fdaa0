import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { Connection } from "../../static/js/room/connection.js";
import { World } from "./world.mjs";

let world, heard, line;

function connect() {
  world = new World();
  heard = { states: [], events: [], news: [], lines: [] };
  line = new Connection({
    url: "/ws/sessions/one/",
    mode: () => "video",
    world,
    hears: {
      state: (kind, body, seq) => heard.states.push({ kind, body, seq }),
      event: (event) => heard.events.push(event),
      news: (kind, body) => heard.news.push({ kind, body }),
      line: ({ status, code }) => heard.lines.push(code ? `${status} ${code}` : status),
    },
  });
  line.open();
  return line;
}

function arriveInRoom(seq = 5) {
  world.socket.opens();
  world.socket.says({ kind: "room.state", seq, body: {} });
}

const event = (seq, kind = "hand.raised") => ({ seq, kind, at: "2026-03-03T18:00:00Z", body: { seat: "june" } });
const seqs = () => heard.events.map(({ seq }) => seq);

beforeEach(connect);

describe("the door", () => {
  test("it says hello first, without a number", () => {
    world.socket.opens();
    assert.deepEqual(world.socket.sent.map(({ kind, body }) => ({ kind, body })), [{ kind: "hello", body: { last_seq: null, mode: "video" } }]);
  });

  test("it is live once the door has answered, not before", () => {
    world.socket.opens();
    assert.equal(line.isLive, false);
    world.socket.says({ kind: "waiting.state", body: { state: "waiting" } });
    assert.equal(line.isLive, true);
    assert.deepEqual(heard.states, [{ kind: "waiting.state", body: { state: "waiting" }, seq: null }]);
  });

  test("the server's question is answered from the message itself", () => {
    arriveInRoom();
    world.socket.says({ kind: "are.you.there" });
    assert.deepEqual(world.socket.sent.at(-1), { kind: "still.here" });
  });

  test("whoever is sent back to wait comes back without a number", () => {
    arriveInRoom();
    world.socket.says({ kind: "waiting.state", body: {} });
    world.socket.hangsUp();
    world.pass(5_000);
    world.socket.opens();
    assert.equal(world.socket.last("hello").body.last_seq, null);
  });
});

describe("order", () => {
  test("the next event is heard, an old one is not, a hidden one only counts", () => {
    arriveInRoom(5);
    for (const frame of [event(6), event(6), event(3), { seq: 7 }, event(8)]) world.socket.says(frame);
    assert.deepEqual(seqs(), [6, 8]);
  });

  test("a gap asks once for the rest, and nothing out of order is heard", () => {
    arriveInRoom(5);
    world.socket.says(event(8));
    world.socket.says(event(9));
    assert.equal(world.socket.kinds().filter((kind) => kind === "catch.up").length, 1);
    assert.equal(world.socket.last("catch.up").body.last_seq, 5);
    for (const seq of [6, 7, 8, 9]) world.socket.says(event(seq));
    assert.deepEqual(seqs(), [6, 7, 8, 9]);
  });

  test("a rest that never came is asked for again", () => {
    arriveInRoom(5);
    world.socket.says(event(8));
    world.pass(3_001);
    world.socket.says(event(9));
    assert.equal(world.socket.kinds().filter((kind) => kind === "catch.up").length, 2);
  });

  test("after a return only what was missed is asked for", () => {
    arriveInRoom(5);
    world.socket.says(event(6));
    world.socket.hangsUp();
    world.pass(5_000);
    world.socket.opens();
    assert.equal(world.socket.last("hello").body.last_seq, 6);
    world.socket.says(event(7));
    assert.deepEqual(seqs(), [6, 7]);
    assert.equal(line.isLive, true);
  });

  test("a return with nothing missed is live by the reply to hello", () => {
    arriveInRoom(5);
    world.socket.hangsUp();
    world.pass(5_000);
    world.socket.opens();
    world.socket.says({ re: world.socket.last("hello").id, seq: 5 });
    assert.equal(line.isLive, true);
  });
});

describe("commands", () => {
  test("a reply settles its command", async () => {
    arriveInRoom();
    const reply = line.command("hand.raise");
    world.socket.says({ re: world.socket.last("hand.raise").id, seq: 6 });
    assert.deepEqual(await reply, { seq: 6 });
    assert.equal(line.unanswered, 0);
  });

  test("a command is sent again, under its own id, until it is answered", async () => {
    arriveInRoom();
    const reply = line.command("chat.say", { text: "Hello", to: "everyone" });
    const first = world.socket.last("chat.say");
    world.socket.hangsUp();
    world.pass(5_000);
    arriveInRoom(9);
    assert.deepEqual(world.socket.last("chat.say"), first);
    world.socket.says({ re: first.id, seq: 10 });
    assert.deepEqual(await reply, { seq: 10 });
  });

  test("what was pressed before the door answered goes out in its order", () => {
    line.command("hand.raise");
    line.command("chat.say", { text: "Me first", to: "everyone" });
    arriveInRoom();
    assert.deepEqual(world.socket.kinds(), ["hello", "hand.raise", "chat.say"]);
  });

  test("a microphone pressed before the line dropped is not switched on minutes later", async () => {
    arriveInRoom();
    const reply = line.command("microphone.set", { on: true }, { keeps: false });
    world.socket.hangsUp();
    assert.deepEqual(await reply, { refused: "closed" });
    world.pass(5_000);
    arriveInRoom();
    assert.equal(world.socket.last("microphone.set"), undefined);
  });

  test("what no database keeps is left out, emoji stay whole", () => {
    arriveInRoom();
    line.command("chat.say", { text: "half \ud83d, \0 and 👩‍👧", to: "everyone" });
    assert.deepEqual(world.socket.sent.at(-1).body, { text: "half ,  and 👩‍👧", to: "everyone" });
  });

  test("a refusal comes with its words", async () => {
    arriveInRoom();
    const reply = line.command("chat.say", { text: "Hello", to: "everyone" });
    world.socket.says({ re: world.socket.last("chat.say").id, refused: "not_now", words: "Chat is off." });
    assert.deepEqual(await reply, { refused: "not_now", words: "Chat is off." });
  });
});

describe("coming back", () => {
  test("every close that is not final is followed by a return, 1000 included", () => {
    for (const code of [1000, 1001, 1006, 1011, 1012, 4408, 4429, 4999]) {
      connect();
      arriveInRoom();
      world.socket.hangsUp(code);
      world.pass(12_000);
      assert.equal(world.sockets.length > 1, true, `after ${code}`);
    }
  });

  test("signed out, not yours, another window and over are final until a tap", () => {
    for (const code of [4401, 4403, 4409, 4410]) {
      connect();
      arriveInRoom();
      world.socket.hangsUp(code);
      line.hurry();
      world.pass(600_000);
      assert.equal(world.sockets.length, 1, `after ${code}`);
      assert.equal(heard.lines.at(-1), `over ${code}`);
      line.revive();
      assert.equal(world.sockets.length, 2);
      world.socket.opens();
      assert.equal(world.socket.last("hello").body.last_seq, null);
    }
  });

  test("it never waits longer than 4 s in the first two minutes, nor 10 s after, and never gives up", () => {
    world.luck = 0.999;
    arriveInRoom();
    world.socket.hangsUp();
    const waits = [];
    for (let lost = world.time; world.time - lost < 3_600_000;) {
      const count = world.sockets.length;
      const from = world.time;
      while (world.sockets.length === count) world.pass(50);
      waits.push({ after: from - lost, ms: world.time - from });
      world.socket.hangsUp();
    }
    assert.ok(waits.filter(({ after }) => after < 120_000).every(({ ms }) => ms <= 4_050));
    assert.ok(waits.every(({ ms }) => ms <= 10_050));
    assert.ok(waits.length > 300);
    assert.ok(waits[0].ms <= 150);
  });

  test("after 'too fast' it stays away for five seconds, even when told to hurry", () => {
    arriveInRoom();
    world.socket.hangsUp(4429);
    world.pass(4_000);
    line.hurry();
    assert.equal(world.sockets.length, 1);
    world.pass(2_100);
    assert.equal(world.sockets.length, 2);
  });

  test("a server that moves is followed at once", () => {
    arriveInRoom();
    world.socket.says({ kind: "moving" });
    world.socket.hangsUp(1012);
    world.pass(101);
    assert.equal(world.sockets.length, 2);
  });

  test("a network that returns cuts the waiting short", () => {
    world.luck = 0.999;
    arriveInRoom();
    for (let tries = 0; tries < 8; tries += 1) {
      world.socket.hangsUp();
      world.pass(tries < 7 ? 5_000 : 0);
    }
    const before = world.sockets.length;
    line.hurry();
    assert.equal(world.sockets.length, before + 1);
  });

  test("a line that went silent is let go, after a page that slept had time to read", () => {
    arriveInRoom();
    for (let second = 0; second < 12; second += 6) {
      world.pass(6_000);
      world.socket.says({ kind: "are.you.there" });
    }
    assert.equal(line.isLive, true);
    world.pass(23_001);
    assert.equal(heard.lines.at(-1).startsWith("lost"), true);
    assert.equal(world.sockets[0].closed, true);
  });

  test("a page that slept and finds words waiting keeps its line", () => {
    arriveInRoom();
    world.time += 60_000;
    line.hurry();
    world.socket.says({ kind: "are.you.there" });
    world.pass(3_500);
    assert.equal(line.isLive, true);
  });

  test("a door that never answers is tried again", () => {
    world.socket.opens();
    world.pass(8_001 + 4_000);
    assert.equal(world.sockets.length, 2);
  });

  test("news from a socket that was let go is not heard", () => {
    arriveInRoom();
    const old = world.socket;
    line.offline();
    old.says(event(6));
    old.hangsUp(4403);
    assert.deepEqual(seqs(), []);
    assert.equal(heard.lines.at(-1).startsWith("lost"), true);
  });

  test("a goodbye is sent at once and is the end", async () => {
    arriveInRoom();
    const reply = line.command("hand.raise");
    line.goodbye(true);
    assert.deepEqual(world.socket.last("goodbye").body, { quickly: true });
    assert.equal(world.socket.closed, true);
    assert.deepEqual(await reply, { refused: "closed" });
    world.pass(60_000);
    assert.equal(world.sockets.length, 1);
  });
});

describe("passing news", () => {
  test("it is never sent faster than the server hears, and stays in order", () => {
    arriveInRoom();
    for (let n = 0; n < 100; n += 1) line.pass("signal", { n });
    const sent = () => world.socket.sent.filter(({ kind }) => kind === "signal").map(({ body }) => body.n);
    assert.equal(sent().length, 40);
    world.pass(1_000);
    assert.ok(sent().length <= 81);
    world.pass(2_000);
    assert.deepEqual(sent(), [...Array(100).keys()]);
  });

  test("it is dropped with the line", () => {
    arriveInRoom();
    line.offline();
    line.pass("speaking", { on: true });
    world.pass(5_000);
    arriveInRoom();
    assert.equal(world.socket.last("speaking"), undefined);
  });

  test("what others pass on is heard without a number", () => {
    arriveInRoom();
    world.socket.says({ kind: "speaking", body: { from: "omar", on: true } });
    assert.deepEqual(heard.news, [{ kind: "speaking", body: { from: "omar", on: true } }]);
  });
});
