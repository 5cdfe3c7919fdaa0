/** The whole way in, wired together: the wire, the room's state, sound and picture, and the page. Knows which of its faces the page shows. */

import { OwnMedia, deviceChoices, keepAwake } from "../devices.js";
import { play, unlockSound } from "../sound.js";
import { Connection, OTHER_WINDOW, OVER } from "./connection.js";
import { Media } from "./media/index.js";
import { Chat } from "./page/chat.js";
import { DeviceCheck } from "./page/check.js";
import { Controls } from "./page/controls.js";
import { announce, closesBeside, closeSheet, on, part, say, setRoot, toast } from "./page/dom.js";
import { Door } from "./page/door.js";
import { drawNotes, drawTags, showEnded, showLost } from "./page/notes.js";
import { QuietHand } from "./page/quiet.js";
import { Stage } from "./page/stage.js";
import { heardOf, speakFor, timeLeft } from "./page/words.js";
import { Self } from "./self.js";
import { Room } from "./state.js";

/** @typedef {"arriving" | "waiting" | "room" | "ended"} At */
const LOST_AFTER = 1_500; // a blink of the line is nobody's business

class Meeting {
  #root = /** @type {HTMLElement} */ (document.getElementById("meeting"));
  /** @type {At} */ #at = "arriving";
  /** @type {Room | null} */ #room = null;
  /** @type {any} */ #waiting = null;
  /** @type {any} */ #panel = null;
  /** @type {any} */ #lostTimer = null;
  #drift = 0;
  #isDue = false;
  #isSilenced = false;
  #leads; #own; #media; #line; #self; #door; #check; #stage; #chat; #controls; #quiet;

  constructor() {
    this.#leads = Boolean(this.#root.dataset.leads);
    const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-state="arriving"]'));
    const ask = (/** @type {string} */ kind, /** @type {any} */ body) => this.#ask(kind, body);
    const changed = () => this.#due();
    const own = this.#own = new OwnMedia({ devices: navigator.mediaDevices, changed: () => { this.#self?.ownChanged(); changed(); } });
    const media = this.#media = new Media({ own, ears: part("ears"), tells: this.#mediaTells() });
    this.#line = this.#connect();
    this.#stage = new Stage({ media, openPerson: (person) => this.#openPerson(person) });
    this.#self = new Self({ own, media, ask, changed, pass: (kind, body) => this.#line.pass(kind, body), heard: (kind, body) => this.#stage.heard(kind, body) });
    this.#check = new DeviceCheck(/** @type {Element} */ (form.querySelector("[data-check]")), own, (soundOnly) => this.#self.soundOnly(soundOnly));
    this.#door = new Door({ form, ask, own, now: () => this.#now(), changed: () => this.#leads ? this.#goIn() : changed(), leave: () => this.#leave() });
    this.#chat = new Chat({ ask });
    this.#quiet = new QuietHand({ ask, speak: () => this.#self.setMicrophone(true) });
    this.#controls = new Controls({ deeds: this.#deeds(), own, media });
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
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return new Connection({
      url: `${scheme}://${location.host}${this.#root.dataset.socket}`,
      mode: () => this.#media.soundOnly ? "audio" : "video",
      world: {
        openSocket: (url) => new WebSocket(url), now: () => Date.now(), random: Math.random, uuid: () => crypto.randomUUID(),
        later: (act, ms) => setTimeout(act, ms), never: (timer) => clearTimeout(timer),
      },
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
    if (this.#leads && !this.#panel) this.#openPanel();
  }

  async #openPanel() {
    const { Panel } = await import("./page/panel.js");
    this.#panel = new Panel({ ask: (kind, body) => this.#ask(kind, body), now: () => this.#now() });
    this.#due();
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
    else this.#stage.heard(kind, body);
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

  /** @returns {import("./page/controls.js").Deeds} */
  #deeds() {
    return {
      ask: (kind, body) => this.#ask(kind, body),
      microphone: () => this.#self.toggleMicrophone(),
      camera: () => this.#self.toggleCamera(),
      share: () => this.#self.share(),
      soundOnly: (on) => this.#self.soundOnly(on),
      react: (reaction) => this.#react(reaction),
      leave: () => this.#leave(),
      views: () => this.#stage.openViews(),
      panel: () => this.#panel?.toggle(),
      chat: () => this.#chat.toggle(),
    };
  }

  /** @param {string} reaction */
  #react(reaction) {
    this.#line.pass("react", { reaction });
    this.#stage.heard("react", { from: this.#room?.me, reaction });
  }

