/**
 * One's connection to one other browser. Three lanes are agreed once (voice, picture, screen), so that muting or changing a device
 * needs no new agreement. Perfect negotiation: the one with the lower seat leads and wins where offers cross.
 */

import { sampleOf } from "./quality.js";

/** @typedef {"microphone" | "camera" | "screen"} Lane */
/** @typedef {Record<Lane, MediaStreamTrack | null>} Tracks */
/** @type {Lane[]} */
export const LANES = ["microphone", "camera", "screen"];
const PATIENCE = 8_000;
const ANSWER = 1_000; // signals may be lost on their way, and then nobody knows
const SPEECH = { minptime: 10, useinbandfec: 1, usedtx: 1, stereo: 0, maxaveragebitrate: 28000 };

/** Ask the other side to send speech: one channel, silent when silent, with a spare copy for lost packets. @param {string} sdp */
export function tunedForSpeech(sdp) {
  const payload = /a=rtpmap:(\d+) opus\/48000/i.exec(sdp)?.[1];
  if (!payload) return sdp;
  const line = `a=fmtp:${payload} ${Object.entries(SPEECH).map(([name, value]) => `${name}=${value}`).join(";")}`;
  const said = new RegExp(`a=fmtp:${payload} [^\\r\\n]*`);
  return said.test(sdp) ? sdp.replace(said, line) : sdp.replace(new RegExp(`(a=rtpmap:${payload} [^\\r\\n]*)`), `$1\r\n${line}`);
}

/** Which RTCPeerConnection wrote this: a page that was loaded again writes another number. @param {string} sdp */
export function writerOf(sdp) {
  return /^o=\S+ (\d+)/m.exec(sdp)?.[1] ?? "";
}

export class Pair {
  /** @type {RTCPeerConnection} */ #pc;
  #options; #leads; #writer = ""; #isOffering = false; #isAnswering = false; #isIgnoring = false; #wasWell = false;
  #queue = Promise.resolve();
  #counts = { lost: 0, received: 0 };
  #patience = PATIENCE;
  /** @type {any} */ #watchdog;
  /** @type {any} */ #reminder;
  /** @type {Tracks} */ tracks;
  wantsPictures;

  /**
   * @param {object} options
   * @param {boolean} options.leads whether we win where offers cross
   * @param {() => import("../state.js").Grant} options.grant
   * @param {Tracks} options.tracks
   * @param {boolean} options.wantsPictures
   * @param {(body: any) => void} options.send
   * @param {(lane: Lane, track: MediaStreamTrack | null) => void} options.got
   * @param {() => void} options.expired the way through may need fresh credentials
   */
  constructor(options) {
    this.#options = options;
    this.#leads = options.leads;
    this.tracks = { ...options.tracks };
    this.wantsPictures = options.wantsPictures;
    this.#pc = this.#fresh();
  }

