/** Camera, microphone and speaker, tried out before anyone else sees or hears. Draws what devices.js knows. */

import { browserFamily, browserTrouble, deviceChoices, rememberDevices } from "../../devices.js";
import { Meter, play, unlockSound } from "../../sound.js";
import { aside, el, label, on, part, say, set } from "./dom.js";

const BARS = 20;
const SVG = "http://www.w3.org/2000/svg";

/** What the rest of the way in needs to know about this browser, in plain words. @returns {{ fact: string, way: string } | null} */
export function troubleHere() {
  const trouble = browserTrouble({
    userAgent: navigator.userAgent, isSecure: window.isSecureContext, hasCalls: "RTCPeerConnection" in window, hasDevices: Boolean(navigator.mediaDevices),
  });
  if (!trouble) return null;
  return {
    in_app: { fact: gettext("You opened this inside another app."), way: gettext("Camera and mic often do not work there. Copy the link and open it in Safari or Chrome.") },
    insecure: { fact: gettext("This address is not secure."), way: gettext("The browser then keeps camera and mic shut. Use the address that begins with https.") },
    too_old: { fact: gettext("This browser is too old for the meeting."), way: gettext("Update it, or copy the link and open it in another browser.") },
  }[trouble];
}

/** @param {import("../../devices.js").Kind} kind @param {import("../../devices.js").Problem} problem @returns {{ fact: string, steps: string[] }} */
export function problemWords(kind, problem) {
  const camera = kind === "camera";
  const facts = {
    blocked: camera ? gettext("Your browser keeps the camera shut.") : gettext("Your browser keeps the mic shut."),
    missing: camera ? gettext("We find no camera.") : gettext("We find no mic."),
    busy: camera ? gettext("Another app uses the camera.") : gettext("Another app uses the mic."),
    insecure: gettext("This address is not secure, so camera and mic stay shut."),
  };
  const steps = problem === "blocked" ? stepsToUnblock() : {
    missing: [gettext("Plug it in, or turn it on."), camera ? gettext("You can also join without a picture.") : gettext("You can also listen, and write in the chat.")],
    busy: [gettext("Close other calls and apps that use it."), gettext("Then try again.")],
    insecure: [gettext("Use the address that begins with https.")],
  }[problem];
  return { fact: facts[problem], steps };
}

/** @returns {string[]} */
function stepsToUnblock() {
  return {
    ios: [gettext("Open Settings, then Apps, then your browser."), gettext("Set Camera and Microphone to “Ask” or “Allow”."), gettext("Come back here and try again.")],
    android: [gettext("Press the sign left of the address."), gettext("Press Permissions and allow Camera and Microphone."), gettext("Try again.")],
    firefox: [gettext("Press the crossed-out camera or mic beside the address."), gettext("Remove the block."), gettext("Try again.")],
    safari: [gettext("Open the menu Safari, then Settings for This Website."), gettext("Set Camera and Microphone to “Allow”."), gettext("Try again.")],
    edge: [gettext("Press the lock beside the address."), gettext("Allow Camera and Microphone."), gettext("Try again.")],
    chrome: [gettext("Press the sign left of the address."), gettext("Turn on Camera and Microphone."), gettext("Try again.")],
  }[browserFamily(navigator.userAgent)];
}

/** Show a track in a tile, or the initial where there is none. @param {Element} tile @param {MediaStreamTrack | null} track */
export function showTrack(tile, track) {
  const video = tile.querySelector("video");
  if (!video) return;
  const now = /** @type {MediaStream | null} */ (video.srcObject)?.getTracks()[0] ?? null;
  tile.classList.toggle("off", !track);
  video.hidden = !track;
  if (now === track) return;
  video.srcObject = track && new MediaStream([track]);
  if (track) video.play().catch(() => {});
}

export class DeviceCheck {
  #root; #own; #soundOnly;
  /** @type {Meter | null} */ #meter = null;
  /** @type {MediaStreamTrack | null} */ #metered = null;
  #wasHeard = false;

