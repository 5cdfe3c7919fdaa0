// Quick exit: the button, or Esc twice within a second. Nothing here may wait for anything.
(() => {
  const away = () => document.querySelector("form[data-exit]")?.dataset.away ?? "/away/";
  const LEFT = "left";
  let lastEscape = -Infinity;

  function leave() {
    window.dispatchEvent(new Event("quickexit")); // the live room says goodbye on its socket
    const form = document.querySelector("form[data-exit]");
    const to = away();
    // First what others in the room may see: this page, its title, its sound.
    for (const media of document.querySelectorAll("video, audio")) media.srcObject = null;
    document.title = " ";
    document.documentElement.replaceChildren();
    try {
      sessionStorage.setItem(LEFT, to);
    } catch { /* storage may be blocked: Back then shows the sign-in page */ }
    signOut(form?.getAttribute("action") ?? "/away/out/");
    window.location.replace(to);
  }

  // A beacon outlives the page; where it is refused, a kept-alive request does.
  function signOut(url) {
    if (navigator.sendBeacon?.(url)) return;
    fetch(url, { method: "POST", keepalive: true, credentials: "same-origin" }).catch(() => {});
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-exit]")) return;
    event.preventDefault();
    leave();
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat || !document.querySelector("form[data-exit]")) return;
    const now = performance.now();
    if (now - lastEscape < 1000) leave();
    lastEscape = now;
  }, true);

  // Back after leaving: neither a kept copy nor a fresh page of ours may show.
  function returned(event) {
    let to = null;
    try {
      to = sessionStorage.getItem(LEFT);
      const byBack = event?.persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
      if (to && !byBack) sessionStorage.removeItem(LEFT);
      if (!byBack) to = null;
    } catch { /* as above */ }
    if (!to) return;
    document.documentElement.replaceChildren();
    window.location.replace(to);
  }
  returned();
  window.addEventListener("pageshow", (event) => event.persisted && returned(event));
})();
