// Ends the service worker on every device that has it. Publish this file as sw.js, and leave it
// there for as long as readers with the old worker may return. It removes the offline copies and
// then itself. Open pages go on with the network.

import { PATH_PREFIX, worker } from './scope.js';

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(end()));

async function end() {
  try {
    for (const name of await caches.keys()) {
      if (name.startsWith(PATH_PREFIX)) await caches.delete(name);
    }
  } finally {
    await worker.registration.unregister();
  }
}
