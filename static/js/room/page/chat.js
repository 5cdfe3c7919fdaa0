/** What is written in the room. Says who will read it before it is written, and what has not arrived yet. */

import { acts, el, icon, keyed, on, part, say, set, toast } from "./dom.js";
import { clock, fill, many, oneOf } from "./words.js";

/** @typedef {import("../state.js").Room} Room */
/** @typedef {import("../state.js").Said} Said */
/** @typedef {{ key: string, text: string, to: "everyone" | "facilitators", trouble: string, after: number }} Unsent */

export class Chat {
  /** @type {Unsent[]} */ #unsent = [];
  /** @type {Room | null} */ #room = null;
  #ask; #next = 1; #readUpTo = 0; #isOpen = false; #isLive = true;

  /** @param {{ ask: import("./quiet.js").Ask }} options */
  constructor({ ask }) {
    this.#ask = ask;
    on("close-chat", () => this.toggle(false));
    const form = part("composer");
    form.addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); this.#send(); });
    this.#field().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    form.elements.namedItem("to").addEventListener("change", () => this.#drawAudience());
  }

  /** @returns {HTMLTextAreaElement} */
  #field() { return part("composer").elements.namedItem("text"); }

  toggle(open = !this.#isOpen) {
    this.#isOpen = open;
    part("chat").hidden = !open;
    /** @type {HTMLElement} */ (document.getElementById("meeting")).toggleAttribute("data-chat", open);
    for (const control of acts("chat")) set(control, "aria-expanded", String(open));
    if (this.#room) this.draw(this.#room, this.#isLive);
    if (open) this.#field().focus();
    else acts("chat")[0]?.focus();
  }

  /** @param {Room} room @param {boolean} isLive */
  draw(room, isLive) {
    const isNew = this.#room === null;
    if (isNew) this.#readUpTo = room.chat.at(-1)?.seq ?? 0;
    this.#room = room;
    this.#isLive = isLive;
    this.#drawSaid(room);
    this.#drawUnread(room);
    this.#drawAudience();
    for (const control of acts("chat")) control.hidden = !room.mayChat && !room.chat.length;
  }

  forget() {
    this.#room = null;
    this.#unsent = [];
    this.toggle(false);
    part("said").replaceChildren();
  }

  /** @param {Room} room */
  #drawSaid(room) {
    const list = part("said");
    const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    const lines = [...room.chat.map((said) => ({ key: `s${said.seq}`, said })), ...this.#unsent.filter((unsent) => !this.#hasArrived(unsent, room)).map((unsent) => ({ key: unsent.key, unsent }))];
    keyed(list, lines, ({ key }) => key, (line) => "said" in line ? this.#said(line.said, room) : this.#waiting(line.unsent), (element, line) => {
      if ("unsent" in line) say(element.querySelector(".state"), this.#stateOf(line.unsent));
    });
    if (wasAtEnd) list.scrollTop = list.scrollHeight;
  }

  /** The event may be here before the reply. @param {Unsent} unsent @param {Room} room */
  #hasArrived({ text, after }, room) {
    return room.chat.some((said) => said.seq > after && said.seat === room.me && said.text === text);
  }

  /** @param {Said} said @param {Room} room */
  #said({ seat, shown_as: name, text, to, at }, room) {
    const isMine = seat === room.me;
    const head = el("p", { class: "small" }, el("strong", { text: isMine ? gettext("You") : name }), el("span", { class: "quiet", text: ` ${clock(at)}` }));
    if (to === "facilitators") head.append(" ", el("span", { class: "tag" }, icon("lock"), gettext("leaders only")));
    return el("li", { class: `said${isMine ? " mine" : ""}` }, head, el("p", { class: "said-text", text }));
  }

  /** @param {Unsent} unsent */
  #waiting(unsent) {
    return el("li", { class: "said mine unsent" }, el("p", { class: "said-text", text: unsent.text }), el("p", { class: "small state", text: this.#stateOf(unsent) }));
  }

  /** @param {Unsent} unsent */
  #stateOf({ trouble }) {
    return trouble || (this.#isLive ? gettext("Sending") : gettext("Not sent yet. It goes out when your line is back."));
  }

  /** @param {Room} room */
  #drawUnread(room) {
    if (this.#isOpen) this.#readUpTo = room.chat.at(-1)?.seq ?? this.#readUpTo;
    const unread = room.chat.filter(({ seq, seat }) => seq > this.#readUpTo && seat !== room.me).length;
    for (const tag of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-part="unread"]'))) {
      tag.hidden = !unread;
      say(tag, unread ? String(unread) : "");
    }
    for (const control of acts("chat")) set(control, "aria-label", unread ? fill(ngettext("Chat, %(n)s new", "Chat, %(n)s new", unread), { n: unread }) : gettext("Chat"));
  }

  /** Who will read it, and for how long it stays: said before anything is written. */
  #drawAudience() {
    const room = this.#room;
    if (!room) return;
    const isChoice = !room.leads && room.session.chat_policy === "everyone";
    part("to-choice").hidden = !isChoice;
    part("composer").hidden = !room.mayChat;
    const stays = room.session.keeps_chat ? gettext("It is kept with the group's record.") : gettext("It is erased when the meeting ends.");
    say(part("audience"), `${this.#readers(room)} ${stays}`);
  }

  /** @param {Room} room */
  #readers(room) {
    const leaders = room.leaders.map(({ shown_as: name }) => name);
    if (this.#to(room) === "facilitators") return fill(ngettext("Only %(names)s reads this.", "Only %(names)s read this.", many(leaders)), { names: oneOf(leaders, gettext("the leader")) });
    return fill(ngettext("%(n)s person in the room reads this.", "All %(n)s people in the room read this.", room.people.size), { n: room.people.size });
  }

  /** @param {Room} room @returns {"everyone" | "facilitators"} */
  #to(room) {
    if (room.leads) return "everyone";
    return room.session.chat_policy === "facilitators" ? "facilitators" : part("composer").elements.namedItem("to").value;
  }

  async #send() {
    const text = this.#field().value.trim();
    if (!text || !this.#room) return;
    const unsent = { key: `u${this.#next++}`, text, to: this.#to(this.#room), trouble: "", after: this.#room.chat.at(-1)?.seq ?? 0 };
    this.#unsent.push(unsent);
    this.#field().value = "";
    this.draw(this.#room, this.#isLive);
    part("said").scrollTop = part("said").scrollHeight;
    const { refused, words } = await this.#ask("chat.say", { text, to: unsent.to });
    if (refused) this.#refused(unsent, words ?? "");
    else this.#unsent = this.#unsent.filter((other) => other !== unsent);
    if (this.#room) this.draw(this.#room, this.#isLive);
  }

  /** The words come back into the field, so that nothing is typed twice. @param {Unsent} unsent @param {string} words */
  #refused(unsent, words) {
    this.#unsent = this.#unsent.filter((other) => other !== unsent);
    if (!this.#field().value) this.#field().value = unsent.text;
    toast(words || gettext("This was not sent. Your words are still here."));
  }
}
