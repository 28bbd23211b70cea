// SPDX-License-Identifier: Apache-2.0
// The phone page of observers: step by step through one report, which is kept at every touch and sent when it can be.
// One's own reports are opened again, and changed while there is a connection; then nothing of them is kept on the phone.

const say = document.body.dataset;
const [outbox, photos, model, screen, items] = await Promise.all(
  [say.outbox, say.photo, say.model, say.screen, say.items].map((address) => import(address)),
);
const { $, tell } = screen;
const AGAIN_MS = 20_000;

let at = 0;
let state = null;
let csrf = "";
let report = model.fresh();

function draw() {
  screen.draw(report, state, at);
}

function show(step) {
  at = Math.max(0, Math.min(screen.last, step));
  screen.show(at, report.changing);
  draw();
}

/** Keeps what was tapped; of a report that was sent nothing is kept here again. */
function changed() {
  if (!report.changing) outbox.keep("draft", report).catch(() => {});
  draw();
}

function pick(name, value) {
  model.pick(report, name, value);
  if (name === "place") $("place_name").value = report.place;
  changed();
}

function locate() {
  $("position").textContent = say.locating;
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    report.position = { latitude: coords.latitude, longitude: coords.longitude, accuracy_m: coords.accuracy };
    changed();
  }, () => { $("position").textContent = say.noPosition; }, { enableHighAccuracy: true, timeout: 15_000 });
}

async function takePhoto(file) {
  if (!file) return;
  try {
    report.photo = await photos.smaller(file);
  } catch {
    tell(say.photoBad, "bad");
    return;
  }
  changed();
  tell(csrf ? say.reading : say.photoKept);
  const found = csrf ? await photos.platesIn(report.photo, csrf) : [];
  if (csrf) tell(found.length ? say.proposed : say.nothingRead);
  $("read").replaceChildren(...found.map((one) => items.button(one.text, () => {
    report.plate = one.text;
    $("read").replaceChildren();
    tell("");
    changed();
  })));
}

/* --- keeping, sending, changing */

async function keepReport() {
  const { brief, place } = report;
  const entry = {
    id: outbox.newId(), person: state.person, state: "waiting", written: Date.now(), body: model.body(report), photo: report.photo,
  };
  await outbox.put(entry);
  report = { ...model.fresh(), brief, place };
  fill();
  show(0);
  await refreshOutbox();
  tell(say.kept, "good");
  await refresh();
}

/** One's own report from the site into the steps; the site says which version that is. */
async function openReport(id) {
  const found = csrf ? await outbox.reported(id) : null;
  if (!found) {
    tell(csrf ? say.cannotChange : say.changeOnline, "bad");
    return;
  }
  const versions = found.versions;
  const changing = { id, after: versions.at(-1).version, received: Date.parse(versions[0].at), reason: "" };
  report = { ...model.opened(versions.at(-1).sighting), changing };
  fill();
  tell("");
  show(0);
}

/** Back to the report that was being written when another one was opened. */
async function leaveChange() {
  report = { ...model.fresh(), ...(await outbox.kept("draft") || {}) };
  history.replaceState(null, "", location.pathname);
  fill();
  show(0);
}

async function sendChange() {
  if (!csrf) {
    tell(say.changeOnline, "bad");
    return;
  }
  const refused = await outbox.change(report.changing.id, model.body(report), csrf);
  if (refused !== null) {
    tell(refused || say.changeOnline, "bad");
    draw();
    return;
  }
  await leaveChange();
  tell(say.changed, "good");
}

async function finish() {
  const reason = model.objection(report, state);
  if (reason) tell(say[reason], "bad");
  else await (report.changing ? sendChange() : keepReport());
}

/** A refused report back into the steps, to be mended and kept under a new id. */
async function mend(entry) {
  report = { ...model.opened(entry.body), photo: entry.photo, brief: report.brief };
  await outbox.drop(entry.id);
  fill();
  changed();
  show(screen.last);
  await refreshOutbox();
}

async function drop(entry) {
  if (!confirm(say.dropSure)) return;
  await outbox.drop(entry.id);
  await refreshOutbox();
}

async function refreshOutbox() {
  const [entries, done] = await Promise.all([outbox.waiting(), outbox.sent()]);
  $("count").textContent = entries.length;
  entries.sort((one, other) => other.written - one.written);
  done.sort((one, other) => other.at - one.at);
  const unsent = entries.map((one) => items.waitingItem(one, state?.person, { mend: () => mend(one), drop: () => drop(one) }));
  $("reports").replaceChildren(...unsent, ...done.map((one) => items.sentItem(one, () => openReport(one.id))));
}

