// SPDX-License-Identifier: Apache-2.0
// Results as a table, as cards or on a map: the choice stays in this browser. Arrow keys go from result to result.
// Pictures are asked for in the cards that are looked at only: each is a look that the journal keeps.

const CHOSEN = "wayside-results-as";
const box = document.getElementById("q");
const switches = [...document.querySelectorAll('.views input[type="radio"]')];
const usual = matchMedia("(max-width: 40rem)").matches ? "cards" : "table"; // a phone is too narrow for the table
let shownPlace = null;

function view() {
  return switches.find((one) => one.checked)?.value;
}

/** Only the results of one place, or all again where it was chosen before. */
function choosePlace(name) {
  const figure = document.querySelector("#results [data-map]");
  shownPlace = shownPlace === name ? null : name;
  const place = JSON.parse(figure.dataset.map).places.find((one) => one.name === shownPlace);
  for (const row of document.querySelectorAll(".found tbody tr")) {
    row.hidden = Boolean(place) && !place.cameras.includes(row.dataset.camera);
  }
  for (const pin of figure.querySelectorAll(".pin-button")) {
    pin.setAttribute("aria-pressed", String(pin.dataset.place === shownPlace));
  }
}

/** The map is drawn once it is looked at: many searches never need it. */
async function drawIfShown() {
  const figure = document.querySelector("#results [data-map]:not([data-drawn])");
  if (view() === "map" && figure) {
    figure.dataset.drawn = "";
    const { drawMap } = await import(figure.dataset.script);
    drawMap(figure, choosePlace);
  }
}

/** From result to result; above the first is the box. */
function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...document.querySelectorAll(".found tbody tr:not([hidden]) td:first-child a")];
  const at = links.indexOf(document.activeElement);
  if (!step || !links.length || (at < 0 && document.activeElement !== box)) return;
  event.preventDefault();
  (links[Math.min(at + step, links.length - 1)] ?? box).focus();
}

for (const one of switches) {
  one.checked = one.value === (localStorage.getItem(CHOSEN) ?? usual);
  one.addEventListener("change", () => {
    localStorage.setItem(CHOSEN, one.value);
    drawIfShown();
  });
}
document.addEventListener("keydown", move);
document.addEventListener("error", (event) => {
  // Erased meanwhile, or more looks than the site allows at once: an empty place says so better than a broken picture.
  if (event.target.matches?.(".shot-of img")) event.target.classList.add("missing");
}, true);
document.addEventListener("htmx:after:swap", () => {
  shownPlace = null;
  drawIfShown();
});
drawIfShown();
