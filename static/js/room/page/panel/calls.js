/** Quiet hands: who calls without a sound, and the answers of those who lead. They ring until somebody has seen them. */

import { play } from "../../../sound.js";
import { announce, button, closeSheet, el, icon, keyed, openSheet, part, say } from "../dom.js";
import { fill, isUrgent, quietWords, since } from "../words.js";

/** @typedef {import("../../state.js").Room} Room */
/** @typedef {import("../../state.js").Call} Call */

const RINGS_EVERY = 15_000;

export class Calls {
  #ask; #now; #told = new Set();
  /** @type {Room | null} */ #room = null;

  /** @param {{ ask: import("../quiet.js").Ask, now: () => number }} options */
  constructor({ ask, now }) {
    this.#ask = ask;
    this.#now = now;
    setInterval(() => this.#ring(), RINGS_EVERY);
  }

  /** @param {Room} room */
  draw(room) {
    this.#room = room;
    const urgency = (/** @type {Call} */ { kind, seen_by: seen }) => Number(Boolean(seen)) * 2 + Number(!isUrgent(kind));
    const calls = [...room.calls.values()].sort((one, other) => urgency(one) - urgency(other) || one.raised_at.localeCompare(other.raised_at));
    keyed(part("calls"), calls, ({ call }) => call, (call) => this.#make(call), (box, call) => this.#fill(box, call));
    if (!this.#tell(calls)) return;
    this.#ring();
    part("panel").scrollTop = 0; // what is urgent stands on top, wherever one was reading
  }

  forget() { this.#room = null; }

  /** Say each new call once. @param {Call[]} calls @returns {boolean} whether there was one */
  #tell(calls) {
    const fresh = calls.filter(({ call, seen_by: seen }) => !seen && !this.#told.has(call));
    for (const call of fresh) {
      this.#told.add(call.call);
      announce(fill(gettext("%(name)s, quietly: %(words)s"), { name: this.#nameOf(call), words: quietWords(call.kind) }));
    }
    return fresh.length > 0;
  }

  #ring() {
    const open = [...this.#room?.calls.values() ?? []].filter(({ seen_by: seen }) => !seen);
    if (open.length) play(open.some(({ kind }) => isUrgent(kind)) ? "urgent" : "quietly");
  }

  /** @param {Call} call */
  #nameOf(call) { return call.shown_as || this.#room?.nameOf(call.seat) || gettext("Someone"); }

  /** @param {Call} call */
  #phoneOf(call) { return call.call_back || this.#room?.roster.get(call.seat)?.call_back || ""; }

  /** @param {Call} call */
  #make(call) {
    const phone = this.#phoneOf(call);
    return el("section", { class: `call-card stack snug${isUrgent(call.kind) ? " is-urgent" : ""}` },
      el("div", { class: "head" }, el("h2", { text: fill(gettext("%(name)s, quietly"), { name: this.#nameOf(call) }) }), el("span", { class: "small", data: { part: "when" } })),
      el("p", {}, el("strong", { text: quietWords(call.kind) }), " ", el("span", { data: { part: "fact" } })),
      el("div", { class: "row close" },
        button(gettext("I'm on it"), () => this.#ask("quiet.see", { call: call.call }), "lamp see"),
        button(gettext("Write"), () => this.#write(call), "plain"),
        phone && el("a", { class: "button plain", href: `tel:${phone}` }, icon("phone"), gettext("Call")),
        button(gettext("Done"), () => this.#ask("quiet.close", { call: call.call }), "bare done")));
  }

  /** @param {Element} box @param {Call} call */
  #fill(box, call) {
    say(part("when", box), since(call.raised_at, this.#now()));
    say(part("fact", box), this.#factOf(call));
    /** @type {HTMLElement} */ (box.querySelector(".see")).hidden = Boolean(call.seen_by);
    /** @type {HTMLElement} */ (box.querySelector(".done")).hidden = !call.seen_by;
    box.classList.toggle("is-seen", Boolean(call.seen_by));
  }

  /** @param {Call} call */
  #factOf({ seat, answer, seen_by: seen }) {
    if (answer) return fill(gettext("%(name)s answered: %(text)s"), { name: answer.by, text: answer.text });
    if (seen) return fill(gettext("%(name)s is on it."), { name: seen });
    return this.#room?.people.has(seat) ? gettext("The group sees nothing.") : gettext("From the waiting room.");
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
      close: "",
    });
    text.focus();
  }
}
