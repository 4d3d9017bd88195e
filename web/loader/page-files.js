import { refreshFile } from './retry.js';

/**
 * Resolves once the `count` style sheets and deferred scripts in the page have loaded. Rejects if a
 * script fails twice; if a style sheet does, calls `onStyleLost` and goes on without it.
 * @param {number} count
 * @param {() => void} onStyleLost
 * @returns {Promise<void>}
 */
export const whenPageFilesLoaded = (count, onStyleLost) => {
  /** @type {Promise<void>} */
  const loaded = new Promise((resolve, reject) => {
    const settle = () => {
      count -= 1;
      if (count <= 0) resolve();
    };
    /** @param {Event} event */
    const onSettled = ({ type, target }) => {
      const element = /** @type {HTMLScriptElement & HTMLLinkElement} */ (target);
      const { localName, integrity } = element;
      // The page's elements have digests; those that browser extensions insert have none.
      if (!integrity || element.type === 'module') return;
      const isScript = localName === 'script';
      const address = element.src || element.href;
      const giveUp = () => {
        if (isScript) {
          reject(new Error(`${address} did not load`));
          return;
        }
        onStyleLost();
        settle();
      };
      if (type === 'load') settle();
      else if (address.includes('?')) giveUp();
      else {
        refreshFile(address, integrity).then((newAddress) => {
          const attribute = isScript ? 'src' : 'href';
          const properties = { rel: 'stylesheet', crossOrigin: '', integrity };
          element.replaceWith(
            Object.assign(document.createElement(localName), properties, {
              [attribute]: newAddress,
            }),
          );
        }, giveUp);
      }
    };
    document.addEventListener('load', onSettled, true);
    document.addEventListener('error', onSettled, true);
    if (!count) resolve();
  });
  // The program's start handles the failure, once it waits for this promise.
  loaded.catch(() => {});
  return loaded;
};
