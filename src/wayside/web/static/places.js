// SPDX-License-Identifier: Apache-2.0
// The map of the site: a chosen place is shown beside it, without loading the page anew.

import { drawMap } from "./map.js";

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

drawMap(document.querySelector("[data-map]"), choose);
