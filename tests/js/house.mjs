// A room that keeps its own books, the way the server does: every change is made here first and told as an event after.
// `snapshotFor(seat)` is what `room.state` would say at this moment, `told` the log with what each seat may hear.

const AUDIENCE = { everyone: () => true, facilitators: (seat, room) => room.people.get(seat)?.leads };

export function person(seat, fields = {}) {
  return {
    seat, shown_as: seat[0].toUpperCase() + seat.slice(1), role: "patient", leads: false, is_simulated: false, state: "in",
    connection: `${seat}-1`, mode: "video", microphone_on: false, camera_on: true, hand: null, may_share: false,
    is_sharing: false, stepped_out: false, has_media: true, ...fields,
  };
}

export class House {
  seq = 0;
  told = [];
  people = new Map();
  hands = [];
  chat = [];
  calls = new Map();
  door = new Map();
  roster = new Map();
  session = {
    title: "Evening group", kind: "group", starts_at: "2026-03-03T23:00:00Z", ends_at: "2026-03-04T01:50:00Z",
    opened_at: "2026-03-03T22:55:00Z", is_locked: false, is_paused: false, is_held: false, chat_policy: "everyone", keeps_chat: true,
  };

  constructor(people = []) { for (const one of people) this.people.set(one.seat, one); }

  tell(kind, body = {}, audience = "everyone", seats = []) {
    this.seq += 1;
    const at = new Date(1_772_578_800_000 + this.seq * 1_000).toISOString();
    const hears = (seat) => AUDIENCE[audience]?.(seat, this) || seats.includes(seat);
    this.told.push({ seq: this.seq, kind, at, body: structuredClone(body), hears });
    return this.told.at(-1);
  }

  eventFor(seat, { hears, ...event }) { return hears(seat) ? structuredClone(event) : { seq: event.seq }; }

  since(seat, seq) { return this.told.filter((event) => event.seq > seq).map((event) => this.eventFor(seat, event)); }

  snapshotFor(me) {
    const leads = this.people.get(me).leads;
    const own = [...this.calls.values()].find(({ seat }) => seat === me) ?? null;
    const heard = this.chat.filter(({ to, seat }) => to === "everyone" || leads || seat === me);
    return structuredClone({
      session: this.session, me, may: [], people: [...this.people.values()].map((one) => this.#seenBy(me, one)), hands: this.hands, chat: heard,
      quiet: own, media: null, server_time: new Date().toISOString(),
      ...(leads ? { door: [...this.door.values()], roster: [...this.roster.values()], calls: [...this.calls.values()] } : {}),
    });
  }

  // `sharing.allowed` is heard by facilitators and that person only, so nobody else is told by a snapshot either.
  #seenBy(me, one) {
    const hand = this.hands.indexOf(one.seat) + 1 || null;
    const may = one.seat === me || this.people.get(me).leads;
    return { ...one, hand, may_share: may && one.may_share };
  }

  #set(seat, fields) { Object.assign(this.people.get(seat), fields); }

  // --- what happens ---

  join(one) { this.people.set(one.seat, one); this.tell("person.joined", one); }
  lose(seat) { this.#set(seat, { state: "lost" }); this.tell("person.lost", { seat }); this.setMicrophone(seat, false); }
  return(seat) {
    const one = this.people.get(seat);
    const connection = `${seat}-${this.seq}`;
    this.#set(seat, { state: one.stepped_out ? "away" : "in", connection, mode: "video" });
    this.tell("person.returned", { seat, connection, mode: "video" });
  }
  leave(seat, kind = "person.left") {
    this.people.delete(seat);
    this.hands = this.hands.filter((other) => other !== seat);
    for (const [name, call] of this.calls) if (call.seat === seat) this.close(name);
    this.tell(kind, { seat });
  }
  setMicrophone(seat, on) { this.#set(seat, { microphone_on: on }); this.tell("microphone.changed", { seat, on, by: "self" }); }
  setCamera(seat, on) { this.#set(seat, { camera_on: on }); this.tell("camera.changed", { seat, on, by: "self" }); }
  setMode(seat, mode) { this.#set(seat, { mode }); this.tell("mode.changed", { seat, mode }); }
  muteAll() {
    const seats = [...this.people.values()].filter(({ leads }) => !leads).map(({ seat }) => seat);
    for (const seat of seats) this.#set(seat, { microphone_on: false });
    this.tell("microphones.muted", { seats });
  }
  raise(seat) { this.hands = [...this.hands.filter((other) => other !== seat), seat]; this.tell("hand.raised", { seat }); }
  lower(seat) { this.hands = this.hands.filter((other) => other !== seat); this.tell("hand.lowered", { seat }); }
  lowerAll() { this.hands = []; this.tell("hands.lowered"); }
  say(seat, text, to = "everyone") {
    const said = { seat, text, to, shown_as: this.people.get(seat).shown_as };
    const { seq, at } = this.tell("chat.said", said, to, [seat]);
    this.chat.push({ ...said, seq, at });
  }
  keepNoChat() { this.session.keeps_chat = false; this.tell("chat.not_kept"); }
  share(seat, on) { this.#set(seat, { is_sharing: on }); this.tell(on ? "screen.shared" : "screen.stopped", { seat }); }
  allow(seat, on) { this.#set(seat, { may_share: on }); this.tell("sharing.allowed", { seat, on }, "facilitators", [seat]); }
  stepOut(seat, on) { this.#set(seat, { stepped_out: on, state: on ? "away" : "in" }); this.tell("person.stepped_out", { seat, on }); }
  giveMedia(seat, has_media) { this.#set(seat, { has_media }); this.tell("media.seated", { seat, has_media }); }
  call(seat, kind) {
    const call = { call: `call-${this.seq}`, seat, kind, raised_at: new Date(0).toISOString() };
    this.calls.set(call.call, { ...call, seen_by: null, answer: null, rang_again: false, reached_coordinators: false });
    this.tell("quiet.raised", call, "facilitators", [seat]);
  }
  ring(name) { this.calls.get(name).rang_again = true; this.tell("quiet.rang_again", { call: name }, "facilitators", [this.calls.get(name).seat]); }
  see(name, by) { const call = this.calls.get(name); call.seen_by = by; this.tell("quiet.seen", { call: name, seat: call.seat, by }, "facilitators", [call.seat]); }
  answer(name, by, text) { const call = this.calls.get(name); call.answer = { by, text }; this.tell("quiet.answered", { call: name, seat: call.seat, by, text }, "facilitators", [call.seat]); }
  close(name) { const { seat } = this.calls.get(name); this.calls.delete(name); this.tell("quiet.closed", { call: name, seat }, "facilitators", [seat]); }
  knock(card) { this.door.set(card.seat, card); this.tell("door.changed", card, "facilitators"); }
  row(row) { this.roster.set(row.seat, row); this.tell("roster.changed", row, "facilitators"); }
  setRoom(what, on) { this.session[`is_${what}`] = on; this.tell(`room.${what}`, { on }); }
}
