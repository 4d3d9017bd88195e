// Shows the message of a failure, also without the style sheet and without the program.

import { areaPages } from './area-pages.js';

var root = document.documentElement;
var messages = /** @type {HTMLElement} */ (document.getElementById('failed'));

/**
 * @param {string} selector
 * @param {(line: HTMLElement) => void} act
 */
function forEachLine(selector, act) {
  Array.prototype.forEach.call(messages.querySelectorAll(selector), act);
}

function show() {
  var kind = root.getAttribute('data-failed');
  messages.hidden = !kind;
  forEachLine('p', function (line) {
    line.hidden = !kind || !line.classList.contains(kind);
  });
}

if (window.MutationObserver) {
  new MutationObserver(show).observe(root, { attributes: true, attributeFilter: ['data-failed'] });
}
show();

// A browser that cannot run the program is offered the own page of the link's area, if there is
// one: neighbourhoods have none.
if (!messages.hidden && 'fetch' in window) {
  areaPages(location.search).forEach(function (address) {
    fetch(address, { method: 'HEAD' }).then(
      function (response) {
        if (!response.ok) return;
        forEachLine('.area', function (line) {
          line.hidden = false;
          /** @type {HTMLAnchorElement} */ (line.firstChild).href = address;
        });
      },
      function () {},
    );
  });
}
