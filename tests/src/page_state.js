// Returns the content of the page that is visible or announced.
const one = (id) => document.querySelector(`[data-testid="${id}"]`);
// checkVisibility does not notice in every engine that the content of closed details is hidden.
const visible = (element) =>
  !!element &&
  element.checkVisibility({ visibilityProperty: true }) &&
  !element.closest("details:not([open]) > :not(summary)");
// SVG elements have no innerText.
const text = (element) =>
  element ? (element.innerText ?? element.textContent).replace(/\s+/g, " ").trim() : "";
const shown = (element) => (visible(element) ? text(element) : "");
const table = one("rising-list");
const detail = one("area-detail");
const timeline = one("timeline");
const status = one("status");
const verdict = one("verdict");
const active = document.activeElement;
const failed = document.getElementById("failed");
return {
  address: location.href,
  complete: !document.getElementById("boot"),
  verdict: shown(verdict),
  direction: verdict?.dataset.direction ?? null,
  totals: shown(one("totals")),
  caption: shown(table?.caption),
  rows: [...(visible(table) ? table.querySelectorAll("tr[data-code]") : [])].map((row) => ({
    code: row.dataset.code,
    name: text(row.cells[0].querySelector("a")),
    cells: [...row.cells].slice(1).map((cell) => text(cell).replaceAll(",", "")),
    position: Number(row.getAttribute("aria-rowindex") ?? 0),
    current: row.getAttribute("aria-current") === "true",
  })),
  detail: visible(detail) ? { code: detail.dataset.code, text: text(detail) } : null,
  timeline: visible(timeline)
    ? {
        value: Number(timeline.value),
        min: Number(timeline.min),
        max: Number(timeline.max),
        words: timeline.getAttribute("aria-valuetext") ?? "",
        enabled: !timeline.disabled,
      }
    : null,
  status: status && {
    kind: status.dataset.kind ?? "",
    text: text(status),
    retry: visible(status.querySelector("button")),
  },
  notices: [...document.querySelectorAll('[role="status"]')]
    .filter((element) => element !== status && element !== one("tooltip"))
    .filter((element) => !element.closest("form"))
    .map(shown)
    .filter(Boolean),
  tooltip: shown(one("tooltip")),
  failed: shown(failed),
  focus: active && {
    tag: active.localName,
    region: active.closest("[data-testid]")?.dataset.testid ?? "",
    code: active.closest("[data-code]")?.dataset.code ?? null,
    text: text(active),
    map: active.classList.contains("leaflet-container"),
  },
  everything: text(document.body).slice(0, 4000),
};
