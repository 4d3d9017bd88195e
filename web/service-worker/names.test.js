import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaOfPage, isEmbed, isHashed, namedFiles, parsePostcodeFile } from './names.js';

test('namedFiles finds quoted files at the top of the site', () => {
  const html = `<link href="./a-1.css"><a href="./"><script>import('./b-2_bg.wasm');
    f('./data/'+x,"./data/y.json",\`./c.js\`)</script>`;
  assert.deepEqual([...namedFiles(html)], ['a-1.css', 'b-2_bg.wasm']);
});

test('isHashed accepts names with a digest only', () => {
  for (const name of [
    'rising-d512ff214e211da2_bg.wasm',
    'leaflet-294ae8b6eb6702ac.js',
    'data/ltla.counts.1f596eaa58.bin',
    'data/postcodes.240d5b1c9c.hx.bin',
  ]) {
    assert.ok(isHashed(name), name);
  }
  for (const name of ['', 'sw.js', 'data/manifest.json', 'area/E06000017/index.html']) {
    assert.ok(!isHashed(name), name);
  }
});

test('parsePostcodeFile returns digest and area', () => {
  const name = 'https://example.org/map/data/postcodes.240d5b1c9c.hx.bin';
  assert.deepEqual(parsePostcodeFile(name), { hash: '240d5b1c9c', area: 'hx' });
  assert.equal(parsePostcodeFile('data/ltla.counts.1f596eaa58.bin'), undefined);
});

test('areaOfPage returns the code of an area page', () => {
  assert.equal(areaOfPage('area/E06000017/'), 'E06000017');
  assert.equal(areaOfPage('area/E06000017/index.html'), 'E06000017');
  assert.equal(areaOfPage('area/E06000017/x'), undefined);
  assert.equal(areaOfPage('index.html'), undefined);
});

test('isEmbed reads the query', () => {
  for (const [search, expected] of /** @type {const} */ ([
    ['?embed=1', true],
    ['?area=E06000017&embed=true', true],
    ['?embed=0', false],
    ['?embed', false],
    ['', false],
  ])) {
    assert.equal(isEmbed(search), expected, search);
  }
});
