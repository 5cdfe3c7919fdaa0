/** Small sounds, and how loud one's own voice is. No sound here comes from a file, and none leaves the page. */

/** @type {AudioContext | null} */
let context = null;

/** One context for the page; browsers let it sound only after a tap, so call this from one. */
export function unlockSound() {
  context ??= new AudioContext();
  if (context.state !== "running") context.resume().catch(() => {});
  return context;
}

/** @type {Record<string, [number, number][]>} frequencies and when they begin, in seconds */
const TUNES = {
  chime: [[523, 0], [659, 0.18], [784, 0.36]],
  knock: [[330, 0], [330, 0.22]],
  quietly: [[440, 0], [554, 0.3], [440, 0.6]],
  urgent: [[740, 0], [587, 0.25], [740, 0.5], [587, 0.75]],
  welcome: [[392, 0], [523, 0.2]],
};

/** @param {string} name @param {string} [speaker] the chosen loudspeaker, where the browser lets us choose */
export async function play(name, speaker = "") {
  const sound = unlockSound();
  // @ts-ignore Safari and Firefox cannot choose here
  if (sound.setSinkId) await sound.setSinkId(speaker).catch(() => {});
  for (const [pitch, at] of TUNES[name] ?? []) note(sound, pitch, sound.currentTime + at);
}

/** @param {AudioContext} sound @param {number} pitch @param {number} at */
function note(sound, pitch, at) {
  const tone = new OscillatorNode(sound, { type: "sine", frequency: pitch });
  const volume = new GainNode(sound, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.16, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
  tone.connect(volume).connect(sound.destination);
  tone.start(at);
  tone.stop(at + 0.55);
}

/** How loud a track is, 0 to 1, and whether someone speaks on it. Only ever used on one's own microphone. */
export class Meter {
  #analyser; #source; #samples; #clone; #timer; #spokeAt = -Infinity;
  level = 0;
  speaks = false;

  /** @param {MediaStreamTrack} track @param {(meter: Meter) => void} changed called about ten times a second */
  constructor(track, changed) {
    const sound = unlockSound();
    // A clone hears even while the sent track is muted: so that we can say "You are muted" to someone who talks.
    this.#clone = track.clone();
    this.#clone.enabled = true;
    this.#analyser = new AnalyserNode(sound, { fftSize: 1024 });
    this.#source = new MediaStreamAudioSourceNode(sound, { mediaStream: new MediaStream([this.#clone]) });
    this.#source.connect(this.#analyser);
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#timer = setInterval(() => this.#listen(changed), 100);
  }

  /** @param {(meter: Meter) => void} changed */
  #listen(changed) {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    this.level = levelOf(Math.sqrt(sum / this.#samples.length));
    if (this.level > 0.3) this.#spokeAt = performance.now();
    this.speaks = performance.now() - this.#spokeAt < 700;
    changed(this);
  }

  stop() {
    clearInterval(this.#timer);
    this.#source.disconnect();
    this.#clone.stop();
  }
}

/** Ears hear loudness in steps, so the meter shows decibels: −60 dB is nothing, −12 dB is full. @param {number} loudness */
export function levelOf(loudness) {
  const decibels = 20 * Math.log10(loudness || 1e-6);
  return Math.min(1, Math.max(0, (decibels + 60) / 48));
}
