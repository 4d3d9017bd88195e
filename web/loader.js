// Loads the program, as a script in the page's head; xtask/src/site/head.rs defines the names in
// capitals. It precedes the style sheet and therefore does not wait for it. `link` has the
// parameters of the address, corrected by index.html. Every file of the first view is verified, as
// data files are (src/state/load.rs). A damaged or missing file is requested once more past the
// browser's cache. If that fails too, the page says so.
(() => {
  const root = document.documentElement.dataset;
  const early = document.getElementById('early');
  const later = (time) => new Promise((done) => setTimeout(done, time));

  // Whether a file's content matches the digest in its name. Browsers compute digests on secure
  // connections only.
  window.isAsBuilt = async (name, bytes) => {
    if (!crypto.subtle) return true;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const digits = Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
    return name.includes(digits.join(''));
  };

  // Requests a file a second time past the browser's cache, which then has the right content.
  // Returns an address that was never requested: an engine may keep the response to the first one,
  // and WebKit keeps even a 404 and even after the page is reloaded.
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
    // The page's elements have digests; those that browser extensions insert have none.
    if (!integrity || target.type === 'module') return;
    const isScript = localName === 'script';
    const address = target.src || target.href;
    const settle = () => {
      left -= 1;
      if (left === 0) done();
    };
    const lost = () => {
      if (isScript) return fail(new Error(`${address} did not load`));
      // Without its style sheet the program still shows the figures.
      root.failed ||= 'look';
      settle();
    };
    if (type === 'load') settle();
    else if (address.includes('?')) lost();
    else
      again(address, integrity).then((other) => {
        const element = document.createElement(localName);
        const attribute = isScript ? 'src' : 'href';
        const properties = { rel: 'stylesheet', crossOrigin: '', integrity, [attribute]: other };
        target.replaceWith(Object.assign(element, properties));
      }, lost);
  };
  document.addEventListener('load', heard, true);
  document.addEventListener('error', heard, true);

  // ---- The program ----

  // Loads by a script element, whose digest every engine checks: WebKit ignores a preload's digest,
  // and `import` takes none.
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

  // Compiles the WebAssembly while it loads, and verifies it. With `integrity` the browser compiles
  // only after the whole file has loaded: needed where the page cannot compute digests, and in
  // Firefox (140), which compiles nothing more in a process after a module was truncated while it
  // loaded.
  const isWaitedFor = !crypto.subtle || /Firefox\//.test(navigator.userAgent);
  const compiled = async (cache) => {
    const response = await fetch(WASM, { cache, integrity: isWaitedFor ? WASM_INTEGRITY : '' });
    if (!response.ok) throw new Error(`${WASM}: ${response.status}`);
    const bytes = response.clone().arrayBuffer();
    // The server's Content-Type may be wrong.
    const module = WebAssembly.compileStreaming(response).catch(async () =>
      WebAssembly.compile(await bytes),
    );
    module.catch(() => {});
    if (!(await isAsBuilt(WASM, await bytes))) throw new Error(`${WASM} is damaged`);
    return module;
  };

  // ---- What else the first view needs ----

  // WebKit does not match a link's preload with a fetch and loads the file twice. The page
  // therefore fetches the files itself and hands each response to the program once.
  const asked = {};
  const ask = (file, cache) => {
    const end = new AbortController();
    const answer = fetch(`./${file}`, { cache, signal: end.signal });
    answer.catch(() => {});
    asked[file] = { answer, end };
  };
  // In a task of its own: all requests in one task take a cheap phone longer than a frame. If the
  // program asks before the timer fires, the requests start then, so that none is made twice.
  let askData = () => {
    askData = () => {};
    if (!early) return;
    const { levels, default: first } = JSON.parse(early.textContent);
    // The neighbourhoods of an authority, or one neighbourhood, imply their level.
    const isMsoa = link.get('within') || /^[ensw]02\d/.test(link.get('area'));
    const level = link.get('level') || (isMsoa && 'msoa');
    // Only the manifest keeps its name when its content changes.
    ask('data/manifest.json', 'no-cache');
    const shown = Object.hasOwn(levels, level) ? level : first;
    for (const file of levels[shown]) ask(`data/${file}`, 'default');
  };
  window.takeAsked = async (file, signal) => {
    askData();
    const its = asked[file];
    delete asked[file];
    signal?.addEventListener('abort', () => its?.end.abort());
    return its?.answer;
  };

  // ---- When ----

  // The program starts to load
  //
  // - once the page has loaded to its end, with the prerendered view, and has been painted, so that
  //   nothing precedes that view on a slow connection;
  // - at once if the address asks for another view or nothing is prerendered;
  // - once the page is parsed if nothing is painted, as in the background, or the browser does not
  //   report paints;
  // - never in a browser that cannot run the program.
  const painted = new Promise((shown) => {
    if (root.failed === 'old' || root.failed === 'off') return;
    if ('asks' in root || !early) return shown();
    setTimeout(shown, PAINT_TIMEOUT);
    const read = () =>
      document.readyState === 'loading'
        ? document.addEventListener('readystatechange', shown, { once: true })
        : shown();
    const reportsPaint = window.PerformanceObserver?.supportedEntryTypes?.includes('paint');
    if (document.hidden || !reportsPaint) read();
    else new PerformanceObserver(read).observe({ type: 'paint', buffered: true });
  });
  const program = painted.then(async () => {
    const script = glue(GLUE).catch(() => again(GLUE, GLUE_INTEGRITY).then(glue));
    const module = compiled('default').catch(() =>
      later(RETRY_DELAY).then(() => compiled('reload')),
    );
    for (const file of [script, module]) file.catch(() => {});
    // A link to an area needs this chunk as soon as the program runs.
    if (AREA && link.has('area')) ask(AREA, 'default');
    setTimeout(() => askData());
    return { script, module };
  });

  // Starts the program. A module at the end of the page calls it, which runs after the style sheet
  // and the deferred scripts, whichever loads first. Removes the test ids of the prerendered view,
  // so that tests and embedders find the program's elements.
  window.start = async () => {
    try {
      const { script, module } = await program;
      const [{ default: run }] = await Promise.all([script, elements]);
      await run({ module_or_path: module });
      const prerendered = document.querySelectorAll('#boot [data-testid]');
      for (const element of prerendered) delete element.dataset.testid;
    } catch (error) {
      root.failed = 'start';
      console.error(error);
    }
  };
})();
