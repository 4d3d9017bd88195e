/**
 * Resolves when the program may start to load:
 *
 * - once the page has loaded to its end, with the prerendered view, and has been painted, so that
 *   nothing precedes that view on a slow connection;
 * - at once if the link asks for another view or nothing is prerendered;
 * - once the page is parsed if nothing is painted, as in the background, or the browser does not
 *   report paints;
 * - never in a browser that cannot run the program.
 * @param {DOMStringMap} dataset of the root element
 * @param {boolean} isPrerendered
 * @returns {Promise<void>}
 */
export const whenViewPainted = (dataset, isPrerendered) =>
  new Promise((resolve) => {
    if (dataset.failed === 'old' || dataset.failed === 'off') return;
    if ('otherView' in dataset || !isPrerendered) {
      resolve();
      return;
    }
    setTimeout(resolve, PAINT_TIMEOUT);
    const resolveWhenParsed = () => {
      if (document.readyState !== 'loading') resolve();
      else document.addEventListener('readystatechange', () => resolve(), { once: true });
    };
    const reportsPaint = window.PerformanceObserver?.supportedEntryTypes?.includes('paint');
    if (document.hidden || !reportsPaint) resolveWhenParsed();
    else new PerformanceObserver(resolveWhenParsed).observe({ type: 'paint', buffered: true });
  });
