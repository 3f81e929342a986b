// Asks every few seconds whether somebody else changed the chart that is open, while it is looked at. The news
// stands at the lower edge until it is shown or put off; it takes no focus and moves nothing.
(() => {
  const EVERY = 5000;
  const AFTER_A_FAILURE = 20000;
  const PLACE = "place-before-news";

  addEventListener("DOMContentLoaded", () => {
    takeUpPlace();
    const watch = document.getElementById("changed");
    // A view of the past does not change, and a page that says already that the chart moved on needs no more.
    if (!watch || document.querySelector(".moment--past")) return;
    const seen = watch.dataset.seen;
    watch.classList.toggle("changed--form", Boolean(document.getElementById("command-form")));
    let told = seen;
    let timer = 0;
    let ended = false;
    let lastOutside = null;

    // A page that locked itself (idle.js) has nothing left of this one.
    const locked = () => !watch.isConnected;
    const looking = () => document.visibilityState === "visible" && !locked();
    const again = (wait = EVERY) => {
      clearTimeout(timer);
      if (!ended && !locked()) timer = setTimeout(ask, wait);
    };

    async function ask() {
      if (!looking()) return again();
      try {
        const answer = await fetch(`${watch.dataset.changed}?seen=${seen}&told=${told}`, {
          headers: { "HX-Request": "true", "HX-Current-URL": location.href },
          redirect: "error",
        });
        if (answer.status === 200) say(await answer.text());
        else if (answer.status !== 204 || answer.headers.has("HX-Redirect")) ended = true;
        again();
      } catch {
        again(AFTER_A_FAILURE);
      }
    }

    function say(news) {
      watch.innerHTML = news;
      told = watch.firstElementChild.dataset.version;
      document.documentElement.classList.add("has-news");
    }

    function quiet() {
      const held = watch.contains(document.activeElement);
      watch.replaceChildren();
      document.documentElement.classList.remove("has-news");
      if (held) lastOutside?.focus({ preventScroll: true });
    }

    addEventListener("focusin", (event) => {
      if (!watch.contains(event.target)) lastOutside = event.target;
    });
    watch.addEventListener("click", (event) => {
      if (event.target.closest("[data-changed-show]")) {
        keepPlace(lastOutside);
        location.reload();
      }
      if (event.target.closest("[data-changed-later]")) quiet();
    });
    addEventListener("visibilitychange", () => looking() && ask());
    again();
  });

  // --- the place on the page, over a reload: how far it was scrolled, and what had the focus ---
  function keepPlace(element) {
    const kept = { path: location.pathname, y: scrollY, id: element?.id || "", href: element?.getAttribute?.("href") || "" };
    sessionStorage.setItem(PLACE, JSON.stringify(kept));
  }

  function takeUpPlace() {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) || "null");
    sessionStorage.removeItem(PLACE);
    if (!kept || kept.path !== location.pathname) return;
    const same = (element) => element.getAttribute("href") === kept.href;
    const element = kept.id ? document.getElementById(kept.id) : kept.href && [...document.querySelectorAll("a[href]")].find(same);
    (element || document.getElementById("main"))?.focus({ preventScroll: true });
    scrollTo({ top: kept.y, behavior: "instant" });
  }
})();
