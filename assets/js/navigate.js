/* Links within the application are followed without loading the page again. They are plain anchors, so a new tab, a copied
   address and the browser's own menu work as everywhere. */
(function () {
  "use strict";

  const scorecards = (window.scorecards = window.scorecards || {});

  scorecards.go = function (href) {
    const target = new URL(href, location.href);
    if (target.origin !== location.origin || !scorecards.mayLeave()) return;
    scorecards.keepScroll();
    if (window.dash_clientside && window.dash_clientside.set_props) {
      window.dash_clientside.set_props("url", { href: target.href });
    } else {
      location.assign(target.href);
    }
  };

  /* What was typed into a plan is not lost to a stray click. */
  scorecards.mayLeave = function () {
    const form = document.querySelector("#plan-form[data-changed]");
    if (!form) return true;
    const leave = confirm("Leave this plan? What you typed has not been saved.");
    if (leave) form.removeAttribute("data-changed");
    return leave;
  };

  function isPlain(event) {
    return !event.defaultPrevented && event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  }

  document.addEventListener("click", function (event) {
    const link = isPlain(event) && event.target.closest && event.target.closest("a[href]");
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    scorecards.go(link.href);
  });

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method.toLowerCase() !== "get") return;
    event.preventDefault();
    scorecards.go(form.getAttribute("action") + "?" + new URLSearchParams(new FormData(form)));
  });

  /* A click on a bar: its address is in the bar. Used as a clientside callback from the chart's clickData to the URL. */
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.cspdash = Object.assign(window.dash_clientside.cspdash || {}, {
    open_bar: function (clicked) {
      const point = clicked && clicked.points && clicked.points[0];
      const href = point && point.customdata;
      if (typeof href !== "string" || !/^\/(?!\/)/.test(href)) return window.dash_clientside.no_update;
      scorecards.keepScroll();
      return href;
    },
  });
})();
