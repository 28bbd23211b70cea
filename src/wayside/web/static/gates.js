// SPDX-License-Identifier: Apache-2.0
// Gates on a camera's picture: the fields of the form are the truth, the lines are drawn from them and move them.

const SVG = "http://www.w3.org/2000/svg";
const stage = document.getElementById("stage");
const width = Number(stage.dataset.width);
const height = Number(stage.dataset.height);
const list = document.getElementById("gates");
const lines = document.getElementById("lines");
const draw = document.getElementById("draw");
const how = document.getElementById("how");
const unit = Math.max(width, height) / 100;
const LEAST_DRAG = unit;
let begun = null; // the first end of a gate that is being drawn

/** An SVG element with attributes. */
function shape(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

const field = (row, name) => row.querySelector(`[name="${name}"]`);
const number = (row, name) => Number(field(row, name).value) || 0;
const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most) * 10) / 10;

/** Puts an end (1 or 2) of a gate somewhere in the picture. */
function place(row, end, x, y) {
  field(row, `x${end}`).value = within(x, width);
  field(row, `y${end}`).value = within(y, height);
}

/** Where a pointer is, in pixels of the camera's picture. */
function at(event) {
  const box = stage.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width * width, (event.clientY - box.top) / box.height * height];
}

/** One gate: its line, the arrow of its forward way, the names, and a handle at each end. */
function paint(row) {
  const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => number(row, name));
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [ax, ay] = [-(y2 - y1) / length, (x2 - x1) / length]; // from the left hand to the right hand of who looks 1 → 2
  const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const group = shape("g", { "data-of": "" }, lines);
  const ends = { x1, y1, x2, y2 };
  shape("line", { ...ends, class: "under" }, group);
  shape("line", ends, group);
  const tip = [mx + ax * 7 * unit, my + ay * 7 * unit];
  const [bx, by] = [(x2 - x1) / length * 1.6 * unit, (y2 - y1) / length * 1.6 * unit];
  const foot = [mx + ax * unit, my + ay * unit];
  shape("path", { class: "ahead", d: `M${tip} L${foot[0] + bx} ${foot[1] + by} L${foot[0] - bx} ${foot[1] - by} Z` }, group);
  label(group, field(row, "forward").value, mx + ax * 9.5 * unit, my + ay * 9.5 * unit);
  label(group, field(row, "backward").value, mx - ax * 4 * unit, my - ay * 4 * unit);
  row.group = group;
  row.handles = [handle(row, group, 1, x1, y1), handle(row, group, 2, x2, y2)];
}

function label(group, text, x, y) {
  const made = shape("text", { transform: `translate(${x} ${y + 0.9 * unit}) scale(${2.6 * unit})` }, group);
  made.textContent = text;
}

function handle(row, group, end, x, y) {
  const name = stage.dataset.end.replace("{number}", end).replace("{gate}", field(row, "name").value);
  const made = shape("circle", {
    class: "handle", cx: x, cy: y, r: 1.5 * unit, tabindex: 0, role: "slider", "aria-label": name,
    "aria-valuemin": 0, "aria-valuemax": width, "aria-valuenow": Math.round(x),
    "aria-valuetext": stage.dataset.place.replace("{x}", Math.round(x)).replace("{y}", Math.round(y)),
  }, group);
  made.addEventListener("pointerdown", (event) => drag(event, row, end));
  made.addEventListener("keydown", (event) => step(event, row, end));
  made.addEventListener("focus", () => choose(row));
  return made;
}

/** Draws everything anew; the focus stays on the end that had it. */
function paintAll(focus = null) {
  lines.replaceChildren();
  for (const row of list.children) paint(row);
  document.getElementById("no-gates").hidden = list.children.length > 0;
  if (focus) focus.row.handles[focus.end - 1].focus({ preventScroll: true });
}

function choose(row) {
  for (const one of list.children) {
    one.classList.toggle("chosen", one === row);
    one.group?.classList.toggle("chosen", one === row);
  }
}

