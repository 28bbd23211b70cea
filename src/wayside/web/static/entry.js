// SPDX-License-Identifier: Apache-2.0
// The form of an entry shows the fields that its kind needs; without this all of them are shown.

const kind = document.querySelector("[data-kind]");

function choose() {
  for (const field of document.querySelectorAll("[data-for]")) {
    field.hidden = !field.dataset.for.split(" ").includes(kind.value);
  }
}

if (kind) {
  kind.addEventListener("change", choose);
  choose();
}
