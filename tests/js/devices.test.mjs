import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { OwnMedia, browserFamily, browserTrouble, problemOf } from "../../static/js/devices.js";

class Track {
  enabled = true;
  readyState = "live";
  constructor(kind) { this.kind = kind; }
  stop() { this.readyState = "ended"; }
}

/** A machine whose devices can be there, busy or forbidden. */
class Machine {
  asked = [];
  fails = {};
  given = [];
  listeners = [];
  addEventListener(name, act) { this.listeners.push(act); }
  async enumerateDevices() { return [{ kind: "videoinput", deviceId: "a", label: "Front" }, { kind: "audiooutput", deviceId: "", label: "" }]; }
  async getUserMedia(wanted) {
    this.asked.push(wanted);
    for (const kind of ["video", "audio"]) if (wanted[kind] && this.fails[kind]) throw Object.assign(new Error(), { name: this.fails[kind] });
    const tracks = ["video", "audio"].filter((kind) => wanted[kind]).map((kind) => new Track(kind));
    this.given.push(...tracks);
    return { getTracks: () => tracks };
  }
}

function ownWith(fails = {}, choices = {}) {
  const machine = new Machine();
  machine.fails = fails;
  return { machine, own: new OwnMedia({ devices: machine, changed: () => {}, choices: () => choices, remember: (changes) => Object.assign(choices, changes) }) };
}

describe("asking for devices", () => {
  test("both are asked for in one question", async () => {
    const { machine, own } = ownWith();
    await own.start();
    assert.equal(machine.asked.length, 1);
    assert.ok(own.camera && own.microphone);
  });

  test("a blocked camera does not cost the microphone, and is told apart", async () => {
    const { own } = ownWith({ video: "NotAllowedError" });
    await own.start();
    assert.equal(own.camera, null);
    assert.ok(own.microphone);
    assert.deepEqual(own.problems, { camera: "blocked", microphone: null });
  });

  test("whoever chose sound only is not asked for a camera", async () => {
    const { machine, own } = ownWith({}, { soundOnly: true });
    await own.start();
    assert.ok(machine.asked.every(({ video }) => !video));
  });

  test("a machine without devices is no error", async () => {
    const own = new OwnMedia({ devices: undefined, changed: () => {}, choices: () => ({}) });
    await own.start();
    assert.equal(own.problems.microphone, "insecure");
  });
});

describe("on and off", () => {
  test("a camera that is off is let go, so that its light goes out", async () => {
    const { own, machine } = ownWith();
    await own.start();
    await own.setCamera(false);
    assert.equal(machine.given.find(({ kind }) => kind === "video").readyState, "ended");
    await own.setCamera(true);
    assert.equal(own.camera.readyState, "live");
  });

  test("a muted microphone is kept and sends nothing, also after another was chosen", async () => {
    const { own } = ownWith();
    await own.start();
    await own.setMicrophone(false);
    assert.equal(own.microphone.enabled, false);
    await own.choose("microphone", "headset");
    assert.equal(own.microphone.enabled, false);
  });

  test("a camera that answers after it was switched off again is not kept", async () => {
    const { own } = ownWith();
    await own.start();
    await own.setCamera(false);
    const asked = own.setCamera(true);
    own.wants.camera = false;
    await asked;
    assert.equal(own.camera, null);
  });

  test("leaving lets go of everything", async () => {
    const { own, machine } = ownWith();
    await own.start();
    own.stop();
    assert.ok(machine.given.every(({ readyState }) => readyState === "ended"));
  });
});

describe("getting devices back", () => {
  test("what a phone call or a cable took is asked for again", async () => {
    const { own } = ownWith();
    await own.start();
    const before = own.microphone;
    before.readyState = "ended";
    before.onended();
    await new Promise((done) => setTimeout(done));
    assert.notEqual(own.microphone, before);
    assert.equal(own.microphone.readyState, "live");
  });

  test("a camera that is off is not switched on by a lid or a cable", async () => {
    const { own, machine } = ownWith();
    await own.start();
    await own.setCamera(false);
    await own.mend();
    machine.listeners[0]();
    assert.equal(own.camera, null);
  });

  test("a microphone that the machine pauses is told", async () => {
    const { own } = ownWith();
    await own.start();
    own.microphone.onmute();
    assert.equal(own.isPaused, true);
    own.microphone.onunmute();
    assert.equal(own.isPaused, false);
  });

  test("the chosen device is asked for, and another will do", async () => {
    const { own, machine } = ownWith();
    await own.start();
    await own.choose("camera", "b");
    assert.deepEqual(machine.asked.at(-1).video.deviceId, { ideal: "b" });
  });
});

describe("browsers", () => {
  const fine = { userAgent: "Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile Safari/537.36", isSecure: true, hasCalls: true, hasDevices: true };

  test("each reason why one cannot take part has its name", () => {
    assert.equal(browserTrouble(fine), null);
    assert.equal(browserTrouble({ ...fine, isSecure: false, hasDevices: false }), "insecure");
    assert.equal(browserTrouble({ ...fine, hasCalls: false }), "too_old");
    assert.equal(browserTrouble({ ...fine, userAgent: "Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile [FBAN/FBIOS]" }), "in_app");
    assert.equal(browserTrouble({ ...fine, userAgent: "Mozilla/5.0 (Linux; Android 14; wv) Chrome/126; wv)", hasDevices: false }), "in_app");
  });

  test("help is for the browser at hand", () => {
    assert.equal(browserFamily("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Safari/604.1"), "ios");
    assert.equal(browserFamily(fine.userAgent), "android");
    assert.equal(browserFamily("Mozilla/5.0 (X11) Gecko/20100101 Firefox/140.0"), "firefox");
    assert.equal(browserFamily("Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537.36 Edg/126"), "edge");
  });

  test("what a browser says when it refuses becomes one of four words", () => {
    assert.equal(problemOf({ name: "NotFoundError" }), "missing");
    assert.equal(problemOf({ name: "NotReadableError" }), "busy");
    assert.equal(problemOf(new TypeError()), "insecure");
  });
});
