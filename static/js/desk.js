/** Calls for help, on whatever page the people are who should answer them: shown over the page, and heard, until someone is on it. */

import { Connection } from "./room/connection.js";
import { browserWorld, button, el, icon, keyed, part, say, setRoot } from "./room/page/dom.js";
import { fill, isUrgent, quietWords, since, speakFor } from "./room/page/words.js";
import { play, unlockSound } from "./sound.js";

/** @typedef {import("./room/state.js").Call & { name: string, where: "waiting" | "room", title: string, room_url: string | null, contacts_url: string | null, place: string | null }} DeskCall */

const RINGS_EVERY = 15_000;

class Desk {
  /** @type {DeskCall[]} */ #calls = [];
  #heard = new Set();
  #title = document.title;
  #box; #line;

  /** @param {HTMLElement} box */
  constructor(box) {
    this.#box = box;
    this.#line = new Connection({
      url: "/ws/desk/",
      mode: () => "audio",
      world: browserWorld(),
      hears: { state: () => {}, event: () => {}, line: () => {}, news: (kind, body) => kind === "desk.state" && this.#are(body.calls) },
    });
  }

  open() {
    this.#line.open();
    setInterval(() => this.#ring(), RINGS_EVERY);
    setInterval(() => this.#draw(), 30_000);
    window.addEventListener("online", () => this.#line.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#line.hurry());
    document.addEventListener("pointerdown", () => unlockSound(), { once: true });
  }

  /** Calls of the very room one sits in stand in its own panel. @param {DeskCall[]} calls */
  #are(calls) {
    this.#calls = calls.filter(({ room_url: room }) => room !== location.pathname);
    const isNew = this.#calls.some(({ call, seen_by: seen }) => !seen && !this.#heard.has(call));
    for (const { call } of this.#calls) this.#heard.add(call);
    this.#draw();
    if (isNew) this.#ring();
  }

  #ring() {
    const open = this.#calls.filter(({ seen_by: seen }) => !seen);
    if (open.length) play(open.some(({ kind }) => isUrgent(kind)) ? "urgent" : "quietly");
  }

  #draw() {
    const open = this.#calls.filter(({ seen_by: seen }) => !seen).length;
    document.title = open ? `(${open}) ${this.#title}` : this.#title;
    keyed(this.#box, this.#calls, ({ call }) => call, (call) => this.#make(call), (card, call) => this.#fill(card, call));
  }

  /** @param {DeskCall} call */
  #make({ call, name, kind, room_url: room, contacts_url: contacts, call_back: phone }) {
    return el("article", { class: `desk-call${isUrgent(kind) ? " is-urgent" : ""}`, role: "alert" },
      icon("help", "large"),
      el("div", { class: "grow" }, el("p", {}, el("strong", { text: name }), ` ${quietWords(kind)}`), el("p", { class: "small", data: { part: "facts" } })),
      el("div", { class: "row close" },
        button(gettext("I'm on it"), () => this.#line.command("quiet.see", { call }), "see"),
        phone && el("a", { class: "button plain", href: `tel:${phone}` }, icon("phone"), phone),
        room && el("a", { class: "button plain", href: room, text: gettext("Go there") }),
        contacts && el("a", { class: "button plain", href: contacts, text: gettext("Whom we may call") }),
        button(gettext("Done"), () => this.#line.command("quiet.close", { call }), "bare done")));
  }

  /** @param {HTMLElement} card @param {DeskCall} call */
  #fill(card, { title, where, raised_at: at, place, seen_by: seen }) {
    const from = where === "waiting" ? fill(gettext("In the waiting room of %(title)s"), { title }) : fill(gettext("In %(title)s"), { title });
    const facts = [from, since(at, Date.now()), place && fill(gettext("at %(place)s"), { place }), seen && fill(gettext("%(name)s is on it."), { name: seen })];
    say(part("facts", card), facts.filter(Boolean).join(" · "));
    card.classList.toggle("is-seen", Boolean(seen));
    /** @type {HTMLElement} */ (card.querySelector(".see")).hidden = Boolean(seen);
    /** @type {HTMLElement} */ (card.querySelector(".done")).hidden = !seen;
  }
}

const box = document.getElementById("desk");
if (box) {
  if (!document.getElementById("meeting")) setRoot(box);
  speakFor(box.dataset.zone ?? "");
  new Desk(box).open();
}
