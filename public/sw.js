// Keeps an offline copy of the last edition, so that the full page opens without a network. See
// docs/decisions/0012-offline-copy.md.
//
// A copy is the page, its program and every file of its data set, in one browser cache. It is valid
// once it holds a record, which is written last: after the page names the program in the cache, and
// each file has loaded with the right digest. So a copy is complete or does not count. Each visit
// checks the files again and fetches damaged ones. All names but those of the page and the manifest
// hold a digest of the content, so a name means the same content in every copy. The page and the
// manifest are served from the same copy, or both from the server.
//
// To remove this worker from every device, publish sw-off.js under this file's name:
// docs/publish/daily.md, "Ending the offline copies".
'use strict';

const SCOPE = registration.scope;
const PATH = new URL(SCOPE).pathname;
// Several maps may share an origin, so cache names hold the path. The number is the version of a
// copy's layout.
const PATH_PREFIX = `rising ${PATH} `;
const COPY_PREFIX = `${PATH_PREFIX}1 `;
const MANIFEST = `${SCOPE}data/manifest.json`;
const RECORD = `${SCOPE}kept`;
// How long a reader who has a copy waits for the server's page, in milliseconds.
const TIMEOUT = 3000;
// A file name in the page or in its scripts.
const NAMED = /["']\.\/([\w-]+\.\w+)["']/g;
// A name that holds a digest, at the top of the site or in its data folder.
const HASHED = /^(?:data\/)?[\w.-]*[.-][\da-f]{10,16}[._][\w.]+$/;
const POSTCODES = /postcodes\.(\w+)\.(\w+)\.bin$/;

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(activate()));
addEventListener('fetch', (event) => {
  const { request } = event;
  const { href, search, pathname } = new URL(request.url);
  if (request.method !== 'GET' || !href.startsWith(SCOPE)) return;
  const name = pathname.slice(PATH.length);
  if (request.mode === 'navigate') {
    const preloaded = Promise.resolve(event.preloadResponse).catch(() => undefined);
    const response = preloaded.then((response) => response || fetch(request));
    const network = () => response;
    // Answers frames too: otherwise the browser warns of the unused preload and requests it again.
    if (request.destination !== 'document' || isEmbed(search)) event.respondWith(response);
    else if (name === '' || name === 'index.html') respond(event, page(event, network), network);
    else
      respond(
        event,
        response.catch(() => redirectToPage(name)),
        network,
      );
    return;
  }
  const isManifest = name === 'data/manifest.json';
  if (!isManifest && !HASHED.test(name)) return;
  if (request.referrer && isEmbed(new URL(request.referrer).search)) return;
  let response;
  const network = () => (response ??= fetch(request));
  const own = async () => {
    if (await isFramed(event.clientId)) return network();
    return isManifest ? manifest(event, network) : file(event, network);
  };
  respond(event, own(), network);
});
addEventListener('message', (event) => {
  const [command, ...files] = event.data.split(' ');
  if (command === 'here') answers.get(event.source.id)?.(files);
  else event.waitUntil(inTurn(() => serve(event.source, command, files)));
});

// Responds with the worker's own response or, if that fails or is missing, with the network's.
function respond(event, own, network) {
  event.respondWith(own.catch(() => undefined).then((response) => response || network()));
}

// ---- Activation ---------------------------------------------------------------------------------

