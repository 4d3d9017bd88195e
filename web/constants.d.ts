// The constants that the build defines (xtask/src/site/scripts.rs).

/** The content security policy, for old-browsers/policy.js. */
declare const POLICY: string;

/** The page's titles in languages other than English, by language tag, for appearance.js. */
declare const TITLES: Record<string, string>;

/**
 * The address of wasm-bindgen's JavaScript; empty under Trunk, which loads the program in its own
 * way. This and all below are for the loader.
 */
declare const GLUE: string;
/** The value of an `integrity` attribute for it. */
declare const GLUE_INTEGRITY: string;
/** The address of the main chunk of WebAssembly. */
declare const WASM: string;
/** The value of an `integrity` attribute for it. */
declare const WASM_INTEGRITY: string;
/** The name of the chunk that shows an area; empty if the program is not split. */
declare const AREA_CHUNK: string;
/** The number of style sheets and scripts in the page for which the program waits. */
declare const PAGE_FILES: number;
/** Milliseconds after which the program loads even if the browser has not painted. */
declare const PAINT_TIMEOUT: number;
/** Milliseconds before a failed file is requested again. */
declare const RETRY_DELAY: number;
