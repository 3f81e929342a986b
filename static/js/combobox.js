// The list that opens while a drug or a substance is typed (WAI-ARIA combobox with a listbox). The server finds; this
// shows, walks and fills in what was chosen. The typed name is never completed. Without this the field is plain
// text, and the same catalogue reads it when the line is read back.
(() => {
  const words = document.getElementById("hits-of")?.dataset;
  if (!words) return;
  const FEWEST = 3;
  const PAUSE = 150;

  for (const name of ["medication", "substance"]) {
    const field = document.querySelector(`#command-form input[name="${name}"]`);
    if (field) combine(field, words[name], words[name === "medication" ? "hintMedication" : "hintSubstance"]);
  }

  function combine(field, address, hint) {
    const form = field.form;
    const box = document.createElement("div");
    box.className = "hits";
    box.hidden = true;
    const said = document.createElement("p");
    said.className = "hits__said";
    said.id = `${field.id}_said`;
    said.setAttribute("role", "status");
    const doses = document.createElement("div");
    doses.className = "doses";
    doses.hidden = true;
    const wrap = document.createElement("div");
    wrap.className = "combobox";
    field.before(wrap);
    wrap.append(field, box);
    const after = document.createElement("div");
    after.append(said, doses);
    (field.closest(".form__row") ?? wrap).after(after);
    const help = document.getElementById(`${field.id}_helptext`);
    if (help) help.textContent = hint;
    for (const [key, value] of Object.entries({
      role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "hits-list", "aria-haspopup": "listbox",
    })) field.setAttribute(key, value);

    let waiting;
    let asked;
    let active = null;
    let before = field.value;
    let filled = [];
    const options = () => [...box.querySelectorAll("[role='option']")];

    // --- asking ---
    field.addEventListener("input", (event) => {
      event.stopPropagation(); // half a name is no order: the line follows the choice, or leaving the field
      say("");
      offer([]);
      clearTimeout(waiting);
      asked?.abort();
      if (field.value.trim().length < FEWEST) return close();
      waiting = setTimeout(ask, PAUSE);
    });

    async function ask() {
      asked = new AbortController();
      const mine = asked;
      try {
        const answer = await fetch(address, {
          method: "POST",
          body: new URLSearchParams({ typed: field.value }),
          headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
          signal: mine.signal,
          redirect: "error",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.text();
        if (mine.signal.aborted || document.activeElement !== field) return;
        box.innerHTML = found;
        open();
      } catch {
        if (mine.signal.aborted) return;
        close();
        say(words.failed);
      }
    }

    function open() {
      walk(null);
      box.hidden = false;
      field.setAttribute("aria-expanded", "true");
      box.scrollIntoView({ block: "nearest" });
      const count = box.querySelector(".hits__count");
      const place = document.getElementById("announcement");
      if (place && count) place.textContent = count.textContent;
    }

    function close() {
      clearTimeout(waiting);
      asked?.abort();
      walk(null);
      box.hidden = true;
      field.setAttribute("aria-expanded", "false");
    }

    // --- walking ---
    function walk(option) {
      active?.setAttribute("aria-selected", "false");
      active = option;
      if (!option) return field.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (box.hidden) return field.value.trim().length >= FEWEST ? ask() : undefined;
        const all = options();
        const at = all.indexOf(active);
        const next = at < 0 ? (step > 0 ? 0 : -1) : (at + step) % all.length;
        walk(all.at(next));
      } else if (event.key === "Enter" && !box.hidden) {
        event.preventDefault();
        if (active) choose(active);
        else close();
      } else if (event.key === "Escape" && !box.hidden) {
        event.preventDefault();
        event.stopPropagation();
        close();
      }
    });
    box.addEventListener("pointerdown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => {
      const option = event.target.closest("[role='option']");
      if (option) choose(option);
    });
    field.addEventListener("blur", close);
    field.addEventListener("change", () => {
      if (field.value !== before) forget();
      before = field.value;
    });

    // --- choosing ---
    function choose(option) {
      close();
      if (!("free" in option.dataset)) field.value = option.dataset.value;
      if (field.value !== before) forget();
      before = field.value;
      filled = [];
      fill("form", option.dataset.form);
      fill("route", option.dataset.route);
      fill("category", option.dataset.category);
      tick("whole_class", option.dataset.wholeClass);
      say(option.dataset.said);
      offer(JSON.parse(option.dataset.doses || "[]"));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    }

    function fill(name, value) {
      const other = form.elements[name];
      if (!other || !value || other.value === value) return;
      other.value = value;
      filled.push(name);
    }

    function tick(name, value) {
      const other = form.elements[name];
      if (other && value) other.checked = value === "yes";
    }

    // Another drug does not keep the dose and form that were filled in for the one before.
    function forget() {
      for (const name of filled) if (form.elements[name]) form.elements[name].value = "";
      filled = [];
    }

    function offer(strengths) {
      doses.replaceChildren();
      doses.hidden = !strengths.length || !form.elements.dose;
      if (doses.hidden) return;
      const label = document.createElement("span");
      label.id = `${field.id}_doses`;
      label.textContent = words.strengths;
      doses.setAttribute("role", "group");
      doses.setAttribute("aria-labelledby", label.id);
      doses.append(label, ...strengths.map(button));
    }

    function button(strength) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button button--small";
      made.textContent = strength.text;
      made.addEventListener("click", () => {
        fill("dose", strength.dose);
        fill("unit", strength.unit);
        fill("form", strength.form);
        form.elements.dose.dispatchEvent(new Event("change", { bubbles: true }));
        form.elements.frequency?.focus();
      });
      return made;
    }

    function say(text) {
      said.textContent = text ?? "";
    }
  }
})();
