import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createResponses } from './responses.js';

/** @type {{ address: string, cache?: string, signal: AbortSignal }[]} */
let requests = [];

beforeEach(() => {
  requests = [];
  globalThis.fetch = async (address, options) => {
    const { cache, signal } = /** @type {{ cache?: string, signal: AbortSignal }} */ (options);
    requests.push({ address: `${address}`, cache, signal });
    return new Response(`${address}`);
  };
});

const seen = () => requests.map(({ address, cache }) => [address, cache]);

test('requestFirstView requests manifest and files once', () => {
  const responses = createResponses(() => ['a.bin', 'b.bin']);
  responses.requestFirstView();
  responses.requestFirstView();
  assert.deepEqual(seen(), [
    ['./data/manifest.json', 'no-cache'],
    ['./data/a.bin', undefined],
    ['./data/b.bin', undefined],
  ]);
});

test('requestFirstView requests nothing without a data set', () => {
  createResponses(() => []).requestFirstView();
  assert.deepEqual(requests, []);
});

test('take requests the first view and hands over each response once', async () => {
  const responses = createResponses(() => ['a.bin']);
  const response = await responses.take('data/a.bin');
  assert.equal(await response?.text(), './data/a.bin');
  assert.equal(await responses.take('data/a.bin'), undefined);
  assert.equal(await responses.take('data/other.bin'), undefined);
  assert.equal(requests.length, 2);
});

test('take returns a response that was requested by path', async () => {
  const responses = createResponses(() => []);
  responses.request('details-1.wasm');
  assert.ok(await responses.take('details-1.wasm'));
});

test('take passes on failure and abortion of a request', async () => {
  const responses = createResponses(() => ['a.bin']);
  const controller = new AbortController();
  await responses.take('data/a.bin', controller.signal);
  controller.abort();
  const [manifest, file] = requests;
  assert.deepEqual([manifest.signal.aborted, file.signal.aborted], [false, true]);
  globalThis.fetch = () => Promise.reject(new TypeError('offline'));
  responses.request('b.wasm');
  await assert.rejects(responses.take('b.wasm'), /offline/);
});
