import assert from 'node:assert/strict';
import { test } from 'node:test';
import { articleHeight, estimateHeight, postedHeight } from './height.js';

test('articleHeight has limits', () => {
  for (const [height, expected] of /** @type {const} */ ([
    ['500', 500],
    ['500px', 500],
    ['10', 360],
    ['9999', 2000],
    ['tall', NaN],
    [undefined, NaN],
  ])) {
    assert.equal(articleHeight(height), expected, height);
  }
});

test('estimateHeight depends on the width', () => {
  assert.deepEqual([280, 400, 600, 1200].map(estimateHeight), [663, 695, 480, 629]);
});

test('postedHeight accepts sensible numbers only', () => {
  const message = (/** @type {unknown} */ height) => ({ 'datawrapper-height': { rising: height } });
  assert.equal(postedHeight(message(555)), 555);
  for (const height of [NaN, Infinity, -5, 0, 199, 3001, '555', null, undefined, {}, [555]]) {
    assert.equal(postedHeight(message(height)), undefined);
  }
  for (const data of [null, undefined, 'text', 5, {}, { 'datawrapper-height': null }]) {
    assert.equal(postedHeight(data), undefined);
  }
});
