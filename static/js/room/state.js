/**
 * The room as this browser knows it: one snapshot, then events. Knows nothing of sockets or of the page.
 * Folding the events over a snapshot gives exactly what a later snapshot would say; only the order of people is ours:
 * it never jumps while the page is open.
 */

/** @typedef {import("./connection.js").RoomEvent} RoomEvent */
/**
 * @typedef {object} Person
 * @property {string} seat
 * @property {string} shown_as
 * @property {string} role
 * @property {boolean} leads
 * @property {boolean} is_simulated
 * @property {"in" | "lost" | "away"} state
 * @property {string | null} connection
 * @property {"video" | "audio" | "telephone"} mode
 * @property {boolean} microphone_on
 * @property {boolean} camera_on
 * @property {number | null} hand
 * @property {boolean} may_share
 * @property {boolean} is_sharing
 * @property {boolean} stepped_out
 * @property {boolean} has_media
 */
/**
 * @typedef {object} Call a quiet hand: someone's private call for help
 * @property {string} call
 * @property {string} seat
 * @property {string} kind
 * @property {string} raised_at
 * @property {string} [shown_as]
 * @property {string | null} [call_back]
 * @property {boolean} [rang_again]
 * @property {boolean} [reached_coordinators]
 * @property {string | null} [seen_by]
 * @property {{ by: string, text: string } | null} [answer]
 */
/** @typedef {{ seq: number, at: string, seat: string, shown_as: string, text: string, to: "everyone" | "facilitators" }} Said */
/** @typedef {{ place?: string, call_back?: string, is_alone: boolean, has_headphones: boolean, mood: number | null, may_call_contact: boolean }} Arrival */
/** @typedef {{ seat: string, shown_as: string, role: string, state: string, arrived_at: string, is_here: boolean, message: string, returning: boolean, missing?: boolean, arrival: Arrival | null, apology: { minutes_late: number | null } | null }} DoorCard */
/** @typedef {{ seat: string, shown_as: string, role: string, status: string, since: string | null, call_back: string | null, left_quickly: boolean }} RosterRow */
/** @typedef {{ title: string, kind: string, starts_at: string, ends_at: string, opened_at: string, is_locked: boolean, is_paused: boolean, is_held: boolean, chat_policy: string, keeps_chat: boolean, led_by?: string[], phone?: string }} Session */
/** @typedef {{ transport: string, ice_servers: RTCIceServer[], relay_only: boolean, limits: { width: number, height: number, video_kbps: number, people: number }, expires_at: string }} Grant */

/** @type {Record<string, string>} */
const STATE_OF = { "person.lost": "lost", "person.returned": "in" };

export class Room {
  /** @type {Map<string, Person>} */ people = new Map();
  /** @type {string[]} */ hands = [];
  /** @type {Said[]} */ chat = [];
  /** @type {Map<string, Call>} */ calls = new Map();
  /** @type {Map<string, DoorCard>} */ door = new Map();
  /** @type {Map<string, RosterRow>} */ roster = new Map();
  /** @type {Call | null} */ quiet = null;
  /** @type {{ by: string } | null} */ asked = null;
  /** @type {Grant | null} */ media = null;
  /** @type {Session} */ session;
  /** @type {Set<string>} */ may;
  hasEnded = false;
  me;

  /** @param {any} snapshot the body of `room.state` @param {Room | null} [before] what this page showed until now */
  constructor(snapshot, before = null) {
    this.session = { ...snapshot.session };
    this.me = snapshot.me;
    this.may = new Set(snapshot.may);
    this.hands = [...snapshot.hands];
    this.chat = snapshot.chat.map((/** @type {Said} */ said) => ({ ...said }));
    this.quiet = snapshot.quiet && { ...snapshot.quiet };
    this.media = snapshot.media ?? null;
    this.people = inOrderOf(before, bySeat(snapshot.people));
    this.door = bySeat(snapshot.door ?? []);
    this.roster = bySeat(snapshot.roster ?? []);
    this.calls = new Map((snapshot.calls ?? []).map((/** @type {Call} */ call) => [call.call, { ...call }]));
  }

  /** @returns {Person | undefined} */
  get self() { return this.people.get(this.me); }
  get leads() { return Boolean(this.self?.leads); }
  get leaders() { return [...this.people.values()].filter((person) => person.leads); }
  /** Sound and picture rest: paused by a facilitator, or no facilitator is here. */
  get rests() { return this.session.is_paused || this.session.is_held; }
  get mayChat() { return this.leads || !this.session.is_held && this.session.chat_policy !== "off"; }
  /** @returns {DoorCard[]} whoever stands at the door, longest first */
  get waiting() {
    const here = [...this.door.values()].filter(({ state }) => state === "waiting" || state === "on_hold");
    return here.sort((one, other) => one.arrived_at.localeCompare(other.arrived_at));
  }

  /** @param {string} seat */
  nameOf(seat) {
    return this.people.get(seat)?.shown_as ?? this.door.get(seat)?.shown_as ?? this.roster.get(seat)?.shown_as ?? "";
  }

