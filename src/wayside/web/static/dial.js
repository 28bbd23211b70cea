// SPDX-License-Identifier: Apache-2.0
// The compass: where a camera looks, by dragging, by the arrow keys, or by typing the degrees.

const SVG = "http://www.w3.org/2000/svg";
const dial = document.getElementById("dial");
const needle = dial.querySelector(".needle");
const bearing = document.getElementById("bearing");
const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

for (let degrees = 0; degrees < 360; degrees += 15) {
  const tick = document.createElementNS(SVG, "line");
  const inner = degrees % 45 ? 94 : 90;
  for (const [key, value] of Object.entries({ y1: -100, y2: -inner, transform: `rotate(${degrees})` })) tick.setAttribute(key, value);
  dial.querySelector(".ticks").append(tick);
}

/** Shows what stands in the field. */
function show() {
  const typed = bearing.value.trim().replace(",", ".");
  const degrees = Number(typed);
  const known = typed !== "" && Number.isFinite(degrees);
  dial.classList.toggle("unset", !known);
  needle.setAttribute("transform", `rotate(${known ? degrees : 0})`);
  dial.setAttribute("aria-valuenow", String(known ? Math.round(degrees) % 360 : 0));
}

function turn(degrees) {
  bearing.value = String(Math.round((degrees % 360 + 360) % 360));
  show();
}

function point(event) {
  const box = dial.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  turn(Math.atan2(x, -y) * 180 / Math.PI);
}

dial.addEventListener("pointerdown", (event) => { dial.setPointerCapture(event.pointerId); point(event); });
dial.addEventListener("pointermove", (event) => { if (dial.hasPointerCapture(event.pointerId)) point(event); });
dial.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  turn((Number(bearing.value.replace(",", ".")) || 0) + step * (event.shiftKey ? 10 : 1));
});
bearing.addEventListener("input", show);
show();
