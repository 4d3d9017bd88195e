// How the parts of the program are fetched; appended to the module that loads them.

const asked = new Set();

// A part is asked for again only if it did not come, or was not what it should be: past the browser's cache, then. The page
// may have asked for it already.
async function request(url) {
    const again = asked.has(url.href);
    asked.add(url.href);
    const answer = again ? undefined : await window.takeAsked?.(url.pathname.split('/').pop()).catch(() => {});
    return answer ?? fetch(url, { cache: again ? 'reload' : 'default' });
}

// Whatever the server calls the file, as wasm-bindgen does it with the main part.
async function instantiate(request, imports) {
    const response = await request;
    if (!response.ok) {
        throw new Error(`${response.url}: ${response.status}`);
    }
    return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
