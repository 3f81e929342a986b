// The panel that says why a value is there: beside the chart where there is room, else below the row that
// asked. Without this every dotted value is a link to a page of its own.
(() => {
  const BESIDE = "why-beside";
  const WIDE = "why-beside--wide";
  let asking = null;

  const place = () => document.getElementById("why");
  const rowOf = (link) => link.closest("[data-asking], tr, li, .banner") || link;

  function sideColumn() {
    const side = document.getElementById("side");
    const tracks = side && getComputedStyle(side.parentElement).gridTemplateColumns.split(" ");
    return tracks && tracks.length > 1 ? side : null;
  }

  function made() {
    const box = document.createElement("div");
    box.id = "why";
    box.className = "why-place";
    return box;
  }

  function clear() {
    for (const row of document.querySelectorAll(".asking")) row.classList.remove("asking");
    for (const link of document.querySelectorAll(".explained[aria-expanded]")) link.removeAttribute("aria-expanded");
    document.querySelector(`.${BESIDE}`)?.classList.remove(BESIDE, WIDE);
    document.querySelector(".why-row")?.remove();
    place()?.remove();
  }

  // As wide as it should be, or as the side column is where the chart would not fit beside that.
  function widen(side) {
    const chart = [...side.parentElement.children].find((column) => column !== side);
    side.classList.add(BESIDE, WIDE);
    if (chart.scrollWidth > chart.clientWidth + 1) side.classList.remove(WIDE);
  }

  // Into the side column, or into a row of its own under the one that asked.
  function put(box, link) {
    const side = sideColumn();
    if (side) {
      widen(side);
      side.append(box);
      const top = document.documentElement.style.scrollPaddingBlockStart || "0px";
      box.style.insetBlockStart = top;
      box.style.setProperty("--why-top", top);
      return;
    }
    box.classList.add("why-place--below");
    const row = rowOf(link);
    if (row.matches("tr")) {
      const below = document.createElement("tr");
      below.className = "why-row";
      const cell = below.insertCell();
      cell.colSpan = row.cells.length;
      cell.append(box);
      row.after(below);
    } else if (row.matches(".banner")) {
      document.getElementById("main").prepend(box);
    } else if (row.matches("li")) {
      row.append(box);
    } else {
      row.after(box);
    }
  }

  function open(link, { focus = true } = {}) {
    clear();
    asking = link;
    const box = made();
    put(box, link);
    rowOf(link).classList.add("asking");
    link.setAttribute("aria-expanded", "true");
    const asked = htmx.ajax("GET", link.href, { source: link, target: box, swap: "innerHTML" });
    asked.catch(() => {}).then(() => {
      if (!box.isConnected) return;
      if (!box.firstElementChild) return close();
      const beside = box.parentElement.classList.contains(BESIDE);
      if (!focus) return;
      box.querySelector("#why-head")?.focus({ preventScroll: true });
      // Below the row, what asked stays in sight above the answer.
      if (!beside && box.getBoundingClientRect().bottom > innerHeight) link.scrollIntoView({ block: "start" });
    });
  }

  function close() {
    if (!place()) return;
    const back = asking;
    clear();
    asking = null;
    back?.focus({ preventScroll: true });
  }

  const named = (link) => `#why/${new URL(link.href).pathname.split("/").slice(-3, -1).join("/")}`;

  addEventListener("click", (event) => {
    const link = event.target.closest?.("a.explained");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
    if (link && plain && window.htmx) {
      event.preventDefault();
      if (link === asking && place()) {
        leave();
        return;
      }
      const here = location.hash.startsWith("#why/");
      history[here ? "replaceState" : "pushState"](null, "", named(link));
      open(link);
    }
    if (event.target.closest?.("[data-why-close]")) leave();
  });

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && place() && !document.querySelector(".more[open]")) leave();
  });

  // Closing takes the panel out of the address without leaving the page.
  function leave() {
    history.replaceState(null, "", location.pathname + location.search);
    close();
  }

  // An address that names a value opens its panel: after a reload, from a link, or with Back and Forward.
  function asAddressed(focus) {
    const link = location.hash.startsWith("#why/")
      && [...document.querySelectorAll("a.explained")].find((each) => named(each) === location.hash);
    if (link) open(link, { focus });
    else close();
  }
  addEventListener("popstate", () => asAddressed(true));
  addEventListener("DOMContentLoaded", () => {
    if (location.hash.startsWith("#why/")) asAddressed(true);
  });

  // A window that becomes narrower or wider moves the panel to where it belongs.
  addEventListener("resize", () => {
    const box = place();
    if (!box || !asking) return;
    const beside = box.parentElement.classList.contains(BESIDE);
    if (beside === Boolean(sideColumn())) return;
    const focused = box.contains(document.activeElement) ? document.activeElement : null;
    document.querySelector(`.${BESIDE}`)?.classList.remove(BESIDE, WIDE);
    box.classList.remove("why-place--below");
    box.remove();
    document.querySelector(".why-row")?.remove();
    put(box, asking);
    focused?.focus({ preventScroll: true });
  });
})();
