// Fetches the chunks of the program. The build appends this file to the module that loads them.

const asked = new Set();

// Fetches a chunk. The first time the page may have requested it already; a second request follows
// a failure and therefore goes past the browser's cache.
async function request(url) {
  const again = asked.has(url.href);
  asked.add(url.href);
  const name = url.pathname.split('/').pop();
  const answer = again ? undefined : await window.takeAsked?.(name).catch(() => {});
  const response = answer ?? (await fetch(url, { cache: again ? 'reload' : 'default' }));
  const bytes = await response.arrayBuffer();
  if (!response.ok || !(await window.isAsBuilt(name, bytes))) {
    throw new Error(`${name}: ${response.status}, or damaged`);
  }
  return bytes;
}

// Accepts any Content-Type, as wasm-bindgen does for the main chunk.
async function instantiate(bytes, imports) {
  return WebAssembly.instantiate(await bytes, imports);
}
