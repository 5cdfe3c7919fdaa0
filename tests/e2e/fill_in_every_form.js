// Runs in a page of ours, in the name of whoever is signed in there: follows every link, and puts hostile words into
// every field that takes words, of every form that has one. A field that a new page brings is found by itself.
async ({ starts, words, from, leaveAlone, ofAKind, but }) => {
  const skip = new RegExp(leaveAlone);
  const seen = new Map();
  const report = { filled: {}, refused: [], broken: [], asks: [], next: from };
  const alike = (url) => url.replace(/[?&]next=[^&]*/g, "").replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d|\d+/g, "#");
  const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  const takesWords = (field) => field.matches("textarea, input:not([type]), input[type=text], input[type=search], input[type=tel], input[type=url], input[type=email]")
    && !field.matches("[list], [readonly], [disabled]") && Boolean(field.name);
  const wordsOf = (form) => [...form.elements].filter(takesWords);
  const cut = (text, field) => field.maxLength > 0 ? [...text].slice(0, field.maxLength).join("") : text;

  const roomy = (field) => field.tagName === "TEXTAREA" && (field.maxLength < 0 || field.maxLength > 1000);
  const nextWord = (field) => {
    if (roomy(field)) return cut([...words.slice(report.next % words.length), ...words].filter((word) => !word.includes("\0")).join(" \n"), field);
    const word = words[report.next++ % words.length];
    if (field.type === "email") return `"${word.replace(/[^!#-\[\]-~]/g, "/").slice(0, 40)}${report.next}"@example.org`;
    return cut(field.type === "tel" || /phone|number/.test(field.name) ? `978-555-0100 ${word}` : word, field);
  };

  const complete = (form) => {
    for (const field of form.elements) {
      if (field.tagName === "SELECT" && !field.value) field.selectedIndex = Math.min(1, field.options.length - 1);
      if (field.type === "radio" && !form.querySelector(`[name="${field.name}"]:checked`)) field.checked = true;
      if (field.type === "date" && !field.value && field.closest(".field")?.querySelector(".optional") == null)
        field.value = new Date(Date.now() + 2 * 864e5).toISOString().slice(0, 10);
      if (field.type === "time" && !field.value) field.value = "18:00";
      if (field.type === "checkbox" && field.name === "weekdays" && !form.querySelector("[name=weekdays]:checked")) field.checked = true;
    }
  };

  const send = (url, form) => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, value);
    const button = form.querySelector("button[name]");
    if (button) body.set(button.name, button.value);
    return fetch(new URL(form.getAttribute("action") || url, location.href), { method: "POST", body });
  };

  const fillIn = async (url, form, index) => {
    const names = wordsOf(form).map(({ name }) => name);
    for (let go = 0; form && go < 5; go += 1) {
      const wrong = wordsOf(form).filter((field) => go === 0 || field.closest("[data-wrong]"));
      for (const field of wrong) field.value = go < 4 ? nextWord(field) : cut(`Plain ${report.next++}`, field);
      complete(form);
      const answer = await send(url, form);
      if (answer.status >= 500) report.broken.push(`${answer.status} POST ${url} ${names}`);
      if (answer.redirected || answer.status >= 400) { report.filled[alike(url)] = names; return; }
      const page = await parse(answer);
      form = [...page.forms].filter((one) => one.method === "post" && wordsOf(one).length)[index];
      if (!form) { report.filled[alike(url)] = names; return; }
    }
    report.refused.push(`${alike(url)} ${[...form.querySelectorAll("[data-wrong] [name]")].map(({ name }) => name)}`);
  };

  const queue = starts.map((path) => new URL(path, location.href).href);
  while (queue.length) {
    const url = queue.shift();
    const kind = alike(url);
    const times = seen.get(kind) ?? new Set();
    if (times.has(url) || times.size >= ofAKind) continue;
    seen.set(kind, times.add(url));
    const answer = await fetch(url);
    if (answer.status >= 500) report.broken.push(`${answer.status} ${url}`);
    if (!answer.ok || !answer.headers.get("Content-Type").startsWith("text/html")) continue;
    const page = await parse(answer);
    for (const link of page.querySelectorAll("a[href]")) {
      const to = new URL(link.getAttribute("href"), url);
      if (to.origin === location.origin && !skip.test(to.pathname)) queue.push(to.origin + to.pathname + to.search);
    }
    const forms = [...page.forms].filter((form) => wordsOf(form).length);
    const path = new URL(url).pathname;
    for (const form of forms.filter(({ method }) => method === "get" && !report.asks.some((ask) => ask.startsWith(path))))
      report.asks.push(`${path}?${new URLSearchParams(wordsOf(form).map((field) => [field.name, nextWord(field)]))}`);
    if (but && url.includes(but)) continue;
    const posts = forms.filter(({ method }) => method === "post");
    for (const [index, form] of posts.entries()) await fillIn(url, form, index);
  }
  return report;
}
