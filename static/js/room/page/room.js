/** The page of the room: its parts, what each press does, and what the room says about itself. */

import { unlockSound } from "../../sound.js";
import { NOT_YOURS, OTHER_WINDOW, OVER, SIGNED_OUT } from "../connection.js";
import { Controls } from "./controls.js";
import { button, el, icon, keyed, part, say, toast } from "./dom.js";
import { QuietHand } from "./quiet.js";
import { Stage } from "./stage.js";
import { endedWords, fill, notesOf, oneOf } from "./words.js";

/** @typedef {import("../state.js").Room} Room */
/**
 * @typedef {object} Tools what the page works with
 * @property {import("../../devices.js").OwnMedia} own
 * @property {import("../media/index.js").Media} media
 * @property {import("./quiet.js").Ask} ask
 * @property {(kind: string, body: any) => void} pass
 * @property {() => import("../self.js").Self} self
 * @property {() => number} now
 * @property {() => string[]} leaders
 * @property {() => void} leave
 * @property {() => void} changed
 */
const SETTLED = 2_500; // pictures first, then what can wait

export class RoomPage {
  /** @type {Room | null} */ #room = null;
  /** @type {any} */ #panel = null;
  /** @type {any} */ #chat = null;
  isSilenced = false;
  #tools; #stage; #controls; #quiet;

  /** @param {Tools} tools */
  constructor(tools) {
    this.#tools = tools;
    this.#stage = new Stage({ media: tools.media, openPerson: (person) => this.#openPerson(person) });
    this.#quiet = new QuietHand({ ask: tools.ask, speak: () => tools.self().setMicrophone(true) });
    this.#controls = new Controls({ deeds: this.#deeds(), own: tools.own, media: tools.media });
  }

  /** What nobody needs in order to be in is fetched once they are. @param {Room} room */
  async enter(room) {
    setTimeout(() => this.#fetchChat(), SETTLED);
    if (!room.leads || this.#panel) return;
    const { Panel } = await later(() => import("./panel.js"));
    this.#panel = new Panel({ ask: this.#tools.ask, now: this.#tools.now });
    this.#tools.changed();
  }

  /** @param {string} kind @param {any} body */
  heard(kind, body) { this.#stage.heard(kind, body); }

  /** @param {Room} room @param {boolean} isLive */
  draw(room, isLive) {
    this.#room = room;
    this.#stage.draw(room);
    this.#controls.draw(room, isLive);
    this.#chat?.draw(room, isLive);
    this.#panel?.draw(room);
    if (!room.leads) this.#quiet.draw(room, isLive);
    drawTags(room);
    this.#drawNotes(room);
  }

  forget() {
    this.#room = null;
    this.#stage.forget();
    this.#chat?.forget();
    this.#panel?.forget();
  }

  /** @param {Room} room */
  #drawNotes(room) {
    const { media, own, self, leaders, ask } = this.#tools;
    drawNotes(room, { step: media.step, soundOnly: media.soundOnly, isSilenced: this.isSilenced, micPaused: own.isPaused, leaders: leaders() }, {
      pictures: () => { self().soundOnly(false); media.giveBackPictures(); },
      hear: () => { unlockSound(); media.resume(); },
      back: () => ask("step.out", { on: false }),
    });
  }

  /** @returns {import("./controls.js").Deeds} */
  #deeds() {
    const { ask, self, leave } = this.#tools;
    return {
      ask, leave,
      microphone: () => self().toggleMicrophone(),
      camera: () => self().toggleCamera(),
      share: () => self().share(),
      soundOnly: (on) => self().soundOnly(on),
      react: (reaction) => this.#react(reaction),
      views: () => this.#stage.openViews(),
      panel: () => this.#panel?.toggle(),
      chat: () => this.#openChat(),
    };
  }

  /** @param {string} reaction */
  #react(reaction) {
    this.#tools.pass("react", { reaction });
    this.#stage.heard("react", { from: this.#room?.me, reaction });
  }

  /** @param {import("../state.js").Person} person */
  async #openPerson(person) {
    const { openPerson } = await later(() => import("./person.js"));
    if (this.#room) openPerson(person, this.#room, { ask: this.#tools.ask, media: this.#tools.media, stage: this.#stage });
  }

