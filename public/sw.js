// Keeps the last edition of the full page, so that it opens without a network. See docs/develop/architecture.md.
//
// A copy is the page, its program and every file of its data set, in one cache of the browser. It counts from the moment
// its record is put beside them, which is when the page names that very program, each file has come and its digest is
// right: it is there whole or not at all. Each visit checks the files again, and fetches those that are damaged. All names but the page's and the manifest's hold a digest of the content, so whatever copy has a name has the right
// file. The page and the manifest are always given out of the same copy, or both by the server.
//
// To get rid of this worker on every device, publish sw-off.js under this file's name: docs/publish/daily.md, "Ending the offline
// copies".
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
    const preloaded = Promise.resolve(event.preloadResponse).catch(() => undefined);
    const answer = preloaded.then((response) => response || fetch(request));
    const network = () => answer;
    // Without this the browser would complain of, and repeat, what it has asked for in advance.
    if (request.destination !== 'document' || isEmbed(search)) event.respondWith(answer);
    else if (name === '' || name === 'index.html') respond(event, page(event, network), network);
    else respond(event, answer.catch(() => elsewhere(name)), network);
    return;
  }
  const isManifest = name === 'data/manifest.json';
  if (!isManifest && !HASHED.test(name)) return;
  if (request.referrer && isEmbed(new URL(request.referrer).search)) return;
  let answer;
  const network = () => (answer ??= fetch(request));
  const own = async () => {
    if (await isFramed(event.clientId)) return network();
    return isManifest ? manifest(event, network) : file(event, network);
  };
  respond(event, own(), network);
});
addEventListener('message', (event) => {
  const [wish, ...files] = event.data.split(' ');
  if (wish === 'here') answers.get(event.source.id)?.(files);
  else event.waitUntil(inTurn(() => serve(event.source, wish, files)));
});

// Whatever fails in here, such as the browser's storage, or is not there, the network answers.
function respond(event, own, network) {
  event.respondWith(own.catch(() => undefined).then((response) => response || network()));
}

// ---- The worker takes its place -------------------------------------------------------------------------------------

