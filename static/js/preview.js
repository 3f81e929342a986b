// While one types, the server reads the line back: it is asked a moment after the last key, never twice for the
// same, and its answer replaces nothing that one may be typing in. Without this, "Read the line back" does it.
(() => {
  const form = document.getElementById("command-form");
  const preview = document.getElementById("preview");
  if (!form || !preview) return;
  let waiting;
  let pressing = false;
  let sent = false;
  let shown = values();

  function values() {
    const data = new FormData(form);
    data.delete("read_back");
    return new URLSearchParams(data).toString();
  }

  function ask(delay) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const now = values();
      if (now === shown || sent) return;
      shown = now;
      preview.dispatchEvent(new CustomEvent("typed"));
    }, delay);
  }
  form.addEventListener("input", () => ask(300));
  form.addEventListener("change", () => ask(50));

  // --- the answer: news is read out once, a box that is being answered stays, the focus stays ---
  const keeps = {
    interruption: (old, fresh) => old.dataset.key === fresh.dataset.key,
    pinned: (old, fresh) => old.textContent.trim() === fresh.textContent.trim(),
  };
  function same(old, fresh) {
    if (keeps[old.id]) return keeps[old.id](old, fresh);
    return old.textContent.trim() === fresh.textContent.trim();
  }
  addEventListener("htmx:oobBeforeSwap", (event) => {
    if (!form.contains(event.detail.target)) return;
    const fresh = event.detail.fragment?.querySelector?.(`#${event.detail.target.id}`) ?? event.detail.fragment;
    if (same(event.detail.target, fresh)) event.detail.shouldSwap = false;
  });
  preview.addEventListener("htmx:beforeSwap", (event) => {
    if (pressing || sent) event.detail.shouldSwap = false;
  });
  preview.addEventListener("htmx:afterSettle", (event) => {
    event.stopPropagation();
    for (const place of form.querySelectorAll(".field__wrong")) mark(place);
    if (preview.querySelector("[data-complete]")) document.getElementById("error-summary")?.remove();
    tell(preview.querySelector("[data-state]")?.textContent.trim());
  });

  function mark(place) {
    const id = place.id.replace(/_wrong$/, "");
    const field = document.getElementById(id);
    if (!field) return;
    const error = place.firstElementChild?.id;
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((word) => word && word !== `${id}_error`);
    if (error) described.push(error);
    if (described.length) field.setAttribute("aria-describedby", described.join(" "));
    else field.removeAttribute("aria-describedby");
    if (error) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  let told = "";
  function tell(words) {
    const wrong = [...form.querySelectorAll(".field__error")].map((error) => error.textContent.trim());
    const news = [...wrong, words].join(" ");
    if (news === told) return;
    told = news;
    const place = document.getElementById("announcement");
    if (place) place.textContent = news;
  }

  // --- a line that could not be read back says so where it stands; what was typed is still there ---
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    preview.addEventListener(failure, (event) => {
      event.stopPropagation();
      shown = "";
      const words = preview.querySelector("[data-unreached]");
      if (words) words.hidden = false;
    });
  }

  // --- one press is one entry: the second press of a double click goes nowhere ---
  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    clearTimeout(waiting);
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => (sent = false), 10000);
  });
  addEventListener("pageshow", () => (sent = false));
  preview.addEventListener("pointerdown", () => (pressing = true));
  addEventListener("pointerup", () => setTimeout(() => (pressing = false), 0));

  addEventListener("click", (event) => {
    const choice = event.target.closest?.("[data-choose-again]");
    const field = choice && document.getElementById(choice.dataset.chooseAgain);
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
