// Small comforts on every page. Each page works without them.

/** @param {Event} event @param {string} selector */
const within = (event, selector) => event.target instanceof Element && event.target.closest(selector);
/** @returns {NodeListOf<HTMLDetailsElement>} */
const openMenus = () => document.querySelectorAll("details.menu[open]");

// A menu closes when one looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

// A form is sent once, and its button says that it is being sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "true";
  event.submitter?.setAttribute("aria-busy", "true");
  window.setTimeout(sendable, 8000); // the answer may have been a file, or a line that dropped
});
window.addEventListener("pageshow", sendable);

function sendable() {
  for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
}

document.addEventListener("click", (event) => {
  if (within(event, "[data-print]")) window.print();
});
