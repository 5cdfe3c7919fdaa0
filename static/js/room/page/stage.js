/** The faces. One list of tiles whose order never jumps: who speaks gets a ring, and a large place only where one asked for it. */

import { choice, closeSheet, el, icon, keyed, openSheet, part, say, set } from "./dom.js";
import { showTrack } from "./check.js";
import { isWithout, personWords, reactionWord } from "./words.js";

/** @typedef {import("../state.js").Room} Room */
/** @typedef {import("../state.js").Person} Person */
/** @typedef {import("../media/index.js").Media} Media */
/** @typedef {"alike" | "leader" | "speaker"} View */
/** @typedef {{ key: string, person: Person, isScreen: boolean }} Tile */

const MANY_ON_A_PHONE = 6;
const SPEAKER_STAYS = 2_500;
const REACTION_STAYS = 4_000;

export class Stage {
  /** @type {Map<string, { speaks: boolean, since: number }>} */ #voices = new Map();
  /** @type {Map<string, string>} */ #lines = new Map();
  /** @type {Map<string, string>} */ #reactions = new Map();
  /** @type {View | null} */ #chosen = null;
  /** @type {string | null} */ pinned = null;
  /** @type {string | null} */ #speaker = null;
  /** @type {Room | null} */ #room = null;
  hidesSelf = false;
  #media; #list; #openPerson; #phone;

  /** @param {{ media: Media, openPerson: (person: Person) => void }} options */
  constructor({ media, openPerson }) {
    this.#media = media;
    this.#openPerson = openPerson;
    this.#list = part("tiles");
    this.#phone = matchMedia("(max-width: 47.99rem), (max-height: 30rem)");
    this.#phone.addEventListener("change", () => this.draw());
  }

  get view() { return this.#chosen ?? this.#usual; }
  get #usual() { return this.#phone.matches && (this.#room?.people.size ?? 0) >= MANY_ON_A_PHONE ? "leader" : "alike"; }

  /** @param {View} view */
  choose(view) {
    this.#chosen = view;
    this.pinned = null;
    this.draw();
  }

  /** @param {string | null} seat */
  pin(seat) {
    this.pinned = seat;
    this.draw();
  }

  /** Passing news about someone: speaking, their line, a reaction. @param {string} kind @param {any} body */
  heard(kind, body) {
    if (kind === "speaking") this.#speaks(body.from, body.on);
    if (kind === "quality") this.#lines.set(body.from, body.level);
    if (kind === "reacted" || kind === "react") this.#reacts(body.from, body.reaction);
    this.draw();
  }

  /** @param {Room} [room] */
  draw(room) {
    if (room) this.#room = room;
    if (!this.#room) return;
    const tiles = this.#tiles(this.#room);
    const large = this.#large(this.#room, tiles);
    this.#list.classList.toggle("grid", !large);
    this.#list.classList.toggle("large-view", Boolean(large));
    keyed(this.#list, tiles, ({ key }) => key, (tile) => this.#make(tile), (element, tile) => this.#fill(element, tile, tile.key === large));
  }

  forget() {
    this.#room = null;
    this.#voices.clear();
    this.#lines.clear();
    this.pinned = this.#speaker = null;
    this.#list.replaceChildren();
  }

  /** Oneself last; a shared screen stands beside whoever shares it. @param {Room} room @returns {Tile[]} */
  #tiles(room) {
    const others = [...room.people.values()].filter(({ seat }) => seat !== room.me);
    const people = room.self && !(this.hidesSelf && others.length) ? [...others, room.self] : others;
    return people.flatMap((person) => {
      const tile = { key: person.seat, person, isScreen: false };
      return person.is_sharing && person.seat !== room.me ? [{ key: `${person.seat} screen`, person, isScreen: true }, tile] : [tile];
    });
  }

  /** @param {Room} room @param {Tile[]} tiles @returns {string | undefined} */
  #large(room, tiles) {
    if (tiles.length < 2) return undefined;
    const pinned = tiles.find(({ key }) => key === this.pinned);
    const screen = tiles.find(({ isScreen }) => isScreen);
    if (pinned || screen) return (pinned ?? screen)?.key;
    if (this.view === "speaker") return this.#speakerOf(room, tiles);
    return this.view === "leader" ? this.#leaderOf(room, tiles) : undefined;
  }

  /** @param {Room} room @param {Tile[]} tiles */
  #leaderOf(room, tiles) {
    const leader = tiles.find(({ person }) => person.leads && person.seat !== room.me);
    return (leader ?? tiles.find(({ person }) => person.seat !== room.me))?.key;
  }

  /** @param {Room} room @param {Tile[]} tiles */
  #speakerOf(room, tiles) {
    const still = this.#speaker && tiles.some(({ key }) => key === this.#speaker);
    return still ? /** @type {string} */ (this.#speaker) : this.#leaderOf(room, tiles);
  }

  /** @param {string} seat @param {boolean} on */
  #speaks(seat, on) {
    this.#voices.set(seat, { speaks: on, since: Date.now() });
    if (!on || seat === this.#room?.me) return;
    const before = this.#speaker && this.#voices.get(this.#speaker);
    // Whoever has the large place keeps it through a breath.
    if (!before || !before.speaks && Date.now() - before.since > SPEAKER_STAYS) this.#speaker = seat;
  }

