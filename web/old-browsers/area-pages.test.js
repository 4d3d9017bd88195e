import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaPages } from './area-pages.js';

test('areaPages names the areas of a link', () => {
  assert.deepEqual(areaPages(''), []);
  assert.deepEqual(areaPages('?level=msoa&darea=E06000017&area='), []);
  assert.deepEqual(areaPages('?area=e06000017'), ['area/E06000017/']);
  assert.deepEqual(areaPages('?within=E08000003&area=E02001045&x=1'), [
    'area/E08000003/',
    'area/E02001045/',
  ]);
  assert.deepEqual(areaPages('?area=../../x'), []);
});