/** Moves an end as long as the pointer is down. */
function drag(event, row, end) {
  event.preventDefault();
  event.stopPropagation();
  const move = (moved) => { place(row, end, ...at(moved)); paintAll({ row, end }); };
  const stop = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", stop); };
  addEventListener("pointermove", move);
  addEventListener("pointerup", stop);
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Moves an end by the keyboard. */
function step(event, row, end) {
  const way = STEPS[event.key];
  if (!way) return;
  event.preventDefault();
  const far = event.shiftKey ? 10 : 1;
  place(row, end, number(row, `x${end}`) + way[0] * far, number(row, `y${end}`) + way[1] * far);
  paintAll({ row, end });
}

/** Adds a gate; what is not given gets the usual names. */
function add(gate) {
  const row = document.getElementById("gate-row").content.firstElementChild.cloneNode(true);
  const taken = new Set([...list.children].map((one) => field(one, "name").value));
  let count = 1;
  while (taken.has(stage.dataset.new.replace("{number}", count))) count += 1;
  const usual = { name: stage.dataset.new.replace("{number}", count), forward: stage.dataset.in, backward: stage.dataset.out };
  const named = gate.name && !taken.has(gate.name) ? gate.name : usual.name;
  for (const [key, value] of Object.entries({ ...usual, ...gate, name: named })) {
    const one = field(row, key);
    if (one && value !== null) one.value = value;
  }
  list.append(row);
  paintAll({ row, end: 1 });
  choose(row);
  return row;
}

function drawing(on) {
  stage.classList.toggle("drawing", on);
  draw.setAttribute("aria-pressed", String(on));
  how.dataset.usual ??= how.textContent;
  how.textContent = on ? stage.dataset.drawing : how.dataset.usual;
  begun = null;
  document.getElementById("suggested").querySelector(".rubber")?.remove();
}

/** The line that follows the pointer until the second end is set. */
function rubber(x, y) {
  const group = document.getElementById("suggested");
  group.querySelector(".rubber")?.remove();
  if (begun) shape("line", { class: "rubber", x1: begun[0], y1: begun[1], x2: x, y2: y }, group);
}

function finish(x, y) {
  const [x1, y1] = begun;
  drawing(false);
  add({ x1: within(x1, width), y1: within(y1, height), x2: within(x, width), y2: within(y, height) });
}

stage.addEventListener("pointerdown", (event) => {
  if (!stage.classList.contains("drawing")) return;
  event.preventDefault();
  if (begun) finish(...at(event));
  else begun = at(event);
});
stage.addEventListener("pointermove", (event) => { if (begun) rubber(...at(event)); });
addEventListener("pointerup", (event) => {
  if (!begun) return;
  const [x, y] = at(event);
  if (Math.hypot(x - begun[0], y - begun[1]) > LEAST_DRAG) finish(x, y);
});
addEventListener("keydown", (event) => { if (event.key === "Escape") drawing(false); });
draw.addEventListener("click", (event) => {
  if (event.detail > 0) drawing(!stage.classList.contains("drawing"));
  // By the keyboard nobody can point: a line across the middle, whose ends the arrow keys move.
  else add({ x1: within(width * 0.25, width), y1: within(height * 0.55, height), x2: within(width * 0.75, width), y2: within(height * 0.55, height) });
});
document.addEventListener("wayside:gate", (event) => add({ ...event.detail, heading: null }));
list.addEventListener("input", () => paintAll());
list.addEventListener("focusin", (event) => choose(event.target.closest("[data-gate]")));
list.addEventListener("click", (event) => {
  const row = event.target.closest("[data-gate]");
  if (event.target.closest("[data-drop]")) row.remove();
  else if (event.target.closest("[data-turn]")) {
    const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => number(row, name));
    place(row, 1, x2, y2);
    place(row, 2, x1, y1);
  } else return;
  paintAll();
});
paintAll();
