/** Half of the thumb's width, which is between the slider's end and the first date. */
const HALF_THUMB = 9;

/** Pixels that a finger moves before the direction of its movement counts. */
const MIN_MOVEMENT = 6;

/**
 * What a press on the slider does: `waits` for its first movement, `slides` along the slider,
 * `scrolls` the page. Empty if the browser handles it.
 * @typedef {'' | 'waits' | 'slides' | 'scrolls'} Gesture
 */

/**
 * Returns the slider's value at a horizontal position; the slider rounds and limits it.
 * @param {number} x
 * @param {{ left: number, width: number }} slider
 * @param {number} max
 */
export const valueAt = (x, { left, width }, max) =>
  (max * (x - left - HALF_THUMB)) / (width - 2 * HALF_THUMB);

/**
 * Returns what a waiting press becomes after a movement. `isOwn`: the script sets the value,
 * because the touched element is not the slider.
 * @param {number} dx
 * @param {number} dy
 * @param {boolean} isOwn
 * @returns {Gesture}
 */
export const gestureAfter = (dx, dy, isOwn) => {
  const [across, down] = [Math.abs(dx), Math.abs(dy)];
  if (Math.max(across, down) < MIN_MOVEMENT) return 'waits';
  if (across <= down) return 'scrolls';
  return isOwn ? 'slides' : '';
};
