// Keeps an offline copy of the last edition, so that the full page opens without a network. See
// docs/decisions/0012-offline-copy.md.
//
// Each visit checks the files of the copy again and fetches damaged ones. All names but those of
// the page and the manifest hold a digest of the content, so a name means the same content in every
// copy.
//
// To remove this worker from every device, publish sw-off.js under this file's name:
// docs/publish/daily.md, "Ending the offline copies".

import { receive } from './commands.js';
import { isEmbed, isHashed } from './names.js';
import { file, isFramed, manifest, page, redirectToPage } from './responses.js';
import { COPY_PREFIX, PATH, PATH_PREFIX, SCOPE, worker } from './scope.js';

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('message', receive);
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { href, search, pathname } = new URL(request.url);
  if (request.method !== 'GET' || !href.startsWith(SCOPE)) return;
  const name = pathname.slice(PATH.length);
  if (request.mode === 'navigate') {
    const preloaded = Promise.resolve(event.preloadResponse).catch(() => undefined);
    const response = preloaded.then((response) => response || fetch(request));
    const network = () => response;
    // Answers frames too: otherwise the browser warns of the unused preload and requests it again.
    if (request.destination !== 'document' || isEmbed(search)) event.respondWith(response);
    else if (name === '' || name === 'index.html') respond(event, page(event, network), network);
    else
      respond(
        event,
        response.catch(() => redirectToPage(name)),
        network,
      );
    return;
  }
  const isManifest = name === 'data/manifest.json';
  if (!isManifest && !isHashed(name)) return;
  if (request.referrer && isEmbed(new URL(request.referrer).search)) return;
  /** @type {Promise<Response> | undefined} */
  let response;
  const network = () => {
    response ??= fetch(request);
    return response;
  };
  const own = async () => {
    if (await isFramed(event.clientId)) return network();
    return isManifest ? manifest(event, network) : file(event, network);
  };
  respond(event, own(), network);
});

/**
 * Responds with the worker's own response or, if that fails or is missing, with the network's.
 * @param {FetchEvent} event
 * @param {Promise<Response | undefined>} own
 * @param {() => Promise<Response>} network
 */
function respond(event, own, network) {
  event.respondWith(own.catch(() => undefined).then((response) => response || network()));
}

async function activate() {
  try {
    for (const name of await caches.keys()) {
      if (name.startsWith(PATH_PREFIX) && !name.startsWith(COPY_PREFIX)) await caches.delete(name);
    }
    // Firefox shows its error page when the preload fails, whatever this worker responds.
    const { navigationPreload: preload } = worker.registration;
    await (/Firefox\//.test(navigator.userAgent) ? preload?.disable() : preload?.enable());
  } finally {
    await worker.clients.claim();
  }
}
