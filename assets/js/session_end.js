/* A session that is about to end says so while there is time to stay. The server's clock decides: it is asked how many seconds
   are left, which counts as no activity, and asked again before the dialog opens, since another tab may have gone on. */
(function () {
  "use strict";

  const LONGEST_WARNING = 300;
  const ASK_AGAIN_MS = 10000;
  const scorecards = (window.scorecards = window.scorecards || {});
  let timer = 0;
  let endsAt = 0;
  let mayExtend = true;
  let longest = 0;

  function token() {
    return (document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([0-9a-f]+)/) || ["", ""])[1];
  }

  /* 401 is session.js's business. */
  async function ask(method) {
    try {
      const answer = await window.fetch("/session", { method: method, headers: { "X-CSRFToken": token() } });
      if (!answer.ok) return false;
      const left = await answer.json();
      endsAt = Date.now() + left.seconds * 1000;
      mayExtend = left.may_extend;
      longest = Math.max(longest, left.seconds);
      return true;
    } catch (_error) {
      return false;
    }
  }

  function secondsLeft() {
    return Math.max(0, Math.round((endsAt - Date.now()) / 1000));
  }

  /* Five minutes before the end; of a short session, when half of it is over. */
  function warnAt() {
    return Math.min(LONGEST_WARNING, longest / 2);
  }

  function dialog() {
    return document.getElementById("session-end");
  }

  function spell(seconds) {
    const minutes = Math.floor(seconds / 60);
    if (minutes > 1) return "in " + minutes + " minutes";
    return minutes ? "in a minute" : seconds > 1 ? "in " + seconds + " seconds" : "now";
  }

  function write() {
    const place = dialog().querySelector("p");
    const why = mayExtend
      ? " because nothing was done here for a while."
      : ": nobody stays signed in for longer than a shift. Save what you are doing, then sign in again.";
    const words = "You will be signed out " + spell(secondsLeft()) + (mayExtend ? "," : "") + why;
    if (place.textContent !== words) place.textContent = words;
  }

  function open() {
    const sheet = dialog();
    if (!sheet || sheet.open) return;
    const stay = sheet.querySelector("[data-does='stay-signed-in']");
    stay.hidden = !mayExtend;
    write();
    document.dispatchEvent(new CustomEvent("scorecards:session-end")); // whoever has something unsaved keeps it now
    sheet.showModal();
    (mayExtend ? stay : sheet.querySelector("[data-does='close-dialog']")).focus();
  }

  function close() {
    const sheet = dialog();
    if (sheet && sheet.open) sheet.close();
  }

  async function look() {
    clearTimeout(timer);
    const isKnown = await ask("GET");
    if (isKnown && secondsLeft() <= warnAt()) open();
    else if (isKnown) close();
    const sheet = dialog();
    const next = sheet && sheet.open ? ASK_AGAIN_MS : Math.max(ASK_AGAIN_MS, (secondsLeft() - warnAt()) * 1000);
    timer = setTimeout(look, Math.min(next, secondsLeft() * 1000 + 1000));
  }

  document.addEventListener("click", async function (event) {
    const button = event.target.closest && event.target.closest("[data-does='stay-signed-in']");
    if (!button) return;
    await ask("POST");
    if (secondsLeft() <= warnAt()) return;
    close();
    if (scorecards.say) scorecards.say("You stay signed in.");
    look();
  });

  setInterval(function () {
    const sheet = dialog();
    if (sheet && sheet.open) write();
  }, 1000);
  // A computer that slept wakes up with old clocks.
  document.addEventListener("visibilitychange", () => document.hidden || look());
  look();
})();
