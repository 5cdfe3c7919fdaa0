/** The whole way in, wired together: the wire, the room's state, sound and picture, and the page. Knows which of its faces the page shows. */

import { OwnMedia, deviceChoices, keepAwake } from "../devices.js";
import { play, unlockSound } from "../sound.js";
import { Connection, OTHER_WINDOW, OVER } from "./connection.js";
import { Media } from "./media/index.js";
import { DeviceCheck } from "./page/check.js";
import { announce, browserWorld, closesBeside, closeSheet, on, part, say, setRoot, toast } from "./page/dom.js";
import { Door } from "./page/door.js";
import { RoomPage, showEnded, showFace, showLost } from "./page/room.js";
import { heardOf, speakFor, timeLeft } from "./page/words.js";
import { Self } from "./self.js";
import { Room } from "./state.js";

/** @typedef {import("./page/room.js").At} At */
const LOST_AFTER = 1_500; // a blink of the line is nobody's business

class Meeting {
  #root = /** @type {HTMLElement} */ (document.getElementById("meeting"));
  /** @type {At} */ #at = "arriving";
  /** @type {Room | null} */ #room = null;
  /** @type {any} */ #waiting = null;
  /** @type {any} */ #lostTimer = null;
  #drift = 0;
  #isDue = false;
  #leads; #own; #media; #line; #self; #door; #check; #page;

