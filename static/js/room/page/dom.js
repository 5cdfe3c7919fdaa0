/** The few things that every part of the page needs. Whatever people wrote enters as text; nothing here knows how to parse HTML. */

/** @type {HTMLElement} */ let root = document.body;
/** @param {HTMLElement} meeting */
export function setRoot(meeting) { root = meeting; }

/** The outside of a connection, in a browser. @returns {import("../connection.js").World} */
export function browserWorld() {
  return {
    openSocket: (path) => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`), now: () => Date.now(), random: Math.random,
    uuid: () => crypto.randomUUID(), later: (act, ms) => setTimeout(act, ms), never: (timer) => clearTimeout(timer),
  };
}

/** @param {string} name @param {ParentNode} [within] @returns {any} */
export function part(name, within = document) { return within.querySelector(`[data-part="${name}"]`); }

/** @param {string} name @param {ParentNode} [within] @returns {any[]} */
export function acts(name, within = document) { return [...within.querySelectorAll(`[data-act="${name}"]`)]; }

/** Do something whenever a button of this name is pressed, now or later on the page. @param {string} name @param {(button: HTMLElement) => void} act @param {EventTarget} [within] */
export function on(name, act, within = document) {
  within.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest(`[data-act="${name}"]`);
    if (button instanceof HTMLElement && button.getAttribute("aria-disabled") !== "true") act(button);
  });
}

/**
 * An element. `{ class, text, data, on, …attributes }`; false and null leave an attribute out.
 * @param {string} tag @param {Record<string, any>} [has] @param {...(Node | string | null | false | undefined)} children @returns {any}
 */
export function el(tag, { text, data = {}, on: listens = {}, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(made, name, value);
  Object.assign(made.dataset, data);
  for (const [name, act] of Object.entries(listens)) made.addEventListener(name, /** @type {EventListener} */ (act));
  if (text !== undefined) made.textContent = text;
  made.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
  return made;
}

/** @param {Element} element @param {string} name @param {string | number | boolean | null | undefined} value */
export function set(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value === true ? "" : value)) element.setAttribute(name, String(value === true ? "" : value));
}

const SVG = "http://www.w3.org/2000/svg";

/** A picture of the sprite; a word beside it says what it means. @param {string} name @param {string} [tone] */
export function icon(name, tone = "") {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", `icon ${tone}`.trim());
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${root.dataset.icons}#${name}`);
  picture.append(use);
  return picture;
}

/** Change a button's picture and word, only where they differ. @param {Element} button @param {string} name @param {string} words */
export function label(button, name, words) {
  const use = button.querySelector("use");
  if (use) set(use, "href", `${root.dataset.icons}#${name}`);
  say(button.querySelector("span"), words);
}

/** @param {Element | null} element @param {string} words */
export function say(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}

/** @param {string} words @param {() => void} act @param {string} [look] */
export function button(words, act, look = "plain") {
  return el("button", { type: "button", class: `button ${look}`, text: words, on: { click: act } });
}

/** Words that only a screen reader says. @param {string} words */
export function aside(words) { return el("span", { class: "aside", text: words }); }

/**
 * Bring a list to what it should show and touch nothing else: focus, scroll and running pictures stay.
 * @template Thing @param {Element} list @param {Thing[]} things @param {(thing: Thing) => string} keyOf
 * @param {(thing: Thing) => Element} make @param {(element: any, thing: Thing) => void} [update]
 */
export function keyed(list, things, keyOf, make, update = () => {}) {
  const before = new Map([...list.children].map((child) => [/** @type {HTMLElement} */ (child).dataset.key, child]));
  /** @type {Element | null} */ let last = null;
  for (const thing of things) {
    const key = keyOf(thing);
    const child = /** @type {HTMLElement} */ (before.get(key) ?? make(thing));
    child.dataset.key = key;
    before.delete(key);
    update(child, thing);
    /** @type {Element | null} */
    const place = last ? last.nextElementSibling : list.firstElementChild;
    if (child !== place) list.insertBefore(child, place);
    last = child;
  }
  for (const child of before.values()) child.remove();
}

/** @type {string[]} */ let toSay = [];
/** @type {any} */ let saying = null;

/** Tell screen readers, politely and not too often: what gathers within a moment is said in one breath. @param {string} words */
export function announce(words) {
  if (!words || toSay.includes(words)) return;
  toSay.push(words);
  saying ??= setTimeout(speak, 700);
}

function speak() {
  const words = toSay.slice(-4).join(" ");
  toSay = [];
  part("announcer").textContent = words;
  saying = setTimeout(() => { saying = null; if (toSay.length) speak(); }, 3_000);
}

/** Something that passes; it takes nothing away that one could still undo. Returns how to end it early. @param {string} words @param {{ label?: string, act?: () => void, ms?: number }} [way] */
export function toast(words, { label: verb = "", act = () => {}, ms = 12_000 } = {}) {
  const note = el("div", { class: "toast" }, el("span", { text: words }));
  const done = () => note.remove();
  if (verb) note.append(el("button", { type: "button", text: verb, on: { click: () => { done(); act(); } } }));
  for (const other of part("toasts").querySelectorAll(":scope > :not(:has(button))")) other.remove();
  part("toasts").append(note);
  setTimeout(done, ms);
  return done;
}

/** @returns {HTMLDialogElement} */
const sheet = () => /** @type {HTMLDialogElement} */ (document.getElementById("sheet"));

/** Ask or show something over the page. The way back stays in sight; it is left out where the body has one. @param {{ title: string, lead?: string, body: (Node | null | false | "")[], close?: string }} what */
export function openSheet({ title, lead = "", body, close = gettext("Close") }) {
  say(document.getElementById("sheet-title"), title);
  say(part("sheet-lead"), lead);
  part("sheet-lead").hidden = !lead;
  part("sheet-body").replaceChildren(...body.filter((node) => node instanceof Node));
  part("sheet-foot").hidden = !close;
  say(acts("close-sheet")[0], close);
  part("sheet").scrollTop = 0;
  if (!sheet().open) sheet().showModal();
  document.getElementById("sheet-title")?.focus();
}

export function closeSheet() { if (sheet().open) sheet().close(); }

/** A press beside a sheet closes it, as Escape does. @param {HTMLDialogElement} dialog */
export function closesBeside(dialog) {
  dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
}

/** Ask before something that others will feel. @param {{ title: string, lead: string, verb: string, act: () => void, body?: Node[] }} what */
export function confirm({ title, lead, verb, act, body = [] }) {
  const yes = button(verb, () => { closeSheet(); act(); }, "risk grow");
  openSheet({ title, lead, body: [...body, el("div", { class: "row firm" }, yes, button(gettext("Cancel"), closeSheet, "plain grow"))], close: "" });
}

/** One line of a sheet: a picture, what it does, and what follows. @param {string} picture @param {string} words @param {string} hint @param {() => void} act @param {string} [look] */
export function choice(picture, words, hint, act, look = "") {
  const text = el("span", { class: "grow" }, el("strong", { text: words }), hint && el("span", { class: "small quiet", text: hint }));
  return el("button", { type: "button", class: `call ${look}`.trim(), on: { click: act } }, icon(picture), text);
}

/** @param {string} phone */
export function callChoice(phone) {
  return el("a", { class: "call", href: `tel:${phone}` }, icon("phone"), el("span", { class: "grow" }, el("strong", { text: gettext("Call") }), el("span", { class: "small quiet", text: phone })));
}
