// SPDX-License-Identifier: Apache-2.0
// Plays journeys on the map: play, pause, step from passage to passage, or draw the handle. Where people asked for less
// motion it only ever steps.

const WHOLE = 1000;
const SHORTEST_MS = 8000;
const EACH_PASSAGE_MS = 1200;
const STEP_MS = 1500;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const player = document.querySelector("[data-player]");
const handle = player.querySelector("input");
const clock = player.querySelector("output");
const button = player.querySelector('[data-do="play"]');
const shown = new Intl.DateTimeFormat(player.dataset.language,
  { dateStyle: "medium", timeStyle: "medium", timeZone: player.dataset.zone });

const figure = document.querySelector("[data-map]");
const { drawMap } = await import(figure.dataset.script);
const { data, vehicle } = await drawMap(figure);
const movers = data.journeys.map((journey) => vehicle(journey.colour));
const marks = [...new Set(data.journeys.flatMap((journey) => journey.stops.map((stop) => stop.from)))].sort((a, b) => a - b);
const lasts = Math.max(SHORTEST_MS, marks.length * EACH_PASSAGE_MS);
let at = 0;
let playing = null;

/** What time it is at a moment of the film: long waits are shortened in it. */
function timeAt(share) {
  const later = Math.max(1, data.film.findIndex((one) => one.at >= share));
  const [before, after] = [data.film[later - 1], data.film[later] ?? data.film[later - 1]];
  const part = after.at > before.at ? (share - before.at) / (after.at - before.at) : 0;
  return before.time + (after.time - before.time) * Math.min(1, Math.max(0, part));
}

/** Puts a vehicle where it was, or on the straight line to where it came next. */
function place(move, journey) {
  const past = journey.stops.findLastIndex((stop) => stop.from <= at);
  if (past < 0) return null;
  const [here, there] = [journey.stops[past], journey.stops[past + 1]];
  if (at <= here.to || !there) move(here, here, 0);
  else move(here, there, (at - here.to) / (there.from - here.to || 1));
  return here.id;
}

function show(share) {
  at = Math.min(1, Math.max(0, share));
  const current = new Set(data.journeys.map((journey, number) => place(movers[number], journey)));
  for (const stop of document.querySelectorAll("[data-stop]")) {
    if (current.has(stop.dataset.stop)) stop.setAttribute("aria-current", "step");
    else stop.removeAttribute("aria-current");
  }
  const words = shown.format(timeAt(at));
  handle.value = Math.round(at * WHOLE);
  handle.setAttribute("aria-valuetext", words);
  clock.textContent = words;
}

function stop() {
  if (playing !== null) cancelAnimationFrame(playing), clearInterval(playing);
  playing = null;
  button.textContent = player.dataset.play;
}

/** To the passage after, or before, where the film is. */
function step(way) {
  const near = 1e-6;
  const next = way > 0 ? marks.find((mark) => mark > at + near) : marks.findLast((mark) => mark < at - near);
  show(next ?? (way > 0 ? 1 : 0));
  return next !== undefined;
}

function play() {
  if (at >= 1) show(0);
  button.textContent = player.dataset.pause;
  if (calm.matches) {
    playing = setInterval(() => { if (!step(1)) stop(); }, STEP_MS);
    return;
  }
  let before = performance.now();
  const onward = (now) => {
    show(at + (now - before) / lasts);
    before = now;
    if (at >= 1) stop();
    else playing = requestAnimationFrame(onward);
  };
  playing = requestAnimationFrame(onward);
}

const deeds = {
  play: () => (playing === null ? play() : stop()),
  back: () => { stop(); step(-1); },
  on: () => { stop(); step(1); },
};
for (const one of player.querySelectorAll("button")) one.addEventListener("click", () => deeds[one.dataset.do]());
handle.addEventListener("input", () => { stop(); show(handle.value / WHOLE); });
addEventListener("beforeprint", stop);

player.hidden = false;
show(0);
