// SPDX-License-Identifier: Apache-2.0
// What lies on the phone: reports that were not sent yet, a draft, and what the site last said. Each report keeps the id
// that it was given here, so that the site takes it once however often it is sent; what was taken is wiped at once.

const NAME = "wayside-report";
const STORES = ["outbox", "sent", "kept"];
const REFUSED = new Set([404, 409, 410, 413, 422]);
const SENT_KEPT_MS = 24 * 3600 * 1000;
let opened;

/** The database of this phone. */
function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const name of STORES) asked.result.createObjectStore(name, name === "kept" ? {} : { keyPath: "id" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** Does something in one transaction over some stores; what the last request gave, once all of it is on the disk. */
async function within(names, mode, deed) {
  const found = await database();
  return new Promise((resolve, reject) => {
    const transaction = found.transaction(names, mode, { durability: "strict" });
    const request = deed(...names.map((name) => transaction.objectStore(name)));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const keep = (key, value) => within(["kept"], "readwrite", (kept) => kept.put(value, key));
export const kept = (key) => within(["kept"], "readonly", (store) => store.get(key));
export const waiting = () => within(["outbox"], "readonly", (outbox) => outbox.getAll());
export const sent = () => within(["sent"], "readonly", (done) => done.getAll());
export const drop = (id) => within(["outbox"], "readwrite", (outbox) => outbox.delete(id));

/** Puts a report into the outbox and takes the draft away, both or neither. */
export const put = (entry) => within(["outbox", "kept"], "readwrite", (outbox, others) => {
  others.delete("draft");
  return outbox.put(entry);
});

/** Wipes a report that the site has taken; only that it was, and when, stays for a day. */
function taken(id, at) {
  return within(["outbox", "sent"], "readwrite", (outbox, done) => {
    outbox.delete(id);
    return done.put({ id, at });
  });
}

/** Wipes what was sent long ago. */
export async function tidy(now) {
  const old = (await sent()).filter((one) => now - one.at > SENT_KEPT_MS);
  if (old.length) await within(["sent"], "readwrite", (done) => old.forEach((one) => done.delete(one.id)));
}

/** An id that nobody else makes: 32 hexadecimal digits. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function inBase64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",", 2)[1]);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** What the site says: who is signed in, the briefs, the places, the token. Null: no connection; false: signed out. */
export async function ask() {
  let answer;
  try {
    answer = await fetch("/report/state", { redirect: "manual", cache: "no-store", headers: { Accept: "application/json" } });
  } catch {
    return null;
  }
  if (answer.status >= 500) return null;
  if (!answer.ok || !(answer.headers.get("content-type") || "").startsWith("application/json")) return false;
  const found = await answer.json();
  const state = { ...found, ahead: Date.parse(found.now) - Date.now() };
  await keep("state", { ...state, csrf: "" });
  return state;
}

const API = "/api/v1/sightings";

/** One's own report with its versions, as the site has it; null where it cannot be had. */
export async function reported(id) {
  try {
    const answer = await fetch(`${API}/${id}`, { cache: "no-store", headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Changes one's own report; null where that is done, else why it is not, empty for want of a connection. */
export async function change(id, body, csrf) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
  try {
    const answer = await fetch(`${API}/${id}/versions`, { method: "POST", headers, body: JSON.stringify(body) });
    if (answer.ok) return null;
    return (await answer.json().catch(() => ({}))).detail || String(answer.status);
  } catch {
    return "";
  }
}

/** Sends one report; what became of it: taken, refused with a reason, or to be tried again. */
async function send(entry, csrf) {
  const body = { ...entry.body, id: entry.id };
  if (entry.photo) body.photo = await inBase64(entry.photo);
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
  const answer = await fetch(API, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.ok) return { state: "sent" };
  const problem = await answer.json().catch(() => ({}));
  return { state: REFUSED.has(answer.status) ? "refused" : "waiting", reason: problem.detail || String(answer.status) };
}

/** Sends what waits, one after the other and from one page only; `tell` is called when something changed. */
export async function flush(state, tell) {
  await navigator.locks.request("wayside-outbox", async () => {
    for (const entry of await waiting()) {
      if (entry.state !== "waiting" || entry.person !== state.person) continue;
      let told;
      try {
        told = await send(entry, state.csrf);
      } catch {
        return; // the connection is lost again; the site may have taken it, and will say so next time
      }
      if (told.state === "sent") await taken(entry.id, Date.now());
      else await within(["outbox"], "readwrite", (outbox) => outbox.put({ ...entry, ...told }));
      await tell();
    }
  });
}

/** Whether one may leave: nothing waits here, or the person says that it may be lost. Then all of it is wiped. */
export async function leave(question) {
  const there = await indexedDB.databases?.();
  if (there && !there.some((one) => one.name === NAME)) return true;
  const count = (await waiting()).length;
  if (count && !confirm(question.replace("{count}", count))) return false;
  await within(STORES, "readwrite", (...stores) => stores.forEach((store) => store.clear()));
  return true;
}
