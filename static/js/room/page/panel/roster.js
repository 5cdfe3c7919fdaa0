/** Everyone of the group: who is in, who is late, whose line is lost; those to look after first. */

import { aside, button, callChoice, choice, closeSheet, el, icon, keyed, openSheet, part, say } from "../dom.js";
import { clock, fill, rosterCount, since } from "../words.js";

/** @typedef {import("../../state.js").Room} Room */
/** @typedef {import("../../state.js").RosterRow} RosterRow */

/** @type {Record<string, [string, string, number]>} picture, tone, urgency */
const STATUS = {
  lost: ["wifi-off", "caution", 0], late: ["clock", "caution", 1], away: ["cup", "caution", 2], left: ["leave", "caution", 3], waiting: ["door", "", 4],
  phone: ["phone", "good", 5], in: ["check", "good", 6], expected: ["clock", "quiet", 7], absent: ["x", "caution", 8], excused: ["calendar", "quiet", 9], removed: ["x", "danger", 10],
};
/** Nothing calls for a call here; the number is at hand all the same. */
const AT_EASE = ["in", "expected", "phone", "excused"];

export class Roster {
  #ask; #now;
  /** @type {Room | null} */ #room = null;

  /** @param {{ ask: import("../quiet.js").Ask, now: () => number }} options */
  constructor({ ask, now }) {
    this.#ask = ask;
    this.#now = now;
  }

  /** @param {Room} room */
  draw(room) {
    this.#room = room;
    const rank = (/** @type {RosterRow} */ { status, left_quickly: quickly }) => quickly ? -1 : (STATUS[status] ?? STATUS.expected)[2];
    const rows = [...room.roster.values()].filter(({ seat }) => seat !== room.me).sort((one, other) => rank(one) - rank(other) || one.shown_as.localeCompare(other.shown_as));
    say(part("roster-count"), rosterCount(rows));
    keyed(part("roster-list"), rows, ({ seat }) => seat, (row) => this.#make(row), (line, row) => this.#fill(line, row));
  }

  /** @param {RosterRow} row */
  #make({ seat, shown_as: name }) {
    const call = el("a", { data: { part: "call-link" } }, icon("phone"), el("span", { text: gettext("Call") }), aside(` ${name}`));
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
      ],
      close: gettext("Cancel"),
    });
  }

  /** @param {Element} line @param {RosterRow} row */
  #fill(line, row) {
    const [picture, tone] = row.left_quickly && row.status !== "in" ? ["exit", "caution"] : STATUS[row.status] ?? STATUS.expected;
    const sign = part("sign", line);
    if (sign.dataset.shows !== picture) sign.replaceChildren(icon(picture, tone));
    sign.dataset.shows = picture;
    const state = part("state", line);
    say(state, rosterWords(row, this.#now()));
    state.className = `small ${tone === "caution" ? "caution" : "quiet"}`;
    fillCall(part("call-link", line), row);
    part("undo", line).hidden = row.status !== "removed";
    part("by-phone", line).hidden = ["in", "away", "removed"].includes(row.status);
  }
}

/** One tap away in every row; in words where somebody should be rung. @param {HTMLAnchorElement} link @param {RosterRow} row */
function fillCall(link, { status, call_back: phone, left_quickly: quickly }) {
  const isQuiet = AT_EASE.includes(status) && !quickly;
  link.hidden = !phone;
  if (phone) link.href = `tel:${phone}`;
  link.className = isQuiet ? "button bare only" : "button plain";
  link.children[1].classList.toggle("aside", isQuiet);
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
