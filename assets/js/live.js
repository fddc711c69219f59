/* Is this page still what the data say? A small conditional request every other second while somebody looks at it; only when
   something moved is the page asked for anew, and never while somebody is typing, choosing or reading a dialog. */
(function () {
  "use strict";

  const scorecards = (window.scorecards = window.scorecards || {});
  let every = 2000; // ms between looks; the server says how often it is worth asking
  const SLOWEST = 30000; // between looks at a server that does not answer
  const PATIENCE = 6000; // a redraw that has not come by then is asked for again
  const UNANSWERED = 3; // looks in vain before the page says so
  let tag = "";
  let state = "";
  let drawn = "";
  let asked = { state: "", at: 0 };
  let failures = 0;
  let timer = 0;

  /* Used as a clientside callback: what the page on screen was drawn from. */
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.cspdash = Object.assign(window.dash_clientside.cspdash || {}, {
    drawn_from: function (version) {
      drawn = version || "";
      redrawIfMoved();
    },
  });

  function isBusy() {
    if (document.querySelector("dialog[open], #plan-form, #main form[data-changed], #main details.menu[open]")) return true;
    const at = document.activeElement;
    return Boolean(at && at.closest("#main") && at.matches("input, select, textarea"));
  }

  function redrawIfMoved() {
    if (!state || !drawn || state === drawn || document.hidden || isBusy()) return;
    const now = Date.now();
    if (asked.state === state && now - asked.at < PATIENCE) return;
    asked = { state: state, at: now };
    window.dash_clientside.set_props("moved", { data: { state: state, at: now } });
  }

  /* Said once, until the server answers again. The figures on screen stay: their ages are beside them. */
  function unanswered(isSo) {
    const shown = document.getElementById("unanswered");
    if (!isSo) return shown && shown.remove();
    if (shown) return;
    const told = document.createElement("div");
    told.id = "unanswered";
    told.className = "unanswered";
    told.setAttribute("role", "status");
    told.textContent = "Scorecards cannot be reached. These figures are as they were; this page tries again by itself.";
    document.body.prepend(told);
  }

  async function look() {
    try {
      const answer = await fetch("/live", {
        headers: tag ? { "If-None-Match": tag } : {},
        cache: "no-store",
        signal: AbortSignal.timeout(8000),
      });
      if (answer.status === 401) return; // assets/js/session.js says so
      if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
      if (answer.ok) {
        const told = await answer.json();
        tag = answer.headers.get("ETag") || "";
        state = told.state;
        every = 1000 * told.again;
        scorecards.freshness(told.sources, () => state === drawn);
      }
      failures = 0;
      unanswered(false);
      redrawIfMoved();
    } catch {
      failures += 1;
      unanswered(failures >= UNANSWERED);
    }
  }

  async function watch() {
    clearTimeout(timer);
    if (!document.hidden && document.getElementById("main")) await look();
    clearTimeout(timer); // a tab that came back meanwhile has set one of its own
    // Pages opened together must not ask together; one whose server is away asks less and less often.
    const wait = Math.min(every * 2 ** Math.max(failures - 1, 0), SLOWEST) * (0.9 + Math.random() * 0.2);
    timer = setTimeout(watch, wait);
  }

  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) watch();
  });
  watch();
})();
