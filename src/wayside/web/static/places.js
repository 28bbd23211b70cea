// SPDX-License-Identifier: Apache-2.0
// The map of the site: a chosen place is shown beside it, without loading the page anew.

function choose(name) {
  const address = `/map?place=${encodeURIComponent(name)}`;
  htmx.ajax("GET", address, { target: "#place", swap: "outerHTML" });
  history.replaceState(null, "", address);
  for (const pin of document.querySelectorAll(".pin-button")) {
    pin.setAttribute("aria-pressed", String(pin.dataset.place === name));
  }
}

for (const link of document.querySelectorAll("[data-place]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    choose(link.dataset.place);
  });
}

/** The better map is large: it comes once the page stands, in the place of the drawing that is there at once. */
async function draw() {
  const figure = document.querySelector("[data-map]");
  const { drawMap } = await import(figure.dataset.script);
  await drawMap(figure, choose);
}

if (document.readyState === "complete") draw();
else addEventListener("load", () => setTimeout(draw)); // not when idle: a busy machine never is
