// The script in the page's head that loads the program; `scripts.rs` gives it the names in capitals.
// It stands before the style sheet and therefore does not wait for it. `link` is the address as index.html has mended it.
//
// Every file of the first view has the life that data files have (src/state/load.rs): it is checked, requested once more
// past the browser's cache if it is not as it was built, and if that fails too the page says so.
(() => {
  const root = document.documentElement.dataset;
  const early = document.getElementById('early');
  const later = (time) => new Promise((done) => setTimeout(done, time));

  // Whether a file has the content that its name has the digest of. Browsers compute digests on secure connections only.
  window.isAsBuilt = async (name, bytes) => {
    if (!crypto.subtle) return true;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return name.includes(Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(''));
  };

  // Requests a file a second time, past the browser's cache, which then holds the right one. The result is an address
  // under which nobody has requested it: an engine may keep what it got under the first one, WebKit even a 404 and even
  // if the page is loaded again.
  const again = async (file, integrity) => {
    await later(RETRY_DELAY);
    await fetch(file, { cache: 'reload', integrity });
    return `${file}?${Date.now()}`;
  };

  // ---- The style sheet and the scripts in the page ----

  let left = ELEMENTS;
  let done, fail;
  const elements = new Promise((...both) => ([done, fail] = both));
  if (!left) done();
  elements.catch(() => {});
  const heard = ({ type, target }) => {
    const { localName, integrity } = target;
    // Those of the page have digests; what a browser's extensions put there has none.
    if (!integrity || target.type === 'module') return;
    const isScript = localName === 'script';
    const address = target.src || target.href;
    const settle = () => (left -= 1) || done();
    const lost = () => {
      if (isScript) return fail(new Error(`${address} did not load`));
      // Without its style sheet the program still has the figures.
      root.failed ||= 'look';
      settle();
    };
    if (type === 'load') settle();
    else if (address.includes('?')) lost();
    else
      again(address, integrity).then((other) => {
        const element = document.createElement(localName);
        const attribute = isScript ? 'src' : 'href';
        target.replaceWith(Object.assign(element, { rel: 'stylesheet', crossOrigin: '', integrity, [attribute]: other }));
      }, lost);
  };
  document.addEventListener('load', heard, true);
  document.addEventListener('error', heard, true);

  // ---- The program ----

  // An element, whose digest every engine heeds: WebKit heeds neither a preload's nor has `import` one.
  const glue = (address) =>
    new Promise((done, fail) =>
      document.head.append(
        Object.assign(document.createElement('script'), {
          type: 'module',
          crossOrigin: '',
          integrity: GLUE_INTEGRITY,
          fetchPriority: 'high',
          onload: () => done(import(address)),
          onerror: () => fail(new Error(`${address} did not load`)),
          src: address,
        }),
      ),
    );

  // Compiles the WebAssembly while it loads, and checks it as well. With `integrity` the browser waits for all of it before
  // it compiles: where there are no digests, and in Firefox (140), which compiles nothing more in a process that has been
  // given a module cut short while it loads.
  const isWaitedFor = !crypto.subtle || /Firefox\//.test(navigator.userAgent);
  const compiled = async (cache) => {
    const response = await fetch(WASM, { cache, integrity: isWaitedFor ? WASM_INTEGRITY : '' });
    if (!response.ok) throw new Error(`${WASM}: ${response.status}`);
    const bytes = response.clone().arrayBuffer();
    // A server may call it something else than WebAssembly.
    const module = WebAssembly.compileStreaming(response).catch(async () => WebAssembly.compile(await bytes));
    module.catch(() => {});
    if (!(await isAsBuilt(WASM, await bytes))) throw new Error(`${WASM} is damaged`);
    return module;
  };

  // ---- What else the first view needs ----

  // WebKit takes a file that a link preloads for another than the one that is fetched, and loads it twice: hence requests,
  // whose responses are handed to the program when it requests the files, each once.
  const asked = {};
  const ask = (file, cache) => {
    const end = new AbortController();
    const answer = fetch(`./${file}`, { cache, signal: end.signal });
    answer.catch(() => {});
    asked[file] = { answer, end };
  };
  // In a turn of their own: to make all requests in one takes a cheap phone longer than a frame. Timers may be late, and the
  // program is not to request them again.
  let askData = () => {
    askData = () => {};
    if (!early) return;
    const { levels, default: first } = JSON.parse(early.textContent);
    // Neighbourhoods of one authority, and one of them, need not name their level.
    const level = link.get('level') || ((link.get('within') || /^[ensw]02\d/.test(link.get('area'))) && 'msoa');
    // Only the manifest's name stays when its content changes.
    ask('data/manifest.json', 'no-cache');
    for (const file of levels[Object.hasOwn(levels, level) ? level : first]) ask(`data/${file}`, 'default');
  };
  window.takeAsked = async (file, signal) => {
    askData();
    const its = asked[file];
    delete asked[file];
    signal?.addEventListener('abort', () => its?.end.abort());
    return its?.answer;
  };

  // ---- When ----

  // Once the page has been painted and all of it has loaded, the picture at its end too, so that nothing on a slow line
  // comes before it; at once where the address asks for another view, or there is no picture; once it is read where nothing
  // is painted, as in the background, or the browser does not tell; never in a browser that cannot run it.
  const picture = new Promise((shown) => {
    if (root.failed === 'old' || root.failed === 'off') return;
    if ('asks' in root || !early) return shown();
    setTimeout(shown, PAINT_TIMEOUT);
    const read = () =>
      document.readyState === 'loading' ? document.addEventListener('readystatechange', shown, { once: true }) : shown();
    if (document.hidden || !window.PerformanceObserver?.supportedEntryTypes?.includes('paint')) read();
    else new PerformanceObserver(read).observe({ type: 'paint', buffered: true });
  });
  const program = picture.then(async () => {
    const script = glue(GLUE).catch(() => again(GLUE, GLUE_INTEGRITY).then(glue));
    const module = compiled('default').catch(() => later(RETRY_DELAY).then(() => compiled('reload')));
    for (const file of [script, module]) file.catch(() => {});
    // A link to an area needs that chunk as soon as the program runs.
    if (AREA && link.has('area')) ask(AREA, 'default');
    setTimeout(() => askData());
    return { script, module };
  });

  // Called by a module at the end of the page, which runs after the style sheet and the deferred scripts, whichever loads
  // first. What tests and embedders find the verdict by is the program's from then on, not the prerendered view's.
  window.start = async () => {
    try {
      const { script, module } = await program;
      const [{ default: run }] = await Promise.all([script, elements]);
      await run({ module_or_path: module });
      for (const part of document.querySelectorAll('#boot [data-testid]')) delete part.dataset.testid;
    } catch (error) {
      root.failed = 'start';
      console.error(error);
    }
  };
})();
