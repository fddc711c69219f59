/* Ages of the sources, in words, ageing on screen. Late and not answering are said, never only coloured. */
(function () {
  "use strict";

  function age(seconds) {
    const spent = Math.max(0, Math.floor(seconds));
    if (spent < 120) return spent + " s";
    if (spent < 7200) return Math.floor(spent / 60) + " min";
    if (spent < 172800) return Math.floor(spent / 3600) + " h";
    return Math.floor(spent / 86400) + " days";
  }

  function since(iso) {
    return iso ? (Date.now() - Date.parse(iso)) / 1000 : NaN;
  }

  function words(pill) {
    const old = since(pill.dataset.at);
    const limit = Number(pill.dataset.lateAfter);
    const read = since(pill.dataset.loaded);
    const isDown = pill.dataset.state === "down";
    const isLate = !isDown && (pill.dataset.state === "late" || (limit > 0 && read > limit));
    pill.classList.toggle("late", isLate);
    if (isDown) return " · not answering";
    if (Number.isNaN(old)) return "";
    return " · " + age(old) + " ago" + (isLate ? " · late" : "");
  }

  function write(place, text) {
    if (place && place.textContent !== text) place.textContent = text;
  }

  /* How many pills found no room on their line. */
  function count() {
    const list = document.querySelector(".pills");
    const more = document.querySelector(".freshness .more");
    if (!list || !more) return;
    const room = list.getBoundingClientRect().bottom;
    const hidden = Array.from(list.children).filter((pill) => pill.getBoundingClientRect().top >= room).length;
    write(more, hidden ? "+" + hidden + (hidden === 1 ? " source" : " sources") : "");
  }

  function tick() {
    if (document.hidden) return;
    document.querySelectorAll(".fresh").forEach((pill) => write(pill.querySelector(".age"), words(pill)));
    count();
    document.querySelectorAll("time.since").forEach((time) => write(time, age(since(time.getAttribute("datetime"))) + " ago"));
  }

  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", function () {
    tick();
    // A hidden tab asks nobody for new figures.
    if (document.getElementById("main") && window.dash_clientside && window.dash_clientside.set_props) {
      window.dash_clientside.set_props("tick", { disabled: document.hidden });
    }
  });
  new MutationObserver(tick).observe(document.documentElement, { childList: true, subtree: true });
})();
