import { matchesDigest } from './integrity.js';
import { delay, refreshFile } from './retry.js';

/**
 * Loads wasm-bindgen's JavaScript by a script element, whose digest every engine checks: WebKit
 * ignores a preload's digest, and `import` takes none.
 * @param {string} address
 * @returns {Promise<Program>}
 */
const loadGlue = (address) =>
  new Promise((resolve, reject) => {
    document.head.append(
      Object.assign(document.createElement('script'), {
        type: 'module',
        crossOrigin: '',
        integrity: GLUE_INTEGRITY,
        fetchPriority: 'high',
        onload: () => resolve(import(address)),
        onerror: () => reject(new Error(`${address} did not load`)),
        src: address,
      }),
    );
  });

/**
 * Compiles the WebAssembly while it loads, and verifies it. With `integrity` the browser compiles
 * only after the whole file has loaded: needed where the page cannot compute digests, and in
 * Firefox (140), which compiles nothing more in a process after a module was truncated while it
 * loaded.
 * @param {RequestCache} cache
 */
const compile = async (cache) => {
  const needsIntegrity = !crypto.subtle || /Firefox\//.test(navigator.userAgent);
  const integrity = needsIntegrity ? WASM_INTEGRITY : '';
  const response = await fetch(WASM, { cache, integrity });
  if (!response.ok) throw new Error(`${WASM}: ${response.status}`);
  const bytes = response.clone().arrayBuffer();
  // The server's Content-Type may be wrong.
  const module = WebAssembly.compileStreaming(response).catch(async () =>
    WebAssembly.compile(await bytes),
  );
  module.catch(() => {});
  if (!(await matchesDigest(WASM, await bytes))) throw new Error(`${WASM} is damaged`);
  return module;
};

/** Starts to load the program. Each file is requested once more if it fails. */
export const loadProgram = () => {
  const glue = loadGlue(GLUE).catch(() => refreshFile(GLUE, GLUE_INTEGRITY).then(loadGlue));
  const module = compile('default').catch(() => delay(RETRY_DELAY).then(() => compile('reload')));
  // The program's start handles the failures, once it waits for these promises.
  for (const file of [glue, module]) file.catch(() => {});
  return { glue, module };
};
