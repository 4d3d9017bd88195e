// Heights of a frame, in CSS pixels.

/** The range of heights that an article can set. */
const MIN_HEIGHT = 360;
const MAX_HEIGHT = 2000;

/**
 * Returns the height that an article sets, within its range; `NaN` if it sets none.
 * @param {string | undefined} height
 */
export const articleHeight = (height) =>
  Math.min(Math.max(parseInt(height ?? '', 10), MIN_HEIGHT), MAX_HEIGHT);

/**
 * Estimates the height that the map will post, so that the article hardly shifts.
 * @param {number} width
 */
export const estimateHeight = (width) =>
  Math.round(width < 600 ? 375 + Math.max(288, width * 0.8) : Math.max(480, width / 2 + 29));

/**
 * Returns the height in a message of a map; nothing if the message has no sensible one.
 * @param {any} data
 * @returns {number | undefined}
 */
export const postedHeight = (data) => {
  const [height] = Object.values(data?.['datawrapper-height'] ?? {});
  return Number.isFinite(height) && height >= 200 && height <= 3000 ? height : undefined;
};
