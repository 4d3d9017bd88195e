/**
 * Requests files before the program asks for them, and hands over each response once
 * (`takeResponse` in protocol.d.ts). The page uses no preload links: WebKit does not match a link's
 * preload with a fetch and loads the file twice.
 * @param {() => string[]} listFirstView the data files of the first view, relative to the data
 * folder; empty without a data set
 */
export const createResponses = (listFirstView) => {
  /** @type {Record<string, { response: Promise<Response>, controller: AbortController }>} */
  const requests = {};
  let isFirstViewRequested = false;

  /**
   * @param {string} path relative to the page
   * @param {RequestCache} [cache]
   */
  const request = (path, cache) => {
    const controller = new AbortController();
    const response = fetch(`./${path}`, { cache, signal: controller.signal });
    response.catch(() => {});
    requests[path] = { response, controller };
  };

  const requestFirstView = () => {
    if (isFirstViewRequested) return;
    isFirstViewRequested = true;
    const files = listFirstView();
    // Only the manifest keeps its name when its content changes.
    if (files.length) request('data/manifest.json', 'no-cache');
    for (const file of files) request(`data/${file}`);
  };

  /** @type {Window['takeResponse']} */
  const take = async (path, signal) => {
    requestFirstView();
    const taken = requests[path];
    delete requests[path];
    signal?.addEventListener('abort', () => taken?.controller.abort());
    return taken?.response;
  };

  return { request, requestFirstView, take };
};
