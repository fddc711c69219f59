/* What cannot be logged is not shown: the server answers 503, of which Dash says nothing. The page, figures and all, makes
   way for its words. A form that is open stays, with the words above it: what was typed must not be lost. */
(function () {
  "use strict";

  const fetched = window.fetch;

  window.fetch = async function (resource, options) {
    const answer = await fetched.call(this, resource, options);
    const address = typeof resource === "string" ? resource : (resource && resource.url) || "";
    if (answer.status === 503 && address.includes("_dash-update-component")) say(await wordsOf(answer.clone()));
    return answer;
  };

  async function wordsOf(answer) {
    try {
      return (await answer.json()).error || "";
    } catch (_error) {
      return "";
    }
  }

  function say(words) {
    const text = words || "The scorecards cannot answer just now. Please try again soon.";
    const isForm = document.getElementById("plan-form");
    const told = { namespace: "dash_html_components", type: "P", props: { children: text, className: "warning", role: "alert" } };
    window.dash_clientside.set_props(isForm ? "plan-errors" : "main", { children: told });
  }
})();
