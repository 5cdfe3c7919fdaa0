/** Before the room: the safe arrival, and waiting. Shows only what is known of oneself and of whoever leads. */

import { picture } from "../../devices.js";
import { showTrack } from "./check.js";
import { acts, announce, el, icon, on, part, say, set, toast } from "./dom.js";
import { drawTold, openCrisis } from "./quiet.js";
import { clock, fill, together, waitingWords } from "./words.js";

/** @typedef {import("./quiet.js").Ask} Ask */
/** @typedef {import("./words.js").Waiting} Waiting */

const HEARD = { no: { is_alone: true, has_headphones: false }, headset: { is_alone: false, has_headphones: true }, maybe: { is_alone: false, has_headphones: false } };

export class Door {
  #form; #ask; #own; #now; #changed; #calledAt = 0; #isLive = false; #isPrefilled = false;
  /** @type {Waiting | null} */ #waiting = null;
  hasArrived = false;

  /** @param {{ form: HTMLFormElement, ask: Ask, own: import("../../devices.js").OwnMedia, now: () => number, changed: () => void, leave: () => void }} options */
  constructor({ form, ask, own, now, changed, leave }) {
    this.#form = form;
    this.#ask = ask;
    this.#own = own;
    this.#now = now;
    this.#changed = changed;
    on("someone", () => this.#someone());
    on("leave-door", leave);
    on("change-arrival", () => { this.hasArrived = false; changed(); });
    on("change", (button) => this.#edit(/** @type {HTMLElement} */ (button.closest("[data-known]"))), form);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#arrive(); });
  }

  /** @param {Waiting} waiting */
  heard(waiting) {
    if (this.#waiting?.state !== waiting.state) announce(waitingWords(waiting, this.#now())[0]);
    if (this.#waiting?.call && !waiting.call) this.#calledAt = 0; // somebody has taken care of it
    if (!this.#waiting && waiting.state === "waiting") this.#waitsAgain();
    this.#waiting = waiting;
    if (waiting.state === "not_arrived" || waiting.state === "left") this.hasArrived = false;
    if (["not_open", "on_hold", "removed", "locked"].includes(waiting.state)) this.hasArrived = true;
    if (!this.#isPrefilled) this.#prefill(waiting);
  }

  /** The page was loaded again: the place was kept, and the camera is as it was. */
  #waitsAgain() {
    this.hasArrived = true;
    if (!picture()) this.#own.setCamera(false);
  }

  /** @param {boolean} isLive */
  draw(isLive) {
    this.#isLive = isLive;
    this.#drawCall();
    const waiting = this.#waiting;
    if (!waiting) return;
    say(part("go"), this.#goWords(waiting));
    this.#drawWaiting(waiting);
  }

  /** @param {Waiting} waiting */
  #goWords({ leader_is_here: isHere, led_here: here }) {
    return isHere ? fill(gettext("Tell %(names)s I'm here"), { names: together(here) }) : gettext("I'm here");
  }

  /** @param {Waiting} waiting */
  #drawWaiting(waiting) {
    const [title, words] = waitingWords(waiting, this.#now());
    say(part("waiting-title"), title);
    say(part("waiting-words"), words);
    const page = this.#page();
    page.dataset.waits = waiting.state;
    page.querySelector(".arch")?.toggleAttribute("data-lit", waiting.state === "waiting" && waiting.leader_is_here);
    this.#drawTags(waiting);
    part("missing").replaceChildren(...waiting.missing.map(({ words: what, link }) => el("li", {}, el("a", { class: "button plain wide", href: link, text: what }))));
    part("joins").hidden = waiting.state === "removed";
    showTrack(part("small"), this.#own.camera);
    say(part("joins-words"), this.#own.camera ? gettext("camera on, mic off") : gettext("camera off, mic off"));
  }

  /** @returns {HTMLElement} */
  #page() { return /** @type {any} */ (document.querySelector('[data-state="waiting"]')); }

  /** @param {Waiting} waiting */
  #drawTags({ state, arrived_at: arrivedAt }) {
    const tag = (/** @type {string} */ picture, /** @type {string} */ words) => el("span", { class: "tag" }, icon(picture), words);
    const tags = [tag("eye-off", gettext("Nobody sees you yet"))];
    if (arrivedAt) tags.push(tag("clock", fill(gettext("Here since %(time)s"), { time: clock(arrivedAt) })));
    part("waiting-tags").replaceChildren(...(state === "removed" ? [] : tags));
  }

  // --- the safe arrival ---

  /** What one said last time stands there already; the mood only as told for this meeting. @param {Waiting} waiting */
  #prefill({ arrival, contact }) {
    this.#isPrefilled = true;
    if (!this.#field("place")) return;
    for (const name of ["place", "call_back"]) if (arrival?.[name]) this.#know(name, arrival[name]);
    part("contact").hidden = !contact;
    say(part("contact-words"), fill(gettext("You may call %(name)s"), { name: contact ?? "" }));
    this.#field("may_call_contact").checked = arrival?.may_call_contact ?? false;
    const heard = arrival && (arrival.has_headphones ? "headset" : arrival.is_alone ? "no" : "maybe");
    this.#tick("heard", heard ?? "");
    this.#tick("mood", String(arrival?.mood ?? ""));
  }

  /** What the person ticked meanwhile stays. @param {string} name @param {string} value */
  #tick(name, value) {
    const group = this.#field(name);
    if (!group.value) group.value = value;
  }

  /** @param {string} name @returns {any} */
  #field(name) { return this.#form.elements.namedItem(name); }

  /** @param {string} name @param {string} words */
  #know(name, words) {
    const field = this.#field(name);
    if (field.value || field === document.activeElement) return;
    field.value = words;
    const line = field.closest("[data-known]");
    say(part("words", line), words);
    part("words", line).hidden = false;
    part("hint", line).hidden = field.hidden = true;
    line.querySelector('[data-act="change"]').hidden = false;
  }

  /** @param {HTMLElement} line */
  #edit(line) {
    const field = /** @type {HTMLInputElement} */ (line.querySelector("input"));
    part("words", line).hidden = true;
    part("hint", line).hidden = field.hidden = false;
    acts("change", line)[0].hidden = true;
    field.focus();
    field.select();
  }

  async #arrive() {
    if (!this.#form.querySelector('[name="place"]')) return this.#changed();
    const wrong = this.#wrong();
    this.#drawWrong(wrong);
    if (wrong.length) return;
    const go = part("go");
    set(go, "aria-busy", "true");
    const reply = await this.#ask("arrive", this.#arrival());
    set(go, "aria-busy", null);
    if (reply.refused) return toast(reply.words || gettext("This was not saved. Your words are still here. Try again."));
    picture(this.#own.wants.camera);
    this.hasArrived = true;
    this.#changed();
  }

  #arrival() {
    const heard = /** @type {keyof typeof HEARD} */ (this.#field("heard").value || "maybe");
    const mood = this.#field("mood").value;
    const { value: place } = this.#field("place");
    const { value: callBack } = this.#field("call_back");
    return {
      place: place.trim(), call_back: callBack.trim(), ...HEARD[heard], may_call_contact: this.#field("may_call_contact").checked, mood: mood === "" ? null : Number(mood),
    };
  }

  /** @returns {[string, string][]} the fields that need a word more */
  #wrong() {
    /** @type {[string, string][]} */
    const wrong = [];
    if (this.#field("place").value.trim().length < 3) wrong.push(["place", gettext("Say where you are now")]);
    if (this.#field("call_back").value.replace(/\D/g, "").length < 5) wrong.push(["call_back", gettext("Give a number where we reach you")]);
    return wrong;
  }

  /** @param {[string, string][]} wrong */
  #drawWrong(wrong) {
    const words = new Map(wrong);
    for (const name of ["place", "call_back"]) {
      const line = this.#field(name).closest("[data-known]");
      const error = part("error", line);
      if (words.has(name)) this.#edit(line);
      line.querySelector(".field").toggleAttribute("data-wrong", words.has(name));
      set(this.#field(name), "aria-invalid", words.has(name) ? "true" : null);
      error.hidden = !words.has(name);
      error.replaceChildren(icon("alert"), words.get(name) ?? "");
    }
    part("wrong").hidden = !wrong.length;
    part("wrong-list").replaceChildren(...wrong.map(([name, text]) => el("li", {}, el("a", { href: `#${name}`, text }))));
    if (wrong.length) part("wrong").focus();
  }

  // --- someone, now ---

  #someone() {
    openCrisis();
    if (this.#waiting?.call && !this.#waiting.call.seen_by) return;
    this.#calledAt = this.#now();
    this.#drawCall();
    this.#ask("call.someone").then(({ refused, words }) => {
      if (!refused) return;
      this.#calledAt = 0;
      toast(words || gettext("This did not reach us. Use one of the ways shown."));
    });
  }

  #drawCall() {
    const call = this.#waiting?.call ?? null;
    drawTold(call, this.#calledAt > 0, this.#isLive, this.#waiting?.led_here ?? []);
    const box = part("call");
    if (!box) return;
    const fact = document.querySelector('#crisis [data-part="told-fact"]')?.textContent ?? "";
    const way = document.querySelector('#crisis [data-part="told-way"]')?.textContent ?? "";
    const shows = Boolean(call) || this.#calledAt > 0;
    if (shows && !box.firstChild) box.append(el("div", { class: "banner", data: { tone: "now" }, role: "status" }, icon("help"), el("p", {}, el("strong"), " ", el("span"))));
    if (!shows) box.replaceChildren();
    say(box.querySelector("strong"), fact);
    say(box.querySelector("p > span"), way);
  }
}
