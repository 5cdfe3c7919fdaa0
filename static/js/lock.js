// Locks the page when nobody touched it for long, and opens it again with what was typed still there.
// Only a person's own touch counts: the browser marks it, and nothing that a page does by itself is told.
import { prepare } from "./passkey.js";
import { Watch } from "./lock/watch.js";

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];
const LOOK_EVERY = 5_000;
const LOCKED = 423;
const GONE = 401;

/** @param {HTMLDialogElement} veil */
function guard(veil) {
  const { minutes, person, unlock, open, active } = /** @type {Record<string, string>} */ (veil.dataset);
  const covers = veil.dataset.covers !== "no";
  const watch = new Watch(Number(minutes) * 60_000, Date.now());
  const windows = new BroadcastChannel(`lock ${person}`);
  /** @type {Element | null} */
  let before = null;
  let postedAt = 0;

  const isLocked = () => Boolean(document.body?.classList.contains("locked"));
  const token = () => /** @type {HTMLInputElement | null} */ (document.querySelector("[name=csrfmiddlewaretoken]"))?.value;
  /** @param {string} url @param {RequestInit} [more] */
  const ask = (url, more) =>
    fetch(url, { ...more, redirect: "manual", headers: { "X-Part": "unlock", "X-Person": person, ...more?.headers } });

  /** @param {number} status */
  function heed(status) {
    // Someone else signed in, or nobody is: this page is not theirs to see.
    if (status === GONE) location.reload();
    else if (status === LOCKED) cover();
    else if (isLocked()) uncover();
  }

  function cover() {
    if (isLocked() || !covers) return;
    before = document.activeElement;
    document.body.classList.add("locked");
    veil.hidden = false;
    veil.showModal();
    fillVeil();
  }

  function uncover() {
    document.body.classList.remove("locked");
    veil.close();
    veil.hidden = true;
    watch.touched(Date.now());
    windows.postMessage("open");
    if (before instanceof HTMLElement) before.focus();
  }

  async function fillVeil() {
    try {
      draw(await (await ask(unlock)).text());
    } catch { /* no line: what the veil says by itself leads to the same page */ }
  }

  /** @param {string} page our own, drawn by the server */
  function draw(page) {
    const ways = new DOMParser().parseFromString(page, "text/html").querySelector("[data-ways]");
    if (!ways) return;
    veil.querySelector("[data-ways]")?.replaceWith(document.adoptNode(ways));
    for (const form of veil.querySelectorAll("form[data-passkey]")) prepare(/** @type {HTMLFormElement} */ (form), send);
    /** @type {HTMLElement | null} */ (ways.querySelector("form:not([hidden]) :is(input:not([type=hidden]), button)"))?.focus();
  }

  /** @param {HTMLFormElement} form @param {HTMLElement | null} [button] */
  async function send(form, button = null) {
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, button)));
    try {
      const answer = await ask(form.action, { method: "POST", body });
      if (answer.ok && answer.status !== 204 || answer.status === 422) draw(await answer.text());
      else if (answer.type === "opaqueredirect") location.assign(unlock);
      else heed(answer.status);
    } catch {
      location.assign(unlock);
    }
  }

  async function look() {
    try {
      heed((await ask(open)).status);
    } catch { /* no line: the page stays as it is */ }
  }

  async function tell() {
    const csrf = token();
    if (!csrf) return;
    watch.told(Date.now());
    try {
      heed((await ask(active, { method: "POST", headers: { "X-CSRFToken": csrf } })).status);
    } catch { /* no line: told again at the next touch */ }
  }

  function tick() {
    const now = Date.now();
    if (isLocked()) return;
    if (watch.isOver(now)) cover();
    else if (watch.shouldTell(now)) tell();
  }

  /** @param {Event} event */
  function touch(event) {
    if (!event.isTrusted || isLocked()) return;
    // Asleep until now, and woken by this very touch: it comes too late.
    if (watch.isOver(Date.now())) return cover();
    const now = Date.now();
    watch.touched(now);
    if (now - postedAt < LOOK_EVERY) return;
    windows.postMessage(postedAt = now);
  }

  windows.onmessage = ({ data }) => {
    if (data === "open") { if (isLocked()) look(); } else watch.touched(data);
  };
  for (const sign of SIGNS) document.addEventListener(sign, touch, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    tick();
    look();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  veil.addEventListener("cancel", (event) => event.preventDefault());
  veil.addEventListener("close", () => { if (isLocked()) veil.showModal(); });
  veil.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || !form.elements.namedItem("way")) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  setInterval(tick, LOOK_EVERY);
}

const veil = document.querySelector("dialog[data-lock]");
if (veil instanceof HTMLDialogElement) guard(veil);
