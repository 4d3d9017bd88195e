import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from './features.js';

test('failureOf tells old browsers from those without WebAssembly', () => {
  const current = { HTMLDialogElement: class {}, Object, WebAssembly };
  assert.equal(failureOf(current), '');
  assert.equal(failureOf({ ...current, WebAssembly: undefined }), 'off');
  assert.equal(failureOf({ ...current, WebAssembly: { validate: () => false } }), 'old');
  assert.equal(failureOf({ ...current, HTMLDialogElement: undefined }), 'old');
  assert.equal(failureOf({ ...current, Object: {} }), 'old');
  assert.equal(failureOf({ Object: {} }), 'old');
});
