// Ends the service worker on every device that has it. Publish this file as sw.js, and leave it
// there for as long as readers with the old worker may return. It removes the offline copies and
// then itself. Open pages go on with the network.
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) =>
  event.waitUntil(
    (async () => {
      try {
        const family = `rising ${new URL(registration.scope).pathname} `;
        for (const name of await caches.keys()) {
          if (name.startsWith(family)) await caches.delete(name);
        }
      } finally {
        await registration.unregister();
      }
    })(),
  ),
);
