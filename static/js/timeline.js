// The timeline keeps its place: whoever follows a link out of an entry and comes back stands at that entry
// again, also where it was one of thousands that had been scrolled to.
(() => {
  addEventListener("click", (event) => {
    const entry = event.target.closest?.("a") && event.target.closest(".timeline__page > .entry");
    if (!entry) return;
    const address = new URL(location.href);
    address.searchParams.set("at", entry.id.replace("entry-", ""));
    address.hash = entry.id;
    history.replaceState(history.state, "", address);
  });
})();
