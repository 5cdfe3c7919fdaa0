/** What a facilitator looks after, in order of urgency: quiet hands, the door, hands, the roster. Loaded only for those who lead. */

import { play } from "../../sound.js";
import { acts, announce, aside, button, choice, closeSheet, el, icon, keyed, on, openSheet, part, say, set } from "./dom.js";
import { askToRemove } from "./person.js";
import { clock, fill, quietWords, rosterCount, since } from "./words.js";

/** @typedef {import("../state.js").Room} Room */
/** @typedef {import("../state.js").Call} Call */
/** @typedef {import("../state.js").DoorCard} DoorCard */
/** @typedef {import("../state.js").RosterRow} RosterRow */

/** @type {Record<string, [string, string, number]>} picture, tone, urgency */
const STATUS = {
  lost: ["wifi-off", "caution", 0], late: ["clock", "caution", 1], away: ["cup", "caution", 2], left: ["leave", "caution", 3], waiting: ["door", "", 4],
  phone: ["phone", "good", 5], in: ["check", "good", 6], expected: ["clock", "quiet", 7], absent: ["x", "caution", 8], excused: ["calendar", "quiet", 9], removed: ["x", "danger", 10],
};

export class Panel {
  #ask; #now; #knocked = new Set(); #rung = new Set();
  /** @type {Room | null} */ #room = null;

  /** @param {{ ask: import("./quiet.js").Ask, now: () => number }} options */
  constructor({ ask, now }) {
    this.#ask = ask;
    this.#now = now;
    on("admit-all", () => ask("door.admit_all"));
    on("lower-all", () => ask("hands.lower"));
    on("close-panel", () => this.toggle(false));
  }

  toggle(open = !this.#isOpen()) {
    document.getElementById("meeting")?.toggleAttribute("data-panel", open);
    if (open) part("panel").focus();
    else acts("panel").find((one) => one.offsetParent)?.focus();
  }

  #isOpen() { return Boolean(document.getElementById("meeting")?.hasAttribute("data-panel")); }

  /** @param {Room} room */
  draw(room) {
    const isFirst = this.#room === null;
    this.#room = room;
    this.#ring(room, isFirst);
    this.#drawCalls(room);
    this.#drawDoor(room);
    this.#drawHands(room);
    this.#drawRoster(room);
  }

