/* The chart and the names beside it behave as one: pointing at a bar lights its row, a click beside a bar counts as one on
   it, and the arrow keys go from name to name. */
(function () {
  "use strict";

  const ROWS = ".bars .twin tbody tr";

  function rowAt(plot, event) {
    const chart = plot.closest(".bars.chart");
    if (!chart) return null;
    const style = getComputedStyle(chart);
    const pitch = parseFloat(style.getPropertyValue("--pitch"));
    const top = parseFloat(style.getPropertyValue("--top"));
    const index = Math.floor((event.clientY - plot.getBoundingClientRect().top - top) / pitch);
    return chart.querySelectorAll(".twin tbody tr")[index] || null;
  }

  function light(row) {
    document.querySelectorAll(".bars tr.hot").forEach((lit) => lit !== row && lit.classList.remove("hot"));
    if (row) row.classList.add("hot");
  }

  document.addEventListener("pointermove", function (event) {
    const target = event.target;
    const plot = target.closest && target.closest(".bars.chart .plot");
    if (plot) light(rowAt(plot, event));
    else if (!target.closest || !target.closest(".bars.chart .ways")) light(null);
  });

  document.addEventListener("click", function (event) {
    const plot = event.target.closest && event.target.closest(".bars.chart .plot");
    if (!plot || event.target.closest(".nsewdrag")) return; // plotly tells of clicks within its axes itself
    const row = rowAt(plot, event);
    const link = row && row.querySelector("th a");
    if (link) link.click();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const here = event.target.closest && event.target.closest(ROWS);
    if (!here) return;
    const links = Array.from(here.parentElement.querySelectorAll("th a"));
    const at = links.indexOf(here.querySelector("th a"));
    const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
})();
