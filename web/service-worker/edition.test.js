import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesOfEdition } from './edition.js';

const HTML = '<html><script>f("./rising-1.js")</script></html>';
const MANIFEST = {
  version: 7,
  levels: { ltla: { counts: { file: 'ltla.counts.1f596eaa58.bin' } } },
  postcodes: { hash: '240d5b1c9c', areas: 'HX LS' },
};
const LIST = {
  format: 7,
  page: ['rising-1.js'],
  files: { 'rising-1.js': 'abc', 'search-2.wasm': 'def' },
};

/** @param {{ html?: string, manifest?: object, list?: object, areas?: string[] }} [given] */
const files = ({ html = HTML, manifest = MANIFEST, list = LIST, areas = [] } = {}) =>
  filesOfEdition(
    { html, manifest: JSON.stringify(manifest), list: JSON.stringify(list) },
    new Set(areas),
  );

test('filesOfEdition lists program and data with digests', () => {
  assert.deepEqual(Object.fromEntries(files().sums), {
    'rising-1.js': 'abc',
    'search-2.wasm': 'def',
    'data/ltla.counts.1f596eaa58.bin': '1f596eaa58',
  });
});

test('filesOfEdition adds the used postcodes that are published', () => {
  const { sums, postcodes } = files({ areas: ['hx', 'zz'] });
  assert.equal(postcodes, '240d5b1c9c');
  const names = [...sums.keys()].filter((name) => name.includes('postcodes'));
  assert.deepEqual(names, ['data/postcodes.240d5b1c9c.hx.bin']);
  assert.equal(sums.get(names[0]), '');
});

test('filesOfEdition accepts an edition without postcodes', () => {
  const { sums, postcodes } = files({
    manifest: { ...MANIFEST, postcodes: undefined },
    areas: ['hx'],
  });
  assert.deepEqual([sums.size, postcodes], [3, undefined]);
});

test('filesOfEdition refuses texts that do not belong together', () => {
  const other = { ...MANIFEST, version: 8 };
  assert.throws(() => files({ manifest: other }), /version 7, this one has 8/);
  const pages = ['<html>Back soon</html>', HTML.replace('</html>', ''), ''];
  for (const html of pages) assert.throws(() => files({ html }), /another page/, html);
  const newer = HTML.replace('f(', 'f("./rising-3.css",');
  assert.throws(() => files({ html: newer }), /names rising-3.css/);
  assert.throws(() => files({ manifest: { ...MANIFEST, file: 'plain.bin' } }), /no digest/);
});
