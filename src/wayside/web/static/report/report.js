// SPDX-License-Identifier: Apache-2.0
// The phone page of observers: step by step through one report, which is kept at every touch and sent when it can be.

const say = document.body.dataset;
const outbox = await import(say.outbox);
const photos = await import(say.photo);
const $ = (id) => document.getElementById(id);
const steps = [...document.querySelectorAll(".step")];
const AGAIN_MS = 20_000;
const LONGEST_PLATE = 12;
const MOST_ABOARD = 200;

let at = 0;
let state = null;
let csrf = "";
let report = fresh();

function fresh() {
  return {
    plate: "", heading: null, travel: null, way: null, status: null, best: null, at_least: null, at_most: null, kind: null,
    colour: null, plate_class: "", note: "", place: "", position: null, seen: null, certainty: {}, brief: "", photo: null,
  };
}

/* --- drawing */

function chosen(name) {
  const [group, field] = name.split(".");
  if (name === "ago") return report.seen === null ? "0" : null;
  return field ? report[group][field] : report[name];
}

function aboardWords() {
  if (report.status === "not_visible") return say.aboardHidden;
  if (report.best === null) return "";
  const same = report.at_least === report.at_most;
  const text = same ? say.aboardExact : say.aboard;
  return text.replace("{best}", report.best).replace("{at_least}", report.at_least).replace("{at_most}", report.at_most);
}

/** The words on the buttons that are pressed for some names. */
function pressedWords(...names) {
  return names.flatMap((name) => [...document.querySelectorAll(`[data-pick="${name}"][aria-pressed="true"]`)])
    .map((button) => button.getAttribute("aria-label") || button.textContent.trim()).join(", ");
}

function seenAt() {
  return report.seen === null ? new Date() : new Date(report.seen);
}

function whenWords() {
  const time = seenAt().toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const minutes = Math.round((Date.now() - seenAt()) / 60_000);
  return minutes ? `${time} (${say.minutes.replace("{count}", minutes)})` : `${time} (${say.now})`;
}

function summary() {
  const select = $("plate_class");
  const place = [report.place, report.position && say.position.replace("{metres}", Math.round(report.position.accuracy_m))];
  return [
    ["plate", report.plate], ["direction", pressedWords("way", "heading", "travel")], ["aboard", aboardWords()],
    ["vehicle", pressedWords("colour", "kind")], ["class", report.plate_class ? select.selectedOptions[0].textContent : ""],
    ["place", place.filter(Boolean).join(" · ")], ["time", whenWords()],
  ];
}

function drawSummary() {
  const lines = summary().flatMap(([field, words]) => {
    const name = document.createElement("dt");
    const value = document.createElement("dd");
    name.textContent = document.querySelector(`[data-group="certainty.${field}"] legend`).textContent.split(":")[0];
    value.textContent = words || say.none;
    const sure = pressedWords(`certainty.${field}`);
    if (words && sure) {
      const how = document.createElement("span");
      how.className = "how";
      how.textContent = ` (${sure})`;
      value.append(how);
    }
    return [name, value];
  });
  if (report.note) {
    const name = document.createElement("dt");
    const value = document.createElement("dd");
    name.textContent = document.querySelector('label[for="note"]').textContent;
    value.textContent = report.note;
    lines.push(name, value);
  }
  $("summary").replaceChildren(...lines);
}

let shotAddress = "";
function drawPhoto() {
  URL.revokeObjectURL(shotAddress);
  $("shot").hidden = !report.photo;
  if (!report.photo) return;
  shotAddress = URL.createObjectURL(report.photo);
  $("shot").querySelector("img").src = shotAddress;
}

function draw() {
  $("plate").textContent = report.plate || say.noPlate;
  for (const button of document.querySelectorAll("[data-pick]")) {
    button.setAttribute("aria-pressed", String(String(chosen(button.dataset.pick)) === button.dataset.value));
  }
  $("bounds").hidden = report.best === null;
  $("at_least").textContent = report.at_least ?? "";
  $("at_most").textContent = report.at_most ?? "";
  $("when").textContent = whenWords();
  $("position").textContent = report.position ? say.position.replace("{metres}", Math.round(report.position.accuracy_m)) : "";
  if (steps[at].dataset.step === "check") {
    drawSummary();
    drawPhoto();
  }
}

function show(step) {
  at = Math.max(0, Math.min(steps.length - 1, step));
  $("outbox").hidden = true;
  $("report").hidden = false;
  document.querySelector(".bottom").hidden = false;
  $("show-outbox").setAttribute("aria-pressed", "false");
  steps.forEach((one, number) => { one.hidden = number !== at; });
  $("previous").disabled = at === 0;
  $("next").textContent = at === steps.length - 1 ? $("next").dataset.keep : $("next").dataset.next;
  $("progress").textContent = `${at + 1}/${steps.length} ${steps[at].dataset.name}`;
  scrollTo(0, 0);
  draw();
}

