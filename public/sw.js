// Keeps the last edition of the full page, so that it opens without a network. See ARCHITECTURE.md, "Without a network".
//
// A copy is the page, its program and every file of its data set, in one cache of the browser. It counts from the moment
// its record is put beside them, which is when each file has come and its digest is right: it is there whole or not at
// all. All names but the page's and the manifest's hold a digest of the content, so whatever copy has a name has the right
// file. The page and the manifest are always given out of the same copy, or both by the server.
//
// To get rid of this worker on every device, publish sw-off.js under this file's name.
'use strict';

const SCOPE = registration.scope;
const PATH = new URL(SCOPE).pathname;
// Several maps may share an origin. The number is the layout of a copy.
const FAMILY = `rising ${PATH} `;
const OURS = `${FAMILY}1 `;
const MANIFEST = `${SCOPE}data/manifest.json`;
const RECORD = `${SCOPE}kept`;
// How long a reader who has a copy waits for the server's page, in milliseconds.
const PATIENCE = 3000;
// A name in the page or in its scripts; and one that holds a digest, at the top of the site or among its data.
const NAMED = /["']\.\/([\w-]+\.\w+)["']/g;
const HASHED = /^(?:data\/)?[\w.-]*[.-][\da-f]{10,16}[._][\w.]+$/;
const POSTCODES = /postcodes\.(\w+)\.(\w+)\.bin$/;

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(take()));
addEventListener('fetch', (event) => {
  const { request } = event;
  const { href, search, pathname } = new URL(request.url);
  if (request.method !== 'GET' || !href.startsWith(SCOPE)) return;
  const name = pathname.slice(PATH.length);
  if (request.mode === 'navigate') {
    const preloaded = Promise.resolve(event.preloadResponse).then((response) => response || fetch(request));
    // Without this the browser would complain of, and repeat, what it has asked for in advance.
    if (request.destination !== 'document' || isEmbed(search)) event.respondWith(preloaded);
    else if (name === '' || name === 'index.html') event.respondWith(page(event, preloaded));
    else event.respondWith(preloaded.catch((error) => elsewhere(name, error)));
    return;
  }
  const isManifest = name === 'data/manifest.json';
  if (!isManifest && !HASHED.test(name)) return;
  if (request.referrer && isEmbed(new URL(request.referrer).search)) return;
  event.respondWith(
    isFramed(event.clientId).then((framed) => (framed ? fetch(request) : isManifest ? manifest(event) : file(event))),
  );
});
addEventListener('message', (event) => {
  const [wish, ...files] = event.data.split(' ');
  if (wish === 'here') answers.get(event.source.id)?.(files);
  else event.waitUntil(inTurn(() => serve(event.source, wish, files)));
});

// ---- The worker takes its place -------------------------------------------------------------------------------------

