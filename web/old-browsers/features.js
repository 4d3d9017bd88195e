// A module with a reference type, the newest WebAssembly feature that the program uses.
var REFERENCES = [0, 97, 115, 109, 1, 0, 0, 0, 4, 4, 1, 111, 0, 0];

/**
 * Returns `old` for a browser that is too old for the program, `off` for one without WebAssembly
 * that is new otherwise, where it is switched off, and an empty text for all others.
 * @param {{ HTMLDialogElement?: unknown, Object: { hasOwn?: unknown }, WebAssembly?: {
 *   validate: (module: Uint8Array<ArrayBuffer>) => boolean } }} browser
 */
export function failureOf(browser) {
  var isNew = browser.HTMLDialogElement && browser.Object.hasOwn;
  var wasm = browser.WebAssembly;
  if (isNew && wasm && wasm.validate(new Uint8Array(REFERENCES))) return '';
  return isNew && !wasm ? 'off' : 'old';
}
