// A map in an article: fills <div data-rising> with one and gives its frame the height it asks for. See EMBEDDING.md.
(() => {
  const site = new URL('.', document.currentScript.src);
  const frames = new Set();
  const fill = (place) => {
    const { risingTitle, height, onlyRising, ...asked } = place.dataset;
    const frame = document.createElement('iframe');
    const query = new URLSearchParams({ embed: 1 });
    for (const name of ['level', 'area', 'within', 'date', 'nation', 'theme', 'lang']) if (asked[name]) query.set(name, asked[name]);
    if (onlyRising !== undefined) query.set('rising', 1);
    frame.title = risingTitle || 'Map: is my area rising?';
    frame.loading = 'lazy';
    frame.allow = 'geolocation; clipboard-write; web-share; fullscreen';
    frame.style.cssText = 'display:block;width:100%;border:0';
    // About what it will ask for, so that the article hardly moves.
    const width = place.clientWidth;
    frame.height = height || (width < 600 ? 375 + Math.max(288, width * 0.8) : Math.max(480, width / 2 + 29)) | 0;
    frame.src = `${site}?${query}`;
    // In place of the link for readers without scripts.
    place.replaceChildren(frame);
    return height ? undefined : frame;
  };
  const start = () => {
    for (const place of document.querySelectorAll('[data-rising]:not([data-rising=on])')) {
      place.dataset.rising = 'on';
      frames.add(place.localName === 'iframe' ? place : fill(place));
    }
  };
  addEventListener('message', ({ source, origin, data }) => {
    for (const frame of frames) {
      if (!source || frame?.contentWindow !== source) continue;
      const { sandbox } = frame;
      const own = sandbox.length && !sandbox.contains('allow-same-origin') ? 'null' : site.origin;
      const [height] = Object.values(data?.['datawrapper-height'] ?? {});
      if (origin === own && Number.isFinite(height) && height >= 200 && height <= 3000) frame.style.height = `${height}px`;
    }
  });
  start();
  addEventListener('DOMContentLoaded', start);
})();