async function take() {
  try {
    for (const name of await caches.keys()) {
      if (name.startsWith(FAMILY) && !name.startsWith(OURS)) await caches.delete(name);
    }
    // Firefox shows its error page when what it has asked for in advance fails, whatever this worker answers.
    const { navigationPreload: inAdvance } = registration;
    await (/Firefox\//.test(navigator.userAgent) ? inAdvance?.disable() : inAdvance?.enable());
  } finally {
    await clients.claim();
  }
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

// The server's page or, if that does not come, that of the newest copy that is whole.
async function page(event, network) {
  const kept = await copies();
  if (!kept.length) return network();
  const fresh = readPage(network());
  event.waitUntil(fresh);
  const come = await Promise.race([fresh, new Promise((done) => setTimeout(done, PATIENCE))]);
  for (const copy of come ? [] : kept) {
    const response = await pageOf(copy);
    if (!response) continue;
    begins(event, copy.page, copy.name);
    return response;
  }
  const late = await fresh;
  if (late) begins(event, late.page);
  return late?.response;
}

// All of it, since it may stall or be cut in the middle; nothing if it did not come, or has no markup, as an empty file.
async function readPage(network) {
  try {
    const response = await network;
    if (response.status >= 500) return undefined;
    if (!response.ok) return { response };
    const bytes = await response.clone().arrayBuffer();
    if (!new Uint8Array(bytes).includes('<'.charCodeAt())) return undefined;
    return { response, page: await digest(bytes) };
  } catch {
    return undefined;
  }
}

// An area's own page is not kept: the full page shows the same area.
async function elsewhere(name) {
  const [, area] = name.match(/^area\/(\w+)\/(?:index\.html)?$/) ?? [];
  return area && (await copies()).length ? Response.redirect(`${SCOPE}?area=${area}`) : undefined;
}

// Of the same copy as the page, or the server's. If that does not come, then one that was published with the same page.
async function manifest(event, network) {
  const start = begun.get(event.clientId);
  const kept = await copies();
  const of = (copy) => copy?.cache.match(MANIFEST).catch(() => undefined);
  const own = await of(kept.find((copy) => copy.name === start?.copy));
  if (own) return own;
  const same = await of(kept.find((copy) => copy.page === start?.page));
  if (!same) return network();
  const response = await network().catch(() => undefined);
  const isPage = /html/.test(response?.headers.get('content-type'));
  return response?.status < 500 && !isPage ? response : same;
}

async function file(event, network) {
  const { url, cache } = event.request;
  const kept = () => caches.match(url, { ignoreVary: true }).catch(() => undefined);
  // A page that asks past all caches has been given something that it could not use.
  const isAgain = cache === 'reload';
  const found = isAgain ? undefined : await kept();
  if (found) return found;
  const response = await network().catch(() => undefined);
  if (response?.ok && (isAgain || POSTCODES.test(url))) event.waitUntil(keepFile(url, response.clone()));
  return response ?? kept();
}

// Puts a file in its place in each copy: what a page could not use as it was kept; and postcodes that a reader has used, and
// no others, since all of them are as large as everything else.
async function keepFile(url, response) {
  const bytes = await response.arrayBuffer();
  const [, hash] = url.match(POSTCODES) ?? [];
  for (const copy of await copies()) {
    const sum = hash && hash === copy.postcodes ? '' : copy.sums[url.slice(SCOPE.length)];
    if (sum !== undefined && (await isRight(bytes, sum))) await copy.cache.put(url, plain(response, bytes));
  }
}

// ---- Copies ---------------------------------------------------------------------------------------------------------

// Those that are complete, the one last found current first. One whose record is damaged is none.
async function copies() {
  const found = [];
  let names = [];
  try {
    names = await caches.keys();
  } catch {
    // A browser whose storage fails has no copies.
  }
  for (const name of names.filter((name) => name.startsWith(OURS))) {
    try {
      const cache = await caches.open(name);
      const { at, page, postcodes, sums } = await (await cache.match(RECORD)).json();
      const files = Object.keys(sums);
      if (Number.isFinite(at) && page && files.length) found.push({ name, cache, at, page, postcodes, sums, files });
    } catch {
      // It has no record yet, or one that cannot be read.
    }
  }
  return found.sort((a, b) => b.at - a.at);
}

// A copy's page, if it is the one that the copy was made with and no file is missing: browsers, and people, can remove some.
async function pageOf({ cache, page, files }) {
  try {
    const there = new Set((await cache.keys()).map((request) => request.url));
    if (![MANIFEST, ...files.map((name) => SCOPE + name)].every((url) => there.has(url))) return undefined;
    const response = await cache.match(SCOPE);
    const bytes = await response.arrayBuffer();
    return (await digest(bytes)) === page ? plain(response, bytes) : undefined;
  } catch {
    return undefined;
  }
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
  const { format, page, files } = JSON.parse(text(list));
  if (version !== format) throw new Error(`the program reads data sets of version ${format}, this is ${version}`);
  // A page that says that the site is being mended, or that a network wants to be paid, names no program.
  const html = text(index);
  const named = new Set(Array.from(html.matchAll(NAMED), ([, name]) => name));
  if (!html.includes('</html>') || !page?.every((name) => named.has(name))) throw new Error('the page is another, or cut');
  for (const name of named) {
    if (!Object.hasOwn(files, name)) throw new Error(`the page and its list of files are not of one build: ${name}`);
  }
  // Every file with the beginning of its digest. Postcodes bear one of them all.
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
    // What is kept may have been damaged since.
    if (await right(await cache.match(url), sum)) continue;
    await cache.put(url, (await right(await caches.match(url, { ignoreVary: true }), sum)) ?? (await checked(url, sum)));
  }
  await cache.put(SCOPE, plain(index.response, index.bytes));
  await cache.put(MANIFEST, plain(edition.response, edition.bytes));
  const sums = Object.fromEntries(wanted);
  const record = { at: Date.now(), page: await digest(index.bytes), postcodes: postcodes?.hash, sums };
  await cache.put(RECORD, new Response(JSON.stringify(record)));
  return { name, files: Object.keys(sums) };
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
    const found = response.ok && (await right(response, sum));
    if (found) return found;
  }
  throw new Error(`${url} is not what it should be`);
}

// The response if it has the content that its digest says, and can be read to its end.
async function right(response, sum) {
  try {
    const bytes = await response.arrayBuffer();
    return (await isRight(bytes, sum)) ? plain(response, bytes) : undefined;
  } catch {
    return undefined;
  }
}

async function isRight(bytes, sum) {
  return sum ? (await digest(bytes)).startsWith(sum) : isDataFile(bytes);
}

// Postcodes, which have no digest of their own, have a length and a checksum in front (crates/model/src/format.rs).
function isDataFile(buffer) {
  if (buffer.byteLength < 16) return false;
  const [view, content] = [new DataView(buffer), new Uint8Array(buffer, 16)];
  const magic = new TextDecoder().decode(new Uint8Array(buffer, 0, 6));
  let sum = -1;
  for (const byte of content) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 && 0xedb88320);
  }
  return magic === 'RISING' && view.getUint32(8, true) === content.length && view.getUint32(12, true) === ~sum >>> 0;
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
