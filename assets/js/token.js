/* Plain forms repeat the token of this session, as Dash's own requests do (cspdash/auth/double_submit.py). */
(function () {
  "use strict";

  document.addEventListener(
    "submit",
    function (event) {
      const form = event.target;
      if (form.method !== "post" || new URL(form.action).origin !== location.origin) return;
      const found = document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([0-9a-f]+)/);
      if (!found || form.elements.namedItem("csrf_token")) return;
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "csrf_token";
      field.value = found[1];
      form.append(field);
    },
    true,
  );
})();