  get state() { return this.#pc.connectionState; }
  get isWell() { return this.state === "connected" && this.#pc.signalingState === "stable"; }

  /** @param {{ description?: RTCSessionDescriptionInit, candidate?: RTCIceCandidateInit | null }} body */
  hear(body) {
    this.#inTurn(() => body.description ? this.#described(body.description) : this.#candidate(body.candidate ?? null));
  }

  /** Theirs or our own line came back. Media may have outlived it; the offer finds out whether their page did too. */
  returned() {
    if (!this.#leads) return;
    if (this.isWell) this.#pc.restartIce();
    else this.#rebuild();
  }

  /** @param {Lane} lane @param {MediaStreamTrack | null} track */
  publish(lane, track) {
    if (this.tracks[lane] === track) return;
    this.tracks[lane] = track;
    this.#inTurn(() => this.#load(lane));
  }

  /** Stop, or begin again, to receive pictures: the other side then does not even send them. @param {boolean} on */
  wantPictures(on) {
    if (this.wantsPictures === on) return;
    this.wantsPictures = on;
    const lane = this.#lane("camera");
    if (lane) lane.direction = on ? "sendrecv" : "sendonly";
  }

  /** Fresh credentials for the way through. */
  granted() {
    const { ice_servers, relay_only } = this.#options.grant();
    this.#pc.setConfiguration({ iceServers: ice_servers, iceTransportPolicy: relay_only ? "relay" : "all", bundlePolicy: "max-bundle" });
  }

  async sample() {
    const { sample, counts } = sampleOf((await this.#pc.getStats()).values(), this.#counts);
    this.#counts = counts;
    return sample;
  }

  close() {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#reminder);
    this.#pc.onconnectionstatechange = this.#pc.onnegotiationneeded = this.#pc.onicecandidate = this.#pc.ontrack = null;
    this.#pc.close();
    for (const lane of LANES) this.#options.got(lane, null);
  }

  #fresh() {
    const { ice_servers, relay_only } = this.#options.grant();
    const pc = new RTCPeerConnection({ iceServers: ice_servers, iceTransportPolicy: relay_only ? "relay" : "all", bundlePolicy: "max-bundle" });
    pc.onnegotiationneeded = () => this.#offer(pc);
    pc.onicecandidate = ({ candidate }) => candidate && this.#options.send({ candidate });
    pc.ontrack = ({ transceiver, track }) => this.#options.got(LANES[pc.getTransceivers().indexOf(transceiver)], track);
    pc.onconnectionstatechange = () => this.#stateChanged(pc);
    this.#writer = "";
    this.#wasWell = false;
    this.#counts = { lost: 0, received: 0 };
    if (this.#leads) this.#layLanes(pc);
    this.#watch(pc);
    return pc;
  }

  /** @param {RTCPeerConnection} pc */
  #layLanes(pc) {
    for (const lane of LANES) {
      const direction = lane === "camera" && !this.wantsPictures ? "sendonly" : "sendrecv";
      const { sender } = pc.addTransceiver(lane === "microphone" ? "audio" : "video", { direction });
      if (this.tracks[lane]) sender.replaceTrack(this.tracks[lane]);
    }
  }

  #rebuild() {
    const old = this.#pc;
    old.onconnectionstatechange = old.onnegotiationneeded = old.onicecandidate = old.ontrack = null;
    this.#isOffering = this.#isAnswering = false;
    this.#pc = this.#fresh();
    old.close();
  }

  /** @param {RTCPeerConnection} pc */
  async #offer(pc) {
    try {
      this.#isOffering = true;
      await pc.setLocalDescription();
      this.#untilAnswered(pc, ANSWER);
    } catch (error) {
      if (pc.signalingState !== "closed") throw error;
    } finally {
      this.#isOffering = false;
    }
  }

  /** Say the offer until it is answered; by then it holds all the ways through that were found. @param {RTCPeerConnection} pc @param {number} after */
  #untilAnswered(pc, after) {
    if (pc !== this.#pc || pc.signalingState !== "have-local-offer") return;
    this.#options.send({ description: pc.localDescription });
    clearTimeout(this.#reminder);
    this.#reminder = setTimeout(() => this.#untilAnswered(pc, after * 2), after);
  }

  /** @param {RTCSessionDescriptionInit} description */
  async #described(description) {
    const sdp = tunedForSpeech(description.sdp ?? "");
    if (this.#isAnotherPage(sdp)) {
      this.#rebuild();
      if (description.type === "answer") return; // our fresh connection offers by itself
    }
    const pc = this.#pc;
    const isFree = !this.#isOffering && (pc.signalingState === "stable" || this.#isAnswering);
    this.#isIgnoring = this.#leads && description.type === "offer" && !isFree;
    if (this.#isIgnoring) return;
    this.#writer = writerOf(sdp);
    this.#isAnswering = description.type === "answer";
    await pc.setRemoteDescription({ type: description.type, sdp });
    this.#isAnswering = false;
    if (description.type === "offer") await this.#answer(pc);
    for (const lane of LANES) await this.#limit(lane);
  }

  /** @param {RTCPeerConnection} pc */
  async #answer(pc) {
    for (const lane of LANES) await this.#load(lane);
    for (const [index, transceiver] of pc.getTransceivers().entries()) {
      const declines = LANES[index] === "camera" && !this.wantsPictures;
      if (transceiver.direction !== "stopped") transceiver.direction = declines ? "sendonly" : "sendrecv";
    }
    await pc.setLocalDescription();
    this.#options.send({ description: pc.localDescription });
  }

  /** @param {string} sdp */
  #isAnotherPage(sdp) {
    return this.#writer !== "" && this.#writer !== writerOf(sdp);
  }

  /** @param {RTCIceCandidateInit | null} candidate */
  async #candidate(candidate) {
    if (!candidate || this.#isIgnoring || !this.#pc.remoteDescription) return;
    await this.#pc.addIceCandidate(candidate).catch(() => {}); // of an agreement that is no more
  }

  /** @param {Lane} lane */
  #lane(lane) { return this.#pc.getTransceivers()[LANES.indexOf(lane)]; }

  /** @param {Lane} lane */
  async #load(lane) {
    const sender = this.#lane(lane)?.sender;
    if (sender && sender.track !== this.tracks[lane]) await sender.replaceTrack(this.tracks[lane]);
    await this.#limit(lane);
  }