function tell(text, kind = "") {
  $("told").textContent = text;
  $("told").className = `notice ${kind}`;
  $("told").hidden = !text;
}

/* --- changing */

function changed() {
  outbox.keep("draft", report).catch(() => {});
  draw();
}

function setBest(value) {
  report.status = value === null ? null : "counted";
  Object.assign(report, { best: value, at_least: value, at_most: value });
}

function pick(name, value) {
  const again = String(chosen(name)) === value;
  const [group, field] = name.split(".");
  if (field) {
    if (again) delete report[group][field];
    else report[group][field] = value;
  } else if (name === "best") setBest(again ? null : Number(value));
  else if (name === "ago") report.seen = null;
  else if (name === "status") {
    setBest(null);
    report.status = again ? null : value;
  } else report[name] = again ? null : value;
  if (name === "place") $("place_name").value = report.place ??= "";
  changed();
}

function press(key) {
  if (key === "back") report.plate = report.plate.slice(0, -1);
  else if (key === "clear") report.plate = "";
  else if (report.plate.length < LONGEST_PLATE) report.plate += key;
  changed();
}

function bound(name, by) {
  const least = name === "at_least" ? [0, report.best] : [report.best, MOST_ABOARD];
  report[name] = Math.max(least[0], Math.min(least[1], report[name] + by));
  changed();
}

function earlier(minutes) {
  report.seen = seenAt().getTime() - minutes * 60_000;
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
  $("read").replaceChildren(...found.map((one) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = one.text;
    button.addEventListener("click", () => { report.plate = one.text; $("read").replaceChildren(); tell(""); changed(); });
    return button;
  }));
}

/* --- keeping and sending */

function body() {
  const now = new Date().toISOString();
  const counted = report.status === "counted";
  const direction = { travel: report.travel, way: report.way, heading_deg_true: report.heading === null ? null : Number(report.heading) };
  return {
    brief_id: report.brief, written_at: now, seen_at: report.seen === null ? now : new Date(report.seen).toISOString(),
    plate: report.plate || null, plate_class: report.plate_class || null, direction,
    occupants: counted ? { status: "counted", at_least: report.at_least, best: report.best, at_most: report.at_most }
      : { status: report.status || "not_attempted" },
    kind: report.kind, colour: report.colour, note: report.note, certainty: report.certainty,
    place: { name: report.place || null, ...(report.position || {}) },
  };
}

/** Why the report cannot be kept yet; empty where it can. */
function objection() {
  const brief = state?.briefs.find((one) => one.id === report.brief);
  if (!brief) return say.noBrief;
  if (!brief.acknowledged) return say.acknowledge;
  const something = report.plate || report.kind || report.colour || report.plate_class || report.note.trim();
  return something ? "" : say.empty;
}

async function keepReport() {
  const reason = objection();
  if (reason) {
    tell(reason, "bad");
    return;
  }
  const entry = { id: outbox.newId(), person: state.person, state: "waiting", written: Date.now(), body: body(), photo: report.photo };
  const { brief, place } = report;
  await outbox.put(entry);
  report = { ...fresh(), brief, place };
  fill();
  show(0);
  await refreshOutbox();
  tell(say.kept, "good");
  await refresh();
}

