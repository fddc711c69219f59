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
    const node = ["p", { className: "warning", role: "alert" }, text];
    const tree = { namespace: "scorecards", type: "Tree", props: { children: [node] } };
    window.dash_clientside.set_props(isForm ? "plan-errors" : "main", { children: tree });
  }
})();
