/** Who stands at the door, what they told on arriving, and what one can do about it. */

import { acts, aside, button, callChoice, choice, closeSheet, el, icon, keyed, on, openSheet, part, say, set } from "../dom.js";
import { askToRemove } from "../person.js";
import { clock, fill } from "../words.js";

/** @typedef {import("../../state.js").Room} Room */
/** @typedef {import("../../state.js").DoorCard} DoorCard */

export class DoorCards {
  #ask;
  /** @type {Room | null} */ #room = null;

  /** @param {{ ask: import("../quiet.js").Ask }} options */
  constructor({ ask }) {
    this.#ask = ask;
    on("admit-all", () => ask("door.admit_all"));
  }

  /** @param {Room} room */
  draw(room) {
    this.#room = room;
    const cards = room.waiting;
    this.#drawAll(cards.filter(({ state }) => state === "waiting").length);
    part("door-empty").hidden = cards.length > 0;
    keyed(part("door-list"), cards, ({ seat }) => seat, (card) => this.#make(card), (line, card) => this.#fill(line, card));
  }

  /** @param {number} ready */
  #drawAll(ready) {
    const [all] = acts("admit-all");
    all.hidden = ready < 2;
    say(all, ready === 2 ? gettext("Admit both") : fill(gettext("Admit all %(n)s"), { n: ready }));
  }

  /** @param {DoorCard} card */
  #make({ seat, shown_as: name }) {
    const words = el("span", { class: "grow" }, el("strong", { text: name }), " ", el("span", { class: "small quiet", data: { part: "when" } }), el("br"), el("span", { class: "small", data: { part: "facts" } }));
    const more = el("button", { type: "button", class: "button bare only", on: { click: () => this.#more(seat) } }, icon("more"), aside(fill(gettext("Hold or remove %(name)s"), { name })));
    return el("li", { class: "line" }, words, el("button", { type: "button", class: "button admit", on: { click: () => this.#admit(seat) } }, gettext("Admit"), aside(` ${name}`)), more);
  }

  /** @param {string} seat */
  #admit(seat) {
    if (!this.#room?.door.get(seat)?.missing) this.#ask("door.admit", { seat });
  }

  /** @param {Element} line @param {DoorCard} card */
  #fill(line, card) {
    say(part("when", line), fill(gettext("since %(time)s"), { time: clock(card.arrived_at) }));
    const [facts, isCareful] = doorFacts(card);
    const box = part("facts", line);
    say(box, facts);
    set(/** @type {Element} */ (line.querySelector(".admit")), "aria-disabled", card.missing ? "true" : null);
    box.className = `small ${isCareful ? "caution strong" : "quiet"}`;
  }

  /** @param {string} seat */
  #more(seat) {
    const card = this.#room?.door.get(seat);
    if (!card) return;
    const { arrival } = card;
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
      ],
      close: gettext("Cancel"),
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