async function activate() {
  try {
    for (const name of await caches.keys()) {
      if (name.startsWith(PATH_PREFIX) && !name.startsWith(COPY_PREFIX)) await caches.delete(name);
    }
    // Firefox shows its error page when the preload fails, whatever this worker responds.
    const { navigationPreload: preload } = registration;
    await (/Firefox\//.test(navigator.userAgent) ? preload?.disable() : preload?.enable());
  } finally {
    await clients.claim();
  }
}

// ---- Responses to pages -------------------------------------------------------------------------

// The pages served a moment ago, by client: the page's digest, and the name of the copy that served
// it, if one did.
const served = new Map();

function rememberPage(event, page, copy) {
  served.set(event.resultingClientId, { page, copy });
  // A page requests its manifest at once, so old entries are of no use.
  if (served.size > 50) served.delete(served.keys().next().value);
}

function isEmbed(search) {
  return /^(1|true)$/.test(new URLSearchParams(search).get('embed'));
}

async function isFramed(id) {
  if (served.has(id)) return false;
  const client = await clients.get(id);
  return client?.frameType === 'nested' || isEmbed(client ? new URL(client.url).search : '');
}

// Returns the server's page or, if it does not load in time, the page of the newest complete copy.
async function page(event, network) {
  const all = await copies();
  if (!all.length) return network();
  const fresh = readPage(network());
  event.waitUntil(fresh);
  const inTime = await Promise.race([fresh, new Promise((done) => setTimeout(done, TIMEOUT))]);
  for (const copy of inTime ? [] : all) {
    const response = await pageOf(copy);
    if (!response) continue;
    rememberPage(event, copy.page, copy.name);
    return response;
  }
  const late = await fresh;
  if (late) rememberPage(event, late.page);
  return late?.response;
}

// Reads the page to its end, since it may stall or be cut off in the middle. Returns nothing if it
// did not load or has no markup, as an empty file.
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

// Redirects from an area's own page, which no copy holds, to the full page with the same area.
async function redirectToPage(name) {
  const [, area] = name.match(/^area\/(\w+)\/(?:index\.html)?$/) ?? [];
  return area && (await copies()).length ? Response.redirect(`${SCOPE}?area=${area}`) : undefined;
}

// Returns the manifest of the copy that served the page, or the server's. If the server's does not
// load, returns one that was published with the same page.
async function manifest(event, network) {
  const start = served.get(event.clientId);
  const all = await copies();
  const manifestOf = (copy) => copy?.cache.match(MANIFEST).catch(() => undefined);
  const own = await manifestOf(all.find((copy) => copy.name === start?.copy));
  if (own) return own;
  const same = await manifestOf(all.find((copy) => copy.page === start?.page));
  if (!same) return network();
  const response = await network().catch(() => undefined);
  const isPage = /html/.test(response?.headers.get('content-type'));
  return response?.status < 500 && !isPage ? response : same;
}

async function file(event, network) {
  const { url, cache } = event.request;
  const cached = () => caches.match(url, { ignoreVary: true }).catch(() => undefined);
  // A page bypasses all caches when it could not use the response before.
  const isRetry = cache === 'reload';
  const found = isRetry ? undefined : await cached();
  if (found) return found;
  const response = await network().catch(() => undefined);
  if (response?.ok && (isRetry || POSTCODES.test(url))) {
    event.waitUntil(storeFile(url, response.clone()));
  }
  return response ?? cached();
}

// Stores a file in each copy that it belongs to: a file that replaces a damaged one, or postcodes
// that the reader has used. Other postcodes are left out: all of them are as large as all the rest.
async function storeFile(url, response) {
  const bytes = await response.arrayBuffer();
  const [, hash] = url.match(POSTCODES) ?? [];
  for (const copy of await copies()) {
    const sum = hash && hash === copy.postcodes ? '' : copy.sums[url.slice(SCOPE.length)];
    if (sum === undefined || !(await isIntact(bytes, sum))) continue;
    await copy.cache.put(url, withBody(response, bytes));
  }
}

// ---- Copies -------------------------------------------------------------------------------------

// Returns the copies with a valid record, the most recently checked first.
async function copies() {
  const found = [];
  let names = [];
  try {
    names = await caches.keys();
  } catch {
    // A browser whose storage fails has no copies.
  }
  for (const name of names.filter((name) => name.startsWith(COPY_PREFIX))) {
    try {
      const cache = await caches.open(name);
      const { at, page, postcodes, sums } = await (await cache.match(RECORD)).json();
      const files = Object.keys(sums);
      if (!Number.isFinite(at) || !page || !files.length) continue;
      found.push({ name, cache, at, page, postcodes, sums, files });
    } catch {
      // The copy has no record yet, or a damaged one.
    }
  }
  return found.sort((a, b) => b.at - a.at);
}

// Returns a copy's page if it has the digest of the record and no file is missing. Browsers and
// people can remove files from a cache.
async function pageOf({ cache, page, files }) {
  try {
    const stored = new Set((await cache.keys()).map((request) => request.url));
    const required = [MANIFEST, ...files.map((name) => SCOPE + name)];
    if (!required.every((url) => stored.has(url))) return undefined;
    const response = await cache.match(SCOPE);
    const bytes = await response.arrayBuffer();
    return (await digest(bytes)) === page ? withBody(response, bytes) : undefined;
  } catch {
    return undefined;
  }
}

// Makes or completes a copy of the edition on the server. `used` are the files that a page uses.
// Throws `Unreachable` if the server does not respond, and an error if the files do not fit.
async function makeCopy(used) {
  const urls = [SCOPE, MANIFEST, `${SCOPE}offline.json`];
  const [index, edition, list] = await Promise.all(urls.map(fetchCurrent));
  const text = ({ bytes }) => new TextDecoder().decode(bytes);
  const data = [];
  const { version, postcodes } = JSON.parse(text(edition), (key, value) => {
    if (key === 'file') data.push(value);
    return value;
  });
  const { format, page, files } = JSON.parse(text(list));
  if (version !== format) {
    throw new Error(`the program reads data sets of version ${format}, this one has ${version}`);
  }
  // A maintenance page, or the login page of a paid network, does not name the program.
  const html = text(index);
  const named = new Set(Array.from(html.matchAll(NAMED), ([, name]) => name));
  if (!html.includes('</html>') || !page?.every((name) => named.has(name))) {
    throw new Error('the server sent another page, or a part of it');
  }
  for (const name of named) {
    if (Object.hasOwn(files, name)) continue;
    throw new Error(`the page names ${name}, which offline.json lacks: they are of two builds`);
  }
  // Every file with the start of its digest. Postcode files have none: their names hold a digest of
  // all of them together.
  const wanted = new Map(Object.entries(files));
  for (const name of data) wanted.set(`data/${name}`, name.match(/\.([\da-f]{10})\.bin$/)[1]);
  for (const area of await postcodeAreas(used)) {
    if (postcodes?.areas.toLowerCase().split(' ').includes(area)) {
      wanted.set(`data/postcodes.${postcodes.hash}.${area}.bin`, '');
    }
  }

  const contents = new Blob([index.bytes, edition.bytes, list.bytes]);
  const name = COPY_PREFIX + (await digest(await contents.arrayBuffer())).slice(0, 16);
  const cache = await caches.open(name);
  for (const [file, sum] of wanted) {
    const url = SCOPE + file;
    // A stored file may have been damaged since.
    if (await intact(await cache.match(url), sum)) continue;
    const other = await intact(await caches.match(url, { ignoreVary: true }), sum);
    await cache.put(url, other ?? (await fetchIntact(url, sum)));
  }
  await cache.put(SCOPE, withBody(index.response, index.bytes));
  await cache.put(MANIFEST, withBody(edition.response, edition.bytes));
  const sums = Object.fromEntries(wanted);
  const hash = postcodes?.hash;
  const record = { at: Date.now(), page: await digest(index.bytes), postcodes: hash, sums };
  await cache.put(RECORD, new Response(JSON.stringify(record)));
  return { name, files: Object.keys(sums) };
}

async function postcodeAreas(used) {
  const names = [...used];
  for (const copy of await copies()) {
    names.push(...(await copy.cache.keys()).map((request) => request.url));
  }
  return new Set(names.map((name) => name.match(POSTCODES)?.[2]).filter(Boolean));
}

// Fetches the server's current version of a file whose name does not change.
async function fetchCurrent(url) {
  const response = await fetch(url, { cache: 'no-cache' }).catch(() => undefined);
  if (!response || response.status >= 500) throw new Unreachable(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const bytes = await response.arrayBuffer().catch(() => {
    throw new Unreachable(url);
  });
  return { response, bytes };
}

class Unreachable extends Error {}

// Fetches a file and checks its digest. If that is wrong, fetches it again past the HTTP cache.
async function fetchIntact(url, sum) {
  for (const cache of ['default', 'reload']) {
    const response = await fetch(url, { cache, priority: 'low' });
    const found = response.ok && (await intact(response, sum));
    if (found) return found;
  }
  throw new Error(`${url}: the digest is wrong, or the server did not send the file`);
}

// Returns the response if it can be read to its end and its content has the digest.
async function intact(response, sum) {
  try {
    const bytes = await response.arrayBuffer();
    return (await isIntact(bytes, sum)) ? withBody(response, bytes) : undefined;
  } catch {
    return undefined;
  }
}

async function isIntact(bytes, sum) {
  return sum ? (await digest(bytes)).startsWith(sum) : isDataFile(bytes);
}

// Checks a postcode file, which has no digest of its own, by the length and checksum in its header
// (crates/model/src/encoding/format.rs).
function isDataFile(buffer) {
  if (buffer.byteLength < 16) return false;
  const [view, content] = [new DataView(buffer), new Uint8Array(buffer, 16)];
  const magic = new TextDecoder().decode(new Uint8Array(buffer, 0, 6));
  let sum = -1;
  for (const byte of content) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 && 0xedb88320);
  }
  const [length, checksum] = [view.getUint32(8, true), view.getUint32(12, true)];
  return magic === 'RISING' && length === content.length && checksum === ~sum >>> 0;
}

