/** The hands that are up, in order. */

import { button, el, keyed, on, part, say } from "../dom.js";

/** @typedef {import("../../state.js").Room} Room */

export class Hands {
  #ask;

  /** @param {{ ask: import("../quiet.js").Ask }} options */
  constructor({ ask }) {
    this.#ask = ask;
    on("lower-all", () => ask("hands.lower"));
  }

  /** @param {Room} room */
  draw(room) {
    const hands = room.hands.map((seat, index) => ({ seat, place: index + 1, person: room.people.get(seat) })).filter(({ person }) => person);
    part("hands").hidden = !hands.length;
    keyed(part("hands-list"), hands, ({ seat }) => seat, ({ seat }) => this.#make(seat), (line, { place, person }) => {
      say(part("place", line), String(place));
      say(part("name", line), person?.shown_as ?? "");
      part("floor", line).hidden = Boolean(person?.microphone_on || !person?.has_media);
    });
  }

  /** @param {string} seat */
  #make(seat) {
    const floor = button(gettext("Give floor"), () => this.#ask("seat.ask_to_speak", { seat }), "bare");
    floor.dataset.part = "floor";
    return el("li", { class: "line" }, el("span", { class: "tag", data: { part: "place" } }), el("strong", { class: "grow clip", data: { part: "name" } }), floor, button(gettext("Lower"), () => this.#ask("hand.lower", { seat }), "bare"));
  }
}
