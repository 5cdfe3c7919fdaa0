/**
 * The wire of the live room: opens the socket, says hello, sends commands until they are answered, hands events over in
 * order, and comes back by itself. It knows no page, and of the words only the wire's own. sessions/PROTOCOL.md is its manual.
 */

export const SIGNED_OUT = 4401;
export const NOT_YOURS = 4403;
export const OTHER_WINDOW = 4409;
export const OVER = 4410;
const RESYNC = 4408;
const TOO_FAST = 4429;
const MOVING = 1012;
const FINAL = new Set([SIGNED_OUT, NOT_YOURS, OTHER_WINDOW, OVER]);

const PATIENCE = 8_000; // for a socket to open and be answered
const SILENCE = 15_000; // the server asks every 6 s; nobody stays this quiet
const GRACE = 3_000; // a page that slept has words waiting: it may read them before it gives up
const EAGER = 120_000; // how long it comes back quickly
const PER_SECOND = 40; // passing news, below the server's 50

/** @typedef {{ status: "opening" | "live" | "lost" | "over", code?: number, since: number, moving?: boolean }} Line */
/** @typedef {{ seq?: number, refused?: string, words?: string }} Reply */
/** @typedef {{ seq: number, kind?: string, at?: string, body?: any }} RoomEvent */
/**
 * @typedef {object} Hears whoever listens
 * @property {(kind: string, body: any, seq: number | null) => void} state a whole state: `waiting.state`, `room.state`
 * @property {(event: RoomEvent) => void} event the next event of the room, in order
 * @property {(kind: string, body: any) => void} news passing news, without number
 * @property {(line: Line) => void} line how the line is
 */
/**
 * @typedef {object} World what it needs of the outside, so that a test can be the outside
 * @property {(url: string) => WebSocket} openSocket
 * @property {() => number} now
 * @property {(act: () => void, ms: number) => any} later
 * @property {(timer: any) => void} never
 * @property {() => number} random
 * @property {() => string} uuid
 */

/** Half a character and a NUL come by paste; no database keeps them, and the server reads no frame that has one. @param {any} body */
const sendable = (body) => Object.fromEntries(Object.entries(body).map(([name, value]) => [name, typeof value === "string" ? value.replace(/[\0\p{Cs}]/gu, "") : value]));

export class Connection {
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {number | null} */ #last = null;
  /** @type {Map<string, { frame: any, keeps: boolean, settle: (reply: Reply) => void }>} */ #outbox = new Map();
  /** @type {Line} */ #line;
  /** @type {any[]} */ #passing = [];
  /** @type {Record<string, any>} */ #timers = {};
  #url; #mode; #world; #hears;
  #tries = 0;
  #notBefore = 0;
  #heardAt = 0;
  #helloId = "";
  #asking = "";
  #allowance = PER_SECOND;
  #allowedAt = 0;

  /** @param {{ url: string, mode: () => string, world: World, hears: Hears }} options */
  constructor({ url, mode, world, hears }) {
    this.#url = url;
    this.#mode = mode;
    this.#world = world;
    this.#hears = hears;
    this.#line = { status: "opening", since: world.now() };
    this.#allowedAt = world.now();
  }