  /** @param {string} seat @param {string} reaction */
  #reacts(seat, reaction) {
    this.#reactions.set(seat, reaction);
    setTimeout(() => {
      this.#reactions.delete(seat);
      this.draw();
    }, REACTION_STAYS);
  }

  /** @param {Tile} tile */
  #make({ person, isScreen }) {
    const face = el("span", { class: "face", "aria-hidden": "true", text: initialOf(person.shown_as) });
    const video = el("video", { playsinline: true, autoplay: true, hidden: true });
    video.muted = true;
    const who = el("span", { class: "who" }, el("span", { data: { part: "signs" }, class: "signs" }), el("span", { class: "name", data: { part: "name" } }));
    const press = el("button", { type: "button", class: "tile-press", on: { click: () => this.#press(person.seat) } });
    const top = el("span", { class: "up-signs", data: { part: "up" } });
    return el("li", { class: `tile off${isScreen ? " screen" : ""}` }, face, video, who, top, press);
  }

  /** @param {string} seat */
  #press(seat) {
    const person = this.#room?.people.get(seat);
    if (person) this.#openPerson(person);
  }

  /** @param {HTMLElement} tile @param {Tile} what @param {boolean} isLarge */
  #fill(tile, { person, isScreen }, isLarge) {
    const isMe = person.seat === this.#room?.me;
    const speaks = !isScreen && person.microphone_on && !this.#room?.rests && Boolean(this.#voices.get(person.seat)?.speaks);
    showTrack(tile, this.#media.pictureOf(person.seat, isScreen ? "screen" : "camera"));
    tile.toggleAttribute("data-speaking", speaks);
    tile.toggleAttribute("data-large", isLarge);
    tile.toggleAttribute("data-me", isMe && !isScreen);
    tile.dataset.is = person.state;
    const words = isScreen ? interpolate(gettext("Screen of %s"), [person.shown_as]) : isMe ? gettext("You") : person.shown_as;
    say(part("name", tile), words);
    set(/** @type {Element} */ (tile.querySelector(".tile-press")), "aria-label", isScreen ? words : personWords(person, isMe) + (speaks ? `, ${gettext("speaking")}` : ""));
    this.#signs(part("signs", tile), isScreen ? [] : this.#signsOf(person));
    this.#up(part("up", tile), isScreen ? [] : this.#upOf(person));
  }

  /** Never more than a name and two icons. @param {Person} person */
  #signsOf(person) {
    const signs = [];
    if (person.mode === "telephone") signs.push("phone");
    else if (!person.microphone_on) signs.push("mic-off");
    if (person.state !== "lost" && this.#lines.get(person.seat) && this.#lines.get(person.seat) !== "good") signs.push("signal-low");
    return signs;
  }

  /** @param {Person} person @returns {[string, string, string][]} picture, words, tone */
  #upOf(person) {
    /** @type {[string, string, string][]} */
    const tags = [];
    const reaction = reactionWord(this.#reactions.get(person.seat) ?? "");
    if (reaction) tags.push(["", reaction, "now"]);
    if (person.state === "lost") tags.push(["wifi-off", gettext("Line lost"), "caution"]);
    if (person.state === "away") tags.push(["cup", gettext("Stepped out"), ""]);
    if (person.hand) tags.push(["hand", String(person.hand), "hand"]);
    if (isWithout(person)) tags.push(["mic-off", gettext("No sound or picture"), ""]);
    if (person.is_simulated) tags.push(["", gettext("Simulated"), ""]);
    return tags;
  }

  /** @param {Element} box @param {string[]} names */
  #signs(box, names) {
    if (box.getAttribute("data-shows") === names.join()) return;
    set(box, "data-shows", names.join());
    box.replaceChildren(...names.map((name) => icon(name)));
  }

  /** @param {Element} box @param {[string, string, string][]} tags */
  #up(box, tags) {
    if (box.getAttribute("data-shows") === tags.join()) return;
    set(box, "data-shows", tags.join());
    box.replaceChildren(...tags.map(([picture, words, tone]) => el("span", { class: `tag${tone === "hand" ? " raised" : ""}`, data: { tone } }, picture && icon(picture), el("span", { text: words }))));
  }

  /** How one wants to see the room. */
  openViews() {
    const pick = (/** @type {View} */ view) => () => { closeSheet(); this.choose(view); };
    openSheet({
      title: gettext("How do you want to see the room?"),
      body: [
        choice("people", gettext("Everyone the same size"), "", pick("alike"), this.view === "alike" ? "chosen" : ""),
        choice("eye", gettext("The leader large"), "", pick("leader"), this.view === "leader" ? "chosen" : ""),
        choice("message", gettext("Whoever speaks large"), gettext("The others keep their places"), pick("speaker"), this.view === "speaker" ? "chosen" : ""),
        choice(this.hidesSelf ? "eye" : "eye-off", this.hidesSelf ? gettext("Show my own picture to me") : gettext("Hide my own picture from me"), gettext("The others see it as before"), () => { closeSheet(); this.hidesSelf = !this.hidesSelf; this.draw(); }),
      ],
    });
  }
}

/** @param {string} name */
export function initialOf(name) {
  return [...name.trim()][0]?.toUpperCase() ?? "";
}
