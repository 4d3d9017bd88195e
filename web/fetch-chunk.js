// Fetches the chunks of the program that load on demand. The build lets the module that loads them
// call these functions (xtask/src/site/split.rs).

/** The addresses of the chunks that were requested. */
const requested = new Set();

/**
 * Fetches a chunk. The first time the page may have requested it already; a second request follows
 * a failure and therefore goes past the browser's cache.
 * @param {URL} url
 */
export const fetchChunk = async (url) => {
  const isRetry = requested.has(url.href);
  requested.add(url.href);
  const name = url.pathname.split('/').pop() ?? '';
  const taken = isRetry ? undefined : await window.takeResponse?.(name).catch(() => undefined);
  const response = taken ?? (await fetch(url, { cache: isRetry ? 'reload' : 'default' }));
  const bytes = await response.arrayBuffer();
  if (!response.ok || !(await window.matchesDigest(name, bytes))) {
    throw new Error(`${name}: ${response.status}, or damaged`);
  }
  return bytes;
};

/**
 * Instantiates a chunk. Accepts any Content-Type, as wasm-bindgen does for the main chunk.
 * @param {Promise<ArrayBuffer>} bytes
 * @param {WebAssembly.Imports} imports
 */
export const instantiateChunk = async (bytes, imports) =>
  WebAssembly.instantiate(await bytes, imports);