  get line() { return this.#line; }
  get isLive() { return this.#line.status === "live"; }
  get unanswered() { return this.#outbox.size; }

  open() {
    this.#unset("again");
    const socket = this.#socket = this.#world.openSocket(this.#url);
    this.#heardAt = this.#world.now();
    this.#set("patience", () => socket === this.#socket && !this.isLive && this.#drop(), PATIENCE);
    socket.onopen = () => socket === this.#socket && this.#sayHello();
    socket.onmessage = ({ data }) => socket === this.#socket && this.#hear(data);
    socket.onclose = ({ code }) => socket === this.#socket && this.#closed(code);
  }

  /**
   * Send a command until it is answered, over as many sockets as that takes. With `keeps: false` it is given up when the
   * line drops: nobody's microphone may go on minutes after they pressed.
   * @param {string} kind @param {any} [body] @param {{ keeps?: boolean }} [how] @returns {Promise<Reply>}
   */
  command(kind, body = {}, { keeps = true } = {}) {
    if (this.#line.status === "over" || (!keeps && !this.isLive)) return Promise.resolve({ refused: "closed" });
    const frame = { kind, id: this.#world.uuid(), body: sendable(body) };
    return new Promise((settle) => {
      this.#outbox.set(frame.id, { frame, keeps, settle });
      if (this.isLive) this.#send(frame);
    });
  }

  /** Send passing news, once, in its order; what the line cannot carry is dropped with it. @param {string} kind @param {any} body */
  pass(kind, body) {
    if (!this.isLive) return;
    this.#passing.push({ kind, body });
    this.#drain();
  }

  /** Leave on purpose. Nothing waits: the page may be gone in the next instant. */
  goodbye(quickly = false) {
    if (this.#socket) this.#send({ kind: "goodbye", id: this.#world.uuid(), body: quickly ? { quickly: true } : {} });
    this.#end(1000);
  }

  /** The network is back, the page is seen again, or the person tapped: do not wait for the timer. */
  hurry() {
    if (this.#line.status === "over") return;
    if (this.isLive) return this.#doubt();
    if (this.#timers.again !== undefined && this.#world.now() >= this.#notBefore) this.open();
  }

  /** The machine says that its network is gone. */
  offline() {
    if (this.#line.status !== "over") this.#drop();
  }

  /** After a final close the person tapped: here, or again. */
  revive() {
    if (this.#line.status !== "over") return;
    this.#last = null;
    this.#tries = 0;
    this.#say({ status: "opening", since: this.#world.now() });
    this.open();
  }

  #sayHello() {
    this.#helloId = this.#world.uuid();
    this.#send({ kind: "hello", id: this.#helloId, body: { last_seq: this.#last, mode: this.#mode() } });
  }

  /** @param {string} data */
  #hear(data) {
    this.#heardAt = this.#world.now();
    const frame = JSON.parse(data);
    if (frame.kind === "are.you.there") return this.#send({ kind: "still.here" });
    if (frame.re) return this.#replied(frame);
    if (frame.kind === "moving") return this.#say({ ...this.#line, moving: true });
    if (frame.kind === "waiting.state" || frame.kind === "room.state") return this.#stateHeard(frame);
    if (typeof frame.seq === "number") return this.#eventHeard(frame);
    this.#hears.news(frame.kind, frame.body ?? {});
  }

  /** @param {{ kind: string, seq?: number, body: any }} frame */
  #stateHeard(frame) {
    // Whoever waits is not on the room's log; a later admission begins with a state of its own.
    this.#last = frame.kind === "room.state" ? frame.seq ?? null : null;
    this.#asking = "";
    this.#hears.state(frame.kind, frame.body, this.#last);
    this.#live();
  }

  /** @param {RoomEvent} event */
  #eventHeard(event) {
    if (this.#last === null || event.seq <= this.#last) return;
    if (event.seq > this.#last + 1) return this.#askForTheRest();
    this.#last = event.seq;
    if (event.kind) this.#hears.event(event);
    this.#live();
  }

  #askForTheRest() {
    if (this.#asking) return;
    this.#asking = this.#world.uuid();
    this.#send({ kind: "catch.up", id: this.#asking, body: { last_seq: this.#last } });
    this.#set("asking", () => { this.#asking = ""; }, GRACE);
  }

  /** @param {{ re: string } & Reply} frame */
  #replied({ re, ...reply }) {
    if (re === this.#helloId) return this.#live();
    if (re === this.#asking) this.#asking = "";
    const waiting = this.#outbox.get(re);
    this.#outbox.delete(re);
    waiting?.settle(reply);
  }

  /** The door has answered: what was not answered before goes out again, in its order. */
  #live() {
    if (this.isLive) return;
    this.#unset("patience");
    this.#tries = 0;
    this.#say({ status: "live", since: this.#world.now() });
    for (const { frame } of this.#outbox.values()) this.#send(frame);
    this.#watch();
  }

  #watch() {
    this.#set("watch", () => { this.#doubt(); this.#watch(); }, SILENCE / 3);
  }

  #doubt() {
    if (!this.isLive || this.#timers.grace !== undefined || this.#silentFor() < SILENCE) return;
    this.#set("grace", () => this.#silentFor() >= SILENCE && this.#drop(), GRACE);
  }

  #silentFor() { return this.#world.now() - this.#heardAt; }

  /** Let go of a socket that may never say that it closed. */
  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed(1006);
    socket.close();
  }

  /** @param {number} code */
  #closed(code) {
    this.#socket = null;
    this.#forgetTheLine();
    if (FINAL.has(code)) return this.#end(code);
    if (this.#line.status !== "lost") this.#say({ status: "lost", code, since: this.#world.now(), moving: this.#line.moving });
    this.#giveUpWhatMustNotWait();
    this.#set("again", () => this.open(), this.#pause(code));
    this.#tries += 1;
  }

  #giveUpWhatMustNotWait() {
    for (const [id, { keeps, settle }] of this.#outbox) {
      if (keeps) continue;
      this.#outbox.delete(id);
      settle({ refused: "closed" });
    }
  }

  /** Full jitter, so that a room does not come back as one wave. @param {number} code */
  #pause(code) {
    const { random, now } = this.#world;
    if (code === TOO_FAST) {
      this.#notBefore = now() + 5_000;
      return 5_000 + random() * 1_000;
    }
    if (this.#tries === 0 && (code === MOVING || code === RESYNC)) return random() * 100;
    if (now() - this.#line.since > EAGER) return 9_000 + random() * 1_000;
    return random() * Math.min(4_000, 100 * 2 ** this.#tries);
  }

  /** @param {number} code */
  #end(code) {
    const socket = this.#socket;
    this.#socket = null;
    this.#forgetTheLine();
    this.#unset("again");
    this.#say({ status: "over", code, since: this.#world.now() });
    for (const { settle } of this.#outbox.values()) settle({ refused: "closed" });
    this.#outbox.clear();
    socket?.close();
  }

  #forgetTheLine() {
    for (const name of ["patience", "watch", "grace", "asking", "drain"]) this.#unset(name);
    this.#asking = "";
    this.#passing = [];
  }

  #drain() {
    const { now } = this.#world;
    this.#allowance = Math.min(PER_SECOND, this.#allowance + ((now() - this.#allowedAt) * PER_SECOND) / 1000);
    this.#allowedAt = now();
    while (this.#passing.length && this.#allowance >= 1) {
      this.#allowance -= 1;
      this.#send(this.#passing.shift());
    }
    if (this.#passing.length) this.#set("drain", () => this.#drain(), 100);
  }

  /** @param {any} frame */
  #send(frame) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }

  /** @param {Line} line */
  #say(line) {
    this.#line = line;
    this.#hears.line(line);
  }

  /** @param {string} name @param {() => void} act @param {number} ms */
  #set(name, act, ms) {
    this.#unset(name);
    this.#timers[name] = this.#world.later(() => { delete this.#timers[name]; act(); }, ms);
  }

  /** @param {string} name */
  #unset(name) {
    if (this.#timers[name] !== undefined) this.#world.never(this.#timers[name]);
    delete this.#timers[name];
  }
}
