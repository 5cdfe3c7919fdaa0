/** What a facilitator looks after, in order of urgency: quiet hands, the door, hands, the roster. Loaded only for those who lead. */

import { play } from "../../sound.js";
import { acts, announce, on, part } from "./dom.js";
import { Calls } from "./panel/calls.js";
import { DoorCards } from "./panel/door.js";
import { Hands } from "./panel/hands.js";
import { Roster } from "./panel/roster.js";
import { fill } from "./words.js";

/** @typedef {import("../state.js").Room} Room */

export class Panel {
  #calls; #door; #hands; #roster; #knocked = new Set();
  #isFirst = true;

  /** @param {{ ask: import("./quiet.js").Ask, now: () => number }} options */
  constructor({ ask, now }) {
    this.#calls = new Calls({ ask, now });
    this.#door = new DoorCards({ ask });
    this.#hands = new Hands({ ask });
    this.#roster = new Roster({ ask, now });
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
    this.#knock(room);
    for (const each of [this.#calls, this.#door, this.#hands, this.#roster]) each.draw(room);
  }

  forget() { this.#calls.forget(); }

  /** A knock is heard, each once; not those of before one came in. @param {Room} room */
  #knock(room) {
    for (const { seat, shown_as: name, is_here: isHere, state } of room.waiting) {
      if (state !== "waiting" || !isHere || this.#knocked.has(seat)) continue;
      this.#knocked.add(seat);
      if (!this.#isFirst) play("knock");
      announce(fill(gettext("%(name)s is at the door."), { name }));
    }
    for (const seat of [...this.#knocked]) if (!room.waiting.some((card) => card.seat === seat)) this.#knocked.delete(seat);
    this.#isFirst = false;
  }
}
