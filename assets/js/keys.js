/* Single keys: "/" search, "?" the sheet of keys, "t" table, "u" up. They can be switched off: dictation types them, too. */
(function () {
  "use strict";

  const OFF = "scorecards-keys-off";

  function isOn() {
    return localStorage.getItem(OFF) !== "yes";
  }

  function isTyping(target) {
    return target.closest && target.closest("input, textarea, select, [contenteditable]");
  }

  function openSheet() {
    const sheet = document.getElementById("shortcuts");
    if (!sheet || sheet.open) return;
    showSwitch();
    sheet.showModal();
  }

  function showSwitch() {
    const button = document.querySelector("[data-does='switch-keys']");
    if (!button) return;
    button.setAttribute("aria-checked", String(isOn()));
    button.textContent = "Single keys: " + (isOn() ? "on" : "off");
  }

  const KEYS = {
    "/": function () {
      const box = document.getElementById("search");
      if (box) box.select(), box.focus();
    },
    "?": openSheet,
    t: function () {
      const link = Array.from(document.querySelectorAll(".tool-group a.tool")).find((each) => each.textContent.endsWith("Show as table"));
      if (link) link.click();
    },
    u: function () {
      const steps = document.querySelectorAll("#crumbs > ol > li > a");
      if (steps.length) steps[steps.length - 1].click();
    },
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || !Object.hasOwn(KEYS, event.key) || !isOn() || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-does='switch-keys']");
    if (!button) return;
    localStorage.setItem(OFF, isOn() ? "yes" : "no");
    showSwitch();
  });

  /* Enter in the search box opens the first hit. Pressed before the hits of what was typed are there, it waits for them. */
  const coming = new MutationObserver(openFirst);

  function openFirst() {
    const hits = document.getElementById("search-hits");
    const typed = document.getElementById("search").value.trim();
    const shown = hits.querySelector("[data-for]");
    coming.disconnect();
    if (!shown || shown.dataset.for !== typed) {
      coming.observe(hits, { childList: true, subtree: true, attributes: true });
      return;
    }
    const first = shown.querySelector("a");
    if (first) first.click();
  }

  document.addEventListener("input", (event) => event.target.id === "search" && coming.disconnect());

  /* In the search box: down into the list, Enter for the first, Escape out. */
  document.addEventListener("keydown", function (event) {
    const find = event.target.closest && event.target.closest(".find");
    if (!find) return;
    const links = Array.from(find.querySelectorAll(".hits a"));
    const at = links.indexOf(event.target);
    const next = { ArrowDown: links[at + 1], ArrowUp: at > 0 ? links[at - 1] : document.getElementById("search") }[event.key];
    if (event.key === "Enter" && at < 0) openFirst();
    else if (event.key === "Escape") coming.disconnect(), document.activeElement.blur();
    else if (next) next.focus();
    else return;
    event.preventDefault();
  });

  /* After a hit is followed the box is done with. */
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest(".hits a")) document.activeElement.blur();
  });
})();
