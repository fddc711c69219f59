/* A server that is busy says so (429, 503) before it has done anything, so the same request may be sent again when it says.
   Meanwhile a line tells; nothing on the page is lost. A connection that broke may have broken after the work was done, so
   only what reads is sent again. */
(function () {
  "use strict";

  const fetched = window.fetch;
  const MOST_TRIES = 3;
  const LONGEST_MS = 20000;
  const READS = /"changedPropIds":\["(url|search|tick)\./;
  let waiting = 0;

  function tell(words) {
    let place = document.getElementById("busy");
    if (!words) {
      if (place) place.remove();
      return;
    }
    if (!place) {
      place = document.createElement("div");
      place.id = "busy";
      place.className = "signed-out";
      place.setAttribute("role", "status");
      document.body.prepend(place);
    }
    place.textContent = words;
  }

  function pause(milliseconds) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  /* Not all at the same moment. */
  function patience(answer) {
    const seconds = Number(answer && answer.headers.get("Retry-After")) || 1;
    return Math.min(seconds * 1000, LONGEST_MS) * (1 + Math.random() / 2);
  }

  async function attempt(page, resource, options) {
    try {
      const answer = await fetched.call(page, resource, options);
      const isBusy = answer.status === 429 || (answer.status === 503 && answer.headers.has("Retry-After"));
      return isBusy ? { answer, again: true } : { answer };
    } catch (error) {
      if (error.name === "AbortError") throw error;
      const isRead = !options || !options.body || READS.test(options.body);
      return { error, again: isRead };
    }
  }

  window.fetch = async function (resource, options) {
    const address = typeof resource === "string" ? resource : (resource && resource.url) || "";
    if (!address.includes("_dash-")) return fetched.call(this, resource, options);
    let tried = await attempt(this, resource, options);
    for (let time = 1; tried.again && time < MOST_TRIES; time++) {
      waiting++;
      tell(tried.answer ? "Very busy just now. Trying again …" : "The connection broke. Trying again …");
      await pause(patience(tried.answer));
      tried = await attempt(this, resource, options);
      if (!--waiting && !tried.again) tell("");
    }
    if (tried.again && !waiting) tell("No answer just now. Please try again in a minute; what is on this page stays.");
    if (tried.error) throw tried.error;
    return tried.answer;
  };
})();
