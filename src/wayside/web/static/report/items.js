// SPDX-License-Identifier: Apache-2.0
// Small parts of the phone page that are made as they are needed: buttons, choices, and the reports of the outbox.

const say = document.body.dataset;
const { timeWords } = await import(say.screen);

function line(text, name) {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}

export function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

export function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

export function pickButton(name, value, act) {
  const made = button(value, act);
  Object.assign(made.dataset, { pick: name, value });
  made.className = "pick";
  return made;
}

function item(id, state, ...parts) {
  const made = document.createElement("li");
  Object.assign(made.dataset, { id, state });
  made.append(...parts);
  return made;
}

function does(...buttons) {
  const made = document.createElement("div");
  made.className = "does";
  made.append(...buttons);
  return made;
}

/** A report that was not sent yet; `person`: who is signed in, where that is known. */
export function waitingItem(entry, person, { mend, drop }) {
  const foreign = person && entry.person !== person;
  const words = foreign ? say.foreign.replace("{person}", entry.person) : say[entry.state];
  const refused = entry.state === "refused";
  return item(
    entry.id, entry.state, line(entry.body.plate || say.noPlate, "what"), line(timeWords(entry.written), "when"),
    line(words, `badge ${refused ? "bad" : "warn"}`), ...(entry.reason ? [line(entry.reason, "reason")] : []),
    does(...(refused ? [button(say.again, mend)] : []), button(say.drop, drop)),
  );
}

/** A report that the site has taken, of which nothing but its time is left here. */
export function sentItem(one, change) {
  const link = document.createElement("a");
  link.href = `/sightings/${one.id}`;
  link.textContent = timeWords(one.at);
  return item(one.id, "sent", line(say.sent, "badge good"), link, does(button(say.change, change)));
}
