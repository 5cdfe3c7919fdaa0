// When a page locks and when it tells the server that someone is there. Knows neither page nor network.

const TELL_EVERY = 60_000;

export class Watch {
  #touchedAt;
  #toldAt;
  #limit;

  /** @param {number} limit in milliseconds  @param {number} now */
  constructor(limit, now) {
    this.#limit = limit;
    // Opening the page told the server already.
    this.#touchedAt = this.#toldAt = now;
  }

  /** A person moved or typed, here or in another window. @param {number} at */
  touched(at) {
    this.#touchedAt = Math.max(this.#touchedAt, at);
  }

  /** @param {number} now */
  isOver(now) {
    return now - this.#touchedAt > this.#limit;
  }

  /** Whether the server should hear of a touch it does not know of. @param {number} now */
  shouldTell(now) {
    return this.#touchedAt > this.#toldAt && now - this.#toldAt >= TELL_EVERY;
  }

  /** @param {number} now */
  told(now) {
    this.#toldAt = now;
  }
}
