import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gestureAfter, valueAt } from './gesture.js';

test('valueAt is exact at the ends and in the middle', () => {
  const slider = { left: 100, width: 218 };
  assert.equal(valueAt(109, slider, 50), 0);
  assert.equal(valueAt(209, slider, 50), 25);
  assert.equal(valueAt(309, slider, 50), 50);
});

test('gestureAfter waits for six pixels', () => {
  assert.equal(gestureAfter(5, -5, true), 'waits');
  assert.equal(gestureAfter(0, -6, true), 'scrolls');
  assert.equal(gestureAfter(6, 6, false), 'scrolls');
  assert.equal(gestureAfter(-6, 5, true), 'slides');
  assert.equal(gestureAfter(-6, 5, false), '');
});
