/** What the room says to people, as sentences. Knows nothing of the page. */

/** @typedef {import("../state.js").Room} Room */
/** @typedef {import("../state.js").Person} Person */
/** @typedef {import("../state.js").Call} Call */
/**
 * @typedef {object} Waiting the body of `waiting.state`
 * @property {string} state
 * @property {string} message
 * @property {string[]} led_by
 * @property {string[]} led_here those of them who are in the room now
 * @property {boolean} leader_is_here
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {{ words: string, link: string }[]} missing
 * @property {any} arrival
 * @property {import("../state.js").Call | null} call
 * @property {string} phone
 * @property {string | null} contact
 * @property {string} server_time
 * @property {string} [arrived_at]
 * @property {string | null} [decided_by]
 */

/** @param {string} words @param {Record<string, any>} values */
export const fill = (words, values) => interpolate(words, values, true);

let zone = "";

/** Times are the reader's. @param {string} timeZone */
export function speakFor(timeZone) { zone = timeZone; }

/** `6:00 pm`, as every other page writes it (templatetags/times.py). @param {string | number | Date} at */
export function clock(at) {
  const [hour, minute] = onTheWall(new Date(at)).split(":");
  const half = Number(hour) < 12 ? pgettext("before noon", "am") : pgettext("after noon", "pm");
  return `${Number(hour) % 12 || 12}:${minute}\u00a0${half}`;
}

/** `18:00` in the reader's zone, or in the browser's where it does not know that one. @param {Date} at */
function onTheWall(at) {
  /** @type {Intl.DateTimeFormatOptions} */
  const how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  try {
    return at.toLocaleTimeString("en-US", { ...how, ...(zone ? { timeZone: zone } : {}) });
  } catch {
    return at.toLocaleTimeString("en-US", how);
  }
}

/** A number for the telephone, not broken over two lines. @param {string} phone */
const whole = (phone) => phone.replace(/-/g, "\u2011").replace(/ /g, "\u00a0");

/** "Maya", "Maya and Sam", "Maya, Sam and Kai". @param {string[]} names */
export function together(names) {
  if (names.length < 2) return names[0] ?? "";
  return fill(gettext("%(names)s and %(last)s"), { names: names.slice(0, -1).join(", "), last: names.at(-1) });
}

/** @param {string[]} names @param {string} otherwise */
export const oneOf = (names, otherwise) => together(names) || otherwise;

/** For `ngettext`: nobody named is still someone. @param {string[]} names */
export const many = (names) => Math.max(1, names.length);

/** @param {number} minutes */
export function inMinutes(minutes) {
  if (minutes < 1) return gettext("now");
  if (minutes > 90) return fill(ngettext("in %(n)s hour", "in %(n)s hours", Math.round(minutes / 60)), { n: Math.round(minutes / 60) });
  return fill(ngettext("in %(n)s minute", "in %(n)s minutes", minutes), { n: minutes });
}

/** How long ago, or since when if that is longer. @param {string | null} at @param {number} now */
export function since(at, now) {
  if (!at) return "";
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return gettext("just now");
  if (minutes < 60) return fill(ngettext("%(n)s min ago", "%(n)s min ago", minutes), { n: minutes });
  return fill(gettext("since %(time)s"), { time: clock(at) });
}

