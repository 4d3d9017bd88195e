// Embeds a map in an article: fills <div data-rising> with a frame and sets the frame to the height
// that the map posts. See docs/embed.md.
// The semicolon ends a statement that a bundle may have left open.
;(() => {
  // The range of heights that an article can set, in CSS pixels.
  const [MIN_HEIGHT, MAX_HEIGHT] = [360, 2000];
  // The time that a frame has to post its height, in milliseconds. After it the link returns below
  // the frame.
  const TIMEOUT = 10000;
  const NAMES = ['level', 'area', 'within', 'date', 'nation', 'theme', 'lang'];
  const frames = new Map();
  const parse = (href) => Object.assign(document.createElement('a'), { href });
  // Returns the folder of the site that a page, an area's page or a script belongs to, or `false`
  // if the address is not one of HTTP.
  const siteOf = (href) => {
    const { origin, pathname } = parse(href);
    const folder = pathname.replace(/(area\/[^/]+\/?)?([^/]*\.[^/]*)?$/, '');
    return /^https?:/.test(origin) && `${origin}${folder}/`.replace(/\/+$/, '/');
  };
  const isOurs = (script) =>
    script instanceof HTMLScriptElement && /^[^?#]+\/embed\.js([?#]|$)/.test(script.src);
  // In a bundle this is another script. An <img name=currentScript> in an article can shadow it.
  const { currentScript } = document;
  const own = isOurs(currentScript) && siteOf(currentScript.src);
  const style = (element, rules) => {
    for (const name in rules) element.style.setProperty(name, rules[name], 'important');
  };
  const setHeight = (frame, height) => {
    // `!important`, because themes have rules for frames.
    style(frame, { width: '100%', height: `${height}px`, 'max-height': 'none' });
    // Lets boxes of a fixed aspect ratio grow, which themes use for videos and which would clip the
    // map.
    for (let inner = frame, box; inner !== document.body; inner = box) {
      const isPlaced = getComputedStyle(inner).position === 'absolute';
      box = isPlaced ? inner.offsetParent : inner.parentElement;
      if (!box) return;
      const { aspectRatio, overflowY } = getComputedStyle(box);
      if (box.offsetHeight >= frame.offsetHeight || !(isPlaced || /\d/.test(aspectRatio))) continue;
      const children = [...box.children];
      const isShared = children.some((child) => child.offsetHeight && !child.contains(frame));
      if (isShared || box === document.body || /auto|scroll/.test(overflowY)) return;
      // A pseudo-element whose padding makes the ratio gets the second row, of no height.
      style(box, { display: 'grid', 'grid-template': 'auto 0 / minmax(0, 1fr)' });
      style(box, { height: 'auto', 'max-height': 'none', 'aspect-ratio': 'auto' });
      style(box, { 'padding-top': 0, 'padding-bottom': 0 });
      style(
        children.find((child) => child.contains(frame)),
        { 'grid-area': '1 / 1' },
      );
      style(inner, { position: 'static' });
    }
  };
  const fill = (place) => {
    const { risingTitle, height, onlyRising, ...options } = place.dataset;
    const link = place.querySelector('a[href]');
    const linked = link && siteOf(link.href);
    const named = NAMES.filter((name) => options[name]);
    // A script on the article's own server may be a copy. Then the link gives the map's site, if it
    // requests the same view as the placeholder.
    const isCopy =
      own &&
      parse(own).origin === location.origin &&
      linked &&
      named.every((name) => new URLSearchParams(link.search).get(name) === options[name]);
    const site = own && !isCopy ? own : linked;
    // Without a script or link of the map, its site is unknown.
    if (!site) return;
    // Only a site whose script the article includes may ask for the reader's position, not any site
    // that a link leads to.
    const scripts = [...document.querySelectorAll('script[src]')];
    const isTrusted =
      site === own || scripts.some((script) => isOurs(script) && siteOf(script.src) === site);
    const frame = document.createElement('iframe');
    const query = new URLSearchParams({ embed: 1 });
    for (const name of named) query.set(name, options[name]);
    if (onlyRising !== undefined) query.set('rising', 1);
    frame.title = risingTitle || 'Map: is my area rising?';
    frame.loading = 'lazy';
    frame.allow = `${isTrusted ? 'geolocation; ' : ''}clipboard-write; web-share; fullscreen`;
    frame.style.cssText = 'display:block;border:0';
    frame.src = `${site}?${query}`;
    const fixed = Math.min(Math.max(parseInt(height, 10), MIN_HEIGHT), MAX_HEIGHT);
    // Estimates the height that the map will post, so that the article hardly shifts.
    const width = place.clientWidth;
    const estimate = width < 600 ? 375 + Math.max(288, width * 0.8) : Math.max(480, width / 2 + 29);
    const fallback = [...place.childNodes];
    frames.set(frame, { fixed, fallback });
    frame.onload = () => setTimeout(() => place.append(...fallback), TIMEOUT);
    // The frame replaces the link for readers without scripts.
    place.replaceChildren(frame);
    place.dataset.rising = 'on';
    setHeight(frame, fixed || Math.round(estimate));
  };
  // Whether the parser has closed the node, so that its link is parsed.
  const isParsed = (node) =>
    document.readyState !== 'loading' ||
    (!!node && (!!node.nextSibling || isParsed(node.parentElement)));
  const start = () => {
    for (const frame of frames.keys()) if (!frame.isConnected) frames.delete(frame);
    for (const place of document.querySelectorAll('[data-rising]')) {
      const frame = place.localName === 'iframe' ? place : place.querySelector('iframe');
      // Another copy of this script may have filled the placeholder.
      if (frame) frames.has(frame) || frames.set(frame, { fallback: [] });
      else if (isParsed(place)) fill(place);
    }
  };
  addEventListener('message', ({ source, origin, data }) => {
    for (const [frame, { fixed, fallback }] of frames) {
      if (!source || frame.contentWindow !== source) continue;
      const { sandbox, src } = frame;
      const isOpaque = sandbox.length && !sandbox.contains('allow-same-origin');
      const expected = isOpaque ? 'null' : parse(src).origin;
      const [height] = Object.values(data?.['datawrapper-height'] ?? {});
      if (origin !== expected || !Number.isFinite(height)) continue;
      if (height < 200 || height > 3000) continue;
      for (const node of fallback.splice(0)) node.remove();
      setHeight(frame, fixed || height);
    }
  });
  start();
  addEventListener('DOMContentLoaded', start);
  new MutationObserver(start).observe(document, { childList: true, subtree: true });
})();
