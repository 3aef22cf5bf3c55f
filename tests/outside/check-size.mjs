// Checks that the scripts of a built site stay small: what a learner on a slow line waits for, as it is sent, compressed.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtFolder, filesBelow, finish, readArguments, usage } from './lib.mjs';

// What a page loads only when its search is first opened.
const SEARCH = ['find.js', 'search.js'];
// What pages with a map load besides.
const MAP = 'route.js';

// Bytes. The search index is data, grows with the course and is no part of this. The scripts of the search come on demand
// and have a budget of their own; what opens it is in reading.js, which pages load by themselves.
const BUDGETS = [
  { name: 'a quiz', limit: 12_000, has: (script) => ['answer.js', 'quiz.js'].includes(script) },
  { name: 'an exam', limit: 4_500, has: (script) => script === 'exam.js' },
  { name: 'progress on every page', limit: 4_500, has: (script) => script === 'progress.js' },
  { name: 'the search, on demand', limit: 10_500, has: (script) => SEARCH.includes(script) },
  { name: 'the map', limit: 1_000, has: (script) => script === MAP },
  { name: 'all other scripts', limit: 25_000, has: (script) => script !== MAP && !SEARCH.includes(script) },
];

const line = 'check-size.mjs DIR';
const { plain } = readArguments([], line);
if (plain.length > 1) usage(line);
const folder = builtFolder(plain[0], line);

const scripts = filesBelow(folder, ['.js', '.mjs'])
  .filter((path) => !path.startsWith('theme/search/'))
  .map((path) => {
    const bytes = readFileSync(join(folder, path));
    return { path, name: basename(path), size: bytes.length, sent: gzipSync(bytes, { level: 9 }).length };
  });

const row = (...cells) => console.log(cells.map((cell, at) => (at ? String(cell).padStart(10) : cell.padEnd(28))).join(''));
row('script', 'bytes', 'gzip');
for (const { path, size, sent } of scripts) row(path, size, sent);

let over = scripts.length === 0 ? 1 : 0;
if (over) console.log('no script in the folder');
row('budget', 'of', 'gzip');
for (const { name, limit, has } of BUDGETS) {
  const found = scripts.filter((script) => has(script.name));
  const sent = found.reduce((sum, script) => sum + script.sent, 0);
  row(name, limit, sent);
  if (sent > limit) {
    console.log(`${name}: ${sent - limit} bytes over its budget`);
    over += 1;
  }
}
finish('size', scripts.length, over);
