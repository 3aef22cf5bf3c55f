// Keeps the whole course in the browser and answers from there, online and offline.
//
// A publication is a list of files with the hashes of what they hold. Files are kept by hash, so a new publication fetches
// only what it changed, and two of them can lie side by side. A page keeps to the publication that it was opened from,
// whatever is published meanwhile: what it asks for later, such as the search, is never from another one.

const scope = new URL('./', self.location).href;
// What files hold, by hash; and publications, by version, with the pages that are open, by client.
const FILES = `hornbook files ${scope}`;
const LISTS = `hornbook lists ${scope}`;
/** How many files are fetched at once. */
const AT_ONCE = 6;

const fileKey = (hash) => `${scope}?hornbook-file=${hash}`;
const listKey = (version) => `${scope}?hornbook-list=${version}`;
const clientKey = (id) => `${scope}?hornbook-client=${id}`;
const part = (url, name) => new URL(url).searchParams.get(name);
const urlOf = (address) => scope + address.split('/').map(encodeURIComponent).join('/');

// Installing -----------------------------------------------------------------------------------------------------------

async function hashOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.slice(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Fetches a file and fails unless it is what this publication says: another one may be there by now. Nothing where the host
 * does not serve it.
 */
async function fetchFile(address, hash) {
  const response = await fetch(urlOf(address), { cache: 'no-cache' });
  if (response.status === 404 || response.status === 410) return undefined;
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  if ((await hashOf(bytes)) !== hash) throw new Error(`${address} is not that of this publication`);
  return { bytes, headers: response.headers };
}

/** Keeps a file, with the headers it came with. Says whether there is one. */
async function keep(cache, address, hash) {
  if (await cache.match(fileKey(hash))) return true;
  const file = await fetchFile(address, hash);
  if (!file) return false;
  const { bytes, headers } = file;
  const kept = new Headers(headers);
  // The bytes are decoded.
  kept.delete('content-encoding');
  kept.delete('content-length');
  await cache.put(fileKey(hash), new Response(bytes, { headers: kept }));
  return true;
}

/** Works through a list, several entries at once. */
async function each(list, work) {
  const entries = list.values();
  const hand = async () => {
    for (const entry of entries) await work(entry);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
}

async function install() {
  const files = [];
  await each(publication.pieces, async (hash) => {
    const { bytes } = await fetchFile(`theme/offline/${hash}.json`, hash);
    files.push(...JSON.parse(new TextDecoder().decode(bytes)));
  });
  const cache = await caches.open(FILES);
  const served = [];
  await each(files, async (file) => {
    if (await keep(cache, ...file)) served.push(file);
  });
  const lists = await caches.open(LISTS);
  await lists.put(listKey(publication.version), new Response(JSON.stringify(served)));
  // Pages that are open keep to their own publication, so nobody has to be waited for.
  await self.skipWaiting();
}

// Publications and pages -------------------------------------------------------------------------------------------------

const known = new Map();

/** The files of a publication by address; nothing where it is gone. */
async function filesOf(version) {
  if (!known.has(version)) {
    const lists = await caches.open(LISTS);
    const list = await lists.match(listKey(version));
    if (!list) return undefined;
    known.set(version, new Map(await list.json()));
  }
  return known.get(version);
}

const clientsKnown = new Map();

/** Notes from which publication a page was opened. A browser ends a worker whenever it likes, so it is written down. */
async function remember(id, version) {
  if (!id) return;
  clientsKnown.set(id, version);
  const lists = await caches.open(LISTS);
  await lists.put(clientKey(id), new Response(version));
}

async function versionFor(id) {
  if (!id) return publication.version;
  if (!clientsKnown.has(id)) {
    const lists = await caches.open(LISTS);
    const note = await lists.match(clientKey(id));
    clientsKnown.set(id, note ? await note.text() : publication.version);
  }
  return clientsKnown.get(id);
}

/** Lets go of pages that are closed, of publications that no page is from, and of what only those hold. */
async function tidy() {
  const lists = await caches.open(LISTS);
  const needed = new Set([publication.version]);
  for (const { url } of await lists.keys()) {
    const id = part(url, 'hornbook-client');
    if (id === null) continue;
    if (await self.clients.get(id)) {
      needed.add(await (await lists.match(url)).text());
    } else {
      await lists.delete(url);
    }
  }
  const hashes = new Set();
  let gone = 0;
  for (const { url } of await lists.keys()) {
    const version = part(url, 'hornbook-list');
    if (version === null) continue;
    if (needed.has(version)) {
      for (const hash of ((await filesOf(version)) ?? new Map()).values()) hashes.add(hash);
    } else {
      await lists.delete(url);
      known.delete(version);
      gone += 1;
    }
  }
  if (gone === 0) return;
  const files = await caches.open(FILES);
  for (const { url } of await files.keys()) {
    if (!hashes.has(part(url, 'hornbook-file'))) await files.delete(url);
  }
}

let isLeaving = false;

/** Takes the worker away where a site is no longer published with one: else browsers would show the last one for ever. */
async function leave() {
  const { status } = await fetch(self.location.href, { method: 'HEAD', cache: 'no-store' });
  if (status !== 404 && status !== 410) return;
  isLeaving = true;
  await self.registration.unregister();
  await Promise.all([FILES, LISTS].map((name) => caches.delete(name)));
}

// Answering --------------------------------------------------------------------------------------------------------------

/**
 * Which bytes a `Range` asks for, of so many (RFC 9110, section 14): the first, and the one behind the last. Nothing where
 * it makes no sense, or asks for several ranges; then all of them are the answer.
 */
function rangeOf(asked, size) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(asked) ?? [];
  if (!first && !last) return undefined;
  if (!first) return { start: Math.max(size - Number(last), 0), end: size };
  if (last && Number(last) < Number(first)) return undefined;
  return { start: Number(first), end: last ? Math.min(Number(last) + 1, size) : size };
}

/** The part of a kept file that is asked for. Those who play films and sounds ask for parts, and cannot jump without. */
async function partOf(whole, asked) {
  const condition = asked.get('if-range');
  const marks = ['etag', 'last-modified'].map((name) => whole.headers.get(name));
  if (condition !== null && !marks.includes(condition)) return whole;
  const bytes = await whole.blob();
  const headers = new Headers(whole.headers);
  const range = rangeOf(asked.get('range'), bytes.size);
  if (!range) return new Response(bytes, { headers });
  const { start, end } = range;
  if (start >= end) {
    headers.set('content-range', `bytes */${bytes.size}`);
    return new Response(null, { status: 416, headers });
  }
  headers.set('content-range', `bytes ${start}-${end - 1}/${bytes.size}`);
  headers.set('content-length', end - start);
  return new Response(bytes.slice(start, end, bytes.type), { status: 206, headers });
}

/** The address that a request means: a folder its index, a name without its ending the page. */
function addressOf(url, files) {
  let path;
  try {
    path = decodeURIComponent(new URL(url).pathname.slice(new URL(scope).pathname.length));
  } catch {
    return undefined;
  }
  const candidates = path === '' || path.endsWith('/') ? [`${path}index.html`] : [path, `${path}.html`];
  return candidates.find((address) => files.has(address));
}

async function kept(files, address) {
  const hash = files.get(address);
  return hash && (await caches.open(FILES)).match(fileKey(hash));
}

async function answer(request, version) {
  const files = await filesOf(version);
  if (!files) return fetch(request);
  const address = addressOf(request.url, files);
  const found = address && (await kept(files, address));
  if (found) return request.headers.has('range') ? partOf(found, request.headers) : found;
  const path = new URL(request.url).pathname;
  const folder = addressOf(`${new URL(scope).origin}${path}/`, files);
  if (folder) return Response.redirect(`${path}/`, 302);
  try {
    return await fetch(request);
  } catch (error) {
    const missing = request.mode === 'navigate' && (await kept(files, '404.html'));
    if (!missing) throw error;
    // The page says that there is nothing here, and has a sentence for when that is not known.
    const text = (await missing.text()).replaceAll(' data-offline hidden>', ' data-offline>');
    return new Response(text, { status: 404, headers: missing.headers });
  }
}

async function open(event) {
  await remember(event.resultingClientId, publication.version);
  return answer(event.request, publication.version);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  // Until the last page is closed it is still asked.
  if (isLeaving) return;
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  if (request.mode === 'navigate') {
    event.respondWith(open(event));
    event.waitUntil(leave().catch(() => {}));
  } else {
    event.respondWith(versionFor(event.clientId).then((version) => answer(request, version)));
  }
});
