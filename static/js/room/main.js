/** The whole way in, wired together: the wire, the room's state, sound and picture, and the page. Knows which of its faces the page shows. */

import { OwnMedia, deviceChoices, keepAwake, rememberDevices } from "../devices.js";
import { Meter, play, unlockSound } from "../sound.js";
import { Connection, NOT_YOURS, OTHER_WINDOW, OVER, SIGNED_OUT } from "./connection.js";
import { Media } from "./media/index.js";
import { Chat } from "./page/chat.js";
import { DeviceCheck } from "./page/check.js";
import { Controls } from "./page/controls.js";
import { acts, announce, button, closesBeside, closeSheet, el, icon, keyed, on, part, say, setRoot, toast } from "./page/dom.js";
import { Door } from "./page/door.js";
import { QuietHand } from "./page/quiet.js";
import { Stage } from "./page/stage.js";
import { endedWords, fill, heardOf, notesOf, oneOf, speakFor, timeLeft } from "./page/words.js";
import { Room } from "./state.js";

/** @typedef {"arriving" | "waiting" | "room" | "ended"} At */
const LOST_AFTER = 1_500; // a blink of the line is nobody's business

class Meeting {
  #root = /** @type {HTMLElement} */ (document.getElementById("meeting"));
  /** @type {At} */ #at = "arriving";
  /** @type {Room | null} */ #room = null;
  /** @type {any} */ #waiting = null;
  /** @type {any} */ #panel = null;
  /** @type {Meter | null} */ #meter = null;
  /** @type {MediaStreamTrack | null} */ #metered = null;
  #drift = 0;
  #speaks = false;
  #isDue = false;
  #isSilenced = false;
  #wasIn = false;
  /** @type {any} */ #lostTimer = null;
  #leads; #own; #media; #line; #door; #check; #stage; #chat; #controls; #quiet;

