// Marks browsers that are too old for the program (xtask/src/site/support.rs).

import { failureOf } from './features.js';

var failure = failureOf(window);
if (failure) document.documentElement.setAttribute('data-failed', failure);
