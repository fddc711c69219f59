/* Ages of the sources, in words, ageing on screen. Late and not answering are said, never only coloured. */
(function () {
  "use strict";

  const scorecards = (window.scorecards = window.scorecards || {});
  let known = new Map(); // what the server last said of each source
  let isDrawnFromIt = () => false; // whether the page's own figures are of that state

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

  function until(seconds) {
    return seconds < 1 ? "now" : "in " + age(seconds + 1);
  }

  function troubleOf(place) {
    const limit = Number(place.dataset.lateAfter);
    if (place.dataset.state === "down") return "down";
    return place.dataset.state === "late" || (limit > 0 && since(place.dataset.loaded) > limit) ? "late" : "";
  }

  function marked(place) {
    const trouble = troubleOf(place);
    place.classList.toggle("late", trouble === "late");
    place.classList.toggle("down", trouble === "down");
    return trouble;
  }

  /* In the top bar: how old the newest event is. */
  function pillWords(pill) {
    const trouble = marked(pill);
    if (trouble === "down") return " · not answering";
    const old = since(pill.dataset.at);
    if (Number.isNaN(old)) return "";
    return " · " + age(old) + " ago" + (trouble ? " · late" : "");
  }

  /* Under a figure: how long ago all of the source was read. */
  function readWords(place) {
    const trouble = marked(place);
    const read = since(place.dataset.loaded);
    const words = Number.isNaN(read) ? "" : ", read " + age(read) + " ago";
    return words + (trouble === "down" ? ", not answering" : trouble && words ? ", late" : "");
  }

  function write(place, text) {
    if (place && place.textContent !== text) place.textContent = text;
  }

  function setFacts(place, fact) {
    for (const [name, value] of [["loaded", fact.loaded], ["state", fact.state], ["lateAfter", String(fact.lateAfter)]]) {
      if (value === null) delete place.dataset[name];
      else if (place.dataset[name] !== value) place.dataset[name] = value;
    }
  }

  /* The newest news of each source. Under a figure only if the figure is of that news: else it is about to be redrawn, or a
     form lies open, and what is on screen is as old as it says. */
  function bringUpToDate() {
    document.querySelectorAll("[data-source]").forEach(function (place) {
      const fact = known.get(place.dataset.source);
      if (!fact) return;
      if (place.classList.contains("fresh")) {
        setFacts(place, fact);
        if (fact.at) place.dataset.at = fact.at;
        if (place.closest(".freshness")) write(place.querySelector(".words"), fact.words);
      } else if (isDrawnFromIt() && place.closest("#main")) {
        setFacts(place, fact);
      }
    });
  }

  scorecards.freshness = function (sources, isDrawn) {
    known = new Map(sources.map((fact) => [fact.source, fact]));
    isDrawnFromIt = isDrawn;
    tick();
  };

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
    bringUpToDate();
    document.querySelectorAll(".fresh").forEach((pill) => write(pill.querySelector(".age"), pillWords(pill)));
    document.querySelectorAll(".as-at").forEach((place) => write(place.querySelector(".age"), readWords(place)));
    count();
    document.querySelectorAll("time.since").forEach((time) => write(time, age(since(time.getAttribute("datetime"))) + " ago"));
    document.querySelectorAll("time.until").forEach((time) => write(time, until(-since(time.getAttribute("datetime")))));
  }

  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  new MutationObserver(tick).observe(document.documentElement, { childList: true, subtree: true });
})();
