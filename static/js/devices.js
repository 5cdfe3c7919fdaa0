/**
 * One's own camera and microphone: asking for them, choosing among them, and getting them back when a call, a lid or a cable took
 * them. Used by the room and by the check of the day before.
 */

/** @typedef {"camera" | "microphone"} Kind */
/** @typedef {"blocked" | "missing" | "busy" | "insecure"} Problem */
/** @typedef {{ camera?: string, microphone?: string, speaker?: string, soundOnly?: boolean, plainSound?: boolean }} Choices */

const SHELF = "vioport.devices";
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 15, max: 20 } };
/** @type {Record<string, Problem>} */
const PROBLEMS = {
  NotAllowedError: "blocked", SecurityError: "insecure", NotFoundError: "missing", DevicesNotFoundError: "missing", OverconstrainedError: "missing",
};

/** The only thing that this browser remembers of us: which devices one likes. @returns {Choices} */
export function deviceChoices() {
  try {
    return JSON.parse(localStorage.getItem(SHELF) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {Choices} changes */
export function rememberDevices(changes) {
  try {
    localStorage.setItem(SHELF, JSON.stringify({ ...deviceChoices(), ...changes }));
  } catch { /* storage may be blocked: the choice then lasts as long as the page */ }
}

/** Whether one shows oneself, as long as this window lives: a page that was loaded again comes back as one was. @param {boolean} [on] */
export function picture(on) {
  try {
    if (on !== undefined) sessionStorage.setItem(SHELF, on ? "picture" : "");
    return sessionStorage.getItem(SHELF) === "picture";
  } catch {
    return Boolean(on);
  }
}

/** @param {any} error @returns {Problem} */
export function problemOf(error) {
  return PROBLEMS[error?.name] ?? (error instanceof TypeError ? "insecure" : "busy");
}

export class OwnMedia {
  /** @type {MediaStreamTrack | null} */ camera = null;
  /** @type {MediaStreamTrack | null} */ microphone = null;
  /** @type {Record<Kind, Problem | null>} */ problems = { camera: null, microphone: null };
  wants = { camera: true, microphone: true };
  isPaused = false;
  #devices; #choices; #remember; #changed; #isOpen = false;

  /**
   * @param {object} options
   * @param {MediaDevices | undefined} options.devices
   * @param {() => void} options.changed
   * @param {() => Choices} [options.choices]
   * @param {(changes: Choices) => void} [options.remember]
   */
  constructor({ devices, changed, choices = deviceChoices, remember = rememberDevices }) {
    this.#devices = devices;
    this.#changed = changed;
    this.#choices = choices;
    this.#remember = remember;
    this.wants.camera = !choices().soundOnly;
    devices?.addEventListener?.("devicechange", () => this.mend());
  }

  get plainSound() { return Boolean(this.#choices().plainSound); }

  /** Ask for whatever is wanted: both in one question where both are wanted, then one by one to learn which fails. */
  async start() {
    this.#isOpen = true;
    const { camera, microphone } = this.wants;
    if (camera && microphone && await this.#askForBoth()) return;
    if (microphone) await this.#ask("microphone");
    if (camera) await this.#ask("camera");
  }

  /** @param {boolean} on */
  async setCamera(on) {
    this.wants.camera = on;
    if (on && !this.camera) await this.#ask("camera");
    if (!on) this.#release("camera");
    this.#changed();
  }

  /** A muted microphone is kept, and sends nothing. @param {boolean} on */
  async setMicrophone(on) {
    this.wants.microphone = on;
    if (on && !this.microphone) await this.#ask("microphone");
    if (this.microphone) this.microphone.enabled = on;
    this.#changed();
  }

  /** @param {Kind} kind @param {string} id */
  async choose(kind, id) {
    this.#remember({ [kind]: id });
    if (this[kind]) await this.#ask(kind);
  }

  /** Some voices, and singing bowls, are taken for noise. @param {boolean} plain */
  async setPlainSound(plain) {
    this.#remember({ plainSound: plain });
    if (this.microphone) await this.#ask("microphone");
  }

  /** Take back what the machine took: after a phone call, a pulled cable, a closed lid. */
  async mend() {
    if (!this.#isOpen) return;
    for (const kind of /** @type {Kind[]} */ (["microphone", "camera"])) {
      const isGone = !this[kind] || this[kind].readyState === "ended";
      if (this.wants[kind] && isGone) await this.#ask(kind);
    }
  }

  stop() {
    this.#isOpen = false;
    this.#release("camera");
    this.#release("microphone");
  }

  /** @returns {Promise<Record<"camera" | "microphone" | "speaker", { id: string, label: string }[]>>} */
  async list() {
    const all = await this.#devices?.enumerateDevices() ?? [];
    const of = (/** @type {string} */ kind) => all.filter((one) => one.kind === kind && one.deviceId).map(({ deviceId, label }) => ({ id: deviceId, label }));
    return { camera: of("videoinput"), microphone: of("audioinput"), speaker: of("audiooutput") };
  }

  async #askForBoth() {
    try {
      const stream = await this.#media({ video: this.#picture(), audio: this.#sound() });
      for (const track of stream.getTracks()) this.#keep(track.kind === "video" ? "camera" : "microphone", track);
      this.#changed();
      return true;
    } catch {
      return false;
    }
  }

  /** @param {Kind} kind */
  async #ask(kind) {
    try {
      const stream = await this.#media(kind === "camera" ? { video: this.#picture() } : { audio: this.#sound() });
      this.#keep(kind, stream.getTracks()[0]);
    } catch (error) {
      this.#release(kind);
      this.problems[kind] = problemOf(error);
    }
    this.#changed();
  }

  /** @param {MediaStreamConstraints} wanted */
  async #media(wanted) {
    if (!this.#devices) throw new TypeError("no devices");
    return this.#devices.getUserMedia(wanted);
  }

  /** @param {Kind} kind @param {MediaStreamTrack} track */
  #keep(kind, track) {
    this.#release(kind);
    if (!this.#isOpen) return track.stop();
    this.problems[kind] = null;
    this[kind] = track;
    if (kind === "microphone") track.enabled = this.wants.microphone;
    if (kind === "camera" && !this.wants.camera) return this.#release("camera");
    track.onended = () => this[kind] === track && this.#lost(kind);
    track.onmute = () => this.#restsWith(track, true);
    track.onunmute = () => this.#restsWith(track, false);
  }

  /** @param {Kind} kind */
  #lost(kind) {
    this[kind] = null;
    this.#changed();
    this.#ask(kind);
  }

  /** The machine itself silenced us: a phone call on iOS, a switch on a headset. @param {MediaStreamTrack} track @param {boolean} paused */
  #restsWith(track, paused) {
    if (track !== this.microphone) return;
    this.isPaused = paused;
    this.#changed();
  }

  /** @param {Kind} kind */
  #release(kind) {
    const track = this[kind];
    this[kind] = null;
    if (track) track.onended = null;
    track?.stop();
  }

  #picture() {
    const { camera } = this.#choices();
    return { ...PICTURE, ...(camera ? { deviceId: { ideal: camera } } : { facingMode: "user" }) };
  }

  #sound() {
    const { microphone, plainSound } = this.#choices();
    const kind = { echoCancellation: true, noiseSuppression: !plainSound, autoGainControl: true, channelCount: { ideal: 1 } };
    return { ...kind, ...(microphone ? { deviceId: { ideal: microphone } } : {}) };
  }
}