  /** @param {Lane} lane */
  async #limit(lane) {
    const sender = this.#lane(lane)?.sender;
    const parameters = sender?.getParameters();
    if (!sender || !parameters?.encodings?.length) return;
    Object.assign(parameters.encodings[0], this.#limitsOf(lane, sender.track));
    await sender.setParameters(parameters).catch(() => {}); // an older browser then keeps its own limits
  }

  /** @param {Lane} lane @param {MediaStreamTrack | null} track */
  #limitsOf(lane, track) {
    if (lane === "microphone") return { maxBitrate: 32_000, priority: "high", networkPriority: "high" };
    if (lane === "screen") return { maxBitrate: 400_000, maxFramerate: 5 };
    const { width, height, video_kbps } = this.#options.grant().limits;
    const { width: across = width, height: down = height } = track?.getSettings() ?? {};
    const scale = Math.max(1, Math.max(across, down) / Math.max(width, height));
    return { maxBitrate: video_kbps * 1_000, maxFramerate: 15, scaleResolutionDownBy: scale, priority: "low", networkPriority: "low" };
  }

  /** @param {RTCPeerConnection} pc */
  #stateChanged(pc) {
    if (pc !== this.#pc) return;
    if (pc.connectionState === "connected") {
      this.#patience = PATIENCE;
      this.#wasWell = true;
      clearTimeout(this.#watchdog);
    } else if (pc.connectionState === "failed") {
      this.#restart(pc);
    } else if (pc.connectionState === "disconnected") {
      this.#watch(pc, 3_000);
    }
  }

  /** Offers and candidates may be lost on their way: whoever leads begins again, less and less often. @param {RTCPeerConnection} pc @param {number} [after] */
  #watch(pc, after = this.#patience) {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      if (pc !== this.#pc || pc.connectionState === "connected") return;
      this.#patience = Math.min(30_000, this.#patience * 1.5);
      if (this.#wasWell && pc.signalingState === "stable") this.#restart(pc);
      else if (this.#leads) this.#rebuild();
      else this.#watch(pc);
    }, after);
  }

  /** Another way through for the same voices: the network changed. @param {RTCPeerConnection} pc */
  #restart(pc) {
    this.#wasWell = false;
    this.#options.expired();
    pc.restartIce();
    this.#watch(pc);
  }

  /** Descriptions and candidates are taken one after the other; a broken one ends in a fresh start. @param {() => Promise<void> | void} act */
  #inTurn(act) {
    const pc = this.#pc;
    this.#queue = this.#queue.then(act).catch(() => {
      if (pc === this.#pc && pc.signalingState !== "closed" && this.#leads) this.#rebuild();
    });
  }
}