function line(text, name) {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

/** A refused report back into the steps, to be mended and kept under a new id. */
async function mend(entry) {
  const { body: told } = entry;
  report = {
    ...fresh(), ...told.direction, heading: told.direction.heading_deg_true, plate: told.plate || "", kind: told.kind,
    colour: told.colour, plate_class: told.plate_class || "", note: told.note, certainty: told.certainty, photo: entry.photo,
    place: told.place.name || "", seen: Date.parse(told.seen_at), brief: report.brief, status: null,
    position: told.place.latitude === undefined ? null : { ...told.place },
  };
  delete report.heading_deg_true;
  if (report.position) delete report.position.name;
  if (told.occupants.status !== "not_attempted") Object.assign(report, told.occupants);
  await outbox.drop(entry.id);
  fill();
  changed();
  show(steps.length - 1);
  await refreshOutbox();
}

function waitingItem(entry) {
  const item = document.createElement("li");
  item.dataset.id = entry.id;
  item.dataset.state = entry.state;
  const foreign = state && entry.person !== state.person;
  const words = foreign ? say.foreign.replace("{person}", entry.person) : say[entry.state];
  item.append(
    line(entry.body.plate || say.noPlate, "what"),
    line(`${new Date(entry.written).toLocaleString([], { dateStyle: "short", timeStyle: "short" })}`, "when"),
    line(words, `badge ${entry.state === "refused" ? "bad" : "warn"}`),
  );
  if (entry.reason) item.append(line(entry.reason, "reason"));
  const does = document.createElement("div");
  does.className = "does";
  if (entry.state === "refused") does.append(button(say.again, () => mend(entry)));
  does.append(button(say.drop, async () => {
    if (!confirm(say.dropSure)) return;
    await outbox.drop(entry.id);
    await refreshOutbox();
  }));
  item.append(does);
  return item;
}

function sentItem(one) {
  const item = document.createElement("li");
  item.dataset.id = one.id;
  item.dataset.state = "sent";
  const link = document.createElement("a");
  link.href = `/sightings/${one.id}`;
  link.textContent = new Date(one.at).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
  item.append(line(say.sent, "badge good"), link);
  return item;
}

async function refreshOutbox() {
  const [entries, done] = await Promise.all([outbox.waiting(), outbox.sent()]);
  $("count").textContent = entries.length;
  entries.sort((one, other) => other.written - one.written);
  done.sort((one, other) => other.at - one.at);
  $("reports").replaceChildren(...entries.map(waitingItem), ...done.map(sentItem));
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

function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

function pickButton(name, value) {
  const made = button(value, () => pick(name, value));
  Object.assign(made.dataset, { pick: name, value });
  made.className = "pick";
  return made;
}

/** What the site says of briefs, places and ways. */
function fillState() {
  if (!state) return;
  $("brief").replaceChildren(...state.briefs.map((one) => option(one.id, one.title)));
  const usable = state.briefs.filter((one) => one.acknowledged);
  if (!state.briefs.some((one) => one.id === report.brief)) report.brief = (usable[0] || state.briefs[0])?.id || "";
  $("brief").value = report.brief;
  const brief = state.briefs.find((one) => one.id === report.brief);
  $("brief-link").href = brief ? `/briefs/${brief.id}` : "/briefs";
  const places = [...new Set([...(brief?.places || []), ...state.places])];
  $("places").replaceChildren(...places.map((one) => pickButton("place", one)));
  $("ways").replaceChildren(...state.ways.map((one) => pickButton("way", one)));
  if (!brief) tell(say.noBrief, "bad");
  else if (!brief.acknowledged) tell(say.acknowledge, "bad");
  draw();
}

function fill() {
  $("note").value = report.note;
  $("plate_class").value = report.plate_class;
  $("place_name").value = report.place || "";
  $("read").replaceChildren();
  $("photo").value = "";
  fillState();
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-key], [data-pick], [data-bound], [data-ago]");
  if (!target || target.closest("#places, #ways")) return;
  const told = target.dataset;
  if (told.key) press(told.key);
  else if (told.pick) pick(told.pick, told.value);
  else if (told.bound) bound(told.bound, Number(told.by));
  else if (told.ago) earlier(Number(told.ago));
});
$("photo").addEventListener("change", (event) => takePhoto(event.target.files[0]));
$("no-photo").addEventListener("click", () => { report.photo = null; changed(); });
$("note").addEventListener("input", (event) => { report.note = event.target.value; changed(); });
$("plate_class").addEventListener("change", (event) => { report.plate_class = event.target.value; changed(); });
$("place_name").addEventListener("input", (event) => { report.place = event.target.value; changed(); });
$("brief").addEventListener("change", (event) => { report.brief = event.target.value; tell(""); fillState(); changed(); });
$("locate").addEventListener("click", locate);
$("previous").addEventListener("click", () => { tell(""); show(at - 1); });
$("next").addEventListener("click", () => { tell(""); if (at === steps.length - 1) keepReport(); else show(at + 1); });
$("send-now").addEventListener("click", refresh);
$("show-outbox").addEventListener("click", () => {
  const open = $("outbox").hidden;
  if (!open) { show(at); return; }
  $("outbox").hidden = false;
  $("report").hidden = true;
  document.querySelector(".bottom").hidden = true;
  tell("");
  $("show-outbox").setAttribute("aria-pressed", "true");
  refreshOutbox();
});
$("leave").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await outbox.leave(say.unsent)) event.target.submit();
});
document.addEventListener("keydown", (event) => {
  if (steps[at].dataset.step !== "plate" || event.ctrlKey || event.metaKey || event.altKey || !$("outbox").hidden) return;
  const key = event.key === "Backspace" ? "back" : event.key.toUpperCase();
  if (event.key !== "Backspace" && !/^[A-Z0-9?]$/.test(key)) return;
  event.preventDefault();
  press(key);
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
