// What the page's scripts and the program share, each listed once. The program's side is
// src/platform/page_scripts.rs, where no other file is named.
//
// | on the root element | set by | read by | meaning |
// |---|---|---|---|
// | `data-failed` | support.js: `old`, `off`; appearance.js: `slow`; loader: `start`, `look`; program: `start`, `run` | failure.js, style sheet; the program, which removes `slow` | why the map is missing or looks plain |
// | `data-other-view` | appearance.js | prerendered-view.js, loader, style sheet | the link asks for another view than the prerendered one, or an area is saved |
// | `data-started` | the program | appearance.js | the program has started |
// | `data-embed`, `data-theme` | appearance.js, then the program (src/app.rs) | style sheet | an embedded map; the link's theme |
//
// | in the page | written by | read by | meaning |
// |---|---|---|---|
// | `#boot` | the build | prerendered-view.js, the program (src/platform/prerendered.rs) | the page until the program's map replaces the prerendered one |
// | `#first-view-files` | the build, `prepare` (crates/prerender/src/preload.rs) | loader | the data files of each level's first view |
// | `#timeline` | the program (src/panels/timeline.rs) | slider.js | the slider |
// | `localStorage['rising.area']` | the program (src/platform/saved_area.rs) | appearance.js | the saved area |
//
// The functions and objects of `window`:

interface Window {
  /**
   * Hands over the response to a file that the page has requested before the program asked for it.
   * `path` is relative to the page. Each response is handed over once; then, and for any other
   * file, the result is `undefined` and the caller requests the file itself. The signal aborts the
   * page's request. Defined by loader/responses.js; called by src/platform/page_scripts.rs and
   * fetch-chunk.js.
   */
  takeResponse: (path: string, signal?: AbortSignal | null) => Promise<Response | undefined>;

  /**
   * Whether the bytes of a file match the digest in its name. Defined by loader/integrity.js;
   * called by fetch-chunk.js.
   */
  matchesDigest: (name: string, bytes: ArrayBuffer) => Promise<boolean>;

  /**
   * The parts of Leaflet that src/map/leaflet.rs and its bindings use. The map also has an option
   * `wheelAlone`, and fires `press` and `density` (leaflet.js).
   */
  L: object;
}
