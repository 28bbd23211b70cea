// SPDX-License-Identifier: Apache-2.0
// What every page does: the token with each change that htmx sends, the key of a one-time link into its form, the menu.

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  if (request.method !== "GET") {
    request.headers["X-CSRF-Token"] = document.body.dataset.csrf;
  }
});

/** Takes the key from behind the # of a one-time link, and the # out of the address and the history. */
function takeKey() {
  const field = document.getElementById("key");
  if (field && location.hash.length > 1) {
    field.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }
}

/** Opens and closes the menu that a narrow screen has instead of the pages at its side. */
function openMenu(open) {
  document.body.classList.toggle("menu-open", open);
  menu.setAttribute("aria-expanded", String(open));
}

const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

/** A wide table may become cards on a narrow screen: says beside each cell what it is of, and the role that it keeps. */
function stack(table) {
  const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, th, td")]) {
    const heads = part.scope === "row" ? "rowheader" : "columnheader";
    part.setAttribute("role", ROLES[part.tagName] ?? heads);
  }
  for (const row of table.tBodies[0].rows) {
    for (const cell of row.cells) if (cell.tagName === "TD" && titles[cell.cellIndex]) cell.dataset.of = titles[cell.cellIndex];
  }
  table.classList.add("stacked");
}

takeKey();
for (const table of document.querySelectorAll(".scroll table:not(.found)")) if (table.tHead) stack(table);
const menu = document.querySelector("button.menu");
menu?.addEventListener("click", () => openMenu(menu.getAttribute("aria-expanded") !== "true"));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || menu?.getAttribute("aria-expanded") !== "true") return;
  openMenu(false);
  menu.focus();
});

// Reports that an observer has not sent yet lie on this phone: signing out wipes them, and says so before.
const leaving = document.querySelector('form[action="/sign-out"]');
leaving?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { leave } = await import("/static/report/outbox.js");
  if (await leave(leaving.dataset.unsent)) leaving.submit();
});
