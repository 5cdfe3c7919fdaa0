/** How good a line is, and what to give up so that voices stay: others' pictures first, then one's own, never sound. */

/** @typedef {"good" | "weak" | "lost"} Level */
/** @typedef {{ loss: number, rtt: number, jitter: number }} Sample shares and seconds */

const WEAK = { loss: 0.05, rtt: 0.5, jitter: 0.06 };
const BAD = { loss: 0.15, rtt: 1, jitter: 0.15 };
const RANK = { good: 0, weak: 1, lost: 2 };

const ROUGH = 3; // samples in a row, one every two seconds, before anything is given up
const CALM = 15; // and before it is taken back
const RELAPSE = 60_000; // failing again this soon after it was taken back: from then on the person decides

/** @param {Sample} sample @returns {Level} */
export function levelOf({ loss, rtt, jitter }) {
  const over = (/** @type {Sample} */ limit) => loss > limit.loss || rtt > limit.rtt || jitter > limit.jitter;
  return over(BAD) ? "lost" : over(WEAK) ? "weak" : "good";
}

/** One's own line is as good as the better half of one's connections: one poor peer is not a poor line. @param {Level[]} levels @returns {Level} */
export function lineLevel(levels) {
  if (!levels.length) return "good";
  return [...levels].sort((one, other) => RANK[one] - RANK[other])[Math.floor((levels.length - 1) / 2)];
}

/** The order of sacrifice. Steps: 0 everything, 1 without others' pictures, 2 sound only. */
export class Ladder {
  step = 0;
  #rough = 0;
  #calm = 0;
  #backAt = -Infinity;
  #isLeftToPerson = false;

  /** @param {Level} level @param {number} now @returns {boolean} whether the step changed */
  heard(level, now) {
    this.#rough = level === "good" ? 0 : this.#rough + 1;
    this.#calm = level === "good" ? this.#calm + 1 : 0;
    if (this.#rough >= ROUGH && this.step < 2) return this.#down(now);
    if (this.#calm >= CALM && this.step > 0 && !this.#isLeftToPerson) return this.#up(now);
    return false;
  }

  /** The person wants the pictures back, whatever the line. */
  giveBack() {
    this.step = 0;
    this.#rough = this.#calm = 0;
    this.#isLeftToPerson = true;
  }

  /** @param {number} now */
  #down(now) {
    this.step += 1;
    this.#rough = 0;
    if (now - this.#backAt < RELAPSE) this.#isLeftToPerson = true;
    return true;
  }

  /** @param {number} now */
  #up(now) {
    this.step -= 1;
    this.#calm = 0;
    this.#backAt = now;
    return true;
  }
}

/**
 * What a browser's statistics say, since the sample before.
 * @param {Iterable<any>} stats @param {{ lost: number, received: number }} before
 */
export function sampleOf(stats, before) {
  const now = { lost: 0, received: 0 };
  const sample = { loss: 0, rtt: 0, jitter: 0 };
  for (const one of stats) {
    if (one.type === "inbound-rtp") {
      now.lost += one.packetsLost ?? 0;
      now.received += one.packetsReceived ?? 0;
      if (one.kind === "audio") sample.jitter = Math.max(sample.jitter, one.jitter ?? 0);
    }
    if (one.type === "remote-inbound-rtp") sample.loss = Math.max(sample.loss, one.fractionLost ?? 0);
    if (one.type === "candidate-pair" && one.nominated) sample.rtt = Math.max(sample.rtt, one.currentRoundTripTime ?? 0);
  }
  const lost = Math.max(0, now.lost - before.lost);
  const all = lost + Math.max(0, now.received - before.received);
  if (all > 20) sample.loss = Math.max(sample.loss, lost / all);
  return { sample, counts: now };
}
