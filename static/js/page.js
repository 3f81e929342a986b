// What makes the pages smooth. Without it every link and form still works.
(() => {
  // --- Ctrl + K goes to the patient search; the choice to switch it off is kept in this browser ---
  const KEYS_OFF = "search-key-off";
  addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    if (localStorage.getItem(KEYS_OFF)) return;
    const field = document.getElementById("find-patient");
    if (!field) return;
    event.preventDefault();
    for (const fold of document.querySelectorAll("[aria-controls='topbar-menu']")) unfold(fold, true);
    field.focus();
    field.select();
  });

  addEventListener("DOMContentLoaded", () => {
    const choices = document.querySelectorAll("[data-search-key]");
    const show = () => {
      const off = Boolean(localStorage.getItem(KEYS_OFF));
      for (const choice of choices) choice.setAttribute("aria-pressed", String(!off));
      for (const hint of document.querySelectorAll(".topbar__search kbd")) hint.hidden = off;
    };
    for (const choice of choices) {
      choice.addEventListener("click", () => {
        if (localStorage.getItem(KEYS_OFF)) localStorage.removeItem(KEYS_OFF);
        else localStorage.setItem(KEYS_OFF, "1");
        show();
      });
    }
    show();
  });

  // --- what folds away on a small screen: the top bar's menu, the filters of the timeline ---
  function unfold(button, open) {
    document.getElementById(button.getAttribute("aria-controls"))?.toggleAttribute("data-open", open);
    button.setAttribute("aria-expanded", String(open));
  }

  addEventListener("click", (event) => {
    const fold = event.target.closest?.(".fold");
    if (fold) unfold(fold, fold.getAttribute("aria-expanded") !== "true");
    const printer = event.target.closest?.("[data-print]");
    if (printer) print();
    for (const more of document.querySelectorAll(".more[open]")) {
      if (!more.contains(event.target)) more.open = false;
    }
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const more of document.querySelectorAll(".more[open]")) {
      more.open = false;
      if (more.contains(document.activeElement)) more.querySelector("summary").focus();
    }
    const fold = document.querySelector(".fold[aria-controls='topbar-menu'][aria-expanded='true']");
    if (fold) {
      unfold(fold, false);
      fold.focus();
    }
  });

  // --- focus stays clear of the sticky banner, however tall it is ---
  function clearBanner() {
    const parts = document.querySelectorAll(".banner, .banner__identity");
    let height = 0;
    for (const part of parts) {
      if (getComputedStyle(part).position === "sticky") height = Math.max(height, part.offsetHeight);
    }
    document.documentElement.style.scrollPaddingBlockStart = `${height + 16}px`;
  }
  addEventListener("DOMContentLoaded", clearBanner);
  addEventListener("resize", clearBanner);

  // --- what just happened gets the focus: the summary of errors, a conflict, an alert ---
  function focusAlert(root) {
    const alert = root.querySelector?.("[role='alert'][tabindex='-1']:not([hidden])");
    if (alert) alert.focus();
  }
  addEventListener("DOMContentLoaded", () => focusAlert(document));
  addEventListener("htmx:afterSettle", (event) => {
    focusAlert(event.target);
    const news = event.target.querySelector?.("[data-announce]");
    if (!news) return;
    document.getElementById("announcement").textContent = news.textContent;
    // Where what was pressed folded away, reading goes on at what it brought.
    if (document.activeElement === document.body) news.focus();
  });

  // --- arrows walk along the list of a replay; its links stay ordinary links ---
  addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const here = step && event.target.closest?.(".steps li");
    if (!here) return;
    event.preventDefault();
    here[step]?.querySelector("a").focus();
  });

  // --- the element that asked says that it waits; a failure says so in words ---
  addEventListener("htmx:beforeRequest", (event) => event.target.setAttribute("aria-busy", "true"));
  addEventListener("htmx:afterRequest", (event) => event.target.removeAttribute("aria-busy"));

  // The sentences stand in the page, in the language of the page.
  function failed(which) {
    const place = document.getElementById("failure");
    if (!place) return;
    place.querySelector("p").textContent = place.dataset[which];
    place.hidden = false;
    place.focus();
  }
  addEventListener("htmx:sendError", (event) => {
    failed(event.detail.requestConfig?.verb === "get" ? "unreachable" : "unsaved");
  });
  addEventListener("htmx:responseError", (event) => {
    failed(event.detail.xhr.status === 403 ? "refused" : "failed");
  });
})();
