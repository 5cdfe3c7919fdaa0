/** What one can do about one person: how one hears and sees them, and, for who leads, what they are asked or shown. Loaded when first needed. */

import { callChoice, choice, closeSheet, confirm, el, openSheet, toast } from "./dom.js";
import { fill } from "./words.js";

/** @typedef {import("../state.js").Room} Room */
/** @typedef {import("../state.js").Person} Person */
/** @typedef {{ ask: import("./quiet.js").Ask, media: import("../media/index.js").Media, stage: import("./stage.js").Stage }} Tools */

/** @param {Person} person @param {Room} room @param {Tools} tools */
export function openPerson(person, room, tools) {
  const isMe = person.seat === room.me;
  openSheet({
    title: isMe ? gettext("You") : person.shown_as,
    lead: person.is_simulated ? gettext("A simulated member of the demo. Nobody is behind it.") : "",
    body: [
      ...room.leads && !isMe ? leadersChoices(person, room, tools) : [],
      ...forEveryone(person, isMe, tools),
      !isMe && person.has_media && volume(person, tools),
    ],
  });
}

/** @param {Person} person @param {boolean} isMe @param {Tools} tools */
function forEveryone({ seat }, isMe, { stage }) {
  const isPinned = stage.pinned === seat;
  const pin = () => { closeSheet(); stage.pin(isPinned ? null : seat); };
  const hide = () => { closeSheet(); stage.hidesSelf = true; stage.draw(); };
  return [
    choice("place", isPinned ? gettext("Back to the usual view") : gettext("Keep large"), gettext("Only on your screen"), pin),
    isMe && choice("eye-off", gettext("Hide my own picture from me"), gettext("The others see it as before"), hide),
  ];
}

/** iOS keeps volume to its own keys, so there one can only silence. @param {Person} person @param {Tools} tools */
function volume({ seat, shown_as: name }, { media }) {
  const before = media.volumeOf(seat);
  const slider = el("input", { type: "range", min: 0, max: 100, step: 5, value: Math.round(before * 100), on: { input: () => media.setVolume(seat, Number(slider.value) / 100) } });
  return el("label", { class: "field volume" }, el("span", { class: "strong", text: fill(gettext("How loud %(name)s is for you"), { name }) }), slider);
}

/** @param {Person} person @param {Room} room @param {Tools} tools */
function leadersChoices(person, room, { ask }) {
  const { seat, shown_as: name } = person;
  const told = (/** @type {string} */ words) => fill(words, { name });
  const send = (/** @type {string} */ kind, /** @type {any} */ body = {}) => () => { closeSheet(); ask(kind, { seat, ...body }); };
  const phone = room.roster.get(seat)?.call_back;
  return [
    phone && callChoice(phone),
    person.microphone_on && choice("mic-off", told(gettext("Mute %(name)s")), gettext("They can turn it on again"), send("seat.mute")),
    !person.microphone_on && person.has_media && choice("mic", told(gettext("Ask %(name)s to speak")), gettext("Only they can turn on their mic"), send("seat.ask_to_speak")),
    person.camera_on && choice("camera-off", told(gettext("Stop %(name)s's camera")), gettext("They can turn it on again"), send("seat.stop_camera")),
    person.hand && choice("hand", gettext("Lower their hand"), "", send("hand.lower")),
    person.is_sharing && choice("screen", gettext("Stop their sharing"), "", send("seat.stop_sharing")),
    !person.leads && person.has_media && choice("screen", person.may_share ? gettext("Take back screen sharing") : gettext("Allow screen sharing"), "", send("seat.allow_sharing", { on: !person.may_share })),
    person.mode === "telephone" && choice("phone", gettext("Their phone call has ended"), gettext("Their minutes end now"), send("phone.end")),
    !person.leads && choice("door", gettext("Back to the waiting room"), gettext("They leave the room at once and wait again"), send("door.send_back")),
    !person.leads && choice("leave", told(gettext("Remove %(name)s …")), gettext("Until this meeting ends, with undo"), () => askToRemove(person, ask), "urgent"),
  ];
}

/** @param {{ seat: string, shown_as: string }} person @param {import("./quiet.js").Ask} ask */
export function askToRemove({ seat, shown_as: name }, ask) {
  const reason = el("textarea", { class: "input", id: "reason", rows: 2, maxlength: 500 });
  const field = el("div", { class: "field" }, el("label", { for: "reason", text: gettext("Why, for the record") }), reason, el("p", { class: "hint", text: gettext("Only the team reads this.") }));
  confirm({
    title: fill(gettext("Remove %(name)s?"), { name }),
    lead: fill(gettext("%(name)s leaves at once and cannot come back to this meeting. They are told to expect a call."), { name }),
    verb: gettext("Remove"),
    body: [field],
    act: async () => {
      const { refused } = await ask("door.remove", { seat, reason: reason.value.trim() });
      if (!refused) toast(fill(gettext("%(name)s was removed."), { name }), { label: gettext("Undo"), act: () => ask("door.undo", { seat }), ms: 20_000 });
    },
  });
}