/**
 * What keeps this browser from taking part, if anything.
 * @param {{ userAgent: string, isSecure: boolean, hasCalls: boolean, hasDevices: boolean }} browser
 * @returns {"in_app" | "insecure" | "too_old" | null}
 */
export function browserTrouble({ userAgent, isSecure, hasCalls, hasDevices }) {
  if (!isSecure) return "insecure";
  if (isInApp(userAgent) && !(hasCalls && hasDevices)) return "in_app";
  if (!hasCalls || !hasDevices) return "too_old";
  return isInApp(userAgent) ? "in_app" : null;
}

/** Pages inside another app often get no camera, and are gone when that app is. @param {string} userAgent */
function isInApp(userAgent) {
  const named = /FBAN|FBAV|FB_IAB|Instagram|MicroMessenger|Snapchat|TikTok|musical_ly|Twitter|LinkedInApp|GSA\/|Line\/|; wv\)/.test(userAgent);
  return named || (/iPhone|iPad/.test(userAgent) && !/Safari\//.test(userAgent));
}

/** @param {string} userAgent @returns {"ios" | "android" | "firefox" | "safari" | "edge" | "chrome"} */
export function browserFamily(userAgent) {
  if (/iPhone|iPad/.test(userAgent)) return "ios";
  if (/Android/.test(userAgent)) return "android";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Edg\//.test(userAgent)) return "edge";
  return /Chrome\//.test(userAgent) ? "chrome" : "safari";
}

/** Keep the screen from sleeping as long as the page is seen; a phone lets go of the lock when it is not. */
export function keepAwake() {
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  const hold = async () => {
    if (document.visibilityState !== "visible") return;
    lock = await navigator.wakeLock?.request("screen").catch(() => null);
  };
  document.addEventListener("visibilitychange", hold);
  hold();
  return () => {
    document.removeEventListener("visibilitychange", hold);
    lock?.release().catch(() => {});
  };
}
