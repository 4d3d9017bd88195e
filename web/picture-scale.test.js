import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureScale } from './picture-scale.js';

const PICTURE = { width: 256, height: 512 };

test('pictureScale keeps a picture at a quarter of a level', () => {
  assert.equal(pictureScale(PICTURE, PICTURE), 1);
  const quarter = 2 ** 0.25;
  // A little larger than the exact size, whose logarithm may round down.
  const box = { width: 256 * quarter + 1e-9, height: 4096 };
  assert.ok(Math.abs(pictureScale(box, PICTURE) - 1) < 1e-9);
});

test('pictureScale shrinks to the next smaller quarter', () => {
  for (const size of [100, 257, 300, 777, 2000]) {
    const scale = pictureScale({ width: size, height: size }, PICTURE);
    assert.ok(scale <= 1 && scale > 2 ** -0.25, `${size}: ${scale}`);
    const level = Math.log2((size / PICTURE.height) * scale) * 4;
    assert.ok(Math.abs(level - Math.round(level)) < 1e-9, `${size}: ${level}`);
  }
});