/** Asks the site, sends what waits, and shows how things stand. */
async function refresh() {
  const found = await outbox.ask();
  csrf = found ? found.csrf : "";
  if (found) {
    state = found;
    fillState();
    $("line").textContent = say.sending;
    await outbox.flush(found, refreshOutbox);
  }
  $("line").textContent = found ? say.online : found === null ? say.offline : say.signedOut;
  $("line").className = `badge ${found ? "good" : found === null ? "warn" : "bad"}`;
  document.querySelector("#leave [name=csrf]").value = csrf;
  $("leave").hidden = !csrf;
  await refreshOutbox();
}

/* --- filling in */

/** What the site says of briefs, places and ways. */
function fillState() {
  if (!state) return;
  $("brief").replaceChildren(...state.briefs.map((one) => items.option(one.id, one.title)));
  const usable = state.briefs.filter((one) => one.acknowledged);
  if (!state.briefs.some((one) => one.id === report.brief)) report.brief = (usable[0] || state.briefs[0])?.id || "";
  $("brief").value = report.brief;
  const brief = state.briefs.find((one) => one.id === report.brief);
  $("brief-link").href = brief ? `/briefs/${brief.id}` : "/briefs";
  const places = [...new Set([...(brief?.places || []), ...state.places])];
  $("places").replaceChildren(...places.map((one) => items.pickButton("place", one, () => pick("place", one))));
  $("ways").replaceChildren(...state.ways.map((one) => items.pickButton("way", one, () => pick("way", one))));
  if (!report.changing && !brief) tell(say.noBrief, "bad");
  else if (!report.changing && !brief.acknowledged) tell(say.acknowledge, "bad");
  draw();
}

function fill() {
  $("note").value = report.note;
  $("plate_class").value = report.plate_class;
  $("place_name").value = report.place || "";
  $("why").value = "";
  $("read").replaceChildren();
  $("photo").value = "";
  fillState();
}

/* --- what is touched */

const typed = { note: "note", plate_class: "plate_class", place_name: "place" };
for (const [id, name] of Object.entries(typed)) {
  $(id).addEventListener("input", (event) => { report[name] = event.target.value; changed(); });
}
$("why").addEventListener("input", (event) => { report.changing.reason = event.target.value; });
document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-key], [data-pick], [data-bound], [data-ago]");
  if (!target || target.closest("#places, #ways")) return;
  const told = target.dataset;
  if (told.pick) {
    pick(told.pick, told.value);
    return;
  }
  if (told.key) model.press(report, told.key);
  else if (told.bound) model.bound(report, told.bound, Number(told.by));
  else report.seen = model.seenAt(report).getTime() - Number(told.ago) * 60_000;
  changed();
});
$("photo").addEventListener("change", (event) => takePhoto(event.target.files[0]));
$("no-photo").addEventListener("click", () => { report.photo = null; changed(); });
$("brief").addEventListener("change", (event) => { report.brief = event.target.value; tell(""); fillState(); changed(); });
$("locate").addEventListener("click", locate);
$("leave-change").addEventListener("click", () => { tell(""); leaveChange(); });
$("previous").addEventListener("click", () => { tell(""); show(at - 1); });
$("next").addEventListener("click", () => { tell(""); if (at === screen.last) finish(); else show(at + 1); });
$("send-now").addEventListener("click", refresh);
$("show-outbox").addEventListener("click", () => {
  if (!$("outbox").hidden) {
    show(at);
    return;
  }
  screen.show(null);
  tell("");
  refreshOutbox();
});
$("leave").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await outbox.leave(say.unsent)) event.target.submit();
});
document.addEventListener("keydown", (event) => {
  if (screen.stepOf(at) !== "plate" || event.ctrlKey || event.metaKey || event.altKey || !$("outbox").hidden) return;
  const key = event.key === "Backspace" ? "back" : event.key.toUpperCase();
  if (event.key !== "Backspace" && !/^[A-Z0-9?]$/.test(key)) return;
  event.preventDefault();
  model.press(report, key);
  changed();
});
addEventListener("online", refresh);
addEventListener("offline", refresh);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
setInterval(() => { if (!document.hidden) refresh(); }, AGAIN_MS);

const before = await Promise.all([outbox.kept("state"), outbox.kept("draft")]);
state = before[0] || null;
report = { ...report, ...(before[1] || {}) };
await outbox.tidy(Date.now());
fill();
show(0);
document.body.dataset.ready = "yes";
navigator.serviceWorker?.register("/report/worker.js", { scope: "/report" }).catch(() => {});
await refresh();
const [, asked] = /^#change=([0-9a-f]{32})$/.exec(location.hash) || [];
if (asked) await openReport(asked);
