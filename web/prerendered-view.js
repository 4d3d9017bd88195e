// Prepares the prerendered view before the program loads.

import { pictureScale } from './picture-scale.js';

const root = document.documentElement;

/** Shows the texts in the page's language, and links to the page in the other languages. */
const showLanguage = () => {
  /** @type {NodeListOf<HTMLElement>} */
  const elements = document.querySelectorAll('#failed > [lang], .masthead [lang]');
  for (const element of elements) {
    const isOwn = root.lang.startsWith(element.lang);
    const isLink = element instanceof HTMLAnchorElement;
    element.hidden = isOwn === isLink;
    if (isLink) {
      const query = new URLSearchParams(location.search);
      query.set('lang', element.lang);
      element.href = `?${query}`;
    }
  }
};

/** Empties the sections, so that the outline remains. */
const emptySections = () => {
  const view = /** @type {HTMLElement} */ (document.getElementById('boot'));
  const sections = '.verdict, .map-frame, .legend, .list, .credit, .notes, .page > svg';
  for (const section of view.querySelectorAll(sections)) section.replaceChildren();
  delete view.dataset.figures;
  view.inert = true;
  view.ariaHidden = 'true';
};

/** Scales the picture to the size of the program's map. */
const scalePicture = () => {
  const picture = /** @type {SVGSVGElement | null} */ (
    /** @type {unknown} */ (document.getElementById('first-map'))
  );
  if (!picture) return;
  const scale = pictureScale(picture.getBoundingClientRect(), picture.viewBox.baseVal);
  picture.style.transform = `scale(${scale})`;
};

showLanguage();
if ('otherView' in root.dataset) emptySections();
else scalePicture();
