/**
 * Sound and picture, whatever carries them. The room's state decides what is sent and what is played: a track that it does not
 * allow is neither, even if it arrives. A transport is one more file with join, update, publish, hear, wantPictures, samples, leave.
 */

import { Peers } from "./peers.js";
import { Ladder, levelOf, lineLevel } from "./quality.js";

/** @typedef {import("../state.js").Room} Room */
/** @typedef {import("../state.js").Person} Person */
/** @typedef {import("./pair.js").Lane} Lane */
/**
 * @typedef {object} Hooks what a transport may say
 * @property {(body: any) => void} send
 * @property {(seat: string, lane: Lane, track: MediaStreamTrack | null) => void} got
 * @property {() => void} expired
 */
/**
 * @typedef {object} Tells what the page hears of it
 * @property {(kind: string, body: any) => void} pass
 * @property {() => void} expired
 * @property {() => void} changed
 * @property {(step: number) => void} sacrificed
 * @property {(blocked: boolean) => void} silenced the browser wants a tap before it plays
 */

const PULSE = 2_000;

/** @param {Room} room @param {Person | undefined} person */
function takesPart(room, person) {
  return Boolean(person?.has_media && !person.is_simulated && person.mode !== "telephone" && !room.hasEnded);
}

/** Whom there may be a connection with at all: both in, both with a place for sound and picture. @param {Room} room @returns {Map<string, string>} */
export function partners(room) {
  /** @type {Map<string, string>} */
  const allowed = new Map();
  if (!takesPart(room, room.self)) return allowed;
  for (const person of room.people.values()) {
    if (person.seat !== room.me && person.connection && takesPart(room, person)) allowed.set(person.seat, person.connection);
  }
  return allowed;
}

/** Whether a track of this seat may be sent, or played, now. @param {Room} room @param {string} seat @param {Lane} lane */
export function isAllowed(room, seat, lane) {
  const person = room.people.get(seat);
  if (!person || room.rests || !takesPart(room, person)) return false;
  return { microphone: person.microphone_on, camera: person.camera_on, screen: person.is_sharing }[lane];
}

export class Media {
  /** @type {Map<string, Partial<Record<Lane, MediaStreamTrack>>>} */ #got = new Map();
  /** @type {Map<string, HTMLAudioElement>} */ #voices = new Map();
  /** @type {Map<string, number>} */ #volumes = new Map();
  /** @type {Room | null} */ #room = null;
  /** @type {Peers | null} */ #transport = null;
  /** @type {MediaStreamTrack | null} */ #screen = null;
  /** @type {import("./quality.js").Level} */ level = "good";
  #ladder = new Ladder();
  #own; #tells; #ears; #pulse; #isLive = true;
  soundOnly = false;
  speaker = "";

  /** @param {{ own: import("../../devices.js").OwnMedia, ears: HTMLElement, tells: Tells }} options */
  constructor({ own, ears, tells }) {
    this.#own = own;
    this.#ears = ears;
    this.#tells = tells;
    this.#pulse = setInterval(() => this.#feel(), PULSE);
  }

