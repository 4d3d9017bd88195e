// The script in the page's head. It precedes the style sheet and therefore does not wait for it.

import { applyLink } from './appearance.js';
import { readParameters } from './link.js';
import { loadAndStart } from './loader.js';

const link = readParameters(location);
applyLink(link);
// Trunk loads the program in its own way.
if (GLUE) loadAndStart(link);
