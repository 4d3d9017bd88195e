import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksForOtherView, firstViewFiles, isEmbed, readParameters, themeOf } from './link.js';

const FILES = { default: 'ltla', levels: { ltla: ['l.bin'], msoa: ['m.bin'] } };

/** @param {string} search */
const parse = (search, hash = '') => readParameters({ search, hash });

test('readParameters repairs changes in transit', () => {
  for (const [search, hash] of [
    ['?level=msoa&area=e02000001', ''],
    ['?level=MSOA&area=E02000001', ''],
    ['?level=msoa&amp;area=E02000001', ''],
    ['?level=msoa&amp;amp;area=E02000001', ''],
    ['?level=msoa&#038;area=E02000001', ''],
    ['?level=msoa&', '#38;area=E02000001'],
    ['?level=msoa?area=E02000001', ''],
    ['', '#level=msoa&area=E02000001'],
  ]) {
    const link = parse(search, hash);
    const found = [link.get('level'), link.get('area')];
    assert.deepEqual(found, ['msoa', 'e02000001'], search + hash);
  }
});

test('isEmbed accepts 1 and true only', () => {
  for (const search of ['?embed=1', '?embed=true', '?embed=TRUE', '?embed=1.']) {
    assert.ok(isEmbed(parse(search)), search);
  }
  for (const search of ['', '?embed=0', '?embed=10', '?embed=', '?embed=true1']) {
    assert.ok(!isEmbed(parse(search)), search);
  }
});

test('themeOf ignores all but light and dark', () => {
  assert.equal(themeOf(parse('?theme=dark')), 'dark');
  assert.equal(themeOf(parse('?theme=LIGHT')), 'light');
  for (const search of ['', '?theme=auto', '?theme=darker', '?theme=']) {
    assert.equal(themeOf(parse(search)), undefined, search);
  }
});

test('asksForOtherView ignores appearance and empty values', () => {
  for (const search of ['?date=2021-02-07', '?rising=1', '?theme=dark&within=E06000017']) {
    assert.ok(asksForOtherView(parse(search)), search);
  }
  for (const search of ['', '?theme=dark&embed=1&lang=cy', '?area=&level=', '?utm_source=x']) {
    assert.ok(!asksForOtherView(parse(search)), search);
  }
});

test('firstViewFiles follow level, area and authority', () => {
  for (const [search, file] of [
    ['', 'l.bin'],
    ['?level=msoa', 'm.bin'],
    ['?level=ltla&within=E06000017', 'l.bin'],
    ['?within=E06000017', 'm.bin'],
    ['?area=W02000001', 'm.bin'],
    ['?area=E06000017', 'l.bin'],
    ['?level=lsoa', 'l.bin'],
    ['?level=constructor', 'l.bin'],
  ]) {
    assert.deepEqual(firstViewFiles(parse(search), FILES), [file], search);
  }
});
