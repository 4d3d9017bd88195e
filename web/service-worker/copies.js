// The copies of editions in the browser's caches. Each holds the page, its program and every file
// of its data set. A copy is valid once it holds a record, which is written last: after the page
// names the program in the cache, and each file has loaded with the right digest. So a copy is
// complete or does not count.

import { filesOfEdition } from './edition.js';
import { digest, intact, isIntact, withBody } from './integrity.js';
import { parsePostcodeFile } from './names.js';
import { COPY_PREFIX, MANIFEST, SCOPE } from './scope.js';

const RECORD = `${SCOPE}kept`;

/**
 * The copy's record: when it was checked, the digest of its page, the digest in the names of its
 * postcode files, and its files with the start of their digests.
 * @typedef {{ at: number, page: string, postcodes?: string, sums: Record<string, string> }} CopyRecord
 * @typedef {CopyRecord & { name: string, cache: Cache, files: string[] }} Copy
 */

/**
 * Returns the copies with a valid record, the most recently checked first.
 * @returns {Promise<Copy[]>}
 */
export const copies = async () => {
  /** @type {Copy[]} */
  const found = [];
  /** @type {string[]} */
  let names = [];
  try {
    names = await caches.keys();
  } catch {
    // A browser whose storage fails has no copies.
  }
  for (const name of names.filter((name) => name.startsWith(COPY_PREFIX))) {
    try {
      const cache = await caches.open(name);
      const record = await (await cache.match(RECORD))?.json();
      const { at, page, postcodes, sums } = record;
      const files = Object.keys(sums);
      if (!Number.isFinite(at) || !page || !files.length) continue;
      found.push({ name, cache, at, page, postcodes, sums, files });
    } catch {
      // The copy has no record yet, or a damaged one.
    }
  }
  return found.sort((a, b) => b.at - a.at);
};

/**
 * Returns a copy's page if it has the digest of the record and no file is missing. Browsers and
 * people can remove files from a cache.
 * @param {Copy} copy
 */
export const pageOf = async ({ cache, page, files }) => {
  try {
    const stored = new Set((await cache.keys()).map((request) => request.url));
    const required = [MANIFEST, ...files.map((name) => SCOPE + name)];
    if (!required.every((url) => stored.has(url))) return undefined;
    const response = await cache.match(SCOPE);
    const bytes = await response?.arrayBuffer();
    return response && bytes && (await digest(bytes)) === page
      ? withBody(response, bytes)
      : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Stores a file in each copy that it belongs to: a file that replaces a damaged one, or postcodes
 * that the reader has used. Other postcodes are left out: all of them are as large as all the rest.
 * @param {string} url
 * @param {Response} response
 */
export const storeFile = async (url, response) => {
  const bytes = await response.arrayBuffer();
  const hash = parsePostcodeFile(url)?.hash;
  for (const copy of await copies()) {
    const sum = hash && hash === copy.postcodes ? '' : copy.sums[url.slice(SCOPE.length)];
    if (sum === undefined || !(await isIntact(bytes, sum))) continue;
    await copy.cache.put(url, withBody(response, bytes));
  }
};

/** The server does not respond. */
export class Unreachable extends Error {}

/**
 * Makes or completes a copy of the edition on the server. `used` are the files that a page uses.
 * @param {string[]} used
 * @throws {Error} `Unreachable` if the server does not respond, another if the files do not fit
 */
export const makeCopy = async (used) => {
  const urls = [SCOPE, MANIFEST, `${SCOPE}offline.json`];
  const [index, edition, list] = await Promise.all(urls.map(fetchCurrent));
  const text = (/** @type {{ bytes: ArrayBuffer }} */ { bytes }) => new TextDecoder().decode(bytes);
  const texts = { html: text(index), manifest: text(edition), list: text(list) };
  const { sums, postcodes } = filesOfEdition(texts, await usedPostcodeAreas(used));

  const contents = new Blob([index.bytes, edition.bytes, list.bytes]);
  const name = COPY_PREFIX + (await digest(await contents.arrayBuffer())).slice(0, 16);
  const cache = await caches.open(name);
  for (const [file, sum] of sums) {
    const url = SCOPE + file;
    // A stored file may have been damaged since.
    if (await intact(await cache.match(url), sum)) continue;
    const other = await intact(await caches.match(url, { ignoreVary: true }), sum);
    await cache.put(url, other ?? (await fetchIntact(url, sum)));
  }
  await cache.put(SCOPE, withBody(index.response, index.bytes));
  await cache.put(MANIFEST, withBody(edition.response, edition.bytes));
  /** @type {CopyRecord} */
  const record = {
    at: Date.now(),
    page: await digest(index.bytes),
    postcodes,
    sums: Object.fromEntries(sums),
  };
  await cache.put(RECORD, new Response(JSON.stringify(record)));
  return { name, files: [...sums.keys()] };
};

/**
 * Returns the postcode areas whose files a page uses or a copy holds.
 * @param {string[]} used
 */
const usedPostcodeAreas = async (used) => {
  const names = [...used];
  for (const copy of await copies()) {
    names.push(...(await copy.cache.keys()).map((request) => request.url));
  }
  return new Set(names.flatMap((name) => parsePostcodeFile(name)?.area ?? []));
};

/**
 * Fetches the server's current version of a file whose name does not change.
 * @param {string} url
 */
const fetchCurrent = async (url) => {
  const response = await fetch(url, { cache: 'no-cache' }).catch(() => undefined);
  if (!response || response.status >= 500) throw new Unreachable(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const bytes = await response.arrayBuffer().catch(() => {
    throw new Unreachable(url);
  });
  return { response, bytes };
};

/**
 * Fetches a file and checks its digest. If that is wrong, fetches it again past the HTTP cache.
 * @param {string} url
 * @param {string} sum
 */
const fetchIntact = async (url, sum) => {
  for (const cache of /** @type {const} */ (['default', 'reload'])) {
    const response = await fetch(url, { cache, priority: 'low' });
    const found = response.ok ? await intact(response, sum) : undefined;
    if (found) return found;
  }
  throw new Error(`${url}: the digest is wrong, or the server did not send the file`);
};
