// A map in an article: fills <div data-rising> with one and gives its frame the height it asks for. See docs/embed.md.
// The semicolon ends what a bundle has before it.
;(() => {
  // Limits of a height that an article sets, in CSS pixels.
  const [LEAST, MOST] = [360, 2000];
  // Milliseconds in which a frame has to say its height: else the link comes back below it.
  const PATIENCE = 10000;
  const NAMES = ['level', 'area', 'within', 'date', 'nation', 'theme', 'lang'];
  const frames = new Map();
  const parse = (href) => Object.assign(document.createElement('a'), { href });
  // The folder of the site whose page, area's page or script that is, if it is on a web server.
  const siteOf = (href) => {
    const { origin, pathname } = parse(href);
    return /^https?:/.test(origin) && `${origin}${pathname.replace(/(area\/[^/]+\/?)?([^/]*\.[^/]*)?$/, '')}/`.replace(/\/+$/, '/');
  };
  const isOurs = (script) => script instanceof HTMLScriptElement && /^[^?#]+\/embed\.js([?#]|$)/.test(script.src);
  // In a bundle this is another script, and <img name=currentScript> in an article takes its place.
  const { currentScript } = document;
  const own = isOurs(currentScript) && siteOf(currentScript.src);
  const style = (element, rules) => {
    for (const name in rules) element.style.setProperty(name, rules[name], 'important');
  };
  const give = (frame, height) => {
    // No theme's rule for frames is stronger.
    style(frame, { width: '100%', height: `${height}px`, 'max-height': 'none' });
    // Boxes of a fixed ratio, as themes have them for videos, would cut the map: they grow.
    for (let inner = frame, box; inner !== document.body; inner = box) {
      const isPlaced = getComputedStyle(inner).position === 'absolute';
      box = isPlaced ? inner.offsetParent : inner.parentElement;
      if (!box) return;
      const { aspectRatio, overflowY } = getComputedStyle(box);
      if (box.offsetHeight >= frame.offsetHeight || !(isPlaced || /\d/.test(aspectRatio))) continue;
      const children = [...box.children];
      const isShared = children.some((child) => child.offsetHeight && !child.contains(frame));
      if (isShared || box === document.body || /auto|scroll/.test(overflowY)) return;
      // Where the ratio is a pseudo-element's padding, that gets a row without height.
      style(box, { display: 'grid', 'grid-template': 'auto 0 / minmax(0, 1fr)', height: 'auto', 'max-height': 'none' });
      style(box, { 'padding-top': 0, 'padding-bottom': 0, 'aspect-ratio': 'auto' });
      style(children.find((child) => child.contains(frame)), { 'grid-area': '1 / 1' });
      style(inner, { position: 'static' });
    }
  };
  const fill = (place) => {
    const { risingTitle, height, onlyRising, ...asked } = place.dataset;
    const link = place.querySelector('a[href]');
    const linked = link && siteOf(link.href);
    const named = NAMES.filter((name) => asked[name]);
    // On the article's own server this may be a copy: then a link that asks for the same as the place says where the map is.
    const isCopy = own && parse(own).origin === location.origin && linked
      && named.every((name) => new URLSearchParams(link.search).get(name) === asked[name]);
    const site = own && !isCopy ? own : linked;
    // Nothing says where the map is.
    if (!site) return;
    // A reader's position is for a site whose script the article has, not for whatever a link leads to.
    const isTrusted = site === own || [...document.querySelectorAll('script[src]')].some((script) => isOurs(script) && siteOf(script.src) === site);
    const frame = document.createElement('iframe');
    const query = new URLSearchParams({ embed: 1 });
    for (const name of named) query.set(name, asked[name]);
    if (onlyRising !== undefined) query.set('rising', 1);
    frame.title = risingTitle || 'Map: is my area rising?';
    frame.loading = 'lazy';
    frame.allow = `${isTrusted ? 'geolocation; ' : ''}clipboard-write; web-share; fullscreen`;
    frame.style.cssText = 'display:block;border:0';
    frame.src = `${site}?${query}`;
    const set = Math.min(Math.max(parseInt(height, 10), LEAST), MOST);
    // About what it will ask for, so that the article hardly moves.
    const width = place.clientWidth;
    const guess = width < 600 ? 375 + Math.max(288, width * 0.8) : Math.max(480, width / 2 + 29);
    const before = [...place.childNodes];
    frames.set(frame, { set, before });
    frame.onload = () => setTimeout(() => place.append(...before), PATIENCE);
    // In place of the link for readers without scripts.
    place.replaceChildren(frame);
    place.dataset.rising = 'on';
    give(frame, set || Math.round(guess));
  };
  // Whether the parser has gone beyond it, so that its link is there.
  const isWhole = (node) => document.readyState !== 'loading' || !!node && (!!node.nextSibling || isWhole(node.parentElement));
  const start = () => {
    for (const frame of frames.keys()) if (!frame.isConnected) frames.delete(frame);
    for (const place of document.querySelectorAll('[data-rising]')) {
      const frame = place.localName === 'iframe' ? place : place.querySelector('iframe');
      // Another copy of this script may have filled it.
      if (frame) frames.has(frame) || frames.set(frame, { before: [] });
      else if (isWhole(place)) fill(place);
    }
  };
  addEventListener('message', ({ source, origin, data }) => {
    for (const [frame, { set, before }] of frames) {
      if (!source || frame.contentWindow !== source) continue;
      const { sandbox, src } = frame;
      const its = sandbox.length && !sandbox.contains('allow-same-origin') ? 'null' : parse(src).origin;
      const [height] = Object.values(data?.['datawrapper-height'] ?? {});
      if (origin !== its || !Number.isFinite(height) || height < 200 || height > 3000) continue;
      for (const node of before.splice(0)) node.remove();
      give(frame, set || height);
    }
  });
  start();
  addEventListener('DOMContentLoaded', start);
  new MutationObserver(start).observe(document, { childList: true, subtree: true });
})();
