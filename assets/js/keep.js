/* New figures, another order or the table replace the page's elements (Dash makes them anew each time). Whoever was at one
   of them is put back to its like, and what was unfolded stays unfolded. */
(function () {
  "use strict";

  const scorecards = (window.scorecards = window.scorecards || {});
  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
  const unfolded = new Set();
  let last = null;

  function everyLike(place) {
    return Array.from(place.querySelectorAll(FOCUSABLE));
  }

  function describe(element, place) {
    return { element: element, place: place.id, id: element.id, words: element.textContent, at: everyLike(place).indexOf(element) };
  }

  document.addEventListener("focusin", function (event) {
    const place = event.target.closest && event.target.closest("#main, #side");
    last = place ? describe(event.target, place) : null;
  });

  /* An element that is taken away loses the focus, too: only who left one that is still there wanted to leave. */
  document.addEventListener("focusout", function (event) {
    const left = event.target;
    setTimeout(function () {
      if (last && last.element === left && left.isConnected) last = null;
    });
  });

  function refocus() {
    if (!last || last.element.isConnected || document.activeElement !== document.body) return;
    const place = document.getElementById(last.place);
    const likes = place ? everyLike(place) : [];
    const same = likes.filter((each) => each.tagName === last.element.tagName);
    const found =
      (last.id && document.getElementById(last.id)) ||
      same.find((each) => each.textContent === last.words) ||
      same.find((each) => last.words && each.textContent.replace("✓ ", "") === last.words.replace("✓ ", "")) ||
      likes[last.at];
    const closed = found && found.closest("details:not([open])");
    const reachable = closed && found.tagName !== "SUMMARY" ? closed.querySelector("summary") : found;
    if (reachable) reachable.focus({ preventScroll: true });
  }

  function nameOf(details) {
    const summary = details.querySelector("summary");
    const row = details.closest("tr");
    return details.id + "|" + (summary ? summary.textContent : "") + "|" + (row ? row.firstElementChild.textContent : "");
  }

  document.addEventListener(
    "toggle",
    function (event) {
      const details = event.target;
      if (details.tagName !== "DETAILS" || !details.isConnected) return;
      if (details.open) unfolded.add(nameOf(details));
      else unfolded.delete(nameOf(details));
    },
    true,
  );

  scorecards.keep = function () {
    if (unfolded.size) {
      document.querySelectorAll("#main details:not([open])").forEach(function (details) {
        if (unfolded.has(nameOf(details))) details.open = true;
      });
    }
    refocus();
  };

  scorecards.forget = function () {
    unfolded.clear();
    last = null;
  };
})();