  /** @param {Element} root @param {import("../../devices.js").OwnMedia} own @param {(on: boolean) => void} soundOnly */
  constructor(root, own, soundOnly = () => {}) {
    this.#root = root;
    this.#own = own;
    this.#soundOnly = soundOnly;
    this.#bars();
    on("camera", () => own.setCamera(!own.camera), root);
    on("microphone", () => own.setMicrophone(!own.wants.microphone), root);
    on("chime", () => this.#chime(), root);
    on("again", () => own.start(), root);
    on("copy", (button) => this.#copy(button), root);
    on("choose", (button) => this.#choose(button), root);
    this.#soundOnlySwitch().checked = Boolean(deviceChoices().soundOnly);
    this.#soundOnlySwitch().addEventListener("change", () => this.#onlySound());
  }

  async start() {
    const trouble = troubleHere();
    part("trouble", this.#root).hidden = !trouble;
    say(part("trouble-fact", this.#root), trouble?.fact ?? "");
    say(part("trouble-way", this.#root), trouble?.way ?? "");
    document.addEventListener("pointerdown", unlockSound, { once: true });
    await this.#own.start();
  }

  draw() {
    const { camera, microphone, wants } = this.#own;
    showTrack(part("preview", this.#root), camera);
    this.#press("camera", Boolean(camera), camera ? gettext("Camera on") : gettext("Camera off"));
    const hears = Boolean(microphone && wants.microphone);
    this.#press("microphone", hears, hears ? gettext("Mic on") : gettext("Mic off"));
    this.#listenTo(hears ? microphone : null);
    this.#drawProblem();
  }

  stop() { this.#listenTo(null); }

  /** @param {import("../../devices.js").Kind} kind @param {boolean} isOn @param {string} words */
  #press(kind, isOn, words) {
    const button = this.#root.querySelector(`[data-act="${kind}"]`);
    if (!button) return;
    set(button, "aria-pressed", String(isOn));
    label(button, { camera: isOn ? "camera" : "camera-off", microphone: isOn ? "mic" : "mic-off" }[kind], words);
  }

  #drawProblem() {
    const { problems, wants } = this.#own;
    const kind = wants.microphone && problems.microphone ? "microphone" : wants.camera && problems.camera ? "camera" : null;
    const words = kind && problemWords(kind, /** @type {any} */ (problems[kind]));
    part("problem", this.#root).hidden = !words;
    say(part("problem-fact", this.#root), words?.fact ?? "");
    part("problem-steps", this.#root).replaceChildren(...(words?.steps ?? []).map((text) => el("li", { text })));
  }

  /** @returns {HTMLInputElement} */
  #soundOnlySwitch() { return /** @type {any} */ (this.#root.querySelector('[data-act="sound-only"]')); }

  #onlySound() {
    const soundOnly = this.#soundOnlySwitch().checked;
    rememberDevices({ soundOnly });
    this.#own.setCamera(!soundOnly);
    this.#soundOnly(soundOnly);
  }

  #bars() {
    const bar = (/** @type {number} */ index) => {
      const rect = document.createElementNS(SVG, "rect");
      for (const [name, value] of Object.entries({ x: index * 12, width: 9, height: 12, rx: 3, class: "bar-rest" })) rect.setAttribute(name, String(value));
      return rect;
    };
    part("level", this.#root).replaceChildren(...Array.from({ length: BARS }, (_, index) => bar(index)));
  }

  /** @param {MediaStreamTrack | null} track */
  #listenTo(track) {
    if (track === this.#metered) return;
    this.#meter?.stop();
    this.#metered = track;
    this.#meter = track && new Meter(track, ({ level, speaks }) => this.#drawLevel(level, speaks));
    if (!track) this.#drawLevel(0, false);
  }

  /** @param {number} level @param {boolean} speaks */
  #drawLevel(level, speaks) {
    [...part("level", this.#root).children].forEach((bar, index) => set(bar, "class", index < level * BARS ? "bar-done" : "bar-rest"));
    this.#wasHeard = Boolean(this.#metered) && (this.#wasHeard || speaks);
    const heard = part("heard", this.#root);
    heard.classList.toggle("good", this.#wasHeard);
    say(heard, !this.#metered ? gettext("Mic is off") : this.#wasHeard ? gettext("We hear you") : gettext("Say something"));
  }

  #chime() {
    play("chime", deviceChoices().speaker);
    say(part("chime-words", this.#root), gettext("Heard the chime?"));
    say(this.#root.querySelector('[data-act="chime"]'), gettext("Play again"));
  }

  /** @param {HTMLElement} button */
  async #copy(button) {
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    say(button, gettext("Copied"));
  }

  /** @param {HTMLElement} button */
  async #choose(button) {
    const box = part("devices", this.#root);
    box.hidden = !box.hidden;
    set(button, "aria-expanded", String(!box.hidden));
    if (!box.hidden) box.replaceChildren(...await deviceFields(this.#own));
  }
}

/** Fields for the devices this browser knows, for the check and for inside the room. @param {import("../../devices.js").OwnMedia} own @param {(id: string) => void} [speakerChosen] */
export async function deviceFields(own, speakerChosen = () => {}) {
  const lists = await own.list();
  const chosen = deviceChoices();
  const names = { camera: gettext("Camera"), microphone: gettext("Mic"), speaker: gettext("Speaker") };
  const kinds = /** @type {("camera" | "microphone" | "speaker")[]} */ (["camera", "microphone", "speaker"]).filter((kind) => lists[kind].length);
  const fields = kinds.map((kind) => deviceField(names[kind], lists[kind], chosen[kind], (id) => {
    if (kind !== "speaker") return own.choose(kind, id);
    rememberDevices({ speaker: id });
    return speakerChosen(id);
  }));
  return [...fields, noiseSwitch(own)];
}

/** @param {string} name @param {{ id: string, label: string }[]} list @param {string | undefined} chosen @param {(id: string) => void} act */
function deviceField(name, list, chosen, act) {
  const options = list.map(({ id, label: words }, index) => el("option", { value: id, selected: id === chosen, text: words || `${name} ${index + 1}` }));
  const select = el("select", { class: "input", on: { change: () => act(select.value) } }, ...options);
  return el("label", { class: "field" }, el("span", { class: "strong", text: name }), select);
}

/** @param {import("../../devices.js").OwnMedia} own */
function noiseSwitch(own) {
  const box = el("input", { type: "checkbox", checked: !own.plainSound, on: { change: () => own.setPlainSound(!box.checked) } });
  return el("label", { class: "switch" }, el("span", {}, el("strong", { text: gettext("Quiet the noise around me") }), aside(".")), box, el("span", { class: "hint", text: gettext("Turn it off if your voice is cut, or for music") }));
}
