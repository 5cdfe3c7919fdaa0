// Moves the next meeting on as time passes: the wait grows shorter, the door opens, the meeting begins.

const { gettext, ngettext, interpolate } = globalThis.django ?? {
  gettext: (words) => words,
  ngettext: (one, many, count) => (count === 1 ? one : many),
  interpolate: (words, names) => words.replace(/%\((\w+)\)s/g, (_all, name) => names[name]),
};
const MINUTE = 60_000;

/** `12 minutes`, `1 h 12 min`, `2 days`: rounded up, so never too early. */
export function waitIn(milliseconds) {
  if (milliseconds < MINUTE) return gettext("less than a minute");
  const minutes = Math.ceil(milliseconds / MINUTE);
  if (minutes >= 24 * 60) return days(Math.round(minutes / (24 * 60)));
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (!hours) return interpolate(ngettext("%(count)s minute", "%(count)s minutes", rest), { count: rest }, true);
  if (!rest) return interpolate(ngettext("%(count)s hour", "%(count)s hours", hours), { count: hours }, true);
  return interpolate(gettext("%(hours)s h %(minutes)s min"), { hours, minutes: rest }, true);
}

const days = (count) => interpolate(ngettext("%(count)s day", "%(count)s days", count), { count }, true);

/** closed → open → started. A leader who is early opens the door before its time. */
export function stateAt(now, { door, start, early }) {
  if (now < door && !early) return "closed";
  return now < start ? "open" : "started";
}

function follow(card) {
  const door = Number(card.dataset.door);
  const start = Number(card.dataset.start);
  const early = "early" in card.dataset;
  // The clock of the phone may be wrong: only time passing is taken from it.
  const loadedAt = Date.now();
  const now = () => Number(card.dataset.now) + Date.now() - loadedAt;

  function draw() {
    const state = stateAt(now(), { door, start, early });
    for (const part of card.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
    card.querySelector(".arch")?.toggleAttribute("data-lit", state !== "closed");
    const ends = { door, start };
    // Days are left as the server counted them: by the calendar, not by 24 hours.
    for (const wait of card.querySelectorAll("[data-wait]")) {
      const left = ends[wait.dataset.wait] - now();
      if (left < 24 * 60 * MINUTE) wait.textContent = waitIn(left);
    }
  }
  draw();
  setInterval(draw, 5000);
  addEventListener("pageshow", draw);
  document.addEventListener("visibilitychange", draw);
}

if (globalThis.document) document.querySelectorAll("[data-countdown]").forEach(follow);