  /** @param {import("./state.js").Person} person */
  async #openPerson(person) {
    const { openPerson } = await import("./page/person.js");
    if (this.#room) openPerson(person, this.#room, { ask: (kind, body) => this.#ask(kind, body), media: this.#media, stage: this.#stage });
  }

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
        if (kind === "quality") this.#stage.heard("quality", { from: this.#room?.me, ...body });
      },
      expired: () => this.#ask("media.ask"),
      changed: () => this.#due(),
      sacrificed: (step) => this.#self.sacrificed(step),
      silenced: (isSilenced) => { this.#isSilenced = isSilenced; this.#due(); },
    };
  }

  // --- what the page shows ---

  #listen() {
    setRoot(this.#root);
    speakFor(this.#root.dataset.zone ?? "", document.documentElement.lang);
    window.addEventListener("online", () => this.#line.hurry());
    window.addEventListener("offline", () => this.#line.offline());
    document.addEventListener("visibilitychange", () => document.hidden || this.#awake());
    window.addEventListener("quickexit", () => this.#line.goodbye(true));
    on("try-now", () => this.#line.hurry());
    for (const dialog of document.querySelectorAll("dialog")) closesBeside(dialog);
  }

  #awake() {
    this.#line.hurry();
    this.#own.mend();
    this.#media.resume();
    this.#due();
  }

  #forgetRoom() {
    this.#room = null;
    this.#self.leftRoom();
    this.#stage.forget();
    this.#chat.forget();
    closeSheet();
  }

  /** @param {number} code */
  #over(code) {
    if (code === 1000) return;
    const leaders = this.#leaders();
    this.#forgetRoom();
    if (code !== OTHER_WINDOW) this.#self.stop();
    showLost(false, false, []);
    this.#show("ended");
    showEnded(code, { leaders, leads: this.#leads, use: () => { this.#show("arriving"); this.#line.revive(); } });
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
    this.#door.draw(this.#line.isLive);
    if (this.#room) this.#drawRoom(this.#room);
  }

  #timeWords() {
    const { starts = "", ends = "" } = this.#root.dataset;
    const { starts_at: startsAt, ends_at: endsAt } = this.#room?.session ?? this.#waiting ?? { starts_at: starts, ends_at: ends };
    return startsAt ? timeLeft(startsAt, endsAt, this.#now()) : "";
  }

  /** @param {Room} room */
  #drawRoom(room) {
    this.#self.ownChanged();
    this.#stage.draw(room);
    this.#chat.draw(room, this.#line.isLive);
    this.#controls.draw(room, this.#line.isLive);
    if (!this.#leads) this.#quiet.draw(room, this.#line.isLive);
    this.#panel?.draw(room);
    drawTags(room);
    drawNotes(room, {
      step: this.#media.step, soundOnly: this.#media.soundOnly, isSilenced: this.#isSilenced, micPaused: this.#own.isPaused, leaders: this.#leaders(),
      talksMuted: this.#self.talksMuted && !room.self?.microphone_on && !room.rests,
    }, this.#notesWays());
  }

  /** @returns {Record<string, () => void>} */
  #notesWays() {
    return {
      pictures: () => { this.#self.soundOnly(false); this.#media.giveBackPictures(); },
      hear: () => { unlockSound(); this.#media.resume(); },
      speak: () => this.#self.setMicrophone(true),
      back: () => this.#ask("step.out", { on: false }),
    };
  }

  /** @param {At} at */
  #show(at) {
    if (this.#at === at && this.#root.dataset.at === at) return;
    this.#at = at;
    this.#root.dataset.at = at;
    document.body.classList.toggle("room", at === "room");
    document.body.classList.toggle("dusk", at === "waiting");
    for (const face of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-state]"))) face.hidden = face.dataset.state !== at;
    for (const bar of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-in-room]"))) bar.hidden = at !== "room";
    window.scrollTo(0, 0);
    document.getElementById("content")?.focus({ preventScroll: true });
  }
}

new Meeting().start();
