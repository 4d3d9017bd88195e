import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intact, isDataFile, isIntact } from './integrity.js';

// The example of FIPS 180-4.
const ABC = new TextEncoder().encode('abc').buffer;
const ABC_DIGEST = 'ba7816bf8f01cfea';

/**
 * Returns a data file with this content. `checksum` is the CRC-32 of the content.
 * @param {string} content
 * @param {number} checksum
 */
const dataFile = (content, checksum) => {
  const bytes = new Uint8Array(16 + content.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('RISING'));
  view.setUint32(8, content.length, true);
  view.setUint32(12, checksum, true);
  bytes.set(new TextEncoder().encode(content), 16);
  return bytes.buffer;
};

// The check value of CRC-32 (ISO 3309): that of the digits.
const DIGITS = dataFile('123456789', 0xcbf43926);

test('isIntact compares the beginning of the digest', async () => {
  assert.ok(await isIntact(ABC, ABC_DIGEST));
  assert.ok(!(await isIntact(new ArrayBuffer(3), ABC_DIGEST)));
});

test('isIntact checks a file without a digest by its header', async () => {
  assert.ok(await isIntact(DIGITS, ''));
  assert.ok(!(await isIntact(ABC, '')));
});

test('isDataFile refuses damaged files', () => {
  assert.ok(isDataFile(DIGITS));
  assert.ok(!isDataFile(dataFile('123456780', 0xcbf43926)));
  assert.ok(!isDataFile(DIGITS.slice(0, -1)));
  assert.ok(!isDataFile(DIGITS.slice(0, 15)));
  const other = DIGITS.slice(0);
  new Uint8Array(other)[0] = 0;
  assert.ok(!isDataFile(other));
});

test('intact drops the headers of the transfer', async () => {
  const headers = { 'content-type': 'text/css', 'content-encoding': 'br', vary: '*' };
  const response = await intact(new Response(ABC, { headers }), ABC_DIGEST);
  assert.deepEqual([...(response?.headers ?? [])], [['content-type', 'text/css']]);
  assert.equal(await response?.text(), 'abc');
});

test('intact returns nothing for a damaged or unreadable response', async () => {
  assert.equal(await intact(undefined, ABC_DIGEST), undefined);
  assert.equal(await intact(new Response('abd'), ABC_DIGEST), undefined);
  const read = new Response(ABC);
  await read.text();
  assert.equal(await intact(read, ABC_DIGEST), undefined);
});
