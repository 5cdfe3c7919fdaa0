// What is cropped, too small to touch, off the screen or over a face, in words; evaluated in the page of the room.
() => {
  const box = (one) => one.getBoundingClientRect();
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.offsetParent);
  const stage = box(document.querySelector(".tiles-box"));
  const isWithin = (at, outer) => at.left >= outer.left - 1 && at.right <= outer.right + 1 && at.top >= outer.top - 1 && at.bottom <= outer.bottom + 1;
  const touches = (at, other) => at.left < other.right - 1 && at.right > other.left + 1 && at.top < other.bottom - 1 && at.bottom > other.top + 1;
  const wrong = [];
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("scrolls sideways");
  for (const tile of seen(".tiles > .tile")) {
    const at = box(tile), name = tile.querySelector("[data-part=name]");
    if (!isWithin(at, stage)) wrong.push(`${name.textContent} is outside the stage`);
    if (name.scrollWidth > name.clientWidth + 1 || name.scrollHeight > name.clientHeight + 1) wrong.push(`${name.textContent} is cropped`);
    if (at.width < 60 || at.height < 40) wrong.push(`${name.textContent} is ${at.width} by ${at.height}`);
  }
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  for (const one of seen(".controls button, .strip button, .end-button, .exit")) {
    const at = box(one), words = one.textContent.trim();
    if (at.height < 36 || at.width < 40) wrong.push(`${words} is ${at.width} by ${at.height}`);
    if (!isWithin(at, screen)) wrong.push(`${words} is off the screen`);
    if (touches(at, stage)) wrong.push(`${words} lies over the faces`);
  }
  return wrong;
}
