import assert from "node:assert/strict";
import { test } from "node:test";

import { stateAt, waitIn } from "../../static/js/today.js";

const MINUTE = 60_000;

test("a wait is never shown shorter than it is", () => {
  assert.equal(waitIn(30_000), "less than a minute");
  assert.equal(waitIn(MINUTE), "1 minute");
  assert.equal(waitIn(11 * MINUTE + 1), "12 minutes");
  assert.equal(waitIn(60 * MINUTE), "1 hour");
  assert.equal(waitIn(71 * MINUTE + 1), "1 h 12 min");
  assert.equal(waitIn(48 * 60 * MINUTE), "2 days");
});

test("the door opens at its time, or with a leader who is early, and then the meeting begins", () => {
  const times = { door: 100, start: 200, early: false };
  assert.equal(stateAt(99, times), "closed");
  assert.equal(stateAt(100, times), "open");
  assert.equal(stateAt(200, times), "started");
  assert.equal(stateAt(50, { ...times, early: true }), "open");
});
