// Quick exit: the button, or Esc twice within a second. Nothing here may wait for anything.
(() => {
  const TWICE = 1000; // ms
  const LEFT = "left";
  let lastEscape = -Infinity;

  /** @returns {HTMLFormElement | null} */
  const wayOut = () => document.querySelector("form[data-exit]");

  function leave() {
    window.dispatchEvent(new Event("quickexit")); // the live room says goodbye on its socket
    const form = wayOut();
    const to = form?.dataset.away ?? "/away/";
    const signOut = form?.getAttribute("action") ?? "/away/out/";
    // First what others in the room may see and hear: this page, its title, its sound.
    silence();
    document.title = " ";
    document.documentElement.replaceChildren();
    remember(to);
    tell(signOut);
    window.location.replace(to);
  }

  function silence() {
    for (const media of document.querySelectorAll("video, audio")) {
      if (media instanceof HTMLMediaElement) media.srcObject = null;
    }
  }

  /** A beacon outlives the page; where it is refused, a kept-alive request does. @param {string} url */
  function tell(url) {
    if (navigator.sendBeacon?.(url)) return;
    fetch(url, { method: "POST", keepalive: true, credentials: "same-origin" }).catch(() => {});
  }

  document.addEventListener(
    "submit",
    (event) => {
      if (!(event.target instanceof HTMLFormElement) || !event.target.matches("[data-exit]")) return;
      event.preventDefault();
      leave();
    },
    true,
  );

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.repeat || !wayOut()) return;
      if (event.timeStamp - lastEscape < TWICE) leave();
      lastEscape = event.timeStamp;
    },
    true,
  );

  // Back after leaving: neither a kept copy nor a fresh page of ours may show.
  /** @param {boolean} byBack */
  function returned(byBack) {
    const to = remembered();
    if (!to) return;
    if (!byBack) return forget();
    document.documentElement.replaceChildren();
    window.location.replace(to);
  }

  const [arrival] = performance.getEntriesByType("navigation");
  returned(arrival instanceof PerformanceNavigationTiming && arrival.type === "back_forward");
  window.addEventListener("pageshow", (event) => event.persisted && returned(true));

  // Storage may be blocked: Back then shows the sign-in page, which is no worse than without any of this.
  /** @param {string} to */
  function remember(to) {
    try {
      sessionStorage.setItem(LEFT, to);
    } catch {}
  }

  function remembered() {
    try {
      return sessionStorage.getItem(LEFT);
    } catch {
      return null;
    }
  }

  function forget() {
    try {
      sessionStorage.removeItem(LEFT);
    } catch {}
  }
})();
