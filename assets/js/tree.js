/* Draws the nodes of layouts/components/tags.py: ["td", {attributes}, what it holds ...]. One component for all that is only
   text and tags; Dash's own, one for each tag, cost a page half a second. Nothing here is ever read as HTML. */
(function () {
  "use strict";

  const TAGS = new Set(
    (
      "a aside b button caption dd details dialog div dl dt form h1 h2 h3 header i input kbd label li main nav ol p section small " +
      "span strong summary table tbody td th thead time tr ul"
    ).split(" "),
  );
  const ATTRIBUTES = new Set(
    (
      "action className colSpan dateTime defaultValue hidden href htmlFor method name open required role scope style tabIndex " +
      "target title type"
    ).split(" "),
  );

  function clean(name, value) {
    if (name !== "href" && name !== "action") return value;
    const address = window.dash_clientside.clean_url;
    return address ? address(value) : value;
  }

  function attributes(given) {
    const kept = {};
    for (const name of Object.keys(given)) {
      if (ATTRIBUTES.has(name) || name.startsWith("aria-") || name.startsWith("data-")) kept[name] = clean(name, given[name]);
    }
    return kept;
  }

  function draw(node) {
    if (!Array.isArray(node)) return node;
    const [tag, given, ...held] = node;
    if (!TAGS.has(tag)) throw new Error("A tree holds no <" + tag + ">.");
    return window.React.createElement(tag, attributes(given), ...held.map(draw));
  }

  function Tree(props) {
    return window.React.createElement(window.React.Fragment, null, ...(props.nodes || []).map(draw));
  }

  window.scorecards = Object.assign(window.scorecards || {}, { Tree: Tree });
})();
