// Reads the names and addresses of files.

// A file name in the page or in its scripts, as `named` in xtask/src/site/offline.rs finds it.
const NAMED = /["']\.\/([\w-]+\.\w+)["']/g;

// A name that holds a digest, at the top of the site or in its data folder.
const HASHED = /^(?:data\/)?[\w.-]*[.-][\da-f]{10,16}[._][\w.]+$/;

const POSTCODES = /postcodes\.(\w+)\.(\w+)\.bin$/;

/**
 * Returns the files at the top of the site that a page names.
 * @param {string} html
 */
export const namedFiles = (html) => new Set(Array.from(html.matchAll(NAMED), ([, name]) => name));

/**
 * Whether a name holds a digest of the file's content.
 * @param {string} name
 */
export const isHashed = (name) => HASHED.test(name);

/**
 * Returns the digest and the postcode area in the name of a postcode file; nothing for others.
 * @param {string} name
 */
export const parsePostcodeFile = (name) => {
  const [, hash, area] = name.match(POSTCODES) ?? [];
  return area ? { hash, area } : undefined;
};

/**
 * Returns the code of the area whose own page has this name; nothing for other pages.
 * @param {string} name
 */
export const areaOfPage = (name) => name.match(/^area\/(\w+)\/(?:index\.html)?$/)?.[1];

/**
 * Whether an address with this query shows an embedded map.
 * @param {string} search
 */
export const isEmbed = (search) =>
  /^(1|true)$/.test(new URLSearchParams(search).get('embed') ?? '');
