import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { matchesDigest } from './integrity.js';

/** @param {unknown} crypto */
const setCrypto = (crypto) =>
  Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });

// The example of FIPS 180-4.
const ABC = new TextEncoder().encode('abc').buffer;
const NAME = './rising-ba7816bf8f01cfea_bg.wasm';

test('matchesDigest compares the digest in the name', async () => {
  setCrypto(webcrypto);
  assert.ok(await matchesDigest(NAME, ABC));
  assert.ok(!(await matchesDigest(NAME, new ArrayBuffer(3))));
  assert.ok(!(await matchesDigest('./rising.wasm', ABC)));
});

test('matchesDigest accepts every file on an insecure connection', async () => {
  setCrypto({});
  assert.ok(await matchesDigest('./rising.wasm', ABC));
});
