/* Forms for everybody: hints and errors are tied to their controls, the error summary is given the focus when it comes, and
   typed words are not lost by leaving. */
(function () {
  "use strict";

  const KEEP_AFTER_MS = 3000;
  let told = null;
  let keeping = 0;

  function mark(isChanged) {
    const form = document.getElementById("plan-form");
    if (form) form.toggleAttribute("data-changed", isChanged);
  }

  function tie() {
    document.querySelectorAll(".field").forEach(function (field) {
      const control = field.querySelector("input, textarea, select");
      if (!control) return;
      const ids = Array.from(field.querySelectorAll(".hint, .problem"), (each) => each.id).filter(Boolean);
      if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
      if (field.classList.contains("wrong")) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    });
    const summary = document.querySelector(".error-summary");
    if (summary && summary !== told) {
      mark(true); // nothing of it is saved yet
      summary.focus({ preventScroll: true });
      summary.scrollIntoView({ block: "center" });
    }
    told = summary;
  }

  /* What is typed is kept on the server once the typist pauses, and at once when the session is about to end. */
  function keep() {
    clearTimeout(keeping);
    if (!document.querySelector("#plan-form[data-changed]")) return;
    window.dash_clientside.set_props("plan-typed", { data: Date.now() });
  }

  document.addEventListener("input", function (event) {
    if (!event.target.closest || !event.target.closest("#plan-form")) return;
    mark(true);
    clearTimeout(keeping);
    keeping = setTimeout(keep, KEEP_AFTER_MS);
  });

  document.addEventListener("scorecards:session-end", keep);

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("#plan-save, #plan-draft")) mark(false);
  });

  window.addEventListener("beforeunload", function (event) {
    if (document.querySelector("#plan-form[data-changed]")) event.preventDefault();
  });

  new MutationObserver(tie).observe(document.documentElement, { childList: true, subtree: true });
})();
