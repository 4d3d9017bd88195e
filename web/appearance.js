import { asksForOtherView, isEmbed, themeOf } from './link.js';

/** Milliseconds after which the page says that the program is slow to load. */
const SLOW_START = 10000;

/** Whether an area is saved: the program will show it. */
const hasSavedArea = () => {
  try {
    return !!localStorage.getItem('rising.area');
  } catch {
    // Storage is blocked.
    return false;
  }
};

/**
 * Applies the link to the page. Runs before the first paint, so that neither another theme nor the
 * full page of an embedded map flashes up.
 * @param {URLSearchParams} link
 */
export const applyLink = (link) => {
  const root = document.documentElement;
  const { dataset } = root;
  const theme = themeOf(link);
  const language = link.get('lang') ?? '';
  const isEmbedded = isEmbed(link);
  if (theme) dataset.theme = theme;
  if (isEmbedded) dataset.embed = '';
  // A browser that cannot run the program shows the prerendered view only.
  if (dataset.failed) return;
  const isTranslated = Object.hasOwn(TITLES, language);
  if (isTranslated) {
    root.lang = language;
    document.title = TITLES[language];
  }
  // Hides the prerendered figures.
  if (isTranslated || asksForOtherView(link) || (!isEmbedded && hasSavedArea())) {
    dataset.otherView = '';
  }
  // The program removes this mark if it loads later.
  setTimeout(() => {
    if (!('started' in dataset)) dataset.failed ||= 'slow';
  }, SLOW_START);
};