  get step() { return this.soundOnly ? 2 : this.#ladder.step; }

  /** What the room says now decides what is sent and heard. @param {Room} room */
  update(room) {
    if (room.media && room.media !== this.#room?.media) this.#join(room, room.media);
    this.#room = room;
    this.#transport?.update(partners(room));
    this.#send();
    for (const seat of this.#got.keys()) this.#voice(seat);
  }

  /** The line to the room is lost: nothing of one's voice leaves until the room says so again. @param {boolean} isLive */
  lineIs(isLive) {
    if (isLive && !this.#isLive) this.#transport?.returned();
    this.#isLive = isLive;
    this.#send();
  }

  /** @param {any} body */
  hear(body) { this.#transport?.hear(body); }

  /** The picture of someone, if the room allows it and the line carries it. @param {string} seat @param {Lane} [lane] */
  pictureOf(seat, lane = "camera") {
    if (!this.#room || !isAllowed(this.#room, seat, lane)) return null;
    if (seat === this.#room.me) return lane === "camera" ? this.#own.camera : this.#screen;
    if (lane === "camera" && this.step > 0) return null;
    return this.#got.get(seat)?.[lane] ?? null;
  }

  /** @param {MediaStreamTrack | null} track */
  share(track) {
    if (this.#screen !== track) this.#screen?.stop();
    this.#screen = track;
    this.#send();
  }

  /** @param {boolean} on no picture, in or out: for a weak line, or by choice */
  setSoundOnly(on) {
    this.soundOnly = on;
    this.#ladder.giveBack();
    this.#stepped();
  }

  giveBackPictures() {
    this.soundOnly = false;
    this.#ladder.giveBack();
    this.#stepped();
  }

  /** @param {string} seat */
  volumeOf(seat) { return this.#volumes.get(seat) ?? 1; }

  /** @param {string} seat @param {number} volume */
  setVolume(seat, volume) {
    this.#volumes.set(seat, volume);
    this.#voice(seat);
  }

  /** @param {string} id */
  setSpeaker(id) {
    this.speaker = id;
    // @ts-ignore not every browser lets one choose
    for (const voice of this.#voices.values()) voice.setSinkId?.(id).catch(() => {});
  }

  /** From a tap: everything that the browser kept silent until then. */
  async resume() {
    const voices = [...this.#voices.values()];
    const played = await Promise.allSettled(voices.map((voice) => voice.play()));
    this.#tells.silenced(played.some(({ status }) => status === "rejected"));
  }

  leave() {
    clearInterval(this.#pulse);
    this.forget();
    this.share(null);
  }

  /** Out of the room, but still on the page: waiting again. */
  forget() {
    this.#transport?.leave();
    this.#transport = null;
    this.#room = null;
    this.#got.clear();
    for (const seat of [...this.#voices.keys()]) this.#hush(seat);
  }

  /** @param {Room} room @param {import("../state.js").Grant} grant */
  #join(room, grant) {
    this.#transport ??= new Peers({
      send: (body) => this.#tells.pass("signal", body),
      got: (seat, lane, track) => this.#receive(seat, lane, track),
      expired: () => this.#tells.expired(),
    });
    this.#transport.join(room.me, grant);
    this.#transport.wantPictures(this.step === 0);
  }

  #send() {
    const room = this.#room;
    if (!room) return;
    const may = (/** @type {Lane} */ lane) => isAllowed(room, room.me, lane);
    this.#transport?.publish("microphone", this.#isLive && may("microphone") ? this.#own.microphone : null);
    this.#transport?.publish("camera", this.step < 2 && may("camera") ? this.#own.camera : null);
    this.#transport?.publish("screen", may("screen") ? this.#screen : null);
  }

  /** @param {string} seat @param {Lane} lane @param {MediaStreamTrack | null} track */
  #receive(seat, lane, track) {
    const tracks = this.#got.get(seat) ?? {};
    if (track) tracks[lane] = track;
    else delete tracks[lane];
    this.#got.set(seat, tracks);
    if (lane === "microphone") this.#voice(seat);
    this.#tells.changed();
  }

  /** @param {string} seat */
  #voice(seat) {
    const track = this.#got.get(seat)?.microphone;
    if (!this.#room || !track || !isAllowed(this.#room, seat, "microphone")) return this.#hush(seat);
    const voice = this.#voices.get(seat) ?? this.#newVoice(seat);
    const volume = this.volumeOf(seat);
    voice.volume = volume;
    voice.muted = volume === 0; // iOS keeps its own volume, but mutes
    if (/** @type {MediaStream | null} */ (voice.srcObject)?.getTracks()[0] === track) return;
    voice.srcObject = new MediaStream([track]);
    voice.play().catch((error) => error.name === "NotAllowedError" && this.#tells.silenced(true));
  }

  /** @param {string} seat */
  #newVoice(seat) {
    const voice = document.createElement("audio");
    voice.autoplay = true;
    // @ts-ignore not every browser lets one choose
    if (this.speaker) voice.setSinkId?.(this.speaker).catch(() => {});
    this.#voices.set(seat, voice);
    this.#ears.append(voice);
    return voice;
  }

  /** @param {string} seat */
  #hush(seat) {
    const voice = this.#voices.get(seat);
    if (!voice) return;
    voice.srcObject = null;
    voice.remove();
    this.#voices.delete(seat);
  }

  async #feel() {
    if (!this.#transport || !this.#room || document.hidden) return;
    const samples = await this.#transport.samples();
    if (!samples.length) return;
    const level = lineLevel(samples.map(({ state, sample }) => state === "connected" ? levelOf(sample) : state === "new" || state === "connecting" ? "good" : "lost"));
    if (level !== this.level) this.#tells.pass("quality", { level });
    this.level = level;
    if (!this.soundOnly && this.#ladder.heard(level, Date.now())) this.#stepped();
    this.#tells.changed();
  }

  #stepped() {
    this.#transport?.wantPictures(this.step === 0);
    this.#send();
    this.#tells.sacrificed(this.step);
  }
}
