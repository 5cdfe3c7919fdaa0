/** What the room says about itself over its faces, when the line is lost, and when it is done with this window. */

import { NOT_YOURS, OTHER_WINDOW, OVER, SIGNED_OUT } from "../connection.js";
import { button, el, icon, keyed, part, say } from "./dom.js";
import { endedWords, fill, notesOf, oneOf } from "./words.js";

/** @typedef {import("../state.js").Room} Room */

/** @param {boolean} isLost @param {boolean} isIn @param {string[]} leaders */
export function showLost(isLost, isIn, leaders) {
  const names = oneOf(leaders, gettext("the leader"));
  part("lost").hidden = !isLost;
  document.getElementById("meeting")?.toggleAttribute("data-lost", isLost);
  say(part("lost-words"), isIn ? fill(gettext("We keep trying. Your seat is kept, and %(names)s can see that it is only the line."), { names }) : gettext("We keep trying. You keep your place."));
}

/** @param {Room} room @param {Parameters<typeof notesOf>[1]} own @param {Record<string, () => void>} ways */
export function drawNotes(room, own, ways) {
  keyed(part("notes"), notesOf(room, own), ({ name }) => name,
    ({ picture, tone, verb, act }) => el("div", { class: "banner note", data: { tone } }, icon(picture), el("p", { class: "grow" }, el("strong"), " ", el("span")), verb && button(verb, ways[act], "plain")),
    (note, { fact, words }) => {
      say(note.querySelector("strong"), fact);
      say(note.querySelector("p > span"), words);
    });
}

/** @param {Room} room */
export function drawTags(room) {
  const tags = room.leads && room.session.is_locked ? ["lock"] : [];
  keyed(part("tags"), tags, (name) => name, (name) => el("span", { class: "tag" }, icon(name), gettext("Locked")));
}

/** @param {number} code @param {{ leaders: string[], leads: boolean, use: () => void }} who */
export function showEnded(code, { leaders, leads, use }) {
  const [title, words] = endedWords(code, leaders, code === OVER);
  say(part("ended-title"), title);
  say(part("ended-words"), words);
  part("ended-ways").replaceChildren(...waysOn(code, leads, use));
  part("ended-title").focus();
}

/** @param {number} code @param {boolean} leads @param {() => void} use @returns {Node[]} */
function waysOn(code, leads, use) {
  const { today = "/", record = "", report = "" } = document.getElementById("meeting")?.dataset ?? {};
  const link = (/** @type {string} */ href, /** @type {string} */ words, look = "plain") => el("a", { class: `button ${look} big wide`, href, text: words });
  const back = (look = "") => link(today, gettext("Back to Today"), look);
  if (code === OTHER_WINDOW) return [button(gettext("Use this window"), use, "big wide"), back("plain")];
  if (code === SIGNED_OUT) return [link(location.href, gettext("Sign in again"), "")];
  if (code === NOT_YOURS) return [back()];
  if (leads) return record ? [link(record, gettext("See who was here"), ""), back("plain")] : [back()];
  return report ? [back(), link(report, gettext("Tell the team something privately"))] : [back()];
}
