// Checks that every HTML, CSS and SVG file of a built folder is valid, with the Nu Html Checker.

import { builtFolder, filesBelow, finish, readArguments } from './lib.mjs';
import { checkWithNu } from './nu.mjs';

// Findings left out, each with the reason. `message` is a pattern that the
// finding's text has to match; `reason` is printed with every one left out.
const leftOut = [];

const line = 'check-html.mjs DIR';
const { plain } = readArguments([], line);
const folder = builtFolder(plain[0], line);
const files = filesBelow(folder, ['.html', '.css', '.svg']);

let errors = 0;
for (const { type, kind, place, message, extract } of await checkWithNu(folder, files)) {
  const source = extract ? `  ⟨${extract.replace(/\s+/g, ' ').trim()}⟩` : '';
  const left = leftOut.find((entry) => entry.message.test(message));
  if (left) {
    console.log(`${place}: left out (${left.reason}): ${message}`);
    continue;
  }
  console.log(`${place}: ${kind}: ${message}${source}`);
  if (type !== 'info') errors += 1;
}
if (files.length === 0) {
  console.log('no HTML, CSS or SVG file in the folder');
  errors += 1;
}
finish('html', files.length, errors);
