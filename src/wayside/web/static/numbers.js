// SPDX-License-Identifier: Apache-2.0
// Charts that tell the number under the pointer, and come nearer where somebody draws over them. What the server drew
// stays for paper and for browsers without scripts, and the tables for everybody.

const HEIGHT_PX = 200;
const MOST_BARS = 40;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** What the chart looks like: bars where there are few, else a line. */
function options(told, width) {
  const [ink, accent] = [colour("faint"), colour("accent")];
  const axis = { stroke: ink, grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1 } };
  const label = (at) => (Number.isInteger(at) ? told.labels[at] ?? "" : "");
  const short = (at) => (Number.isInteger(at) ? told.shorts[at] ?? "" : "");
  const few = told.labels.length <= MOST_BARS;
  return {
    width, height: HEIGHT_PX,
    scales: { x: { time: false, range: (_, low, high) => [low - 0.5, high + 0.5] }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.05)] } },
    axes: [
      { ...axis, grid: { show: false }, space: told.shorts[0].length > 3 ? 90 : 24, values: (_, ats) => ats.map(short) },
      { ...axis, size: 60, values: (_, counts) => counts.map((one) => (Number.isInteger(one) ? one.toLocaleString(document.documentElement.lang) : "")) },
    ],
    series: [
      { label: told.of, value: (_, at) => (at == null ? "–" : label(at)) },
      { label: told.count, stroke: accent, fill: few ? accent : undefined, width: few ? 0 : 2, points: { show: false },
        paths: few ? uPlot.paths.bars({ size: [0.75, 60], radius: 0.15 }) : undefined,
        value: (_, count) => (count == null ? "–" : count.toLocaleString(document.documentElement.lang)) },
    ],
  };
}

/** Draws a chart, and anew when the page grows or darkens. */
function plot(holder) {
  const told = JSON.parse(holder.dataset.plot);
  const data = [told.labels.map((_, at) => at), told.counts];
  let made = null;
  const draw = () => {
    made?.destroy();
    made = new uPlot(options(told, holder.clientWidth), data, holder);
  };
  draw();
  holder.closest("section").classList.add("plotted");
  new ResizeObserver(() => {
    if (holder.clientWidth && holder.clientWidth !== made.width) made.setSize({ width: holder.clientWidth, height: HEIGHT_PX });
  }).observe(holder);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

/** The library comes once the page stands. */
function drawAll() {
  const holders = document.querySelectorAll("[data-plot]");
  if (!holders.length) return;
  const library = Object.assign(document.createElement("script"), { src: holders[0].dataset.script });
  library.addEventListener("load", () => holders.forEach(plot));
  document.head.append(library);
}

if (document.readyState === "complete") drawAll();
else addEventListener("load", drawAll);
