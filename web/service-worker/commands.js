// The commands that pages post to the worker (src/offline/worker.rs): a word, and the files that
// the page uses, with spaces between them.
//
// | command | response |
// |---|---|
// | `ask` | `{ at }`: when the page's figures were checked last, or `null` |
// | `keep` | the same; then the worker makes a copy and posts `{ at, reached, newer }`: whether the server responded, and whether its edition is newer than the page's |
// | `here` | none: it is the page's answer to the worker's question `which` |

import { copies, makeCopy, Unreachable } from './copies.js';
import { isEmbed, parsePostcodeFile } from './names.js';
import { COPY_PREFIX, SCOPE, TIMEOUT, worker } from './scope.js';

/** @typedef {{ id: string, postMessage: (message: unknown) => void }} Page */

/** @type {Promise<void>} */
let last = Promise.resolve();

/**
 * Runs one command after another: two tabs would otherwise make the same copy twice.
 * @param {() => Promise<void>} act
 */
const inTurn = (act) => {
  last = last.then(act, act);
  return last;
};

/** @param {ExtendableMessageEvent} event */
export const receive = (event) => {
  const [command, ...files] = event.data.split(' ');
  const page = /** @type {Client} */ (event.source);
  if (command === 'here') answers.get(page.id)?.(files);
  else event.waitUntil(inTurn(() => serve(page, command, files)));
};

/**
 * @param {Page} page
 * @param {string} command
 * @param {string[]} files
 */
const serve = async (page, command, files) => {
  // Postcodes are not figures.
  const figures = files.filter((name) => name.startsWith('data/') && !parsePostcodeFile(name));
  const hasFigures = (/** @type {{ files: string[] }} */ copy) =>
    figures.every((name) => copy.files.includes(name));
  const post = async (/** @type {{ reached?: boolean, newer?: boolean }} */ more) => {
    const at = (await copies()).find(hasFigures)?.at ?? null;
    page.postMessage({ at, ...more });
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
    console.info(`Not kept: ${/** @type {Error} */ (error).message}`);
  }
};

/**
 * Removes copies, complete or not, without a file that an open page may still request.
 * @param {{ name: string, files: string[] }} newest
 */
const removeUnused = async (newest) => {
  const used = new Set();
  for (const client of await worker.clients.matchAll({ type: 'window' })) {
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
};

/**
 * What to do with the answers of pages, by their ids.
 * @type {Map<string, (files: string[]) => void>}
 */
const answers = new Map();

/**
 * Asks an open page for the files that it uses. Returns nothing if the page does not answer.
 * @param {Page} page
 * @returns {Promise<string[] | undefined>}
 */
const ask = async (page) => {
  const answer = new Promise((done) => {
    answers.set(page.id, done);
    setTimeout(done, TIMEOUT);
  });
  page.postMessage('which');
  return answer.finally(() => answers.delete(page.id));
};
