/** The attributes of a placeholder that its map's link takes: `data-area` becomes `area`. */
const PARAMETERS = ['level', 'area', 'within', 'date', 'nation', 'theme', 'lang'];

/**
 * Returns the folder of the site that a page, an area's page or a script belongs to; nothing if its
 * address is not one of HTTP.
 * @param {{ origin: string, pathname: string }} address
 */
export const siteOf = ({ origin, pathname }) => {
  const folder = pathname.replace(/(area\/[^/]+\/?)?([^/]*\.[^/]*)?$/, '');
  return /^https?:/.test(origin) ? `${origin}${folder}/`.replace(/\/+$/, '/') : undefined;
};

/**
 * Whether a script's address is that of this script, on any site.
 * @param {string} src
 */
export const isEmbedScript = (src) => /^[^?#]+\/embed\.js([?#]|$)/.test(src);

/**
 * Returns the parameters of the view that a placeholder asks for.
 * @param {DOMStringMap} dataset
 */
export const viewParameters = (dataset) => {
  const parameters = new URLSearchParams();
  for (const name of PARAMETERS) {
    const value = dataset[name];
    if (value) parameters.set(name, value);
  }
  return parameters;
};

/**
 * Whether a link asks for all of these parameters.
 * @param {string} search
 * @param {URLSearchParams} view
 */
export const hasParameters = (search, view) => {
  const link = new URLSearchParams(search);
  return [...view].every(([name, value]) => link.get(name) === value);
};

/**
 * Returns the address of a placeholder's frame.
 * @param {string} site
 * @param {URLSearchParams} view
 * @param {boolean} onlyRising
 */
export const frameAddress = (site, view, onlyRising) => {
  const query = new URLSearchParams({ embed: '1' });
  for (const [name, value] of view) query.set(name, value);
  if (onlyRising) query.set('rising', '1');
  return `${site}?${query}`;
};