  constructor() {
    const { leads = "", zone = "" } = this.#root.dataset;
    this.#leads = Boolean(leads);
    setRoot(this.#root);
    speakFor(zone, document.documentElement.lang);
    const ask = (/** @type {string} */ kind, /** @type {any} */ body) => this.#ask(kind, body);
    const now = () => this.#now();
    const changed = () => this.#due();
    const ears = part("ears");
    const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-state="arriving"]'));
    this.#own = new OwnMedia({ devices: navigator.mediaDevices, changed: () => this.#ownChanged() });
    this.#media = new Media({ own: this.#own, ears, tells: this.#mediaTells() });
    this.#line = this.#connect();
    this.#check = new DeviceCheck(/** @type {Element} */ (form.querySelector("[data-check]")), this.#own, (soundOnly) => this.#soundOnly(soundOnly));
    this.#door = new Door({ form, ask, own: this.#own, now, changed: () => this.#leads ? this.#goIn() : this.#due(), leave: () => this.#leave() });
    this.#stage = new Stage({ media: this.#media, openPerson: (person) => this.#openPerson(person) });
    this.#chat = new Chat({ ask });
    this.#quiet = new QuietHand({ ask, speak: () => this.#setMicrophone(true) });
    this.#controls = new Controls({ deeds: this.#deeds(), own: this.#own, media: this.#media });
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

  #now() { return Date.now() + this.#drift; }

  // --- the wire ---

  #connect() {
    const { socket = "" } = this.#root.dataset;
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${socket}`;
    return new Connection({
      url,
      mode: () => this.#media.soundOnly ? "audio" : "video",
      world: {
        openSocket: (to) => new WebSocket(to), now: () => Date.now(), random: Math.random, uuid: () => crypto.randomUUID(),
        later: (act, ms) => setTimeout(act, ms), never: (timer) => clearTimeout(timer),
      },
      hears: {
        state: (kind, body) => kind === "room.state" ? this.#inRoom(body) : this.#atDoor(body),
        event: (event) => this.#event(event),
        news: (kind, body) => this.#news(kind, body),
        line: (line) => this.#lineIs(line),
      },
    });
  }

  /** @param {string} kind @param {any} [body] */
  async #ask(kind, body = {}) {
    const reply = await this.#line.command(kind, body, { keeps: !(kind === "microphone.set" && body.on) });
    if (reply.refused && reply.refused !== "closed" && reply.words) toast(reply.words, { ms: 6_000 });
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
    this.#drift = Date.parse(snapshot.server_time) - Date.now() || 0;
    this.#room = new Room(snapshot, this.#room);
    if (!this.#wasIn) this.#cameIn();
    this.#silence();
    this.#due();
  }

  /** The first time in: silent, and with the picture that one chose at the door. */
  #cameIn() {
    this.#wasIn = true;
    closeSheet();
    play("welcome", this.#media.speaker);
    announce(gettext("You are in. Your mic is off."));
    const mayShow = Boolean(this.#own.camera) && (this.#leads || this.#door.hasArrived);
    if (mayShow && !this.#room?.self?.camera_on) this.#ask("camera.set", { on: true });
    this.#wantsCamera(mayShow || Boolean(this.#room?.self?.camera_on));
    if (this.#leads) import("./page/panel.js").then(({ Panel }) => {
      this.#panel = new Panel({ ask: (kind, body) => this.#ask(kind, body), now: () => this.#now() });
      this.#due();
    });
  }

  /** @param {boolean} on */
  #wantsCamera(on) { if (on !== this.#own.wants.camera || on !== Boolean(this.#own.camera)) this.#own.setCamera(on); }

  /** Whoever comes in, or comes back, is silent until they press. */
  #silence() {
    this.#own.setMicrophone(false);
    if (this.#room?.self?.microphone_on) this.#ask("microphone.set", { on: false });
  }

  /** @param {import("./state.js").RoomEvent} event */
  #event(event) {
    const room = this.#room;
    if (!room) return;
    const isGoing = ["person.left", "person.shown_out"].includes(event.kind ?? "");
    if (isGoing) announce(heardOf(room, event));
    room.apply(event);
    if (!isGoing) announce(heardOf(room, event));
    if (event.kind === "person.returned" && event.body.seat === room.me) this.#silence();
    this.#follow(room, event);
    this.#due();
  }

  /** One's own devices do what the room's state says of them. @param {Room} room @param {import("./state.js").RoomEvent} event */
  #follow(room, { kind, body }) {
    const isMine = body?.seat === room.me || body?.seats?.includes(room.me);
    if (!isMine) return;
    if (kind === "microphone.changed" || kind === "microphones.muted") this.#own.setMicrophone(Boolean(room.self?.microphone_on));
    if (kind === "camera.changed" && this.#media.step < 2) this.#wantsCamera(body.on);
    if (kind === "screen.stopped") this.#media.share(null);
  }

  /** @param {string} kind @param {any} body */
  #news(kind, body) {
    if (kind === "signal") this.#media.hear(body);
    else if (kind === "media.granted" && this.#room) this.#room.media = body;
    else this.#stage.heard(kind, body);
    if (kind === "media.granted") this.#due();
  }

  /** @param {import("./connection.js").Line} line */
  #lineIs(line) {
    const isLive = line.status === "live";
    this.#media.lineIs(isLive);
    clearTimeout(this.#lostTimer);
    if (line.status === "lost") {
      this.#own.setMicrophone(false);
      this.#lostTimer = setTimeout(() => { this.#showLost(true); announce(gettext("Your line dropped. We keep trying.")); }, LOST_AFTER);
    }
    if (isLive && !part("lost").hidden) {
      this.#showLost(false);
      toast(this.#room ? gettext("You are back. Your mic is off.") : gettext("You are back."), { ms: 6_000 });
    }
    if (line.status === "over") this.#over(line.code ?? OVER);
    this.#due();
  }

  /** @param {boolean} lost */
  #showLost(lost) {
    part("lost").hidden = !lost;
    this.#root.toggleAttribute("data-lost", lost);
    const names = oneOf(this.#leaders(), gettext("the leader"));
    say(part("lost-words"), this.#room && !this.#leads ? fill(gettext("We keep trying. Your seat is kept, and %(names)s can see that it is only the line."), { names }) : gettext("We keep trying. You keep your place."));
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
      microphone: () => this.#setMicrophone(!this.#room?.self?.microphone_on),
      camera: () => this.#setCamera(!this.#room?.self?.camera_on),
      share: () => this.#share(),
      soundOnly: (on) => this.#soundOnly(on),
      react: (reaction) => this.#react(reaction),
      leave: () => this.#leave(),
      views: () => this.#stage.openViews(),
      panel: () => this.#panel?.toggle(),
      chat: () => this.#chat.toggle(),
    };
  }

  /** Off works at once and on every line; on is asked of the room. @param {boolean} on */
  async #setMicrophone(on) {
    if (on && this.#room?.rests) return toast(gettext("Sound and pictures rest just now."), { ms: 5_000 });
    if (!on) this.#own.setMicrophone(false);
    if (on && !this.#own.microphone) await this.#own.setMicrophone(true);
    if (on && !this.#own.microphone) return toast(gettext("We cannot reach your mic. Look under More, Camera, mic and speaker."));
    this.#ask("microphone.set", { on });
  }

  /** @param {boolean} on */
  async #setCamera(on) {
    if (on && this.#media.soundOnly) this.#soundOnly(false);
    await this.#own.setCamera(on);
    if (on && !this.#own.camera) return toast(gettext("We cannot reach your camera. Look under More, Camera, mic and speaker."));
    this.#ask("camera.set", { on });
  }

  /** @param {boolean} on */
  #soundOnly(on) {
    rememberDevices({ soundOnly: on });
    this.#media.setSoundOnly(on);
    if (!this.#room) return;
    this.#ask("mode.set", { mode: on ? "audio" : "video" });
    if (on && this.#room.self?.camera_on) this.#setCamera(false);
    this.#due();
  }

  async #share() {
    if (this.#room?.self?.is_sharing) return this.#ask("screen.share", { on: false });
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 5 } } }).catch(() => null);
    const track = stream?.getVideoTracks()[0];
    if (!track) return undefined;
    track.contentHint = "detail";
    track.onended = () => this.#ask("screen.share", { on: false });
    this.#media.share(track);
    const { refused } = await this.#ask("screen.share", { on: true });
    if (refused) this.#media.share(null);
    return undefined;
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
    if (this.#line.line.status === "over") this.#line.revive();
    else this.#line.open();
  }

  #leave() {
    this.#line.goodbye();
    this.#stopMedia();
    location.assign(this.#root.dataset.today ?? "/");
  }

  // --- sound and picture ---

  /** @returns {import("./media/index.js").Tells} */
  #mediaTells() {
    return {
      pass: (kind, body) => {
        this.#line.pass(kind, body);
        if (kind === "quality" && this.#room) this.#stage.heard("quality", { from: this.#room.me, ...body });
      },
      expired: () => this.#ask("media.ask"),
      changed: () => this.#due(),
      sacrificed: (step) => this.#sacrificed(step),
      silenced: (isSilenced) => { this.#isSilenced = isSilenced; this.#due(); },
    };
  }

  /** @param {number} step */
  #sacrificed(step) {
    const self = this.#room?.self;
    if (!self || this.#media.soundOnly) return this.#due();
    if (step === 2 && self.camera_on) this.#ask("camera.set", { on: false });
    if (step < 2 && !self.camera_on && this.#own.camera) this.#ask("camera.set", { on: true });
    announce(step === 0 ? gettext("Your line is better. Pictures are back.") : step === 1 ? gettext("Your line is weak. Others' pictures rest so that voices stay.") : gettext("Your line is weak. Your own picture rests too."));
    return this.#due();
  }

  #ownChanged() {
    if (this.#room) this.#media.update(this.#room);
    const track = this.#own.microphone;
    if (this.#room && track !== this.#metered) this.#listenTo(track);
    this.#due();
  }

  /** @param {MediaStreamTrack | null} track */
  #listenTo(track) {
    this.#meter?.stop();
    this.#metered = track;
    this.#meter = track && new Meter(track, ({ speaks }) => this.#speaking(speaks));
  }

  /** @param {boolean} speaks */
  #speaking(speaks) {
    if (speaks === this.#speaks) return;
    this.#speaks = speaks;
    const self = this.#room?.self;
    if (!self) return;
    if (self.microphone_on) this.#line.pass("speaking", { on: speaks });
    this.#stage.heard("speaking", { from: self.seat, on: speaks && self.microphone_on });
    this.#due();
  }

  #stopMedia() {
    this.#listenTo(null);
    this.#media.leave();
    this.#own.stop();
  }

  // --- what the page shows ---

  #listen() {
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
    this.#wasIn = false;
    this.#media.forget();
    this.#stage.forget();
    this.#chat.forget();
    this.#own.setMicrophone(false);
    closeSheet();
  }

  /** @param {number} code */
  #over(code) {
    if (code === 1000) return;
    const [title, words] = endedWords(code, this.#leaders(), Boolean(this.#room?.hasEnded || code === OVER));
    this.#forgetRoom();
    if (code !== OTHER_WINDOW) this.#stopMedia();
    this.#showLost(false);
    this.#show("ended");
    say(part("ended-title"), title);
    say(part("ended-words"), words);
    part("ended-ways").replaceChildren(...this.#waysOn(code));
    part("ended-title").focus();
  }

  /** @param {number} code */
  #waysOn(code) {
    const { today = "/", record = "", report = "" } = this.#root.dataset;
    const link = (/** @type {string} */ href, /** @type {string} */ words, look = "plain") => el("a", { class: `button ${look} big wide`, href, text: words });
    if (code === OTHER_WINDOW) return [button(gettext("Use this window"), () => { this.#show("arriving"); this.#line.revive(); }, "big wide"), link(today, gettext("Back to Today"))];
    if (code === SIGNED_OUT) return [link(location.href, gettext("Sign in again"), "")];
    if (code === NOT_YOURS) return [link(today, gettext("Back to Today"), "")];
    return [this.#leads && record ? link(record, gettext("See who was here"), "") : link(today, gettext("Back to Today"), ""), report && !this.#leads && link(report, gettext("Tell the team something privately"))].filter(Boolean);
  }

  /** Draw once for however many changes came together. */
  #due() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => { this.#isDue = false; this.#draw(); });
  }

  #draw() {
    if (this.#at === "ended" && this.#line.line.status === "over") return;
    const room = this.#room;
    this.#show(room ? "room" : this.#door.hasArrived && this.#waiting ? "waiting" : "arriving");
    say(part("time"), this.#timeWords());
    if (this.#at === "arriving") this.#check.draw();
    else this.#check.stop();
    if (!this.#leads) this.#door.draw(this.#line.isLive);
    if (room) this.#drawRoom(room);
  }

  #timeWords() {
    const { starts = "", ends = "" } = this.#root.dataset;
    const { starts_at: startsAt, ends_at: endsAt } = this.#room?.session ?? this.#waiting ?? { starts_at: starts, ends_at: ends };
    return startsAt ? timeLeft(startsAt, endsAt, this.#now()) : "";
  }

  /** @param {Room} room */
  #drawRoom(room) {
    this.#media.update(room);
    this.#stage.draw(room);
    this.#chat.draw(room, this.#line.isLive);
    this.#controls.draw(room);
    if (!this.#leads) this.#quiet.draw(room, this.#line.isLive);
    this.#panel?.draw(room);
    this.#drawNotes(room);
    if (!this.#metered) this.#ownChanged();
  }

  /** @param {Room} room */
  #drawNotes(room) {
    const notes = notesOf(room, {
      step: this.#media.step, soundOnly: this.#media.soundOnly, isSilenced: this.#isSilenced, talksMuted: this.#speaks && !room.self?.microphone_on && !room.rests,
      micPaused: this.#own.isPaused, leaders: this.#leaders(), isLive: this.#line.isLive,
    });
    /** @type {Record<string, () => void>} */
    const ways = { pictures: () => { this.#soundOnly(false); this.#media.giveBackPictures(); }, hear: () => this.#media.resume(), speak: () => this.#setMicrophone(true), back: () => this.#ask("step.out", { on: false }) };
    keyed(part("notes"), notes, ({ name }) => name, ({ picture, tone, verb, act }) => el("div", { class: "banner note", data: { tone } }, icon(picture), el("p", { class: "grow" }, el("strong"), " ", el("span")), verb && button(verb, ways[act], "plain")), (note, { fact, words }) => {
      say(note.querySelector("strong"), fact);
      say(note.querySelector("p > span"), words);
    });
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
    if (at === "room") acts("microphone", part("bar"))[0]?.focus({ preventScroll: true });
  }
}

new Meeting().start();
