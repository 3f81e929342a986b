// A page that nobody looks at locks itself, says so before, and loses nothing that was typed.
// The server ends the session in any case; this only spares people the surprise, and clears the screen.
(() => {
  const box = document.getElementById("idle");
  if (!box) return;
  const settings = box.dataset;
  const stay = box.querySelector("[data-idle-stay]");
  const count = box.querySelector("[data-count]");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  let ends = Date.now() + settings.left * 1000;
  let asked = Date.now();
  let locked = false;

  function prolonged(until) {
    ends = until;
    box.hidden = true;
  }

  async function ask() {
    asked = Date.now();
    try {
      const answer = await fetch(settings.stay, { method: "POST", headers: { "X-CSRFToken": settings.token } });
      if (answer.redirected) return lock();
      const said = await answer.json();
      if (stay) stay.hidden = !said.may_stay;
      prolonged(Date.now() + said.left * 1000);
      tabs?.postMessage({ until: ends });
    } catch {
      // Not reached, or not understood: the time goes on, and the next key or press asks again.
    }
  }

  // Someone is there: told to the server now and then, at once when the warning stands.
  function active() {
    if (!locked && (!box.hidden || Date.now() - asked > settings.every * 1000)) ask();
  }
  for (const sign of ["keydown", "pointerdown", "wheel", "touchmove"]) {
    addEventListener(sign, (event) => {
      if (!event.target.closest?.("[data-idle-lock]")) active();
    }, { passive: true });
  }

  // What is typed in a form that can be kept; the form that holds it names its person itself.
  function typed(byHand) {
    const form = document.getElementById("command-form");
    const body = form?.dataset.typed === undefined ? new FormData() : new FormData(form);
    body.set("csrfmiddlewaretoken", settings.token);
    body.set("locked_at", location.pathname + (form ? "" : location.search));
    if (byHand) body.set("asked", "yes");
    return body;
  }

  function lock(byHand = false) {
    if (locked) return;
    locked = true;
    const body = typed(byHand);
    const page = box.querySelector("[data-locked]").content.cloneNode(true);
    document.title = page.querySelector("h1").textContent;
    document.body.replaceChildren(page);
    tabs?.postMessage({ locked: true });
    put(body);
  }

  async function put(body) {
    const again = document.querySelector("[data-again]");
    const sentence = document.querySelector("[data-sentence]");
    try {
      const answer = await fetch(settings.lock, { method: "POST", body });
      const { sign_in: address } = answer.ok ? await answer.json() : { sign_in: settings.signIn };
      location.replace(address);
    } catch {
      sentence.textContent = sentence.dataset.sentence;
      again.hidden = false;
      again.onclick = () => put(body);
    }
  }

  function look() {
    if (locked) return;
    const left = Math.ceil((ends - Date.now()) / 1000);
    if (left <= 0) return lock();
    if (left > settings.warning) return;
    if (box.hidden) {
      box.hidden = false;
      document.getElementById("announcement")?.replaceChildren(box.querySelector("h2").textContent);
    }
    count.textContent = count.dataset.count.replace("{seconds}", left);
  }

  box.querySelector("[data-idle-lock]").addEventListener("click", () => lock(true));
  stay?.addEventListener("click", ask);
  for (const form of document.querySelectorAll(".topbar__leave")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      lock(true);
    });
  }
  for (const sign of ["input", "change"]) {
    document.getElementById("command-form")?.addEventListener(sign, (event) => {
      event.currentTarget.dataset.typed = "";
    });
  }
  tabs?.addEventListener("message", ({ data }) => (data.locked ? lock() : prolonged(data.until)));
  for (const moment of ["pageshow", "focus", "visibilitychange"]) addEventListener(moment, look);
  setInterval(look, 1000);
})();