/** What stands under the title: when it begins, or how much is left. Minutes until the last two, then seconds. @param {string} startsAt @param {string} endsAt @param {number} now */
export function timeLeft(startsAt, endsAt, now) {
  const toStart = Math.ceil((Date.parse(startsAt) - now) / 60_000);
  if (toStart > 0) return fill(gettext("Starts %(when)s"), { when: inMinutes(toStart) });
  const seconds = Math.floor((Date.parse(endsAt) - now) / 1_000);
  if (seconds <= 0) return fill(gettext("Until %(time)s, time is up"), { time: clock(endsAt) });
  if (seconds < 120) return fill(gettext("%(time)s left"), { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` });
  return fill(ngettext("%(n)s min left", "%(n)s min left", Math.ceil(seconds / 60)), { n: Math.ceil(seconds / 60) });
}

/** Whose turn it is, in words: "Omar, then Lena, then you". @param {Room} room @returns {string[]} the first, and the rest */
export function turns(room) {
  const names = room.hands.map((seat) => seat === room.me ? gettext("you") : room.nameOf(seat)).filter(Boolean);
  if (!names.length) return ["", ""];
  const [first, ...rest] = names;
  const more = rest.slice(0, 3).map((name) => fill(gettext(", then %(name)s"), { name })).join("");
  const hidden = rest.length - 3;
  const last = hidden > 0 ? fill(ngettext(" and %(n)s more", " and %(n)s more", hidden), { n: hidden }) : "";
  return [first === gettext("you") ? gettext("You") : first, more + last];
}

/** What a change means to someone who cannot see it; "" where it is not worth a word. @param {Room} room @param {import("../state.js").RoomEvent} event */
export function heardOf(room, { kind, body }) {
  const name = room.nameOf(body?.seat);
  const isMe = body?.seat === room.me;
  const told = (/** @type {string} */ words) => fill(words, { name });
  switch (kind) {
    case "person.joined": return isMe ? "" : told(isWithout(body) ? gettext("%(name)s is in, without sound and picture.") : gettext("%(name)s is in."));
    case "media.seated": return isMe && body.has_media ? gettext("You have a place for sound and picture now.") : "";
    case "person.lost": return isMe ? "" : told(gettext("%(name)s lost their line."));
    case "person.returned": return isMe ? "" : told(gettext("%(name)s is back."));
    case "person.left": case "person.shown_out": return isMe ? "" : told(gettext("%(name)s left."));
    case "person.left_quickly": return told(gettext("%(name)s left quickly."));
    case "person.stepped_out": return isMe ? "" : told(body.on ? gettext("%(name)s stepped out.") : gettext("%(name)s is back."));
    case "hand.raised": return isMe ? gettext("Your hand is up.") : told(gettext("%(name)s raised a hand."));
    case "hand.lowered": return isMe ? gettext("Your hand is down.") : "";
    case "chat.said": return isMe ? "" : told(gettext("%(name)s wrote in the chat."));
    case "hands.lowered": return gettext("All hands are down.");
    case "screen.shared": return isMe ? gettext("You share your screen.") : told(gettext("%(name)s shares their screen."));
    case "sharing.allowed": return isMe && !body.on ? gettext("You can no longer share your screen.") : "";
    case "screen.stopped": return isMe ? gettext("You stopped sharing.") : "";
    case "microphone.changed": return isMe ? ownMicrophone(body) : "";
    case "microphones.muted": return body.seats.includes(room.me) ? gettext("You were muted.") : gettext("Everyone was muted.");
    case "camera.changed": return isMe && body.by === "facilitator" ? gettext("Your camera was stopped.") : "";
    case "room.locked": return room.leads ? (body.on ? gettext("The room is locked.") : gettext("The room is open again.")) : "";
    case "room.paused": return body.on ? gettext("Sound and pictures rest.") : gettext("Sound and pictures are back.");
    case "room.held": return body.on ? gettext("No leader is here. Sound and pictures rest.") : gettext("A leader is back.");
    default: return "";
  }
}

/** @param {{ on: boolean, by: string }} body */
function ownMicrophone({ on, by }) {
  if (by === "facilitator") return gettext("You were muted.");
  return on ? gettext("Your mic is on.") : gettext("Your mic is off.");
}

/** In the room, with no place left for sound and picture. @param {Person} person */
export const isWithout = ({ has_media: has, is_simulated: isSimulated, mode }) => !has && !isSimulated && mode !== "telephone";

/** Everything about a person at a glance, for a screen reader on their tile. @param {Person} person @param {boolean} isMe */
export function personWords(person, isMe) {
  const facts = [
    isMe ? gettext("You") : person.shown_as,
    person.is_simulated && gettext("simulated"),
    person.leads && gettext("leader"),
    person.state === "lost" && gettext("line lost"),
    person.state === "away" && gettext("stepped out"),
    isWithout(person) && gettext("no sound or picture"),
    person.mode === "telephone" ? gettext("on the phone") : !person.microphone_on && gettext("muted"),
    person.hand && fill(gettext("hand up, %(n)s in line"), { n: person.hand }),
  ];
  return facts.filter(Boolean).join(", ");
}

/** @type {() => Record<string, string>} */
const reactionWords = () => ({
  thanks: gettext("Thank you"), with_you: gettext("With you"), yes: gettext("Yes"), laugh: gettext("Ha"), clap: gettext("Well done"),
});
export const REACTIONS = ["thanks", "with_you", "yes", "laugh", "clap"];
/** @param {string} reaction */
export const reactionWord = (reaction) => reactionWords()[reaction] ?? "";

/** How many of those for whom the others come are in; who leads with one is not counted. @param {import("../state.js").RosterRow[]} rows */
export function rosterCount(rows) {
  const members = rows.filter(({ role }) => role === "patient" || role === "relative");
  const inside = members.filter(({ status }) => status === "in" || status === "away" || status === "phone").length;
  return members.length ? fill(gettext("%(n)s of %(all)s in"), { n: inside, all: members.length }) : "";
}

/** A call that cannot wait for a quiet moment. @param {string} kind */
export const isUrgent = (kind) => kind === "not_safe" || kind === "someone_now";

/** @param {string} kind */
export function quietWords(kind) {
  return {
    need_a_word: gettext("“I need a word with you.”"),
    step_out: gettext("“I'm stepping out a moment.”"),
    not_safe: gettext("“I don't feel safe.”"),
    someone_now: gettext("“I need someone now.”"),
  }[kind] ?? "";
}

/** What is true about a call at this moment: [fact, what follows]. @param {Call | null} call @param {boolean} isLive @param {string[]} leaders */
export function callWords(call, isLive, leaders) {
  const names = oneOf(leaders, gettext("your team"));
  if (!call && !isLive) return [gettext("This has not reached us: your line is down."), gettext("Use one of the ways below. They need no line to us.")];
  if (!call) return [fill(gettext("We are telling %(names)s."), { names }), ""];
  const told = fill(ngettext("%(names)s was told at %(time)s.", "%(names)s were told at %(time)s.", many(leaders)), { names: oneOf(leaders, gettext("Your team")), time: clock(call.raised_at) });
  if (call.answer) return [fill(gettext("%(name)s answers:"), { name: call.answer.by }), call.answer.text];
  if (call.seen_by) return [fill(gettext("%(name)s has seen this."), { name: call.seen_by }), gettext("Stay where you are, or use one of these ways at once.")];
  if (call.reached_coordinators && leaders.length) return [told, gettext("Nobody has seen it yet. The rest of the team was told too.")];
  return [told, gettext("Nobody has seen it yet. It rings until someone does.")];
}

/** The two sentences of waiting. Facts before comfort, and nothing about who else is there. @param {Waiting} waiting @param {number} now @returns {[string, string]} */
export function waitingWords(waiting, now) {
  const by = waiting.decided_by || oneOf(waiting.led_by, gettext("The leader"));
  const phone = waiting.phone ? fill(gettext(" Questions? Call %(phone)s."), { phone: whole(waiting.phone) }) : "";
  if (waiting.missing.length) return [ngettext("One thing first", "A few things first", waiting.missing.length), gettext("Then you can go in. It takes a minute or two.")];
  switch (waiting.state) {
    case "removed": return [fill(gettext("%(name)s has asked you to leave for now."), { name: by }), fill(gettext("Your team calls you.%(phone)s Need someone before? Press below."), { phone })];
    case "on_hold": return [gettext("One moment"), waiting.message || fill(gettext("%(name)s asks you to wait. You keep your place."), { name: by })];
    case "not_open": return [gettext("It is early"), `${startsWords(waiting, now)} ${gettext("The door opens a little before. This page goes on by itself.")}`];
    case "locked": return [gettext("The door is closed for now"), fill(gettext("No one new can come in at the moment.%(phone)s"), { phone })];
    default: return whileWaiting(waiting, now);
  }
}

/** @param {{ starts_at: string }} waiting @param {number} now */
function startsWords({ starts_at: startsAt }, now) {
  const minutes = Math.ceil((Date.parse(startsAt) - now) / 60_000);
  if (minutes <= 0) return fill(gettext("It began at %(time)s."), { time: clock(startsAt) });
  return fill(gettext("It starts at %(time)s, %(when)s."), { time: clock(startsAt), when: inMinutes(minutes) });
}

/** @param {Waiting} waiting @param {number} now @returns {[string, string]} */
function whileWaiting({ leader_is_here: isHere, led_by: all, led_here: here, starts_at: startsAt, phone, message }, now) {
  const leaders = isHere ? here : all;
  const names = oneOf(leaders, gettext("The leader"));
  const starts = startsWords({ starts_at: startsAt }, now);
  const known = fill(ngettext("%(names)s knows you're here", "%(names)s know you're here", many(leaders)), { names });
  if (message) return [known, message];
  if (isHere) return [known, `${starts} ${gettext("People are let in one by one.")}`];
  const late = phone && now > Date.parse(startsAt) ? fill(gettext("If nobody comes, call %(phone)s."), { phone: whole(phone) }) : "";
  return [fill(ngettext("%(names)s is not here yet", "%(names)s are not here yet", many(leaders)), { names }), `${starts} ${gettext("You keep your place.")} ${late}`.trim()];
}

/**
 * What stands over the faces, each with its reason and a way on.
 * @param {Room} room @param {{ step: number, soundOnly: boolean, isSilenced: boolean, micPaused: boolean, leaders: string[] }} own
 * @returns {{ name: string, picture: string, tone: string, fact: string, words: string, verb: string, act: string }[]}
 */
export function notesOf(room, own) {
  const note = (/** @type {string} */ name, /** @type {string} */ picture, /** @type {string} */ tone, /** @type {string} */ fact, words = "", verb = "", act = "") => ({ name, picture, tone, fact, words, verb, act });
  const names = oneOf(own.leaders, gettext("a leader"));
  const notes = [];
  if (own.isSilenced) notes.push(note("silenced", "speaker", "now", gettext("Your browser keeps the sound off."), "", gettext("Tap to hear"), "hear"));
  if (room.session.is_held) notes.push(note("held", "timer", "now", gettext("No leader is here just now."), fill(gettext("Sound and pictures rest until %(name)s is back. You keep your place."), { name: own.leaders.length === 1 ? own.leaders[0] : gettext("a leader") })));
  else if (room.session.is_paused) notes.push(note("paused", "moon", "now", gettext("Sound and pictures rest."), gettext("Nobody sees or hears anyone until they are back.")));
  if (room.self && isWithout(room.self)) notes.push(note("no-media", "info", "", gettext("All places for sound and picture are taken."), gettext("You can write, and raise your hand. The leader knows.")));
  const without = room.leads ? [...room.people.values()].filter((person) => isWithout(person) && person.seat !== room.me) : [];
  if (without.length) notes.push(note("without", "info", "", fill(ngettext("%(names)s is in without sound and picture.", "%(names)s are in without sound and picture.", without.length), { names: together(without.map(({ shown_as: name }) => name)) }), gettext("All places are taken. They can write, raise a hand, or take part by telephone.")));
  if (room.self?.stepped_out) notes.push(note("away", "cup", "", gettext("You stepped out."), gettext("Take your time."), gettext("I'm back"), "back"));
  if (own.micPaused && room.self?.microphone_on) notes.push(note("mic-paused", "mic-off", "caution", gettext("Something else uses your mic."), gettext("A phone call, perhaps. It comes back by itself.")));
  if (!own.soundOnly && own.step === 1) notes.push(note("weak", "signal-low", "caution", gettext("Your line is weak."), gettext("Others' pictures rest so that voices stay clear."), gettext("Show pictures"), "pictures"));
  if (!own.soundOnly && own.step === 2) notes.push(note("weaker", "signal-low", "caution", gettext("Your line is very weak."), gettext("All pictures rest, yours too, so that voices stay clear."), gettext("Show pictures"), "pictures"));
  if (own.soundOnly && room.self?.has_media) notes.push(note("sound-only", "headphones", "", gettext("Sound only."), "", gettext("Show pictures"), "pictures"));
  return notes;
}

/** What is said when a window is done with the room. @param {number} code @param {string[]} leaders @param {boolean} isOver @returns {[string, string]} */
export function endedWords(code, leaders, isOver) {
  if (code === 4409) return [gettext("You are in the room in another window."), gettext("This one is now quiet.")];
  if (code === 4401) return [gettext("You are signed out."), gettext("Sign in again to come back. Your seat is kept.")];
  if (isOver) return [gettext("This meeting is over."), gettext("Your minutes are noted.")];
  const names = together(leaders);
  return [gettext("This part of the meeting has ended for you."), names ? fill(gettext("Questions? Ask %(names)s or your team."), { names }) : gettext("Questions? Ask your team.")];
}
