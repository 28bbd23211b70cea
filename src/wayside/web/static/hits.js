// SPDX-License-Identifier: Apache-2.0
// Hits as they come: a card at the head of the others, and a sound that we make ourselves, once a person has allowed it.

const KEPT = "wayside.sound";
const hits = document.getElementById("hits");
const line = document.getElementById("hits-line");
const button = document.getElementById("sound");
const most = Number(hits.dataset.most || 60);
let audio = null;

/** One tone, with a soft beginning and end. */
function tone(at, hertz, seconds) {
  const wave = audio.createOscillator();
  const loudness = audio.createGain();
  wave.frequency.value = hertz;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.35, at + 0.02);
  loudness.gain.linearRampToValueAtTime(0, at + seconds);
  wave.connect(loudness).connect(audio.destination);
  wave.start(at);
  wave.stop(at + seconds);
}

/** What a hit sounds like: two tones, four for one that is urgent. */
function sound(priority) {
  if (!audio || audio.state !== "running") return;
  const start = audio.currentTime;
  for (const turn of priority === "high" ? [0, 1] : [0]) {
    tone(start + turn * 0.5, 880, 0.2);
    tone(start + turn * 0.5 + 0.22, 660, 0.22);
  }
  document.body.dataset.sounded = String(Number(document.body.dataset.sounded || 0) + 1);
}

function tell() {
  const on = Boolean(audio) && audio.state === "running";
  button.setAttribute("aria-pressed", String(on));
  const wanted = localStorage.getItem(KEPT) !== "off";
  button.textContent = on ? button.dataset.on : (wanted ? button.dataset.allow : button.dataset.off);
}

async function toggle() {
  if (audio && audio.state === "running") {
    await audio.suspend();
    localStorage.setItem(KEPT, "off");
  } else {
    audio = audio || new AudioContext();
    await audio.resume();
    localStorage.setItem(KEPT, "on");
    sound("normal");
  }
  tell();
}

/** Puts a card, escaped by the server, first; the oldest goes. */
function show(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  const card = made.content.querySelector("article");
  if (!card || hits.querySelector(`[data-hit="${CSS.escape(card.dataset.hit)}"]`)) return;
  hits.prepend(card);
  while (hits.children.length > most) hits.lastElementChild.remove();
  document.getElementById("no-hits")?.remove();
  document.getElementById("alerting-section")?.removeAttribute("hidden");
  sound(card.dataset.priority);
}

function state(name, kind) {
  if (!line) return;
  line.textContent = line.dataset[name];
  line.className = `badge ${kind}`;
}

button.addEventListener("click", toggle);
if (localStorage.getItem(KEPT) === "on") {
  // Allowed on an earlier page; browsers may want another click all the same.
  audio = new AudioContext();
  audio.addEventListener("statechange", tell);
}
tell();

if (hits.dataset.events) {
  const source = new EventSource(hits.dataset.events);
  source.addEventListener("open", () => state("connected", "good"));
  source.addEventListener("error", () => state("lost", "bad"));
  source.addEventListener("hit", (event) => show(event.data));
  source.addEventListener("end", () => { source.close(); state("ended", "bad"); });
  addEventListener("pagehide", () => source.close());
}
