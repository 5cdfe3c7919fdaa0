/** Calling for help without a sound: the private button of patients, what became of it, and the doors of a crisis. */

import { acts, choice, closeSheet, el, button, icon, keyed, on, openSheet, part, say } from "./dom.js";
import { callWords, fill, many, oneOf } from "./words.js";

/** @typedef {import("../state.js").Call} Call */
/** @typedef {import("../state.js").Room} Room */
/** @typedef {(kind: string, body?: any) => Promise<import("../connection.js").Reply>} Ask */

/** @returns {HTMLDialogElement | null} */
const crisis = () => /** @type {HTMLDialogElement | null} */ (document.getElementById("crisis"));

export function openCrisis() {
  closeSheet();
  if (!crisis()?.open) crisis()?.showModal();
  document.getElementById("crisis-title")?.focus();
  sayWhere(/** @type {HTMLInputElement | null} */ (document.querySelector('[name="place"]'))?.value.trim() ?? "");
}

/** Whoever calls for an ambulance reads there what to say first. @param {string} place as told on arriving */
function sayWhere(place) {
  if (place) say(part("where", crisis() ?? document), fill(gettext("You are at %(place)s. Say that first."), { place }));
}

export function closeCrisis() {
  if (crisis()?.open) crisis()?.close();
}

/** Say in the crisis sheet what became of the call. @param {Call | null} call @param {boolean} wasSent @param {boolean} isLive @param {string[]} leaders */
export function drawTold(call, wasSent, isLive, leaders) {
  const banner = part("told");
  if (!banner) return;
  banner.hidden = !call && !wasSent;
  const [fact, way] = callWords(call, isLive, leaders);
  say(part("told-fact"), fact);
  say(part("told-way"), way);
}

export class QuietHand {
  #ask; #leaders = /** @type {string[]} */ ([]);
  #room = /** @type {Room | null} */ (null);
  #isLive = true;
  #wasSent = false;
  #asked = /** @type {{ by: string } | null} */ (null);
  #speak;

  /** @param {{ ask: Ask, speak: () => void }} options */
  constructor({ ask, speak }) {
    this.#ask = ask;
    this.#speak = speak;
    on("quietly", () => this.open());
    on("crisis", openCrisis);
    on("close-crisis", closeCrisis);
  }

  /** @param {Room} room @param {boolean} isLive */
  draw(room, isLive) {
    this.#room = room;
    this.#isLive = isLive;
    this.#leaders = room.leaders.length ? room.leaders.map(({ shown_as }) => shown_as) : room.session.led_by ?? [];
    for (const control of acts("quietly")) control.classList.toggle("is-up", Boolean(room.quiet));
    drawTold(room.quiet, this.#wasSent, isLive, this.#leaders);
    this.#drawOwnCall();
    this.#drawAsked();
  }

  /** Three sentences, one press each. Nobody but the leaders will know. */
  open() {
    if (this.#room?.quiet) return this.#openOwn(this.#room.quiet);
    const names = oneOf(this.#leaders, gettext("your leader"));
    const n = many(this.#leaders);
    const raise = (/** @type {string} */ kind) => () => this.#raise(kind);
    openSheet({
      title: fill(gettext("Tell %(names)s quietly"), { names }),
      lead: fill(ngettext("Only %(names)s sees this. The group sees nothing.", "Only %(names)s see this. The group sees nothing.", n), { names }),
      body: [
        choice("cup", gettext("I'm stepping out a moment"), gettext("The group sees “stepped out”"), raise("step_out")),
        choice("message", gettext("I need a word with you"), fill(ngettext("%(names)s answers you alone", "%(names)s answer you alone", n), { names }), raise("need_a_word")),
        choice("help", gettext("I don't feel safe"), fill(ngettext("%(names)s is told at once, and you see who to call", "%(names)s are told at once, and you see who to call", n), { names }), raise("not_safe"), "urgent"),
      ],
      close: gettext("Never mind"),
    });
  }

  /** @param {string} kind */
  async #raise(kind) {
    closeSheet();
    this.#wasSent = true;
    if (kind === "not_safe") openCrisis();
    if (kind === "step_out") this.#ask("step.out", { on: true });
    if (this.#room) this.draw(this.#room, this.#isLive);
    await this.#ask("quiet.raise", { kind });
    this.#wasSent = false;
  }

  /** @param {Call} call */
  #openOwn(call) {
    const [fact, way] = callWords(call, this.#isLive, this.#leaders);
    openSheet({
      title: fact,
      lead: way,
      body: [
        choice("help", gettext("Talk to someone else now"), gettext("988 and your own people"), openCrisis, "urgent"),
        button(gettext("I'm all right, take it back"), () => { closeSheet(); this.#ask("quiet.lower"); }, "plain wide"),
      ],
    });
  }

  #drawOwnCall() {
    const call = this.#room?.quiet;
    keyed(part("own-call") ?? document.createElement("div"), call ? [call] : [], ({ call: name }) => name, () => this.#note(), (note, one) => this.#fillNote(note, one));
  }

  #note() {
    const open = () => this.#room?.quiet && this.#openOwn(this.#room.quiet);
    return el("div", { class: "banner note", data: { tone: "now" }, role: "status" }, icon("quiet-hand"), el("p", { class: "grow" }, el("strong"), " ", el("span")), button(gettext("Open"), open, "plain"));
  }

  /** @param {Element} note @param {Call} call */
  #fillNote(note, call) {
    const [fact, way] = callWords(call, this.#isLive, this.#leaders);
    say(note.querySelector("strong"), fact);
    say(note.querySelector("p > span"), way);
  }

  /** A facilitator asks one to speak. Only the person's own press switches a microphone on. */
  #drawAsked() {
    const asked = this.#room?.asked;
    if (!asked || asked === this.#asked) return;
    this.#asked = asked;
    const yes = button(gettext("Turn on my mic"), () => { closeSheet(); this.#speak(); }, "grow");
    openSheet({
      title: fill(gettext("%(name)s asks you to speak"), { name: asked.by }),
      lead: gettext("Your mic stays off until you turn it on. You can pass."),
      body: [el("div", { class: "row firm" }, yes, button(gettext("Not now"), closeSheet, "plain grow"))],
      close: "",
    });
  }
}
