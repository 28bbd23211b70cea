// SPDX-License-Identifier: Apache-2.0
// A report as it is tapped, and as the site takes it and gives it back; nothing here touches the page.

const LONGEST_PLATE = 12;
const MOST_ABOARD = 200;
const EDITABLE_MS = 600_000;

/** A report in which nothing is stated. */
export function fresh() {
  return {
    plate: "", heading: null, travel: null, way: null, status: null, best: null, at_least: null, at_most: null, kind: null,
    colour: null, plate_class: "", note: "", place: "", position: null, seen: null, certainty: {}, brief: "", photo: null,
    changing: null,
  };
}

/** A report as it was sent, or as the site has it, back into what is tapped. */
export function opened(told) {
  const { latitude, longitude, accuracy_m } = told.place;
  const counted = told.occupants.status !== "not_attempted";
  return {
    ...fresh(), plate: told.plate || "", kind: told.kind, colour: told.colour, plate_class: told.plate_class || "",
    note: told.note, certainty: { ...told.certainty }, place: told.place.name || "", seen: Date.parse(told.seen_at),
    heading: told.direction.heading_deg_true, travel: told.direction.travel, way: told.direction.way,
    position: (latitude ?? null) === null ? null : { latitude, longitude, accuracy_m },
    ...(counted ? { ...told.occupants } : {}),
  };
}

/** What the site takes of a report, or of a change of one. */
export function body(report) {
  const now = new Date().toISOString();
  const counted = report.status === "counted";
  const heading = report.heading === null ? null : Number(report.heading);
  return {
    seen_at: report.seen === null ? now : new Date(report.seen).toISOString(),
    plate: report.plate || null, plate_class: report.plate_class || null,
    direction: { travel: report.travel, way: report.way, heading_deg_true: heading },
    occupants: counted ? { status: "counted", at_least: report.at_least, best: report.best, at_most: report.at_most }
      : { status: report.status || "not_attempted" },
    kind: report.kind, colour: report.colour, note: report.note, certainty: report.certainty,
    place: { name: report.place || null, ...(report.position || {}) },
    ...(report.changing ? { after: report.changing.after, reason: report.changing.reason.trim() }
      : { brief_id: report.brief, written_at: now }),
  };
}

/** The name of the text that says why a report cannot be kept yet; empty where it can. */
export function objection(report, state) {
  const brief = state?.briefs.find((one) => one.id === report.brief);
  if (!report.changing && !brief) return "noBrief";
  if (!report.changing && !brief.acknowledged) return "acknowledge";
  if (report.changing && needsReason(report, state) && !report.changing.reason.trim()) return "whyFirst";
  const something = report.plate || report.kind || report.colour || report.plate_class || report.note.trim();
  return something ? "" : "empty";
}

/** Whether a change is a correction, by the clock of the site. */
export function needsReason(report, state) {
  return Date.now() + (state?.ahead || 0) - report.changing.received > EDITABLE_MS;
}

export function seenAt(report) {
  return report.seen === null ? new Date() : new Date(report.seen);
}

/** What is picked under a name, which may be one of a group: `certainty.plate`. */
export function chosen(report, name) {
  const [group, field] = name.split(".");
  if (name === "ago") return report.seen === null ? "0" : null;
  return field ? report[group][field] : report[name];
}

function setBest(report, value) {
  report.status = value === null ? null : "counted";
  Object.assign(report, { best: value, at_least: value, at_most: value });
}

/** Picks a value; picked again, it is taken back. */
export function pick(report, name, value) {
  const again = String(chosen(report, name)) === value;
  const [group, field] = name.split(".");
  if (field) {
    if (again) delete report[group][field];
    else report[group][field] = value;
  } else if (name === "best") setBest(report, again ? null : Number(value));
  else if (name === "ago") report.seen = null;
  else if (name === "status") {
    setBest(report, null);
    report.status = again ? null : value;
  } else report[name] = again ? null : value;
  report.place ??= "";
}

/** A key of the page's own keyboard. */
export function press(report, key) {
  if (key === "back") report.plate = report.plate.slice(0, -1);
  else if (key === "clear") report.plate = "";
  else if (report.plate.length < LONGEST_PLATE) report.plate += key;
}

/** One more or one fewer aboard, at least or at most. */
export function bound(report, name, by) {
  const [least, most] = name === "at_least" ? [0, report.best] : [report.best, MOST_ABOARD];
  report[name] = Math.max(least, Math.min(most, report[name] + by));
}
