/**
 * Returns a promise that resolves after `time` milliseconds.
 * @param {number} time
 */
export const delay = (time) => new Promise((resolve) => setTimeout(resolve, time));

/**
 * Requests a file a second time past the browser's cache, which then has the right content.
 * Returns an address that was never requested: an engine may keep the response to the first one,
 * and WebKit keeps even a 404 and even after the page is reloaded.
 * @param {string} file
 * @param {string} integrity
 */
export const refreshFile = async (file, integrity) => {
  await delay(RETRY_DELAY);
  await fetch(file, { cache: 'reload', integrity });
  return `${file}?${Date.now()}`;
};
