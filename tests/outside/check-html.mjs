// Checks that every HTML, CSS and SVG file of a built folder is valid, with the Nu Html Checker.

import { spawn } from 'node:child_process';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import vnu from 'vnu-jar';
import { builtFolder, filesBelow, finish, readArguments } from './lib.mjs';

// Findings left out, each with the reason. `message` is a pattern that the
// finding's text has to match; `reason` is printed with every one left out.
const leftOut = [];

const line = 'check-html.mjs DIR';
const { plain } = readArguments([], line);
const folder = builtFolder(plain[0], line);
const files = filesBelow(folder, ['.html', '.css', '.svg']);

// One start for the whole folder. The checker writes its report to stderr.
const checker = spawn(
  'java',
  [
    '-Dfile.encoding=UTF-8',
    '-Dsun.jnu.encoding=UTF-8',
    '-Xss2m',
    '-jar',
    String(vnu),
    '--format',
    'json',
    '--exit-zero-always',
    '--also-check-css',
    '--also-check-svg',
    // Named one by one: given the folder, the checker reads every file in it as HTML.
    ...files.map((file) => join(folder, file)),
  ],
  { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'inherit', 'pipe'] },
);
checker.on('error', (error) => {
  console.error(`java could not be started: ${error.message}`);
  process.exit(2);
});
let report = '';
checker.stderr.setEncoding('utf8').on('data', (text) => {
  report += text;
});
const code = await new Promise((done) => checker.on('close', done));

let messages;
try {
  // Lines before the report are Java's own remarks.
  messages = JSON.parse(report.slice(Math.max(0, report.indexOf('{"messages"')))).messages;
} catch {
  console.error(report);
  console.error(`the checker ended with ${code} and without a report`);
  process.exit(2);
}

let errors = 0;
for (const finding of messages) {
  const { type, subType, url, lastLine, firstColumn, lastColumn, message, extract } = finding;
  let file = '';
  if (url) {
    file = relative(folder, fileURLToPath(url)).split(sep).join('/');
  }
  const kind = type === 'info' ? (subType ?? 'info') : type;
  const place = [file, lastLine, firstColumn ?? lastColumn].filter((part) => part !== undefined);
  const source = extract ? `  ⟨${extract.replace(/\s+/g, ' ').trim()}⟩` : '';
  const left = leftOut.find((entry) => entry.message.test(message));
  if (left) {
    console.log(`${place.join(':')}: left out (${left.reason}): ${message}`);
    continue;
  }
  console.log(`${place.join(':')}: ${kind}: ${message}${source}`);
  if (type !== 'info') errors += 1;
}
if (files.length === 0) {
  console.log('no HTML, CSS or SVG file in the folder');
  errors += 1;
}
finish('html', files.length, errors);