  async #openChat() {
    await this.#fetchChat();
    this.#chat.toggle();
  }

  async #fetchChat() {
    if (this.#chat) return;
    const { Chat } = await later(() => import("./chat.js"));
    this.#chat ??= new Chat({ ask: this.#tools.ask });
    this.#tools.changed();
    const { script } = /** @type {HTMLElement | null} */ (document.querySelector("[data-lock]"))?.dataset ?? {};
    if (script) import(script);
  }
}

/**
 * A part of the page that comes when it is needed. A browser does not try twice for what did not come through; loading the page again does.
 * @template Part @param {() => Promise<Part>} fetchPart
 */
async function later(fetchPart) {
  try {
    return await fetchPart();
  } catch (error) {
    toast(gettext("A part of this page did not come through."), { label: gettext("Load again"), act: () => location.reload() });
    throw error;
  }
}

/** @typedef {"arriving" | "waiting" | "room" | "ended"} At */

/** Show one face of the way in. The page begins anew there, for eyes and for screen readers. @param {At} at */
export function showFace(at) {
  const meeting = /** @type {HTMLElement} */ (document.getElementById("meeting"));
  meeting.dataset.at = at;
  document.body.classList.toggle("room", at === "room");
  document.body.classList.toggle("dusk", at === "waiting");
  for (const face of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-state]"))) face.hidden = face.dataset.state !== at;
  for (const bar of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-in-room]"))) bar.hidden = at !== "room";
  window.scrollTo(0, 0);
  document.getElementById("content")?.focus({ preventScroll: true });
}

/** @param {boolean} isLost @param {boolean} isIn @param {string[]} leaders */
export function showLost(isLost, isIn, leaders) {
  const names = oneOf(leaders, gettext("the leader"));
  part("lost").hidden = !isLost;
  document.getElementById("meeting")?.toggleAttribute("data-lost", isLost);
  say(part("lost-words"), isIn ? fill(gettext("We keep trying. Your seat is kept, and %(names)s can see that it is only the line."), { names }) : gettext("We keep trying. You keep your place."));
}

/** @param {Room} room @param {Parameters<typeof notesOf>[1]} own @param {Record<string, () => void>} ways */
function drawNotes(room, own, ways) {
  keyed(part("notes"), notesOf(room, own), ({ name }) => name,
    ({ picture, tone, verb, act }) => el("div", { class: "banner note", data: { tone } }, icon(picture), el("p", { class: "grow" }, el("strong"), " ", el("span")), verb && button(verb, ways[act], "plain")),
    (note, { fact, words }) => {
      say(note.querySelector("strong"), fact);
      say(note.querySelector("p > span"), words);
    });
}

/** @param {Room} room */
function drawTags(room) {
  const tags = room.leads && room.session.is_locked ? ["lock"] : [];
  keyed(part("tags"), tags, (name) => name, (name) => el("span", { class: "tag" }, icon(name), gettext("Locked")));
}

/** @param {number} code @param {{ leaders: string[], leads: boolean, use: () => void }} who */
export function showEnded(code, { leaders, leads, use }) {
  const [title, words] = endedWords(code, leaders, code === OVER);
  say(part("ended-title"), title);
  say(part("ended-words"), words);
  part("ended-ways").replaceChildren(...waysOn(code, leads, use));
  part("ended-title").focus();
}

/** @param {number} code @param {boolean} leads @param {() => void} use @returns {Node[]} */
function waysOn(code, leads, use) {
  const { today = "/", record = "", report = "" } = document.getElementById("meeting")?.dataset ?? {};
  const link = (/** @type {string} */ href, /** @type {string} */ words, look = "plain") => el("a", { class: `button ${look} big wide`, href, text: words });
  const back = (look = "") => link(today, gettext("Back to Today"), look);
  if (code === OTHER_WINDOW) return [button(gettext("Use this window"), use, "big wide"), back("plain")];
  if (code === SIGNED_OUT) return [link(location.href, gettext("Sign in again"), "")];
  if (code === NOT_YOURS) return [back()];
  if (leads) return record ? [link(record, gettext("See who was here"), ""), back("plain")] : [back()];
  return report ? [back(), link(report, gettext("Tell the team something privately"))] : [back()];
}