// Returns a response with these bytes, without the headers that describe the transfer.
function withBody({ headers: original }, bytes) {
  const headers = new Headers(original);
  for (const name of ['content-encoding', 'content-length', 'vary']) headers.delete(name);
  return new Response(bytes, { headers });
}

async function digest(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// ---- Commands of pages --------------------------------------------------------------------------

// Runs one command after another: two tabs would otherwise make the same copy twice.
let last = Promise.resolve();
function inTurn(act) {
  last = last.then(act, act);
  return last;
}

// Posts the age of its figures to a page. On the command `keep`, also makes a copy of the server's
// edition, and posts whether that is newer.
async function serve(client, command, files) {
  // Postcodes are not figures.
  const figures = files.filter((name) => name.startsWith('data/') && !POSTCODES.test(name));
  const hasFigures = (copy) => figures.every((name) => copy.files.includes(name));
  const post = async (more) => {
    const at = (await copies()).find(hasFigures)?.at ?? null;
    client.postMessage({ at, ...more });
  };
  await post({});
  if (command !== 'keep') return;
  try {
    const newest = await makeCopy(files);
    await post({ reached: true, newer: !hasFigures(newest) });
    await removeUnused(newest);
  } catch (error) {
    // Older copies are still complete. The next visit tries again and reuses the stored files.
    await post({ reached: !(error instanceof Unreachable) });
    console.info(`Not kept: ${error.message}`);
  }
}

// Removes copies, complete or not, without a file that an open page may still request.
async function removeUnused(newest) {
  const used = new Set();
  for (const client of await clients.matchAll({ type: 'window' })) {
    if (client.frameType === 'nested' || isEmbed(new URL(client.url).search)) continue;
    const files = await ask(client);
    if (!files) return;
    for (const name of files) if (!newest.files.includes(name)) used.add(SCOPE + name);
  }
  for (const name of await caches.keys()) {
    if (!name.startsWith(COPY_PREFIX) || name === newest.name) continue;
    const stored = await (await caches.open(name)).keys();
    if (!stored.some((request) => used.has(request.url))) await caches.delete(name);
  }
}

// Asks an open page for the files that it uses. Returns nothing if the page does not answer.
const answers = new Map();
async function ask(client) {
  const answer = new Promise((done) => {
    answers.set(client.id, done);
    setTimeout(done, TIMEOUT);
  });
  client.postMessage('which');
  return answer.finally(() => answers.delete(client.id));
}