  /** A knock, and a quiet hand, are heard; each once, and a quiet hand once more when it rings again. @param {Room} room @param {boolean} isFirst */
  #ring(room, isFirst) {
    for (const { seat, shown_as: name, is_here: isHere, state } of room.waiting) {
      if (state !== "waiting" || !isHere || this.#knocked.has(seat)) continue;
      this.#knocked.add(seat);
      if (!isFirst) play("knock");
      announce(fill(gettext("%(name)s is at the door."), { name }));
    }
    for (const seat of [...this.#knocked]) if (!room.waiting.some((card) => card.seat === seat)) this.#knocked.delete(seat);
    for (const call of room.calls.values()) this.#ringFor(call);
  }

  /** @param {Call} call */
  #ringFor(call) {
    const name = `${call.call} ${call.rang_again}`;
    if (call.seen_by || this.#rung.has(name)) return;
    this.#rung.add(name);
    play(call.kind === "need_a_word" || call.kind === "step_out" ? "quietly" : "urgent");
    announce(fill(gettext("%(name)s, quietly: %(words)s"), { name: this.#nameOf(call), words: quietWords(call.kind) }));
  }

  /** @param {Call} call */
  #nameOf(call) { return call.shown_as || this.#room?.nameOf(call.seat) || gettext("Someone"); }

  // --- quiet hands ---

  /** @param {Room} room */
  #drawCalls(room) {
    const urgency = (/** @type {Call} */ { kind, seen_by: seen }) => Number(Boolean(seen)) * 2 + Number(kind === "need_a_word" || kind === "step_out");
    const calls = [...room.calls.values()].sort((one, other) => urgency(one) - urgency(other) || one.raised_at.localeCompare(other.raised_at));
    keyed(part("calls"), calls, ({ call }) => call, (call) => this.#makeCall(call), (box, call) => this.#fillCall(box, call));
  }

  /** @param {Call} call */
  #makeCall(call) {
    const isUrgent = call.kind === "not_safe" || call.kind === "someone_now";
    const phone = this.#phoneOf(call);
    return el("section", { class: `call-card stack snug${isUrgent ? " is-urgent" : ""}` },
      el("div", { class: "head" }, el("h2", { text: fill(gettext("%(name)s, quietly"), { name: this.#nameOf(call) }) }), el("span", { class: "small", data: { part: "when" } })),
      el("p", {}, el("strong", { text: quietWords(call.kind) }), " ", el("span", { data: { part: "fact" } })),
      el("div", { class: "row close" },
        button(gettext("I'm on it"), () => this.#ask("quiet.see", { call: call.call }), "lamp see"),
        button(gettext("Write"), () => this.#write(call), "plain"),
        phone && el("a", { class: "button plain", href: `tel:${phone}` }, icon("phone"), gettext("Call")),
        button(gettext("Done"), () => this.#ask("quiet.close", { call: call.call }), "bare done")));
  }

  /** @param {Call} call */
  #phoneOf(call) { return call.call_back || this.#room?.roster.get(call.seat)?.call_back || ""; }

  /** @param {Element} box @param {Call} call */
  #fillCall(box, call) {
    say(part("when", box), since(call.raised_at, this.#now()));
    const isOutside = !this.#room?.people.has(call.seat);
    const fact = call.answer ? fill(gettext("%(name)s answered: %(text)s"), { name: call.answer.by, text: call.answer.text })
      : call.seen_by ? fill(gettext("%(name)s is on it."), { name: call.seen_by })
        : isOutside ? gettext("From the waiting room.") : gettext("The group sees nothing.");
    say(part("fact", box), fact);
    /** @type {HTMLElement} */ (box.querySelector(".see")).hidden = Boolean(call.seen_by);
    /** @type {HTMLElement} */ (box.querySelector(".done")).hidden = !call.seen_by;
    box.classList.toggle("is-seen", Boolean(call.seen_by));
  }

  /** @param {Call} call */
  #write(call) {
    const name = this.#nameOf(call);
    const text = el("textarea", { class: "input", id: "answer", rows: 3, maxlength: 300 });
    const send = async () => {
      if (!text.value.trim()) return;
      closeSheet();
      await this.#ask("quiet.answer", { call: call.call, text: text.value.trim() });
    };
    openSheet({
      title: fill(gettext("Write to %(name)s"), { name }),
      lead: fill(gettext("Only %(name)s and the leaders see it."), { name }),
      body: [el("div", { class: "field" }, el("label", { for: "answer", text: gettext("Your words") }), text), el("div", { class: "row firm" }, button(gettext("Send"), send, "grow"), button(gettext("Cancel"), closeSheet, "plain grow"))],
    });
    text.focus();
  }

  // --- the door ---

  /** @param {Room} room */
  #drawDoor(room) {
    const cards = room.waiting;
    const ready = cards.filter(({ state }) => state === "waiting").length;
    const all = acts("admit-all")[0];
    all.hidden = ready < 2;
    say(all, ready === 2 ? gettext("Admit both") : fill(gettext("Admit all %(n)s"), { n: ready }));
    part("door-empty").hidden = cards.length > 0;
    keyed(part("door-list"), cards, ({ seat }) => seat, (card) => this.#makeCard(card), (line, card) => this.#fillCard(line, card));
  }

  /** @param {DoorCard} card */
  #makeCard({ seat, shown_as: name }) {
    const words = el("span", { class: "grow" }, el("strong", { text: name }), " ", el("span", { class: "small quiet", data: { part: "when" } }), el("br"), el("span", { class: "small", data: { part: "facts" } }));
    const more = el("button", { type: "button", class: "button bare only", on: { click: () => this.#cardMore(seat) } }, icon("more"), aside(fill(gettext("Hold or remove %(name)s"), { name })));
    return el("li", { class: "line" }, words, el("button", { type: "button", class: "button admit", on: { click: () => this.#admit(seat) } }, gettext("Admit"), aside(` ${name}`)), more);
  }

  /** @param {string} seat */
  #admit(seat) {
    if (!this.#room?.door.get(seat)?.missing) this.#ask("door.admit", { seat });
  }

  /** @param {Element} line @param {DoorCard} card */
  #fillCard(line, card) {
    say(part("when", line), fill(gettext("since %(time)s"), { time: clock(card.arrived_at) }));
    const [facts, isCareful] = doorFacts(card);
    const box = part("facts", line);
    say(box, facts);
    set(/** @type {Element} */ (line.querySelector(".admit")), "aria-disabled", card.missing ? "true" : null);
    box.className = `small ${isCareful ? "caution strong" : "quiet"}`;
  }

  /** @param {string} seat */
  #cardMore(seat) {
    const card = this.#room?.door.get(seat);
    if (!card) return;
    const arrival = card.arrival;
    const phone = arrival?.call_back || this.#room?.roster.get(seat)?.call_back;
    const facts = [arrival?.place && `${gettext("Place")}: ${arrival.place}`, arrival && (arrival.may_call_contact ? gettext("Their contact may be called.") : gettext("Do not call their contact."))].filter(Boolean).join(". ");
    openSheet({
      title: card.shown_as,
      lead: facts,
      body: [
        phone ? callChoice(phone) : null,
        ...this.#holds(seat),
        choice("phone", gettext("They take part by telephone"), gettext("Their minutes begin now"), () => { closeSheet(); this.#ask("phone.seat", { seat }); }),
        choice("leave", gettext("Remove …"), gettext("Until this meeting ends, with undo"), () => askToRemove(card, this.#ask), "urgent"),
        button(gettext("Cancel"), closeSheet, "bare wide"),
      ],
    });
  }

  /** Waiting is easier with a reason. @param {string} seat */
  #holds(seat) {
    const hold = (/** @type {string} */ message) => () => { closeSheet(); this.#ask("door.hold", { seat, message }); };
    const own = el("input", { class: "input", id: "hold-words", maxlength: 200 });
    const ready = [gettext("A few minutes yet."), gettext("I speak to you before group."), gettext("Someone else is speaking. You are next.")];
    return [
      ...ready.map((message) => choice("timer", message, gettext("Hold, and say this"), hold(message))),
      el("div", { class: "field" }, el("label", { for: "hold-words", text: gettext("Hold, in your own words") }), el("div", { class: "row firm close" }, own, button(gettext("Hold"), () => hold(own.value.trim() || gettext("One moment."))(), "plain"))),
    ];
  }

  // --- hands and roster ---

  /** @param {Room} room */
  #drawHands(room) {
    const hands = room.hands.map((seat, index) => ({ seat, place: index + 1, person: room.people.get(seat) })).filter(({ person }) => person);
    part("hands").hidden = !hands.length;
    keyed(part("hands-list"), hands, ({ seat }) => seat, ({ seat }) => this.#makeHand(seat), (line, { place, person }) => {
      say(part("place", line), String(place));
      say(part("name", line), person?.shown_as ?? "");
      part("floor", line).hidden = Boolean(person?.microphone_on || !person?.has_media);
    });
  }

  /** @param {string} seat */
  #makeHand(seat) {
    const floor = button(gettext("Give floor"), () => this.#ask("seat.ask_to_speak", { seat }), "bare");
    floor.dataset.part = "floor";
    return el("li", { class: "line" }, el("span", { class: "tag", data: { part: "place" } }), el("strong", { class: "grow clip", data: { part: "name" } }), floor, button(gettext("Lower"), () => this.#ask("hand.lower", { seat }), "bare"));
  }

  /** @param {Room} room */
  #drawRoster(room) {
    const rank = (/** @type {RosterRow} */ { status, left_quickly: quickly }) => quickly ? -1 : (STATUS[status] ?? STATUS.expected)[2];
    const rows = [...room.roster.values()].filter(({ seat }) => seat !== room.me).sort((one, other) => rank(one) - rank(other) || one.shown_as.localeCompare(other.shown_as));
    say(part("roster-count"), rosterCount(rows));
    keyed(part("roster-list"), rows, ({ seat }) => seat, (row) => this.#makeRow(row), (line, row) => this.#fillRow(line, row));
  }

  /** @param {RosterRow} row */
  #makeRow({ seat, shown_as: name }) {
    const call = el("a", { class: "button plain", data: { part: "call-link" } }, icon("phone"), gettext("Call"), aside(` ${name}`));
    const back = button(gettext("Undo"), () => this.#ask("door.undo", { seat }), "plain");
    back.dataset.part = "undo";
    const phone = el("button", { type: "button", class: "button bare only", data: { part: "by-phone" }, on: { click: () => this.#byPhone(seat) } }, icon("more"), aside(fill(gettext("%(name)s, by telephone"), { name })));
    return el("li", { class: "line" }, el("span", { data: { part: "sign" } }), el("span", { class: "grow" }, el("strong", { text: name }), " ", el("span", { class: "small", data: { part: "state" } })), call, back, phone);
  }

  /** Who cannot come by browser can be heard over the leader's own telephone; their minutes count. @param {string} seat */
  #byPhone(seat) {
    const row = this.#room?.roster.get(seat);
    if (!row) return;
    const isOn = row.status === "phone";
    const act = () => { closeSheet(); this.#ask(isOn ? "phone.end" : "phone.seat", { seat }); };
    openSheet({
      title: row.shown_as,
      body: [
        row.call_back ? callChoice(row.call_back) : null,
        isOn ? choice("phone", gettext("The phone call has ended"), gettext("Their minutes end now"), act) : choice("phone", gettext("They take part by telephone"), gettext("Their minutes begin now"), act),
        button(gettext("Cancel"), closeSheet, "bare wide"),
      ],
    });
  }

  /** @param {Element} line @param {RosterRow} row */
  #fillRow(line, row) {
    const [picture, tone] = row.left_quickly && row.status !== "in" ? ["exit", "caution"] : STATUS[row.status] ?? STATUS.expected;
    const sign = part("sign", line);
    if (sign.dataset.shows !== picture) sign.replaceChildren(icon(picture, tone));
    sign.dataset.shows = picture;
    const state = part("state", line);
    say(state, rosterWords(row, this.#now()));
    state.className = `small ${tone === "caution" ? "caution" : "quiet"}`;
    const calls = Boolean(row.call_back) && !["in", "expected", "phone", "excused"].includes(row.status);
    part("call-link", line).hidden = !calls;
    if (calls) part("call-link", line).href = `tel:${row.call_back}`;
    part("undo", line).hidden = row.status !== "removed";
    part("by-phone", line).hidden = ["in", "away", "removed"].includes(row.status);
  }
}

/** What matters before one lets someone in. @param {DoorCard} card @returns {[string, boolean]} the words, and whether they ask for care */
export function doorFacts({ arrival, apology, is_here: isHere, state, message, returning, missing }) {
  if (missing) return [gettext("Must sign something first"), true];
  if (!isHere) return [gettext("Line lost, keeps their place"), true];
  if (state === "on_hold") return [message ? fill(gettext("On hold: %(message)s"), { message }) : gettext("On hold"), false];
  if (returning) return [gettext("Was in before"), false];
  if (!arrival) return [gettext("Has not told where they are yet"), true];
  const isPrivate = arrival.is_alone || arrival.has_headphones;
  const parts = [arrival.place, arrival.is_alone ? gettext("alone") : arrival.has_headphones ? gettext("with a headset") : gettext("maybe not alone")];
  if (arrival.mood !== null) parts.push(fill(gettext("feels %(mood)s of 10"), { mood: arrival.mood }));
  if (apology) parts.push(gettext("had said they'd be late"));
  return [parts.filter(Boolean).join(", "), !isPrivate || (arrival.mood ?? 10) <= 2];
}

/** @param {string} phone */
function callChoice(phone) {
  return el("a", { class: "call", href: `tel:${phone}` }, icon("phone"), el("span", { class: "grow" }, el("strong", { text: gettext("Call") }), el("span", { class: "small quiet", text: phone })));
}

/** @param {RosterRow} row @param {number} now */
function rosterWords({ status, since: at, left_quickly: quickly }, now) {
  if (quickly && status !== "in") return fill(gettext("left quickly, %(when)s"), { when: since(at, now) });
  const when = since(at, now);
  return {
    in: fill(gettext("in %(when)s"), { when: at ? fill(gettext("since %(time)s"), { time: clock(at) }) : "" }), waiting: gettext("at the door"), late: gettext("late"), lost: fill(gettext("lost %(when)s"), { when }), away: fill(gettext("stepped out %(when)s"), { when }),
    absent: gettext("absent"), expected: gettext("expected"), excused: gettext("excused"), removed: gettext("removed"), left: fill(gettext("left %(when)s"), { when }), phone: gettext("on the phone"),
  }[status] ?? gettext("expected");
}
