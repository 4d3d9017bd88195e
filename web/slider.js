// Lets a touch on the slider scroll the page. The slider's own response to a touch is held back
// until the finger moves along the slider, or is lifted where it touched. Firefox cannot scroll a
// page from a slider: there the style sheet (timeline.css) makes the slider ignore touches, and
// this script computes the date from the position.

import { gestureAfter, valueAt } from './slider/gesture.js';

/** @type {HTMLInputElement | null} */
let slider;
/** Whether this script sets the value, because the touched element is not the slider. */
let isOwn = false;
/** @type {[x: number, y: number]} */
let from = [0, 0];
/** The slider's value before the press. */
let valueBefore = '';
/**
 * The value that the browser has set and this script has held back.
 * @type {string | null}
 */
let held = null;
/** @type {import('./slider/gesture.js').Gesture} */
let gesture = '';

/** @param {number} x */
const setValue = (x) => {
  if (!slider) return;
  slider.value = held ?? `${valueAt(x, slider.getBoundingClientRect(), Number(slider.max))}`;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
};

/** @param {PointerEvent} event */
const onMove = ({ clientX: x, clientY: y }) => {
  if (gesture === 'waits') {
    gesture = gestureAfter(x - from[0], y - from[1], isOwn);
    if (!gesture && held) setValue(x);
  }
  if (gesture === 'slides') setValue(x);
};

addEventListener('pointerdown', (event) => {
  const { target, pointerType, clientX: x, clientY: y } = event;
  slider = /** @type {HTMLInputElement | null} */ (document.getElementById('timeline'));
  gesture = '';
  held = null;
  from = [x, y];
  if (!slider || slider.disabled) return;
  isOwn = target !== slider;
  valueBefore = slider.value;
  if (isOwn) {
    const { top, bottom } = slider.getBoundingClientRect();
    const isBeside = target instanceof Element && target.matches('.timeline, .track');
    if (!isBeside || y < top || y > bottom) return;
  }
  if (pointerType !== 'mouse') gesture = 'waits';
  else if (isOwn) {
    // Keeps the keyboard focus.
    event.preventDefault();
    gesture = 'slides';
    setValue(x);
  }
});
addEventListener('pointermove', onMove);
addEventListener('pointerup', (event) => {
  onMove(event);
  const isTap = gesture === 'waits';
  gesture = '';
  if (isTap) setValue(event.clientX);
});
addEventListener('pointercancel', () => {
  gesture = '';
});
addEventListener(
  'input',
  (event) => {
    if (!slider || event.target !== slider || !/waits|scrolls/.test(gesture)) return;
    held = slider.value;
    slider.value = valueBefore;
    event.stopImmediatePropagation();
  },
  true,
);
