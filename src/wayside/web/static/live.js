// SPDX-License-Identifier: Apache-2.0
// The live page: puts each passage that comes at the head of the stream, and lets the oldest go.

const MOST = 60;
const WAITING_MOST = 200;
const PAINTED = 24;
const REST_MS = 50;
const stream = document.getElementById("stream");
const line = document.getElementById("line");
const ofCamera = document.getElementById("of-camera");
const ofClass = document.getElementById("of-class");
const pause = document.getElementById("pause");
const waiting = [];
let paused = false;
let painting = false;

/** Says how the line is, in the words that the page brought along. */
function tell(state, kind, count = 0) {
  line.textContent = line.dataset[state].replace("{count}", count);
  line.className = `badge ${kind}`;
}

/** Whether a card is wanted by the choices above. */
function wanted(card) {
  return (!ofCamera.value || card.dataset.camera === ofCamera.value)
    && (!ofClass.value || card.dataset.class === ofClass.value);
}

/** The picture of the newest card that has none yet, among those at the head. */
function unpainted() {
  return [...stream.children].slice(0, PAINTED).map((card) => card.querySelector("img[data-src]")).find(Boolean);
}

/** Fetches pictures one after the other, the newest first: to cover a plate takes the server a tenth of a second. */
async function paint() {
  if (painting) return;
  painting = true;
  for (let image = unpainted(); image; image = unpainted()) {
    image.src = image.dataset.src;
    delete image.dataset.src;
    await image.decode().catch(() => image.removeAttribute("src"));
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
  painting = false;
}

/** Puts a card, escaped by the server, first; one that is there already is replaced. */
function show(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  const card = made.content.querySelector("article");
  if (!card) return;
  stream.querySelector(`[data-id="${CSS.escape(card.dataset.id)}"]`)?.remove();
  card.hidden = !wanted(card);
  const image = card.querySelector("img");
  if (image) {
    image.dataset.src = image.getAttribute("src");
    image.removeAttribute("src");
    image.loading = "eager";
  }
  stream.prepend(card);
  paint();
  while (stream.children.length > MOST) stream.lastElementChild.remove();
  document.getElementById("nothing")?.remove();
}

/** The pictures of the cards that the page brought along come once it stands: its scripts go before them. */
function paintFirst() {
  for (const image of stream.querySelectorAll("img[data-src]")) {
    image.src = image.dataset.src;
    delete image.dataset.src;
  }
}

function choose() {
  for (const card of stream.children) card.hidden = !wanted(card);
}

function togglePause() {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  pause.textContent = paused ? pause.dataset.on : pause.dataset.off;
  if (paused) {
    tell("paused", "warn", 0);
    return;
  }
  tell("connected", "good");
  waiting.splice(0).forEach(show);
}

function arrived(event) {
  if (!paused) {
    show(event.data);
    return;
  }
  waiting.push(event.data);
  if (waiting.length > WAITING_MOST) waiting.shift();
  tell("paused", "warn", waiting.length);
}

if (document.readyState === "complete") paintFirst();
else addEventListener("load", paintFirst);
const source = new EventSource(stream.dataset.events);
source.addEventListener("open", () => tell("connected", "good"));
source.addEventListener("error", () => tell("lost", "bad"));
source.addEventListener("passage", arrived);
source.addEventListener("end", () => { source.close(); tell("ended", "bad"); });
addEventListener("pagehide", () => source.close());

ofCamera.addEventListener("change", choose);
ofClass.addEventListener("change", choose);
pause.addEventListener("click", togglePause);
document.getElementById("wall").addEventListener("click", () => {
  document.body.classList.add("wall");
  document.documentElement.requestFullscreen?.().catch(() => {});
});
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement) document.body.classList.remove("wall");
});
addEventListener("keydown", (event) => { if (event.key === "Escape") document.body.classList.remove("wall"); });
