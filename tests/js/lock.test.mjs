import assert from "node:assert/strict";
import { test } from "node:test";
import { Watch } from "../../static/js/lock/watch.js";

const MINUTE = 60_000;

test("a page nobody touches is over after its limit", () => {
  const watch = new Watch(15 * MINUTE, 0);
  assert.equal(watch.isOver(15 * MINUTE), false);
  assert.equal(watch.isOver(15 * MINUTE + 1), true);
});

test("a touch begins the time anew, in whatever window", () => {
  const watch = new Watch(15 * MINUTE, 0);
  watch.touched(10 * MINUTE);
  watch.touched(5 * MINUTE); // heard late, from another window
  assert.equal(watch.isOver(25 * MINUTE), false);
  assert.equal(watch.isOver(26 * MINUTE), true);
});

test("the server hears of a touch once a minute, and of the last one too", () => {
  const watch = new Watch(15 * MINUTE, 0);
  watch.touched(10_000);
  assert.equal(watch.shouldTell(20_000), false);
  assert.equal(watch.shouldTell(MINUTE), true);
  watch.told(MINUTE);
  assert.equal(watch.shouldTell(2 * MINUTE), false, "nobody touched it since");
  watch.touched(2 * MINUTE + 1);
  assert.equal(watch.shouldTell(3 * MINUTE), true);
});

test("a page that nobody touched tells nothing, ever", () => {
  const watch = new Watch(15 * MINUTE, 0);
  for (let minute = 0; minute < 20; minute++) assert.equal(watch.shouldTell(minute * MINUTE), false);
});
