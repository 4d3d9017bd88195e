// Reads the files of an edition from the server's page, manifest and offline.json.

import { namedFiles } from './names.js';

/**
 * Returns the files that a copy of an edition needs, each with the start of its digest, and the
 * digest in the names of its postcode files. These have an empty digest: their names hold one of
 * all of them together.
 * @param {{ html: string, manifest: string, list: string }} texts
 * @param {Set<string>} postcodeAreas the postcode areas that the reader has used
 * @throws {Error} if the texts do not belong together
 */
export const filesOfEdition = ({ html, manifest, list }, postcodeAreas) => {
  /** @type {string[]} */
  const data = [];
  const { version, postcodes } = JSON.parse(manifest, (key, value) => {
    if (key === 'file') data.push(value);
    return value;
  });
  const { format, page, files } = JSON.parse(list);
  if (version !== format) {
    throw new Error(`the program reads data sets of version ${format}, this one has ${version}`);
  }
  // A maintenance page, or the login page of a paid network, does not name the program.
  const named = namedFiles(html);
  if (!html.includes('</html>') || !page?.every((/** @type {string} */ name) => named.has(name))) {
    throw new Error('the server sent another page, or a part of it');
  }
  for (const name of named) {
    if (Object.hasOwn(files, name)) continue;
    throw new Error(`the page names ${name}, which offline.json lacks: they are of two builds`);
  }
  /** @type {Map<string, string>} */
  const sums = new Map(Object.entries(files));
  for (const name of data) {
    const sum = name.match(/\.([\da-f]{10})\.bin$/)?.[1];
    if (!sum) throw new Error(`the manifest names ${name}, which holds no digest`);
    sums.set(`data/${name}`, sum);
  }
  const published = postcodes?.areas.toLowerCase().split(' ') ?? [];
  for (const area of postcodeAreas) {
    if (published.includes(area)) sums.set(`data/postcodes.${postcodes.hash}.${area}.bin`, '');
  }
  return { sums, postcodes: /** @type {string | undefined} */ (postcodes?.hash) };
};
