// SPDX-License-Identifier: Apache-2.0
// Keeps the phone page, which holds nothing of anybody, so that it opens without a connection. Reports are none of its
// business: they lie in the page's own store.

const SHELL = "SHELL";
const PAGE = "/report";
const CACHE = "wayside-report";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...SHELL, PAGE])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld().then(() => self.clients.claim()));
});

/** Removes the parts of pages before this one. */
async function forgetOld() {
  const cache = await caches.open(CACHE);
  const wanted = new Set([...SHELL, PAGE].map((path) => new URL(path, self.location).href));
  for (const request of await cache.keys()) {
    if (!wanted.has(request.url)) await cache.delete(request);
  }
}

/** The page from the site where it can be reached, else as it was kept. */
async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(PAGE, answer.clone());
    return answer;
  } catch (error) {
    const found = await cache.match(PAGE);
    if (!found) throw error;
    return found;
  }
}

/** A part of the page, whose address changes with its contents. */
async function part(request) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === PAGE) event.respondWith(page(request));
  else if (address.pathname.startsWith("/static/") && address.search) event.respondWith(part(request));
});
