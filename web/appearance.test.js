import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { applyLink } from './appearance.js';

/** @type {{ lang: string, dataset: Record<string, string> }} */
let root;
/** @type {() => void} */
let onSlow;
/** @type {string | null} */
let savedArea;

/** @param {string} search */
const apply = (search) => applyLink(new URLSearchParams(search));

beforeEach(() => {
  root = { lang: 'en-GB', dataset: {} };
  savedArea = null;
  Object.assign(globalThis, {
    TITLES: { cy: 'Rising: ydy fy ardal i’n codi?' },
    document: { documentElement: root, title: 'Rising' },
    localStorage: { getItem: () => savedArea },
    setTimeout: (/** @type {() => void} */ callback) => {
      onSlow = callback;
    },
  });
});

test('applyLink leaves the prerendered view to a plain link', () => {
  apply('?theme=auto');
  assert.deepEqual(root, { lang: 'en-GB', dataset: {} });
});

test('applyLink sets theme, embed and other view', () => {
  apply('?theme=dark&embed=1&area=e06000017');
  assert.deepEqual(root.dataset, { theme: 'dark', embed: '', otherView: '' });
});

test('applyLink sets language and title', () => {
  apply('?lang=cy');
  assert.deepEqual([root.lang, document.title], ['cy', 'Rising: ydy fy ardal i’n codi?']);
  assert.deepEqual(root.dataset, { otherView: '' });
});

test('applyLink ignores unknown languages', () => {
  for (const language of ['klingon', 'constructor', 'en']) {
    apply(`?lang=${language}`);
    assert.deepEqual([root.lang, document.title, root.dataset], ['en-GB', 'Rising', {}]);
  }
});

test('applyLink shows a saved area on the full page only', () => {
  savedArea = 'ltla:E06000017';
  apply('?embed=1');
  assert.deepEqual(root.dataset, { embed: '' });
  root.dataset = {};
  apply('');
  assert.deepEqual(root.dataset, { otherView: '' });
});

test('applyLink works where storage is blocked', () => {
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get: () => {
      throw new Error('SecurityError');
    },
  });
  apply('');
  assert.deepEqual(root.dataset, {});
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, writable: true });
});

test('applyLink keeps the prerendered view in an old browser', () => {
  root.dataset.failed = 'old';
  apply('?area=e06000017&lang=cy');
  assert.deepEqual(root, { lang: 'en-GB', dataset: { failed: 'old' } });
});

test('applyLink reports a slow start only without the program', () => {
  apply('');
  root.dataset.started = '';
  onSlow();
  assert.deepEqual(root.dataset, { started: '' });
  Reflect.deleteProperty(root.dataset, 'started');
  onSlow();
  assert.deepEqual(root.dataset, { failed: 'slow' });
  root.dataset.failed = 'start';
  onSlow();
  assert.deepEqual(root.dataset, { failed: 'start' });
});
