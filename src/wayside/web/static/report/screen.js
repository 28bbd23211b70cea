// SPDX-License-Identifier: Apache-2.0
// Draws a report into the steps of the phone page: what is picked, when it was, and everything together at the end.

const say = document.body.dataset;
const { chosen, needsReason, seenAt } = await import(say.model);
const steps = [...document.querySelectorAll(".step")];
let shotAddress = "";

export const $ = (id) => document.getElementById(id);
export const last = steps.length - 1;

/** The name of a step. */
export const stepOf = (at) => steps[at].dataset.step;

function aboardWords(report) {
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

/** A moment as the phone writes it. */
export function timeWords(moment, dateStyle = "short") {
  return new Date(moment).toLocaleString(document.documentElement.lang, { dateStyle, timeStyle: "short" });
}

function whenWords(report) {
  const time = timeWords(seenAt(report), "medium");
  const minutes = Math.round((Date.now() - seenAt(report)) / 60_000);
  return minutes ? `${time} (${say.minutes.replace("{count}", minutes)})` : `${time} (${say.now})`;
}

function positionWords(report) {
  return report.position ? say.position.replace("{metres}", Math.round(report.position.accuracy_m)) : "";
}

function summary(report) {
  const select = $("plate_class");
  return [
    ["plate", report.plate], ["direction", pressedWords("way", "heading", "travel")], ["aboard", aboardWords(report)],
    ["vehicle", pressedWords("colour", "kind")], ["class", report.plate_class ? select.selectedOptions[0].textContent : ""],
    ["place", [report.place, positionWords(report)].filter(Boolean).join(" · ")], ["time", whenWords(report)],
  ];
}

function pair(name, words) {
  const made = [document.createElement("dt"), document.createElement("dd")];
  made[0].textContent = name;
  made[1].textContent = words;
  return made;
}

function drawSummary(report) {
  const lines = summary(report).flatMap(([field, words]) => {
    const legend = document.querySelector(`[data-group="certainty.${field}"] legend`);
    const made = pair(legend.textContent.split(":")[0], words || say.none);
    const sure = pressedWords(`certainty.${field}`);
    if (words && sure) {
      const how = document.createElement("span");
      how.className = "how";
      how.textContent = ` (${sure})`;
      made[1].append(how);
    }
    return made;
  });
  if (report.note) lines.push(...pair(document.querySelector('label[for="note"]').textContent, report.note));
  $("summary").replaceChildren(...lines);
}

function drawPhoto(report) {
  URL.revokeObjectURL(shotAddress);
  $("shot").hidden = !report.photo;
  if (!report.photo) return;
  shotAddress = URL.createObjectURL(report.photo);
  $("shot").querySelector("img").src = shotAddress;
}

/** What is different while a report that was sent is changed: no photo, no other brief, and perhaps a reason. */
function drawChange(report, state) {
  const { changing } = report;
  for (const one of document.querySelectorAll(".new-only")) one.hidden = Boolean(changing);
  $("changing").hidden = !changing;
  if (!changing) return;
  const correcting = needsReason(report, state);
  $("changing-what").textContent = (correcting ? say.correcting : say.changing).replace("{time}", timeWords(changing.received));
  $("why-field").hidden = !correcting;
}

/** The whole report as it stands. */
export function draw(report, state, at) {
  $("plate").textContent = report.plate || say.noPlate;
  for (const button of document.querySelectorAll("[data-pick]")) {
    button.setAttribute("aria-pressed", String(String(chosen(report, button.dataset.pick)) === button.dataset.value));
  }
  $("bounds").hidden = report.best === null;
  $("at_least").textContent = report.at_least ?? "";
  $("at_most").textContent = report.at_most ?? "";
  $("when").textContent = whenWords(report);
  $("position").textContent = positionWords(report);
  drawChange(report, state);
  if (at === last) {
    drawSummary(report);
    drawPhoto(report);
  }
}

/** Shows one step, or with null the outbox. */
export function show(at, changing) {
  const listed = at === null;
  $("outbox").hidden = !listed;
  $("report").hidden = listed;
  document.querySelector(".bottom").hidden = listed;
  $("show-outbox").setAttribute("aria-pressed", String(listed));
  if (listed) return;
  steps.forEach((one, number) => { one.hidden = number !== at; });
  $("previous").disabled = at === 0;
  const { keep, next, change } = $("next").dataset;
  $("next").textContent = at < last ? next : changing ? change : keep;
  $("progress").textContent = `${at + 1}/${steps.length} ${steps[at].dataset.name}`;
  scrollTo(0, 0);
}

export function tell(text, kind = "") {
  $("told").textContent = text;
  $("told").className = `notice ${kind}`;
  $("told").hidden = !text;
}
