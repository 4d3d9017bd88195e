import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { fetchChunk } from './fetch-chunk.js';

const BYTES = new Uint8Array([1, 2, 3]).buffer;

/** The `cache` option of each request. @type {unknown[]} */
let requests = [];
/** @type {Partial<Window>} */
let page;

beforeEach(() => {
  requests = [];
  page = { matchesDigest: async () => true };
  Object.assign(globalThis, {
    window: page,
    fetch: async (/** @type {URL} */ _, /** @type {RequestInit} */ { cache }) => {
      requests.push(cache);
      return new Response(BYTES);
    },
  });
});

test('fetchChunk takes the response of the page', async () => {
  page.takeResponse = async (path) => (path === 'a.wasm' ? new Response(BYTES) : undefined);
  assert.deepEqual(await fetchChunk(new URL('https://a.example/map/a.wasm')), BYTES);
  assert.deepEqual(requests, []);
});

test('fetchChunk requests past the cache after a failure', async () => {
  const url = new URL('https://a.example/b.wasm');
  page.matchesDigest = async () => false;
  await assert.rejects(fetchChunk(url), /b\.wasm: 200, or damaged/);
  page.matchesDigest = async () => true;
  page.takeResponse = async () => new Response(BYTES);
  assert.deepEqual(await fetchChunk(url), BYTES);
  assert.deepEqual(requests, ['default', 'reload']);
});

test('fetchChunk requests itself if the page has not', async () => {
  page.takeResponse = () => Promise.reject(new Error('aborted'));
  await fetchChunk(new URL('https://a.example/c.wasm'));
  assert.deepEqual(requests, ['default']);
});
