/** The bar of controls, whose turn it is, and what every key does. Presses become commands; states come from the room alone. */

import { deviceFields } from "./check.js";
import { acts, button, choice, closeSheet, confirm, el, label, on, openSheet, part, say, set } from "./dom.js";
import { openCrisis } from "./quiet.js";
import { fill, isUrgent, quietWords, reactionWord, REACTIONS, turns } from "./words.js";

/** @typedef {import("../state.js").Room} Room */
/**
 * @typedef {object} Deeds what the page can do, besides asking the server
 * @property {import("./quiet.js").Ask} ask
 * @property {() => void} microphone
 * @property {() => void} camera
 * @property {() => void} share
 * @property {(on: boolean) => void} soundOnly
 * @property {(reaction: string) => void} react
 * @property {() => void} leave
 * @property {() => void} views
 * @property {() => void} panel
 * @property {() => void} chat
 */

/** @type {Record<string, string>} */
const KEYS = { m: "microphone", c: "camera", h: "hand", t: "chat", q: "quietly", p: "panel", v: "views", "?": "keys" };

export class Controls {
  #deeds; #own; #media;
  /** @type {Room | null} */ #room = null;

  /** @param {{ deeds: Deeds, own: import("../../devices.js").OwnMedia, media: import("../media/index.js").Media }} options */
  constructor({ deeds, own, media }) {
    this.#deeds = deeds;
    this.#own = own;
    this.#media = media;
    for (const name of /** @type {const} */ (["microphone", "camera"])) on(name, () => this.#room && deeds[name](), part("bar"));
    on("share", () => deeds.share());
    on("hand", () => this.#hand());
    on("pass", () => this.#hand());
    on("more", () => this.#more());
    on("leave", () => this.#leave());
    on("end", () => this.#end());
    on("mute-all", () => deeds.ask("seats.mute"));
    on("lock", () => deeds.ask("room.lock", { on: !this.#room?.session.is_locked }));
    on("pause", () => deeds.ask("room.pause", { on: !this.#room?.session.is_paused }));
    on("panel", () => deeds.panel());
    on("chat", () => deeds.chat());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {Room} room @param {boolean} isLive */
  draw(room, isLive) {
    this.#room = room;
    const self = room.self;
    if (!self) return;
    this.#drawMicrophone(room, isLive);
    this.#draw("camera", !self.camera_on, self.camera_on ? "camera" : "camera-off", gettext("Camera"));
    this.#draw("hand", Boolean(self.hand), "hand", gettext("Hand"));
    this.#draw("share", self.is_sharing, "screen", self.is_sharing ? gettext("Stop") : gettext("Share"));
    this.#draw("lock", room.session.is_locked, "lock", room.session.is_locked ? gettext("Locked") : gettext("Lock"));
    this.#draw("pause", room.session.is_paused, "moon", room.session.is_paused ? gettext("Resume") : gettext("Pause"));
    for (const name of ["microphone", "camera", "share"]) for (const control of acts(name, part("bar"))) set(control, "aria-disabled", self.has_media ? null : "true");
    this.#drawTurn(room);
    this.#drawCounts(room);
  }

  /** Looks pressed while silent: that one is silent is what one wants to be sure of. So does a camera that is off. @param {Room} room @param {boolean} isLive */
  #drawMicrophone(room, isLive) {
    const isOn = isLive && Boolean(room.self?.microphone_on);
    const words = room.rests ? gettext("Resting") : isOn ? gettext("Mic on") : gettext("Muted");
    for (const control of acts("microphone", part("bar"))) {
      label(control, isOn && !room.rests ? "mic" : "mic-off", words);
      set(control, "aria-pressed", String(!isOn || room.rests));
    }
  }

  /** @param {string} name @param {boolean} isOn @param {string} picture @param {string} words */
  #draw(name, isOn, picture, words) {
    for (const control of acts(name, part("bar"))) {
      label(control, picture, words);
      set(control, "aria-pressed", String(isOn));
    }
  }

  /** @param {Room} room */
  #drawTurn(room) {
    const [first, rest] = turns(room);
    say(part("turn-head"), first ? gettext("Wants to speak") : gettext("Nobody waits to speak"));
    const line = part("turn-words");
    if (line.textContent !== first + rest) line.replaceChildren(el("strong", { text: first }), rest);
    line.hidden = !first;
    for (const control of acts("pass")) {
      control.hidden = !room.self?.hand;
      say(control, room.hands[0] === room.me ? gettext("I'm done") : gettext("Pass"));
    }
  }

  /** @param {Room} room */
  #drawCounts(room) {
    const waits = room.waiting.length;
    part("door-count").hidden = !room.leads || !waits;
    say(part("door-count"), fill(ngettext("%(n)s at the door", "%(n)s at the door", waits), { n: waits }));
    this.#drawCalls(room);
  }

  /** Where the panel is not in sight: how many call without a sound, or who it is that cannot wait. @param {Room} room */
  #drawCalls({ calls, leads }) {
    const urgent = [...calls.values()].find(({ kind, seen_by: seen }) => isUrgent(kind) && !seen);
    const count = part("calls-count");
    count.hidden = !leads || !calls.size;
    count.className = urgent ? "button risk" : "button lamp";
    say(count, urgent ? `${urgent.shown_as}: ${quietWords(urgent.kind)}` : fill(ngettext("%(n)s quiet hand", "%(n)s quiet hands", calls.size), { n: calls.size }));
  }

  #hand() {
    const raised = Boolean(this.#room?.self?.hand);
    this.#deeds.ask(raised ? "hand.lower" : "hand.raise");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const target = event.target instanceof Element ? event.target : null;
    const isTyping = target?.closest("input, textarea, select, [contenteditable]");
    if (!this.#room || isTyping || event.repeat || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const name = KEYS[event.key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    if (name === "keys") this.#keys();
    else if (name === "views") this.#deeds.views();
    else acts(name).find((one) => one.offsetParent)?.click(); // the check at the door has a mic and a camera too
  }

  // --- sheets ---

  #more() {
    const room = this.#room;
    if (!room?.self) return;
    const then = (/** @type {() => void} */ act) => () => { closeSheet(); act(); };
    const { self } = room;
    const mayShare = self.has_media && (room.leads || self.may_share) && "getDisplayMedia" in (navigator.mediaDevices ?? {});
    openSheet({
      title: gettext("More"),
      body: [
        this.#reactions(then),
        choice("people", gettext("How I see the room"), "", () => this.#deeds.views()),
        choice("mic", gettext("Camera, mic and speaker"), "", () => this.#devices()),
        choice("headphones", this.#media.soundOnly ? gettext("Pictures back on") : gettext("Sound only"), gettext("For a weak line: no pictures, in or out"), then(() => this.#deeds.soundOnly(!this.#media.soundOnly))),
        mayShare && choice("screen", self.is_sharing ? gettext("Stop sharing my screen") : gettext("Share my screen"), "", then(() => this.#deeds.share())),
        choice("cup", self.stepped_out ? gettext("I'm back") : gettext("Step out a moment"), gettext("Everyone sees it. Your mic goes off."), then(() => this.#deeds.ask("step.out", { on: !self.stepped_out }))),
        ...room.leads ? this.#leadersMore(room, then) : [],
        this.#reportUrl() && choice("alert", gettext("Tell the team something privately"), gettext("About this meeting, now or for a week after"), then(() => window.open(this.#reportUrl(), "_blank", "noopener"))),
        !room.leads && choice("help", gettext("I need someone now"), gettext("988, your team and your own people"), openCrisis, "urgent"),
        matchMedia("(any-hover: hover)").matches && choice("list", gettext("Keys"), gettext("Everything by keyboard"), () => this.#keys()),
      ],
    });
  }

  #reportUrl() { return document.getElementById("meeting")?.dataset.report ?? ""; }

  /** What stands in the bar where there is room for it. @param {Room} room @param {(act: () => void) => () => void} then */
  #leadersMore({ session }, then) {
    const { ask } = this.#deeds;
    return [
      choice("mic-off", gettext("Mute everyone"), gettext("Leaders stay as they are"), then(() => ask("seats.mute"))),
      choice("lock", session.is_locked ? gettext("Open the door again") : gettext("Lock the room"), gettext("Nobody new can knock. Who was in can come back."), then(() => ask("room.lock", { on: !session.is_locked }))),
      choice("moon", session.is_paused ? gettext("Resume sound and pictures") : gettext("Pause sound and pictures"), gettext("For everyone, at once"), then(() => ask("room.pause", { on: !session.is_paused }))),
    ];
  }

  /** @param {(act: () => void) => () => void} then */
  #reactions(then) {
    const react = (/** @type {string} */ name) => button(reactionWord(name), then(() => this.#deeds.react(name)), "plain");
    return el("div", { class: "row close", role: "group", "aria-label": gettext("Say it without words") }, ...REACTIONS.map(react));
  }

  async #devices() {
    const fields = await deviceFields(this.#own, (id) => this.#media.setSpeaker(id));
    openSheet({ title: gettext("Camera, mic and speaker"), body: fields, close: gettext("Done") });
  }

  #keys() {
    const words = {
      M: gettext("Mic on or off"), C: gettext("Camera on or off"), T: gettext("Chat"), V: gettext("How I see the room"),
      ...this.#room?.leads ? { P: gettext("People: door, hands, roster") } : { H: gettext("Hand up or down"), Q: gettext("Tell the leader quietly"), "Esc Esc": gettext("Quick exit") }, "?": gettext("This list"),
    };
    const list = el("dl", { class: "facts keys" }, ...Object.entries(words).flatMap(([key, does]) => [el("dt", {}, el("kbd", { text: key })), el("dd", { text: does })]));
    openSheet({ title: gettext("Keys"), lead: gettext("They rest while you type."), body: [list] });
  }

  #leave() {
    confirm({
      title: gettext("Leave the meeting?"), lead: gettext("You can come back while it is on. The others see that you left."), verb: gettext("Leave"), act: () => this.#deeds.leave(),
    });
  }

  #end() {
    const others = (this.#room?.people.size ?? 1) - 1;
    const lead = others > 0 ? fill(ngettext("Ends the meeting for you and %(n)s other person. Nobody can come back in.", "Ends the meeting for you and %(n)s others. Nobody can come back in.", others), { n: others }) : gettext("Nobody can come back in.");
    const leave = button(gettext("Only I leave"), () => { closeSheet(); this.#deeds.leave(); }, "plain wide");
    confirm({ title: gettext("End the meeting for all?"), lead, verb: gettext("End for all"), act: () => this.#deeds.ask("room.end"), body: [leave] });
  }
}
