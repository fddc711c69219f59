/* What happens when a page has come: the tab's title, the focus, the place on the page. A redraw of the same page, new
   figures or another order, leaves focus and place alone. */
(function () {
  "use strict";

  const scorecards = (window.scorecards = window.scorecards || {});
  const kept = new Map(); // address -> how far down it was left
  let shown = null;
  let drawn = null;
  let title = "";
  let isBack = false;

  history.scrollRestoration = "manual";

  scorecards.keepScroll = function () {
    kept.set(location.href, window.scrollY);
  };

  scorecards.say = function (words) {
    let place = document.getElementById("spoken");
    if (!place) {
      place = document.createElement("div");
      place.id = "spoken";
      place.className = "visually-hidden";
      place.setAttribute("aria-live", "polite");
      document.body.append(place);
    }
    place.textContent = words;
  };

  function arrive(page) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => (menu.open = false));
    scorecards.forget();
    const target = page.querySelector("[data-arrive]") || page.querySelector("h1");
    const back = isBack;
    isBack = false;
    if (target) target.focus({ preventScroll: true });
    if (back && kept.has(location.href)) window.scrollTo(0, kept.get(location.href));
    else if (target && target.hasAttribute("data-arrive")) target.scrollIntoView({ block: "nearest" });
    else window.scrollTo(0, 0);
  }

  function look() {
    const page = document.querySelector("#main > .arrived");
    if (!page) return;
    const isFirst = shown === null;
    const isNew = page.dataset.identity !== shown;
    if (page.dataset.title !== title) {
      title = page.dataset.title;
      document.title = title + " · Scorecards";
      if (!isFirst && !isNew) scorecards.say(title);
    }
    if (!isNew && page !== drawn) scorecards.keep();
    drawn = page;
    shown = page.dataset.identity;
    if (isNew && !isFirst) arrive(page);
  }

  window.addEventListener("popstate", function () {
    isBack = true;
  });

  function watch() {
    const main = document.getElementById("main");
    if (!main) return false;
    new MutationObserver(look).observe(main, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["data-identity", "data-title"],
    });
    look();
    return true;
  }

  if (!watch()) {
    const waiting = new MutationObserver(function () {
      if (watch()) waiting.disconnect();
    });
    waiting.observe(document.body || document.documentElement, { childList: true, subtree: true });
  }
})();
