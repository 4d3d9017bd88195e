// Ends the service worker on every device that has it: publish this file as sw.js, and leave it there for as long as readers
// may come back who have the other. It removes what was kept and then itself; pages that are open go on by the network.
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) =>
  event.waitUntil(
    (async () => {
      try {
        const family = `rising ${new URL(registration.scope).pathname} `;
        for (const name of await caches.keys()) if (name.startsWith(family)) await caches.delete(name);
      } finally {
        await registration.unregister();
      }
    })(),
  ),
);