async function take() {
  for (const name of await caches.keys()) {
    if (name.startsWith(FAMILY) && !name.startsWith(OURS)) await caches.delete(name);
  }
  // Firefox shows its error page when what it has asked for in advance fails, whatever this worker answers.
  const { navigationPreload: inAdvance } = registration;
  await (/Firefox\//.test(navigator.userAgent) ? inAdvance?.disable() : inAdvance?.enable());
  await clients.claim();
}

// ---- Answers to pages -----------------------------------------------------------------------------------------------

// What the pages that began a moment ago were given, by client: the page's digest, and the copy's name if it was a copy's.
const begun = new Map();

function begins(event, page, copy) {
  begun.set(event.resultingClientId, { page, copy });
  // A page asks for its manifest at once: old entries are of no use.
  if (begun.size > 50) begun.delete(begun.keys().next().value);
}

function isEmbed(search) {
  return /^(1|true)$/.test(new URLSearchParams(search).get('embed'));
}

async function isFramed(id) {
  if (begun.has(id)) return false;
  const client = await clients.get(id);
  return client?.frameType === 'nested' || isEmbed(client ? new URL(client.url).search : '');
}

// The server's page or, if that does not come, that of the newest copy.
async function page(event, network) {
  const [copy] = await copies();
  if (!copy) return network;
  const fresh = readPage(network);
  event.waitUntil(fresh);
  const come = await Promise.race([fresh, new Promise((done) => setTimeout(done, PATIENCE))]);
  if (!come && (await isWhole(copy))) {
    begins(event, copy.page, copy.name);
    return copy.cache.match(SCOPE);
  }
  const late = await fresh;
  if (!late) return network;
  begins(event, late.page);
  return late.response;
}

// All of it, since it may stall or be cut in the middle; nothing if it did not come.
async function readPage(network) {
  try {
    const response = await network;
    if (response.status >= 500) return undefined;
    if (!response.ok) return { response };
    const bytes = await response.clone().arrayBuffer();
    return { response, page: await digest(bytes) };
  } catch {
    return undefined;
  }
}

// An area's own page is not kept: the full page shows the same area.
async function elsewhere(name, error) {
  const [, area] = name.match(/^area\/(\w+)\/(?:index\.html)?$/) ?? [];
  if (!area || !(await copies()).length) throw error;
  return Response.redirect(`${SCOPE}?area=${area}`);
}

// Of the same copy as the page, or the server's. If that does not come, then one that was published with the same page.
async function manifest(event) {
  const start = begun.get(event.clientId);
  const kept = await copies();
  const own = kept.find((copy) => copy.name === start?.copy);
  if (own) return own.cache.match(MANIFEST);
  const same = kept.find((copy) => copy.page === start?.page);
  try {
    const response = await fetch(event.request);
    if (response.status < 500 || !same) return response;
  } catch (error) {
    if (!same) throw error;
  }
  return same.cache.match(MANIFEST);
}

async function file(event) {
  const { request } = event;
  const kept = () => caches.match(request.url, { ignoreVary: true });
  // A page that asks past all caches has been given something that it could not use.
  const found = request.cache !== 'reload' && (await kept());
  if (found) return found;
  try {
    const response = await fetch(request);
    if (response.ok && POSTCODES.test(request.url)) event.waitUntil(keepPostcodes(request.url, response.clone()));
    return response;
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}

// Those that a reader has used, and no others: all of them are as large as everything else.
async function keepPostcodes(url, response) {
  const [, hash] = url.match(POSTCODES);
  const bytes = await response.arrayBuffer();
  const copy = (await copies()).find((copy) => copy.postcodes === hash);
  if (copy) await copy.cache.put(url, plain(response, bytes));
}

// ---- Copies ---------------------------------------------------------------------------------------------------------

// Those that are complete, the one last found current first.
async function copies() {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(OURS)) continue;
    const cache = await caches.open(name);
    const record = await cache.match(RECORD);
    if (record) found.push({ name, cache, ...(await record.json()) });
  }
  return found.sort((a, b) => b.at - a.at);
}

// Browsers, and people, can remove single files.
async function isWhole(copy) {
  const there = new Set((await copy.cache.keys()).map((request) => request.url));
  return [SCOPE, MANIFEST, ...copy.files.map((name) => SCOPE + name)].every((url) => there.has(url));
}

// Makes a copy of what is on the server now, or finds that there is one. `used` are files that a page uses.
async function keep(used) {
  const [index, edition, list] = await Promise.all([SCOPE, MANIFEST, `${SCOPE}offline.json`].map(current));
  const text = (part) => new TextDecoder().decode(part.bytes);
  const data = [];
  const { version, postcodes } = JSON.parse(text(edition), (key, value) => {
    if (key === 'file') data.push(value);
    return value;
  });
  const { format, files } = JSON.parse(text(list));
  if (version !== format) throw new Error(`the program reads data sets of version ${format}, this is ${version}`);
  for (const [, name] of text(index).matchAll(NAMED)) {
    if (!Object.hasOwn(files, name)) throw new Error(`the page and its list of files are not of one build: ${name}`);
  }
  // Every file with the beginning of its digest. Postcodes bear one of them all, and the page checks each.
  const wanted = new Map(Object.entries(files));
  for (const name of data) wanted.set(`data/${name}`, name.match(/\.([\da-f]{10})\.bin$/)[1]);
  for (const area of await postcodeAreas(used)) {
    if (postcodes?.areas.toLowerCase().split(' ').includes(area)) {
      wanted.set(`data/postcodes.${postcodes.hash}.${area}.bin`, '');
    }
  }

  const name = OURS + (await digest(await new Blob([index.bytes, edition.bytes, list.bytes]).arrayBuffer())).slice(0, 16);
  const cache = await caches.open(name);
  for (const [file, sum] of wanted) {
    const url = SCOPE + file;
    if (!(await cache.match(url))) await cache.put(url, (await caches.match(url, { ignoreVary: true })) ?? (await checked(url, sum)));
  }
  await cache.put(SCOPE, plain(index.response, index.bytes));
  await cache.put(MANIFEST, plain(edition.response, edition.bytes));
  const record = { at: Date.now(), page: await digest(index.bytes), postcodes: postcodes?.hash, files: [...wanted.keys()] };
  await cache.put(RECORD, new Response(JSON.stringify(record)));
  return { name, ...record };
}

