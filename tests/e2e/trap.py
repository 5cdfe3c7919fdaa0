"""A trap that is set in a window before its first page, and keeps everything that no word may bring about."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page

from tests.e2e.hostile_words import COMPUTED, WORDS, plain

TRAP = """
for (const name of ["caught", "alert", "confirm", "prompt", "print"])
  window[name] = (...given) => window.tellTheTest(`${name}(${given})`);
document.addEventListener("securitypolicyviolation", (event) => window.tellTheTest(
  `policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# Looks at what became of the page: nothing in it may come from a word.
FINDINGS = """() => {
  const ours = new Set(["SCRIPT", "LINK", "META", "STYLE"]);
  const never = new Set(["IFRAME", "OBJECT", "EMBED", "BASE", "MATH", "MARQUEE", "X-H", "FRAME", "APPLET"]);
  const found = [];
  for (const element of document.querySelectorAll("*")) {
    const tag = element.tagName.toUpperCase();
    if (never.has(tag)) found.push(tag);
    if (tag === "SCRIPT" && !element.src && element.type !== "application/json") found.push("inline script");
    if (tag === "STYLE" || (tag === "META" && element.httpEquiv)) found.push(tag);
    for (const { name, value } of element.attributes) {
      if (/^(on|x-h|hx-on|data-hx-on|srcdoc)/.test(name)) found.push(`${tag} ${name}`);
      if (/^(hx-get|hx-post|data-hx)/.test(name) && /evil/.test(value)) found.push(`${tag} ${name}`);
      if (/^(href|src|action|formaction|data|xlink:href|poster|ping|background)$/.test(name)) {
        const to = new URL(value, location.href);
        const isPicture = tag === "IMG" && value.startsWith("data:image/");
        const isKnown = ["http:", "https:", "mailto:", "tel:", "sms:", "blob:"].includes(to.protocol);
        if (!isPicture && (!isKnown || /evil/.test(to.host)))
          found.push(`${tag} ${name}=${value}`);
      }
    }
  }
  return found;
}"""
TEXT = """() => {
  const all = (wanted, read) => [...document.querySelectorAll(wanted)].map(read);
  return [document.title, document.body.textContent, ...all("input, textarea", (field) => field.value),
    ...all("[aria-label]", (one) => one.getAttribute("aria-label"))].join("\\n");
}"""
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


@dataclass
class Trap:
    """Set in a window before its first page: keeps everything that should not have happened."""

    url: str
    sprung: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)

    def set_in(self, context: BrowserContext) -> "Trap":
        context.expose_binding("tellTheTest", self._told)
        context.add_init_script(TRAP)
        context.on("request", self._asked)
        context.on("dialog", self._dialog)
        return self

    def _told(self, source: dict, what: str) -> None:
        self.sprung.append(f"{source['frame'].url}: {what}")

    def _asked(self, request) -> None:
        if not request.url.startswith((self.url, "blob:", "data:image/", self.url.replace("http", "ws"))):
            self.sprung.append(f"asked for {request.url}")

    def _dialog(self, dialog) -> None:
        self.sprung.append(f"{dialog.page.url}: dialog {dialog.message}")
        dialog.dismiss()

    def look(self, page: Page) -> None:
        """Look for what a word left in this page, and remember which words can be read there."""
        self.sprung += [f"{page.url}: {what}" for what in page.evaluate(FINDINGS)]
        text = page.evaluate(TEXT)
        if COMPUTED in text:
            self.sprung.append(f"{page.url}: a word was computed")
        seen = plain(text)
        self.read |= {word for word in WORDS if plain(word) and plain(word) in seen}