  constructor() {
    this.#leads = Boolean(this.#root.dataset.leads);
    const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-state="arriving"]'));
    const ask = (/** @type {string} */ kind, /** @type {any} */ body) => this.#ask(kind, body);
    const changed = () => this.#due();
    const own = this.#own = new OwnMedia({ devices: navigator.mediaDevices, changed: () => { this.#self?.ownChanged(); changed(); } });
    const media = this.#media = new Media({ own, ears: part("ears"), tells: this.#mediaTells() });
    this.#line = this.#connect();
    const pass = (/** @type {string} */ kind, /** @type {any} */ body) => this.#line.pass(kind, body);
    const now = () => this.#now();
    const leave = () => this.#leave();
    this.#page = new RoomPage({ own, media, ask, pass, now, leave, changed, self: () => this.#self, leaders: () => this.#leaders() });
    this.#self = new Self({ own, media, ask, changed, pass, heard: (kind, body) => this.#page.heard(kind, body) });
    this.#check = new DeviceCheck(/** @type {Element} */ (form.querySelector("[data-check]")), own, (soundOnly) => this.#self.soundOnly(soundOnly));
    this.#door = new Door({ form, ask, own, now, leave, changed: () => this.#leads ? this.#goIn() : changed() });
    this.#listen();
    setInterval(changed, 10_000);
  }

  async start() {
    this.#media.soundOnly = Boolean(deviceChoices().soundOnly);
    this.#media.speaker = deviceChoices().speaker ?? "";
    keepAwake();
    if (!this.#leads) this.#line.open();
    await this.#check.start();
  }

  /** The server's clock: a phone's own may be minutes off. */
  #now() { return Date.now() + this.#drift; }

  // --- the wire ---

  #connect() {
    return new Connection({
      url: this.#root.dataset.socket ?? "",
      mode: () => this.#media.soundOnly ? "audio" : "video",
      world: browserWorld(),
      hears: {
        state: (kind, body) => kind === "room.state" ? this.#inRoom(body) : this.#atDoor(body),
        event: (event) => this.#event(event), news: (kind, body) => this.#news(kind, body), line: (line) => this.#lineIs(line),
      },
    });
  }

  /** @param {string} kind @param {any} [body] */
  async #ask(kind, body = {}) {
    const reply = await this.#line.command(kind, body, { keeps: !(kind === "microphone.set" && body.on) });
    if (reply.refused && reply.words) toast(reply.words, { ms: 6_000 });
    return reply;
  }

  /** @param {any} waiting */
  #atDoor(waiting) {
    this.#drift = Date.parse(waiting.server_time) - Date.now() || 0;
    if (this.#room) this.#forgetRoom();
    // Behind "has asked you to leave" no camera is held.
    if (waiting.state === "removed") this.#self.rest();
    else if (this.#waiting?.state === "removed") this.#own.start();
    this.#waiting = waiting;
    this.#door.heard(waiting);
    this.#due();
  }

  /** @param {any} snapshot */
  #inRoom(snapshot) {
    const isFirst = this.#room === null;
    this.#drift = Date.parse(snapshot.server_time) - Date.now() || 0;
    this.#room = this.#self.room = new Room(snapshot, this.#room);
    if (isFirst) this.#cameIn();
    this.#self.comeBack();
    this.#due();
  }

  #cameIn() {
    closeSheet();
    play("welcome", this.#media.speaker);
    announce(gettext("You are in. Your mic is off."));
    this.#self.cameIn(this.#leads || this.#door.hasArrived);
    if (this.#room) this.#page.enter(this.#room);
  }

  /** @param {import("./state.js").RoomEvent} event */
  #event(event) {
    const room = this.#room;
    if (!room) return;
    const goodbye = event.kind === "person.left" || event.kind === "person.shown_out" ? heardOf(room, event) : ""; // while we still know the name
    room.apply(event);
    announce(goodbye || heardOf(room, event));
    this.#self.follow(event);
    this.#due();
  }

  /** @param {string} kind @param {any} body */
  #news(kind, body) {
    if (kind === "signal") return this.#media.hear(body);
    if (kind === "media.granted" && this.#room) this.#room.media = body;
    else this.#page.heard(kind, body);
    return this.#due();
  }

  /** @param {import("./connection.js").Line} line */
  #lineIs({ status, code }) {
    this.#media.lineIs(status === "live");
    clearTimeout(this.#lostTimer);
    if (status === "lost") this.#lost();
    if (status === "live" && !part("lost").hidden) this.#back();
    if (status === "over") this.#over(code ?? OVER);
    this.#due();
  }

  #lost() {
    this.#own.setMicrophone(false);
    this.#lostTimer = setTimeout(() => {
      showLost(true, Boolean(this.#room) && !this.#leads, this.#leaders());
      announce(gettext("Your line dropped. We keep trying."));
    }, LOST_AFTER);
  }

  #back() {
    showLost(false, false, []);
    toast(this.#room ? gettext("You are back. Your mic is off.") : gettext("You are back."), { ms: 6_000 });
  }

  /** @returns {string[]} */
  #leaders() {
    const others = this.#room?.leaders.filter(({ seat }) => seat !== this.#room?.me).map(({ shown_as: name }) => name) ?? [];
    return others.length ? others : this.#room?.session.led_by ?? this.#waiting?.led_by ?? [];
  }

  // --- what the page can do ---

  #goIn() {
    unlockSound();
    this.#own.setMicrophone(false);
    part("go").setAttribute("aria-busy", "true");
    this.#line.open();
  }

  #leave() {
    this.#line.goodbye();
    this.#self.stop();
    location.assign(this.#root.dataset.today ?? "/");
  }

  /** @returns {import("./media/index.js").Tells} */
  #mediaTells() {
    return {
      pass: (kind, body) => {
        this.#line.pass(kind, body);
        if (kind === "quality") this.#page.heard("quality", { from: this.#room?.me, ...body });
      },
      expired: () => this.#ask("media.ask"),
      changed: () => this.#due(),
      sacrificed: (step) => this.#self.sacrificed(step),
      silenced: (isSilenced) => { this.#page.isSilenced = isSilenced; this.#due(); },
    };
  }

  // --- what the page shows ---

  #listen() {
    setRoot(this.#root);
    speakFor(this.#root.dataset.zone ?? "");
    window.addEventListener("online", () => this.#line.hurry());
    window.addEventListener("offline", () => this.#line.offline());
    document.addEventListener("visibilitychange", () => document.hidden || this.#awake());
    window.addEventListener("quickexit", () => this.#line.goodbye(true));
    on("close-sheet", closeSheet);
    on("try-now", () => this.#line.hurry());
    for (const dialog of document.querySelectorAll("dialog")) closesBeside(dialog);
  }

  #awake() {
    this.#line.hurry();
    this.#own.mend();
    unlockSound();
    this.#media.resume();
    this.#due();
  }

  #forgetRoom() {
    this.#room = null;
    this.#self.leftRoom();
    this.#page.forget();
    closeSheet();
  }

  /** @param {number} code */
  #over(code) {
    if (code === 1000) return;
    const leaders = this.#leaders();
    this.#forgetRoom();
    this.#self.rest();
    if (code !== OTHER_WINDOW) this.#self.stop();
    showLost(false, false, []);
    this.#show("ended");
    showEnded(code, { leaders, leads: this.#leads, use: () => this.#useThisWindow() });
  }

  #useThisWindow() {
    this.#show("arriving");
    this.#own.start();
    this.#line.revive();
  }

  /** Draw once for however many changes came together. */
  #due() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => { this.#isDue = false; this.#draw(); });
  }

  #draw() {
    if (this.#line.line.status === "over") return;
    const isWaiting = this.#waiting && (this.#leads || this.#door.hasArrived);
    this.#show(this.#room ? "room" : isWaiting ? "waiting" : "arriving");
    say(part("time"), this.#timeWords());
    if (this.#at === "arriving") this.#check.draw();
    else this.#check.stop();
    if (this.#room) this.#drawRoom(this.#room);
    else this.#door.draw(this.#line.isLive);
  }

  #timeWords() {
    const { starts = "", ends = "" } = this.#root.dataset;
    const { starts_at: startsAt, ends_at: endsAt } = this.#room?.session ?? this.#waiting ?? { starts_at: starts, ends_at: ends };
    return startsAt ? timeLeft(startsAt, endsAt, this.#now()) : "";
  }

  /** @param {Room} room */
  #drawRoom(room) {
    this.#self.ownChanged();
    this.#page.draw(room, this.#line.isLive);
  }

  /** @param {At} at */
  #show(at) {
    if (this.#at === at) return;
    this.#at = at;
    showFace(at);
  }
}

new Meeting().start();
