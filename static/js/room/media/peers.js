/** Browser to browser, signalled over the room's own line: a pair with everyone whom the room allows, and with nobody else. */

import { Pair } from "./pair.js";

/** @typedef {import("./pair.js").Lane} Lane */
/** @typedef {import("./index.js").Hooks} Hooks */
const STALE = 5_000; // a signal may overtake the event that makes sense of it

export class Peers {
  /** @type {Map<string, Pair>} */ #pairs = new Map();
  /** @type {Map<string, string>} */ #connections = new Map();
  /** @type {{ body: any, at: number }[]} */ #early = [];
  /** @type {import("./pair.js").Tracks} */ #tracks = { microphone: null, camera: null, screen: null };
  /** @type {any} */ #grant;
  #wantsPictures = true;
  #me = "";
  #hooks;

  /** @param {Hooks} hooks */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  /** @param {string} me @param {import("../state.js").Grant} grant */
  join(me, grant) {
    this.#me = me;
    this.#grant = grant;
    for (const pair of this.#pairs.values()) pair.granted();
  }

  /** Whom the room allows, each with their present connection. @param {Map<string, string>} allowed */
  update(allowed) {
    for (const seat of [...this.#pairs.keys()]) if (!allowed.has(seat)) this.#part(seat);
    for (const [seat, connection] of allowed) this.#meet(seat, connection);
    this.#hearEarly();
  }

  /** One's own line came back: connections that did not outlive the gap begin again. */
  returned() {
    for (const pair of this.#pairs.values()) if (!pair.isWell) pair.returned();
  }

  /** @param {any} body */
  hear(body) {
    if (this.#connections.get(body.from) === body.from_connection) this.#pairs.get(body.from)?.hear(body);
    else this.#early.push({ body, at: Date.now() });
  }

  /** @param {Lane} lane @param {MediaStreamTrack | null} track */
  publish(lane, track) {
    this.#tracks[lane] = track;
    for (const pair of this.#pairs.values()) pair.publish(lane, track);
  }

  /** @param {boolean} on */
  wantPictures(on) {
    this.#wantsPictures = on;
    for (const pair of this.#pairs.values()) pair.wantPictures(on);
  }

  /** @returns {Promise<{ seat: string, state: string, sample: import("./quality.js").Sample }[]>} */
  samples() {
    return Promise.all([...this.#pairs].map(async ([seat, pair]) => ({ seat, state: pair.state, sample: await pair.sample() })));
  }

  leave() {
    for (const seat of [...this.#pairs.keys()]) this.#part(seat);
    this.#early = [];
  }

  /** @param {string} seat @param {string} connection */
  #meet(seat, connection) {
    const before = this.#connections.get(seat);
    this.#connections.set(seat, connection);
    if (!this.#pairs.has(seat)) this.#pairs.set(seat, this.#pairWith(seat));
    else if (before !== connection) this.#pairs.get(seat)?.returned();
  }

  /** @param {string} seat */
  #part(seat) {
    this.#pairs.get(seat)?.close();
    this.#pairs.delete(seat);
    this.#connections.delete(seat);
  }

  /** @param {string} seat */
  #pairWith(seat) {
    return new Pair({
      leads: this.#me < seat,
      grant: () => this.#grant,
      tracks: this.#tracks,
      wantsPictures: this.#wantsPictures,
      send: (body) => this.#hooks.send({ to: seat, connection: this.#connections.get(seat), ...body }),
      got: (lane, track) => this.#hooks.got(seat, lane, track),
      expired: () => this.#hooks.expired(),
    });
  }

  #hearEarly() {
    const early = this.#early;
    this.#early = [];
    for (const { body, at } of early) if (Date.now() - at < STALE) this.hear(body);
  }
}
