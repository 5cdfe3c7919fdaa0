/** One's own voice and picture in the room. Off works at once and on every line; on is asked of the room, and only by the person. */

import { picture, rememberDevices } from "../devices.js";
import { Meter } from "../sound.js";
import { announce, toast } from "./page/dom.js";

/** @typedef {import("./state.js").Room} Room */
/** @typedef {import("./page/quiet.js").Ask} Ask */

const COUGH = 1_200;
const TOLD_ENOUGH = 60_000;

export class Self {
  /** @type {Room | null} */ room = null;
  /** @type {Meter | null} */ #meter = null;
  /** @type {MediaStreamTrack | null} */ #metered = null;
  /** @type {any} */ #talking = null;
  #mutedToldAt = -Infinity;
  #mutedNote = () => {};
  #speaks = false;
  #showsSelf = false;
  #own; #media; #ask; #pass; #heard; #changed;

  /**
   * @param {object} options
   * @param {import("../devices.js").OwnMedia} options.own
   * @param {import("./media/index.js").Media} options.media
   * @param {Ask} options.ask
   * @param {(kind: string, body: any) => void} options.pass
   * @param {(kind: string, body: any) => void} options.heard what others hear of one, for one's own tile
   * @param {() => void} options.changed
   */
  constructor({ own, media, ask, pass, heard, changed }) {
    this.#own = own;
    this.#media = media;
    this.#ask = ask;
    this.#pass = pass;
    this.#heard = heard;
    this.#changed = changed;
  }

  /** The first time in: with the picture that one chose at the door, or had before the page was loaded again. @param {boolean} hasChosen */
  cameIn(hasChosen) {
    this.#showsSelf = hasChosen ? this.#own.wants.camera : picture();
    if (!this.#showsSelf) this.#own.setCamera(false);
  }

  /** Coming in, or coming back: silent, whatever was before, and seen only if one had chosen to be. */
  comeBack() {
    this.#own.setMicrophone(false);
    if (this.room?.self?.microphone_on) this.#ask("microphone.set", { on: false });
    if (this.#showsSelf && this.#media.step < 2) this.#show();
  }

  /** One's own devices do what the room's state says of them. @param {import("./state.js").RoomEvent} event */
  follow({ kind, body }) {
    const { room } = this;
    if (!room || body?.seat !== room.me && !body?.seats?.includes(room.me)) return;
    if (kind === "person.returned") this.comeBack();
    if (kind === "microphone.changed" || kind === "microphones.muted") this.#own.setMicrophone(Boolean(room.self?.microphone_on));
    if (kind === "camera.changed" && body.by === "facilitator") this.#choose(false);
    if (kind === "screen.stopped") this.#media.share(null);
    if (kind === "sharing.allowed" && body.on) toast(gettext("You may share your screen now. Look under More."));
    // Whoever unmutes in the middle of a word is speaking already.
    if (kind === "microphone.changed" && this.#speaks) this.#tellSpeaking(Boolean(body.on));
  }

  toggleMicrophone() { this.setMicrophone(!this.room?.self?.microphone_on); }
  toggleCamera() { this.setCamera(!this.room?.self?.camera_on); }

  /** @param {boolean} on */
  async setMicrophone(on) {
    if (on && this.room?.rests) return toast(gettext("Sound and pictures rest just now."), { ms: 5_000 });
    if (!on) this.#own.setMicrophone(false);
    if (on && !this.#own.microphone) await this.#own.setMicrophone(true);
    if (on && !this.#own.microphone) return toast(gettext("We cannot reach your mic. Look under More, Camera, mic and speaker."));
    this.#ask("microphone.set", { on });
  }

  /** @param {boolean} on */
  async setCamera(on) {
    if (on && this.#media.soundOnly) this.soundOnly(false);
    await this.#choose(on);
    if (on && !this.#own.camera) return toast(gettext("We cannot reach your camera. Look under More, Camera, mic and speaker."));
    this.#ask("camera.set", { on });
  }

  /** @param {boolean} on */
  soundOnly(on) {
    rememberDevices({ soundOnly: on });
    this.#media.setSoundOnly(on);
    if (!this.room) return;
    this.#ask("mode.set", { mode: on ? "audio" : "video" });
    if (on && this.room.self?.camera_on) this.setCamera(false);
    this.#changed();
  }

  async share() {
    if (this.room?.self?.is_sharing) return this.#ask("screen.share", { on: false });
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

  /** What had to be given up for the line, or came back. @param {number} step */
  sacrificed(step) {
    const self = this.room?.self;
    if (!self || this.#media.soundOnly) return this.#changed();
    if (step === 2 && self.camera_on) this.#ask("camera.set", { on: false });
    if (step < 2 && !self.camera_on && this.#own.camera) this.#ask("camera.set", { on: true });
    announce([
      gettext("Your line is better. Pictures are back."), gettext("Your line is weak. Others' pictures rest so that voices stay."), gettext("Your line is weak. Your own picture rests too."),
    ][step]);
    return this.#changed();
  }

  ownChanged() {
    if (!this.room) return;
    this.#media.update(this.room);
    if (this.room.self?.microphone_on) this.#mutedNote();
    if (this.#own.microphone !== this.#metered) this.#listenTo(this.#own.microphone);
  }

  leftRoom() {
    this.room = null;
    this.#own.setMicrophone(false);
    this.#media.forget();
  }

  /** Camera and microphone go back to the machine: to another window, or because nobody is to see one for now. */
  rest() {
    this.#listenTo(null);
    this.#own.stop();
  }

  stop() {
    this.rest();
    this.#media.leave();
  }

  /** @param {boolean} on */
  #choose(on) {
    this.#showsSelf = picture(on);
    return this.#own.setCamera(on);
  }

  async #show() {
    picture(true);
    if (!this.#own.camera) await this.#own.setCamera(true);
    if (this.#own.camera && this.room?.self?.camera_on === false) this.#ask("camera.set", { on: true });
  }

  /** @param {MediaStreamTrack | null} track */
  #listenTo(track) {
    this.#meter?.stop();
    this.#metered = track;
    this.#meter = track && new Meter(track, ({ speaks }) => this.#speaking(speaks));
  }

  /** @param {boolean} speaks */
  #speaking(speaks) {
    const self = this.room?.self;
    if (speaks === this.#speaks || !self) return;
    this.#speaks = speaks;
    if (self.microphone_on) this.#tellSpeaking(speaks);
    clearTimeout(this.#talking);
    if (speaks && !self.microphone_on) this.#talking = setTimeout(() => this.#tellMuted(), COUGH);
  }

  /** @param {boolean} on */
  #tellSpeaking(on) {
    this.#pass("speaking", { on });
    this.#heard("speaking", { from: this.room?.me, on });
  }

  /** Whoever talks on while muted is told: not for a cough, and not again and again beside a television. */
  #tellMuted() {
    const { room } = this;
    const isTold = Date.now() - this.#mutedToldAt < TOLD_ENOUGH;
    if (!room || room.rests || room.self?.microphone_on || this.#own.isPaused || isTold) return;
    this.#mutedToldAt = Date.now();
    this.#mutedNote = toast(gettext("You are muted."), { label: gettext("Turn on my mic"), act: () => this.setMicrophone(true), ms: 8_000 });
  }
}
