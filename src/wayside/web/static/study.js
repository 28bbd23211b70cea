// SPDX-License-Identifier: Apache-2.0
// Watches some minutes of traffic as lines on the picture, and offers the gates that Wayside proposes from them.

const SVG = "http://www.w3.org/2000/svg";
const study = document.getElementById("study");
const words = study.dataset;
const begin = document.getElementById("study-begin");
const end = document.getElementById("study-end");
const progress = document.getElementById("study-progress");
const told = document.getElementById("study-said");
const offers = document.getElementById("offers");
const trails = document.getElementById("trails");
const EVERY_MS = 1000;

/** Asks the program; a refusal's own sentence is shown. */
async function ask(method) {
  const headers = method === "GET" ? {} : { "X-CSRF-Token": document.body.dataset.csrf };
  const answer = await fetch(words.api, { method, headers });
  if (answer.ok) return answer.status === 204 ? {} : answer.json();
  told.textContent = (await answer.json()).detail;
  return null;
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function shape(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

/** Draws the tracks that came since the last time; those that are drawn stay. */
function drawTrails(tracks) {
  if (tracks.length < trails.children.length) trails.replaceChildren();
  for (const track of tracks.slice(trails.children.length)) {
    shape("path", { d: `M${track.map((point) => point.join(" ")).join(" L")}` }, trails);
  }
}

/** One proposed gate, with what went over it and the button that takes it. */
function offer(proposal) {
  const { gate } = proposal;
  const dashed = shape("line", { x1: gate.x1, y1: gate.y1, x2: gate.x2, y2: gate.y2 }, document.getElementById("suggested"));
  const item = document.createElement("li");
  const accept = document.createElement("button");
  item.className = "offer";
  const said = document.createElement("p");
  said.textContent = filled(words.offer, { ...proposal, name: gate.name, forward_name: gate.forward, backward_name: gate.backward });
  accept.type = "button";
  accept.textContent = words.accept;
  accept.addEventListener("click", () => {
    document.dispatchEvent(new CustomEvent("wayside:gate", { detail: gate }));
    dashed.remove();
    item.remove();
    told.textContent = words.accepted;
  });
  item.append(said, accept);
  offers.append(item);
}

function show(state) {
  drawTrails(state.tracks);
  const count = state.tracks.length;
  progress.hidden = !state.running;
  end.hidden = !state.running;
  begin.hidden = state.running;
  progress.value = 100 * state.passed_s / state.lasts_s;
  if (state.running) {
    told.textContent = filled(words.seen, { count, passed: Math.round(state.passed_s), lasts: Math.round(state.lasts_s) });
    return;
  }
  told.textContent = state.failed ?? filled(state.proposals.length ? words.over : words.nothing, { count });
  state.proposals.forEach(offer);
}

async function follow() {
  const state = await ask("GET");
  if (!state) return;
  show(state);
  if (state.running) setTimeout(follow, EVERY_MS);
}

begin.addEventListener("click", async () => {
  offers.replaceChildren();
  trails.replaceChildren();
  document.getElementById("suggested").replaceChildren();
  begin.hidden = true;
  if (await ask("POST")) await follow();
  else begin.hidden = false;
});
end.addEventListener("click", () => ask("DELETE"));
if (words.known) follow();
