// Reads the page's address before the program does (crates/address).

/**
 * The data files of the first view, by level.
 * @typedef {{ default: string, levels: Record<string, string[]> }} FirstViewFiles
 */

/**
 * Returns the parameters of an address. Repairs the most frequent changes to a link in transit;
 * crates/address/src/repair.rs does the rest.
 * @param {{ search: string, hash: string }} address
 */
export const readParameters = ({ search, hash }) =>
  new URLSearchParams((search + hash).toLowerCase().replace(/[?#](0?38;)?|&(amp;)+/g, '&'));

/**
 * Whether the link shows an embedded map.
 * @param {URLSearchParams} link
 */
export const isEmbed = (link) => /^(1|true)\b/.test(link.get('embed') ?? '');

/**
 * Returns the theme that the link asks for, if any.
 * @param {URLSearchParams} link
 */
export const themeOf = (link) => link.get('theme')?.match(/^(light|dark)$/)?.[0];

/**
 * Whether the link asks for another view than the prerendered one.
 * @param {URLSearchParams} link
 */
export const asksForOtherView = (link) =>
  ['level', 'date', 'area', 'within', 'nation', 'rising'].some((name) => link.get(name));

/**
 * Returns the data files of the view in the link, relative to the data folder.
 * @param {URLSearchParams} link
 * @param {FirstViewFiles} files
 */
export const firstViewFiles = (link, { levels, default: defaultLevel }) => {
  // The neighbourhoods of an authority, or one neighbourhood, imply their level.
  const isMsoa = link.get('within') || /^[ensw]02\d/.test(link.get('area') ?? '');
  const level = link.get('level') || (isMsoa ? 'msoa' : '');
  return levels[Object.hasOwn(levels, level) ? level : defaultLevel];
};
