// Embeds a map in an article: fills <div data-rising> with a frame and sets the frame to the height
// that the map posts. See docs/embed.md.

import { frameAddress, hasParameters, isEmbedScript, siteOf, viewParameters } from './address.js';
import { setHeight } from './box.js';
import { articleHeight, estimateHeight, postedHeight } from './height.js';

/**
 * Milliseconds that a frame has to post its height. After it the link returns below the frame.
 */
const TIMEOUT = 10000;

/**
 * The frames of maps: the height that the article sets, if it does, and the content of the
 * placeholder, for a frame that does not answer.
 * @type {Map<HTMLIFrameElement, { fixed?: number, fallback: ChildNode[] }>}
 */
const frames = new Map();

/** @param {string} href */
const parse = (href) => Object.assign(document.createElement('a'), { href });

/**
 * @param {unknown} script
 * @returns {script is HTMLScriptElement}
 */
const isOurs = (script) => script instanceof HTMLScriptElement && isEmbedScript(script.src);

// In a bundle this is another script. An <img name=currentScript> in an article can shadow it.
const { currentScript } = document;
const own = isOurs(currentScript) ? siteOf(parse(currentScript.src)) : undefined;

/** @param {HTMLElement} place */
const fill = (place) => {
  const { risingTitle, height, onlyRising } = place.dataset;
  const link = /** @type {HTMLAnchorElement | null} */ (place.querySelector('a[href]'));
  const linked = link ? siteOf(parse(link.href)) : undefined;
  const view = viewParameters(place.dataset);
  // A script on the article's own server may be a copy. Then the link gives the map's site, if it
  // requests the same view as the placeholder.
  const isCopy =
    own &&
    parse(own).origin === location.origin &&
    link &&
    linked &&
    hasParameters(link.search, view);
  const site = own && !isCopy ? own : linked;
  // Without a script or link of the map, its site is unknown.
  if (!site) return;
  // Only a site whose script the article includes may ask for the reader's position, not any site
  // that a link leads to.
  const scripts = [...document.querySelectorAll('script[src]')];
  const isTrusted =
    site === own || scripts.some((script) => isOurs(script) && siteOf(parse(script.src)) === site);
  const frame = document.createElement('iframe');
  frame.title = risingTitle || 'Map: is my area rising?';
  frame.loading = 'lazy';
  frame.allow = `${isTrusted ? 'geolocation; ' : ''}clipboard-write; web-share; fullscreen`;
  frame.style.cssText = 'display:block;border:0';
  frame.src = frameAddress(site, view, onlyRising !== undefined);
  const fixed = articleHeight(height);
  const estimate = estimateHeight(place.clientWidth);
  const fallback = [...place.childNodes];
  frames.set(frame, { fixed, fallback });
  frame.onload = () => setTimeout(() => place.append(...fallback), TIMEOUT);
  // The frame replaces the link for readers without scripts.
  place.replaceChildren(frame);
  place.dataset.rising = 'on';
  setHeight(frame, fixed || estimate);
};

/**
 * Whether the parser has closed the node, so that its link is parsed.
 * @param {Node | null} node
 * @returns {boolean}
 */
const isParsed = (node) =>
  document.readyState !== 'loading' ||
  (!!node && (!!node.nextSibling || isParsed(node.parentElement)));

const start = () => {
  for (const frame of frames.keys()) if (!frame.isConnected) frames.delete(frame);
  for (const place of document.querySelectorAll('[data-rising]')) {
    const frame = /** @type {HTMLIFrameElement | null} */ (
      place.localName === 'iframe' ? place : place.querySelector('iframe')
    );
    if (!frame && isParsed(place)) fill(/** @type {HTMLElement} */ (place));
    // Another copy of this script may have filled the placeholder.
    else if (frame && !frames.has(frame)) frames.set(frame, { fallback: [] });
  }
};

addEventListener('message', ({ source, origin, data }) => {
  for (const [frame, { fixed, fallback }] of frames) {
    if (!source || frame.contentWindow !== source) continue;
    const { sandbox, src } = frame;
    const isOpaque = sandbox.length && !sandbox.contains('allow-same-origin');
    const expected = isOpaque ? 'null' : parse(src).origin;
    const height = postedHeight(data);
    if (origin !== expected || !height) continue;
    for (const node of fallback.splice(0)) node.remove();
    setHeight(frame, fixed || height);
  }
});
start();
addEventListener('DOMContentLoaded', start);
new MutationObserver(start).observe(document, { childList: true, subtree: true });
