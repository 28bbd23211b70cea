// SPDX-License-Identifier: Apache-2.0
// A hit is judged without the mouse: c confirms, r rejects, n goes on to the next one.

const form = document.getElementById("judge");

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const states = { c: "confirmed", r: "rejected" };
  const wanted = states[event.key.toLowerCase()];
  if (wanted && form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(`button[value="${wanted}"]`));
  } else if (event.key.toLowerCase() === "n") {
    document.getElementById("next")?.click();
  }
});