async function postcodeAreas(used) {
  const names = [...used];
  for (const copy of await copies()) names.push(...(await copy.cache.keys()).map((request) => request.url));
  return new Set(names.map((name) => name.match(POSTCODES)?.[2]).filter(Boolean));
}

// What the server has under a name that stays.
async function current(url) {
  const response = await fetch(url, { cache: 'no-cache' }).catch(() => undefined);
  if (!response || response.status >= 500) throw new Unreachable(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return { response, bytes: await response.arrayBuffer().catch(() => { throw new Unreachable(url); }) };
}

class Unreachable extends Error {}

// A file whose name or list says what it is, if it is that; asked for once more, past the browser's own cache, if not.
async function checked(url, sum) {
  for (const cache of ['default', 'reload']) {
    const response = await fetch(url, { cache, priority: 'low' });
    const bytes = await response.arrayBuffer();
    if (response.ok && (await digest(bytes)).startsWith(sum)) return plain(response, bytes);
  }
  throw new Error(`${url} is not what it should be`);
}

// As it came, but for what was true of the transfer only.
function plain({ headers }, bytes) {
  const kept = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'vary']) kept.delete(name);
  return new Response(bytes, { headers: kept });
}

async function digest(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// ---- What pages want ------------------------------------------------------------------------------------------------

// One thing after the other: two tabs would otherwise make the same copy twice.
let last = Promise.resolve();
function inTurn(act) {
  return (last = last.then(act, act));
}

// Tells a page how old its figures are and, if it wishes to keep what is there now, does that and tells it whether
// there are newer ones.
async function serve(client, wish, files) {
  // Postcodes are no figures.
  const figures = files.filter((name) => name.startsWith('data/') && !POSTCODES.test(name));
  const isTheirs = (copy) => figures.every((name) => copy.files.includes(name));
  const tell = async (more) => client.postMessage({ at: (await copies()).find(isTheirs)?.at ?? null, ...more });
  await tell({});
  if (wish !== 'keep') return;
  try {
    const newest = await keep(files);
    await tell({ reached: true, newer: !isTheirs(newest) });
    await tidy(newest);
  } catch (error) {
    // What there was before is whole still. The next visit tries again, and finds what has come already.
    await tell({ reached: !(error instanceof Unreachable) });
    console.info(`Not kept: ${error.message}`);
  }
}

// Removes copies, whole or not, that have nothing an open page may still ask for.
async function tidy(newest) {
  const used = new Set();
  for (const client of await clients.matchAll({ type: 'window' })) {
    if (client.frameType === 'nested' || isEmbed(new URL(client.url).search)) continue;
    const files = await ask(client);
    if (!files) return;
    for (const name of files) if (!newest.files.includes(name)) used.add(SCOPE + name);
  }
  for (const name of await caches.keys()) {
    if (!name.startsWith(OURS) || name === newest.name) continue;
    const there = await (await caches.open(name)).keys();
    if (!there.some((request) => used.has(request.url))) await caches.delete(name);
  }
}

// The files of an open page; nothing if it does not say.
const answers = new Map();
async function ask(client) {
  const answer = new Promise((done) => {
    answers.set(client.id, done);
    setTimeout(done, PATIENCE);
  });
  client.postMessage('which');
  return answer.finally(() => answers.delete(client.id));
}
