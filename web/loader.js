import { firstViewFiles } from './link.js';
import { matchesDigest } from './loader/integrity.js';
import { whenPageFilesLoaded } from './loader/page-files.js';
import { loadProgram } from './loader/program.js';
import { createResponses } from './loader/responses.js';
import { whenViewPainted } from './loader/view-painted.js';

/**
 * Loads the program and starts it once the page is parsed and its style sheet and scripts have
 * loaded. Every file is verified, as data files are (src/state/load.rs). A damaged or missing file
 * is requested once more past the browser's cache. If that fails too, the page says so.
 * @param {URLSearchParams} link
 */
export const loadAndStart = async (link) => {
  const { dataset } = document.documentElement;
  const files = document.getElementById('first-view-files');
  const responses = createResponses(() =>
    files ? firstViewFiles(link, JSON.parse(files.textContent ?? '')) : [],
  );
  window.matchesDigest = matchesDigest;
  window.takeResponse = responses.take;
  const parsed = new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve));
  const pageFiles = whenPageFilesLoaded(PAGE_FILES, () => {
    // Without its style sheet the program still shows the figures.
    dataset.failed ||= 'look';
  });
  await whenViewPainted(dataset, !!files);
  const { glue, module } = loadProgram();
  // A link to an area needs this chunk as soon as the program runs.
  if (AREA_CHUNK && link.has('area')) responses.request(AREA_CHUNK);
  // In a task of its own: all requests in one task take a cheap phone longer than a frame. If the
  // program asks before the timer fires, the requests start then, so that none is made twice.
  setTimeout(responses.requestFirstView);
  try {
    const [{ default: run }] = await Promise.all([glue, pageFiles, parsed]);
    await run({ module_or_path: module });
  } catch (error) {
    dataset.failed = 'start';
    console.error(error);
  }
};
