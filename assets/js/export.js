/* The export dialog: opened from a page's menu, closed when the file is there, and what is wrong is read out first. */
(function () {
  "use strict";

  const dialog = () => document.getElementById("export");

  document.addEventListener("click", function (event) {
    const source = event.target.closest && event.target.closest('[data-does="export"]');
    if (!source) return;
    window.dash_clientside.set_props("export-errors", { children: null });
    dialog().showModal();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.cspdash = Object.assign(window.dash_clientside.cspdash || {}, {
    exported: function (file) {
      if (file && dialog().open) dialog().close();
      return window.dash_clientside.no_update;
    },
    /* A problem is shown in the dialog: whoever pressed the button is taken to it. */
    export_told: function (told) {
      if (told) setTimeout(() => document.querySelector("#export-errors .error-summary")?.focus(), 50);
      return window.dash_clientside.no_update;
    },
  });
})();
