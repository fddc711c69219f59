/* What somebody may not see or do is answered with 403, and with a page or a line that says so in its body. Dash draws the
   body of a 200 alone, so it is handed that. A 403 without such a body (no token, another origin) stays what it is. The file's
   name puts this nearer to the server than session.js, which then sees that somebody is signed in. */
(function () {
  "use strict";

  const fetched = window.fetch;

  window.fetch = async function (resource, options) {
    const answer = await fetched.call(this, resource, options);
    const address = typeof resource === "string" ? resource : (resource && resource.url) || "";
    if (answer.status !== 403 || !address.includes("_dash-update-component")) return answer;
    const body = await answer.clone().text();
    return isDrawn(body) ? new Response(body, { status: 200, headers: answer.headers }) : answer;
  };

  function isDrawn(body) {
    try {
      const told = JSON.parse(body);
      return Boolean(told && (told.response || told.sideUpdate));
    } catch (_error) {
      return false;
    }
  }
})();
