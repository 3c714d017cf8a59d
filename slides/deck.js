// Starts reveal.js, fits figures into their slides, and shares the keyboard with what a slide holds.
(() => {
  "use strict";

  const SMALLEST_FIGURE = 160;
  const REMOTE = ["PageUp", "PageDown"]; // what a presenter's remote control sends

  const overflows = (content) => content.scrollHeight > content.clientHeight + 1;

  // Give a slide's figures the largest height at which nothing runs over its foot.
  function fit(page) {
    const content = page && page.querySelector(".content");
    if (!content || !overflows(content) || !content.querySelector("img, svg[role=img], [role=img] svg")) return;
    let low = SMALLEST_FIGURE;
    let high = content.clientHeight;
    while (high - low > 2) {
      const middle = (low + high) / 2;
      page.style.setProperty("--figure-height", `${middle}px`);
      if (overflows(content)) high = middle;
      else low = middle;
    }
    page.style.setProperty("--figure-height", `${low}px`);
  }

  const fitCurrent = () => fit(Reveal.getCurrentSlide().querySelector(".page"));

  // A remote control turns the slide even while a slider has the focus, which would take the key for itself.
  function turn(event) {
    if (!REMOTE.includes(event.key) || document.activeElement === document.body) return;
    event.preventDefault();
    event.stopPropagation();
    document.activeElement.blur();
    if (event.key === "PageDown") Reveal.next();
    else Reveal.prev();
  }

  // Return false to leave a key to the control that has the focus.
  function isForSlides(event) {
    const control = document.activeElement;
    if (!control || control === document.body) return true;
    if (control.matches("select, input, textarea, [contenteditable], [role=slider]")) {
      if (event.key === "Escape") control.blur();
      return false;
    }
    return !(control.matches("a, button, summary") && [" ", "Enter"].includes(event.key));
  }

  // A browser that prints without a window draws no frames, and reveal.js waits for three before it lays out pages.
  if (/print-pdf/i.test(window.location.search)) {
    window.requestAnimationFrame = (callback) => window.setTimeout(() => callback(performance.now()), 0);
  }

  window.addEventListener("keydown", turn, true);
  Reveal.on("slidechanged", fitCurrent);
  Reveal.on("pdf-ready", () => document.querySelectorAll(".page").forEach(fit));
  window.addEventListener("load", () => (Reveal.isReady() ? fitCurrent() : Reveal.on("ready", fitCurrent)));
  document.addEventListener("input", fitCurrent); // a new position of a probe may hold a longer sentence

  Reveal.initialize({
    plugins: [RevealNotes],
    width: 1280,
    height: 720,
    margin: 0,
    minScale: 0.1,
    maxScale: 4,
    center: false,
    hash: true,
    navigationMode: "linear",
    controlsTutorial: false,
    controlsBackArrows: "visible",
    keyboardCondition: isForSlides,
    scrollActivationWidth: null,
    autoAnimate: false,
    transition: "none", // a fade shows the words of two slides over each other
    backgroundTransition: "none",
    pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1,
  });
})();
