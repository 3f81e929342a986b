// The list of patients under the top bar: arrows walk it, Escape and leaving it close it, and what goes
// wrong with it stays quiet, since Enter searches all the same.
(() => {
  const links = (list) => [...list.querySelectorAll("a")];

  addEventListener("keydown", (event) => {
    const form = event.target.closest?.(".topbar__search");
    const list = form?.querySelector(".typed");
    if (!list) return;
    const field = form.querySelector("input[type='search']");
    if (event.key === "Escape" && list.textContent.trim()) {
      list.replaceChildren();
      field.focus();
      event.stopImmediatePropagation();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = links(list);
    if (!step || !all.length) return;
    event.preventDefault();
    const next = all.indexOf(document.activeElement) + step;
    if (next < 0) field.focus();
    else all[Math.min(next, all.length - 1)].focus();
  }, true);

  addEventListener("focusout", (event) => {
    const form = event.target.closest?.(".topbar__search");
    if (form && event.relatedTarget && !form.contains(event.relatedTarget)) form.querySelector(".typed")?.replaceChildren();
  });

  addEventListener("click", (event) => {
    if (event.target.closest?.(".topbar__search")) return;
    document.querySelector(".typed")?.replaceChildren();
  });

  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    addEventListener(name, (event) => {
      if (event.target.id === "find-patient") event.stopImmediatePropagation();
    }, true);
  }
})();
