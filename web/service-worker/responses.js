// The worker's responses to pages. The page and the manifest are served from the same copy, or both
// from the server.

import { copies, pageOf, storeFile } from './copies.js';
import { digest } from './integrity.js';
import { areaOfPage, isEmbed, parsePostcodeFile } from './names.js';
import { MANIFEST, SCOPE, TIMEOUT, worker } from './scope.js';

/** @typedef {() => Promise<Response>} Network */

/**
 * The pages served a moment ago, by client: the page's digest, and the name of the copy that served
 * it, if one did.
 * @type {Map<string, { page?: string, copy?: string }>}
 */
const served = new Map();

/**
 * @param {FetchEvent} event
 * @param {string} [page]
 * @param {string} [copy]
 */
const rememberPage = (event, page, copy) => {
  served.set(event.resultingClientId, { page, copy });
  // A page requests its manifest at once, so old entries are of no use.
  const [oldest] = served.keys();
  if (served.size > 50) served.delete(oldest);
};

/** @param {string} id */
export const isFramed = async (id) => {
  if (served.has(id)) return false;
  const client = await worker.clients.get(id);
  return client?.frameType === 'nested' || isEmbed(client ? new URL(client.url).search : '');
};

/**
 * Returns the server's page or, if it does not load in time, the page of the newest complete copy.
 * @param {FetchEvent} event
 * @param {Network} network
 */
export const page = async (event, network) => {
  const all = await copies();
  if (!all.length) return network();
  const fresh = readPage(network());
  event.waitUntil(fresh);
  const timeout = new Promise((done) => setTimeout(done, TIMEOUT));
  const inTime = await Promise.race([fresh, timeout]);
  for (const copy of inTime ? [] : all) {
    const response = await pageOf(copy);
    if (!response) continue;
    rememberPage(event, copy.page, copy.name);
    return response;
  }
  const late = await fresh;
  if (late) rememberPage(event, late.page);
  return late?.response;
};

/**
 * Reads the page to its end, since it may stall or be cut off in the middle. Returns nothing if it
 * did not load or has no markup, as an empty file.
 * @param {Promise<Response>} network
 * @returns {Promise<{ response: Response, page?: string } | undefined>}
 */
const readPage = async (network) => {
  try {
    const response = await network;
    if (response.status >= 500) return undefined;
    if (!response.ok) return { response };
    const bytes = await response.clone().arrayBuffer();
    if (!new Uint8Array(bytes).includes('<'.charCodeAt(0))) return undefined;
    return { response, page: await digest(bytes) };
  } catch {
    return undefined;
  }
};

/**
 * Redirects from an area's own page, which no copy holds, to the full page with the same area.
 * @param {string} name
 */
export const redirectToPage = async (name) => {
  const area = areaOfPage(name);
  return area && (await copies()).length ? Response.redirect(`${SCOPE}?area=${area}`) : undefined;
};

/**
 * Returns the manifest of the copy that served the page, or the server's. If the server's does not
 * load, returns one that was published with the same page.
 * @param {FetchEvent} event
 * @param {Network} network
 */
export const manifest = async (event, network) => {
  const start = served.get(event.clientId);
  const all = await copies();
  const manifestOf = (/** @type {import('./copies.js').Copy | undefined} */ copy) =>
    copy?.cache.match(MANIFEST).catch(() => undefined);
  const own = await manifestOf(all.find((copy) => copy.name === start?.copy));
  if (own) return own;
  const same = await manifestOf(all.find((copy) => copy.page === start?.page));
  if (!same) return network();
  const response = await network().catch(() => undefined);
  const isPage = response?.headers.get('content-type')?.includes('html');
  return response && response.status < 500 && !isPage ? response : same;
};

/**
 * Returns a file of the program or of the data: a copy's or, if none has it, the server's.
 * @param {FetchEvent} event
 * @param {Network} network
 */
export const file = async (event, network) => {
  const { url, cache } = event.request;
  const cached = () => caches.match(url, { ignoreVary: true }).catch(() => undefined);
  // A page bypasses all caches when it could not use the response before.
  const isRetry = cache === 'reload';
  const found = isRetry ? undefined : await cached();
  if (found) return found;
  const response = await network().catch(() => undefined);
  if (response?.ok && (isRetry || parsePostcodeFile(url))) {
    event.waitUntil(storeFile(url, response.clone()));
  }
  return response ?? cached();
};