  /** @param {RoomEvent} event */
  apply({ seq, kind, at, body = {} }) {
    switch (kind) {
      case "person.joined": this.people.set(body.seat, { ...body }); break;
      case "person.returned":
        this.#change(body.seat, { connection: body.connection, mode: body.mode });
        this.#isNow(body.seat, kind);
        break;
      case "person.lost": this.#isNow(body.seat, kind); break;
      case "person.left": case "person.shown_out": this.#gone(body.seat); break;
      case "person.left_quickly": this.#leftQuickly(body); break;
      case "person.stepped_out":
        this.#change(body.seat, { stepped_out: body.on });
        this.#isNow(body.seat, "person.returned");
        break;
      case "microphone.changed": this.#change(body.seat, { microphone_on: body.on }); break;
      case "microphones.muted": for (const seat of body.seats) this.#change(seat, { microphone_on: false }); break;
      case "camera.changed": this.#change(body.seat, { camera_on: body.on }); break;
      case "mode.changed": this.#change(body.seat, { mode: body.mode }); break;
      case "hand.raised": this.#queue([...this.hands.filter((seat) => seat !== body.seat), body.seat]); break;
      case "hand.lowered": this.#queue(this.hands.filter((seat) => seat !== body.seat)); break;
      case "hands.lowered": this.#queue([]); break;
      case "chat.said": this.chat.push({ shown_as: this.nameOf(body.seat), ...body, seq, at }); break;
      case "chat.not_kept": this.session.keeps_chat = false; break;
      case "screen.shared": this.#change(body.seat, { is_sharing: true }); break;
      case "screen.stopped": this.#change(body.seat, { is_sharing: false }); break;
      case "sharing.allowed": this.#change(body.seat, { may_share: body.on }); break;
      case "media.seated": this.#change(body.seat, { has_media: body.has_media }); break;
      case "speaking.asked": this.asked = { by: body.by }; break;
      case "door.changed": this.door.set(body.seat, { ...body }); break;
      case "roster.changed": this.roster.set(body.seat, { ...body }); break;
      case "room.locked": this.session.is_locked = body.on; break;
      case "room.paused": this.session.is_paused = body.on; break;
      case "room.held": this.session.is_held = body.on; break;
      case "room.ended": this.hasEnded = true; break;
      default: if (kind?.startsWith("quiet.")) this.#quietly(kind, body);
    }
    return this;
  }

  /** @param {string} seat @param {Partial<Person>} changes */
  #change(seat, changes) {
    const person = this.people.get(seat);
    if (person) this.people.set(seat, { ...person, ...changes });
  }

  /** @param {string} seat @param {string} kind */
  #isNow(seat, kind) {
    const away = this.people.get(seat)?.stepped_out && kind === "person.returned";
    this.#change(seat, { state: /** @type {Person["state"]} */ (away ? "away" : STATE_OF[kind]) });
  }

  /** @param {string} seat */
  #gone(seat) {
    this.people.delete(seat);
    this.#queue(this.hands.filter((other) => other !== seat));
  }

  /** @param {{ seat: string, call_back: string | null }} body */
  #leftQuickly({ seat, call_back }) {
    const row = this.roster.get(seat);
    if (row) this.roster.set(seat, { ...row, left_quickly: true, call_back: call_back ?? row.call_back });
  }

  /** @param {string[]} seats */
  #queue(seats) {
    this.hands = seats;
    for (const [seat, person] of this.people) {
      const hand = seats.indexOf(seat) + 1 || null;
      if (person.hand !== hand) this.#change(seat, { hand });
    }
  }

  /** @param {string} kind @param {any} body */
  #quietly(kind, body) {
    if (kind === "quiet.raised") this.#called({ seen_by: null, answer: null, rang_again: false, reached_coordinators: false, ...body });
    if (kind === "quiet.rang_again") this.#call(body.call, { rang_again: true });
    if (kind === "quiet.reached_coordinators") this.#call(body.call, { reached_coordinators: true });
    if (kind === "quiet.seen") this.#call(body.call, { seen_by: body.by });
    if (kind === "quiet.answered") this.#call(body.call, { answer: { by: body.by, text: body.text } });
    if (kind === "quiet.closed") this.#hungUp(body.call);
  }

  /** @param {Call} call */
  #called(call) {
    if (call.seat === this.me) this.quiet = call;
    if (this.leads) this.calls.set(call.call, call);
  }

  /** @param {string} name @param {Partial<Call>} changes */
  #call(name, changes) {
    const call = this.calls.get(name);
    if (call) this.calls.set(name, { ...call, ...changes });
    if (this.quiet?.call === name) this.quiet = { ...this.quiet, ...changes };
  }

  /** @param {string} name */
  #hungUp(name) {
    this.calls.delete(name);
    if (this.quiet?.call === name) this.quiet = null;
  }
}

/** @template {{ seat: string }} Thing @param {Thing[]} things @returns {Map<string, Thing>} */
function bySeat(things) {
  return new Map(things.map((thing) => [thing.seat, { ...thing }]));
}

/** Whoever was here keeps their place; newcomers follow. @param {Room | null} before @param {Map<string, Person>} people */
function inOrderOf(before, people) {
  if (!before) return people;
  /** @type {Map<string, Person>} */
  const ordered = new Map();
  for (const seat of before.people.keys()) {
    const person = people.get(seat);
    if (person) ordered.set(seat, person);
  }
  for (const [seat, person] of people) if (!ordered.has(seat)) ordered.set(seat, person);
  return ordered;
}
