import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameAddress, hasParameters, isEmbedScript, siteOf, viewParameters } from './address.js';

test('siteOf returns the folder of pages and scripts', () => {
  for (const [address, expected] of [
    ['https://a.example', 'https://a.example/'],
    ['https://a.example/maps/', 'https://a.example/maps/'],
    ['https://a.example/maps', 'https://a.example/maps/'],
    ['https://a.example/maps/index.html?area=1', 'https://a.example/maps/'],
    ['https://a.example/maps/embed.js?ver=6.4', 'https://a.example/maps/'],
    ['https://a.example/maps/area/E06000017/', 'https://a.example/maps/'],
    ['https://a.example/area/E06000017/index.html', 'https://a.example/'],
    ['http://a.example:8080/x.y/embed.js', 'http://a.example:8080/x.y/'],
    ['file:///maps/embed.js', undefined],
    ['javascript:alert(1)', undefined],
  ]) {
    assert.equal(siteOf(new URL(address ?? '')), expected, address);
  }
});

test('isEmbedScript compares the file name', () => {
  for (const src of ['https://a.example/embed.js', 'https://a.example/m/embed.js?ver=6.4#x']) {
    assert.ok(isEmbedScript(src), src);
  }
  for (const src of ['', 'https://a.example/other.js', 'https://a.example/x.js?/embed.js']) {
    assert.ok(!isEmbedScript(src), src);
  }
});

test('viewParameters takes known attributes with a value', () => {
  const dataset = { rising: '', area: 'E06000017', theme: '', height: '500', lang: 'cy' };
  assert.equal(`${viewParameters(dataset)}`, 'area=E06000017&lang=cy');
});

test('hasParameters compares values', () => {
  const view = viewParameters({ area: 'E06000017' });
  assert.ok(hasParameters('?area=E06000017&lang=cy', view));
  assert.ok(!hasParameters('?area=E06000018', view));
  assert.ok(!hasParameters('', view));
  assert.ok(hasParameters('?area=E06000017', viewParameters({})));
});

test('frameAddress marks an embedded map', () => {
  const view = viewParameters({ date: '2020-11-10', within: 'a b' });
  const site = 'https://a.example/maps/';
  assert.equal(frameAddress(site, view, false), `${site}?embed=1&within=a+b&date=2020-11-10`);
  assert.equal(frameAddress(site, viewParameters({}), true), `${site}?embed=1&rising=1`);
});
