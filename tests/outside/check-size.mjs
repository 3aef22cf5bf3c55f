// Checks that the scripts and the pages of a built site stay small: what a learner on a slow line waits for, as it is
// sent, compressed. A page is counted with its style sheets and scripts, and without its images.

import { readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtFolder, filesBelow, finish, readArguments, usage } from './lib.mjs';

// What a page loads only when its search is first opened.
const SEARCH = ['find.js', 'search.js'];
// What pages with a map load besides.
const MAP = 'route.js';
// What pages load of a course that is to be read offline.
const OFFLINE = 'offline.js';

// Bytes. The search index is data, grows with the course and is no part of this. The scripts of the search come on demand
// and have a budget of their own; what opens it is in reading.js, which pages load by themselves.
const BUDGETS = [
  { name: 'a quiz', limit: 12_000, has: (script) => ['answer.js', 'quiz.js'].includes(script) },
  { name: 'an exam', limit: 4_500, has: (script) => script === 'exam.js' },
  { name: 'progress on every page', limit: 4_500, has: (script) => script === 'progress.js' },
  { name: 'the search, on demand', limit: 11_200, has: (script) => SEARCH.includes(script) },
  { name: 'the map', limit: 1_000, has: (script) => script === MAP },
  { name: 'reading offline', limit: 500, has: (script) => script === OFFLINE },
  {
    name: 'all other scripts',
    limit: 25 * 1024,
    has: (script) => ![MAP, OFFLINE, ...SEARCH].includes(script),
  },
];

// An exam holds the questions of a whole course.
const limitOf = (kind) => (kind === 'exam' ? 200_000 : 60_000);

const line = 'check-size.mjs DIR';
const { plain } = readArguments([], line);
if (plain.length > 1) usage(line);
const folder = builtFolder(plain[0], line);

const known = new Map();

/** The length of a file as it is sent. */
function sentOf(path) {
  if (!known.has(path)) known.set(path, gzipSync(readFileSync(join(folder, path)), { level: 9 }).length);
  return known.get(path);
}

/** The style sheets and scripts that a page asks for, as paths. */
function partsOf(page, html) {
  const links = html.match(/<link\b[^>]*rel="stylesheet"[^>]*>|<script\b[^>]*\bsrc=[^>]*>/g) ?? [];
  return links.map((tag) => posix.join(posix.dirname(page), /(?:href|src)="([^"?#]*)/.exec(tag)[1]));
}

const scripts = filesBelow(folder, ['.js', '.mjs'])
  .filter((path) => !path.startsWith('theme/search/'))
  .map((path) => {
    const { length } = readFileSync(join(folder, path));
    return { path, name: basename(path), size: length, sent: sentOf(path) };
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

const pages = filesBelow(folder, ['.html']).map((path) => {
  const html = readFileSync(join(folder, path), 'utf8');
  const sent = [path, ...partsOf(path, html)].reduce((sum, part) => sum + sentOf(part), 0);
  const kind = html.includes('<section class="exam"') ? 'exam' : /<body class="page-([^"]*)"/.exec(html)?.[1];
  return { path, sent, kind: kind ?? 'redirect' };
});
row('largest page', 'of', 'gzip');
const kinds = new Set(pages.map(({ kind }) => kind));
for (const kind of kinds) {
  const { path, sent } = pages.filter((page) => page.kind === kind).sort((a, b) => b.sent - a.sent)[0];
  row(kind, limitOf(kind), sent);
  if (sent > limitOf(kind)) {
    console.log(`${path}: ${sent - limitOf(kind)} bytes over what a page may cost`);
    over += 1;
  }
}
finish('size', scripts.length + pages.length, over);
