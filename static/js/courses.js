// The step of a drawing under the pointer or the focus is said in the line below it.
(() => {
  const resting = new WeakMap();

  function say(event) {
    const step = event.target.closest?.(".lane a");
    const line = step?.closest("[data-courses]")?.querySelector("[data-said]");
    if (!line) return;
    if (!resting.has(line)) resting.set(line, line.textContent);
    line.textContent = step.getAttribute("aria-label");
  }

  function rest(event) {
    const drawing = event.target.closest?.("[data-courses]");
    if (!drawing || drawing.contains(event.relatedTarget)) return;
    const line = drawing.querySelector("[data-said]");
    if (resting.has(line)) line.textContent = resting.get(line);
  }

  addEventListener("pointerover", say);
  addEventListener("focusin", say);
  addEventListener("pointerout", rest);
  addEventListener("focusout", rest);
})();
