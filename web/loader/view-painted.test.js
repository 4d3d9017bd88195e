import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { whenViewPainted } from './view-painted.js';

/** @type {{ readyState: string, hidden: boolean, addEventListener: Function }} */
let page;
/** Calls the function that waits for the page to be parsed. */
let finishParsing = () => {};
/** Calls the function that waits for a paint. */
let paint = () => {};
/** Calls the function that waits for the time limit. */
let passTimeLimit = () => {};

class PaintObserver {
  static supportedEntryTypes = ['paint'];
  /** @param {() => void} callback */
  constructor(callback) {
    paint = callback;
  }
  observe() {}
}

beforeEach(() => {
  page = {
    readyState: 'loading',
    hidden: false,
    addEventListener: (/** @type {string} */ _, /** @type {() => void} */ callback) => {
      finishParsing = callback;
    },
  };
  Object.assign(globalThis, {
    PAINT_TIMEOUT: 4000,
    PerformanceObserver: PaintObserver,
    document: page,
    window: globalThis,
    setTimeout: (/** @type {() => void} */ callback) => {
      passTimeLimit = callback;
    },
  });
});

/**
 * Returns a function that tells whether the program may load.
 * @param {DOMStringMap} dataset
 */
const watch = (dataset, isPrerendered = true) => {
  let isReady = false;
  whenViewPainted(dataset, isPrerendered).then(() => {
    isReady = true;
  });
  return async () => {
    await Promise.resolve();
    return isReady;
  };
};

test('whenViewPainted waits for a paint and the end of the page', async () => {
  const isReady = watch({});
  assert.equal(await isReady(), false);
  paint();
  assert.equal(await isReady(), false);
  finishParsing();
  assert.equal(await isReady(), true);
});

test('whenViewPainted resolves at a paint of a parsed page', async () => {
  const isReady = watch({});
  page.readyState = 'interactive';
  paint();
  assert.equal(await isReady(), true);
});

test('whenViewPainted resolves at the time limit', async () => {
  const isReady = watch({});
  passTimeLimit();
  assert.equal(await isReady(), true);
});

test('whenViewPainted resolves at once without the prerendered view', async () => {
  assert.equal(await watch({ otherView: '' })(), true);
  assert.equal(await watch({}, false)(), true);
});

test('whenViewPainted waits for the end of a hidden page only', async () => {
  page.hidden = true;
  const isReady = watch({});
  assert.equal(await isReady(), false);
  finishParsing();
  assert.equal(await isReady(), true);
});

test('whenViewPainted never resolves in an old browser', async () => {
  for (const failed of ['old', 'off']) {
    const isReady = watch({ failed });
    assert.equal(await isReady(), false);
  }
  assert.equal(await watch({ failed: 'look', otherView: '' })(), true);
});
