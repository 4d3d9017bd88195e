// The site whose pages this worker serves, and the names of its caches.

export const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));

/** The address of the site's folder. */
export const SCOPE = worker.registration.scope;

/** Its path. */
export const PATH = new URL(SCOPE).pathname;

// Several maps may share an origin, so cache names hold the path.
export const PATH_PREFIX = `rising ${PATH} `;

/** The beginning of a copy's cache name. The number is the version of a copy's layout. */
export const COPY_PREFIX = `${PATH_PREFIX}1 `;

export const MANIFEST = `${SCOPE}data/manifest.json`;

/** The time to wait for the server's page before a copy is shown, in milliseconds. */
export const TIMEOUT = 3000;
