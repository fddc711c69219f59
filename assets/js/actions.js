/* Small actions of the page itself: menus that close, copy link, print, jumps within the page. */
(function () {
  "use strict";

  const scorecards = (window.scorecards = window.scorecards || {});

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const box = document.createElement("textarea"); // http on an intranet: no clipboard of the newer kind
    box.value = text;
    box.style.position = "fixed";
    box.style.opacity = "0";
    document.body.append(box);
    box.select();
    const isDone = document.execCommand("copy");
    box.remove();
    return isDone ? Promise.resolve() : Promise.reject(new Error("not copied"));
  }

  function jump(link) {
    const target = document.querySelector(link.getAttribute("href"));
    if (!target) return;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  }

  const ACTIONS = {
    "copy-link": function (button) {
      const say = (words) => {
        button.textContent = words;
        scorecards.say(words);
        setTimeout(() => (button.textContent = "Copy link"), 2500);
      };
      copy(location.href).then(
        () => say("Link copied"),
        () => say("Not copied: take it from the address bar"),
      );
      return true; // the menu stays open to say so
    },
    print: () => window.print(),
    "open-definition": function () {
      const card = document.getElementById("definition");
      if (!card) return;
      card.open = true;
      card.querySelector("summary").focus();
      card.scrollIntoView({ block: "nearest" });
    },
    skip: jump,
    "to-field": jump,
    "say-why": function (button) {
      window.dash_clientside.set_props("look-reason", { data: { reason: button.dataset.reason, at: Date.now() } });
    },
    "close-dialog": (button) => button.closest("dialog").close(),
  };

  /* Whoever was in the menu is at its button afterwards. */
  function close(menu) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }

  document.addEventListener("click", function (event) {
    const source = event.target.closest && event.target.closest("[data-does]");
    const action = source && ACTIONS[source.dataset.does];
    let staysOpen = false;
    if (action) {
      if (source.tagName === "A") event.preventDefault();
      staysOpen = action(source) === true;
    }
    const own = event.target.closest && event.target.closest("details.menu");
    const isChoice = own && event.target.closest("a, button");
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== own || (isChoice && !staysOpen)) close(menu);
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      close(menu);
    });
  });
})();
