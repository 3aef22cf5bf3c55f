// Measures what the search of a built site finds: each second-level heading, as it stands and with a typing error, must bring
// up its page among the first five. The finder runs as browsers run it, and loads only what it asks for.
//
//   node check-search.mjs DIR [--least SHARE] [--least-mistyped SHARE] [--show]

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { builtFolder, filesBelow, finish, readArguments, themeFile, usage } from './lib.mjs';

const FIRST = 5;
const line = 'check-search.mjs DIR [--least SHARE] [--least-mistyped SHARE] [--show 1]';
const { plain, options } = readArguments(['least', 'least-mistyped', 'show'], line);
if (plain.length > 1) usage(line);
const folder = builtFolder(plain[0], line);
const least = { typed: Number(options.least ?? 0.95), mistyped: Number(options['least-mistyped'] ?? 0.85) };

// The finder ---------------------------------------------------------------------------------------------------------

const loaded = { files: 0, bytes: 0 };

/** A finder in a world of its own that has scripts and nothing else. */
function start() {
  const world = { location: { protocol: 'file:' }, URL, console, setTimeout };
  world.window = world;
  world.hornbook = {};
  world.document = {
    documentElement: { dataset: { root: '' } },
    currentScript: null,
    addEventListener() {},
    createElement: () => ({ remove() {} }),
    head: {
      append(script) {
        queueMicrotask(() => {
          const text = readFileSync(join(folder, script.src), 'utf8');
          loaded.files += 1;
          loaded.bytes += text.length;
          vm.runInContext(text, world);
          script.onload();
        });
      },
    },
  };
  vm.createContext(world);
  vm.runInContext(readFileSync(join(folder, themeFile(folder, 'find.js')), 'utf8'), world);
  return world.hornbook.find;
}

// Queries ------------------------------------------------------------------------------------------------------------

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };
const textOf = (html) =>
  html.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (all, name) => entities[name] ?? all).trim();

/** By heading, the pages that have it. */
const pagesOf = new Map();
const pages = filesBelow(folder, ['.html']);
for (const path of pages) {
  const html = readFileSync(join(folder, path), 'utf8');
  // The list of terms has letters for headings.
  if (html.includes('<body class="page-glossary"')) continue;
  // The theme's own headings have a full stop in their ids.
  for (const [, inner] of html.matchAll(/<h2 id="[^".]*"[^>]*>(.*?)<\/h2>/gs)) {
    const heading = textOf(inner);
    if (!heading) continue;
    if (!pagesOf.has(heading)) pagesOf.set(heading, new Set());
    pagesOf.get(heading).add(path);
  }
}

/** Numbers from a seed: the same errors in every run. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** The heading with one typing error: a letter left out, doubled, replaced, or exchanged with the next. */
function mistype(heading, next) {
  const letters = [...heading];
  const inside = letters.flatMap((letter, at) => (/[\p{L}\p{N}]/u.test(letter) ? [at] : []));
  if (inside.length < 4) return null;
  const at = inside[next(inside.length)];
  const other = letters[inside[next(inside.length)]];
  const kind = next(4);
  if (kind === 0) letters.splice(at, 1);
  else if (kind === 1) letters.splice(at, 0, letters[at]);
  else if (kind === 2) letters[at] = other;
  else if (letters[at + 1] && /[\p{L}\p{N}]/u.test(letters[at + 1])) {
    [letters[at], letters[at + 1]] = [letters[at + 1], letters[at]];
  } else letters.splice(at, 1);
  return letters.join('');
}

// Measuring ----------------------------------------------------------------------------------------------------------

const find = start();
const missed = { typed: [], mistyped: [] };
const asked = { typed: 0, mistyped: 0 };
const begin = performance.now();

async function ask(kind, query, heading) {
  asked[kind] += 1;
  const { results } = await find.query(query);
  const first = results.slice(0, FIRST).map(({ href }) => decodeURIComponent(href));
  if (!first.some((href) => pagesOf.get(heading).has(href))) missed[kind].push([query, first[0] ?? 'nothing']);
}

const next = random(7);
for (const heading of pagesOf.keys()) {
  await ask('typed', heading, heading);
  const wrong = mistype(heading, next);
  if (wrong !== null) await ask('mistyped', wrong, heading);
}

let failures = 0;
for (const kind of ['typed', 'mistyped']) {
  const share = 1 - missed[kind].length / Math.max(1, asked[kind]);
  const enough = share >= least[kind];
  failures += enough ? 0 : 1;
  console.log(`${kind}: ${(100 * share).toFixed(1)} % of ${asked[kind]} among the first ${FIRST}${enough ? '' : `, less than ${100 * least[kind]} %`}`);
  if (options.show) for (const [query, first] of missed[kind]) console.log(`  ${query}  ->  ${first}`);
}
const each = (performance.now() - begin) / (asked.typed + asked.mistyped);
console.log(`${each.toFixed(1)} ms a query; ${loaded.files} files, ${loaded.bytes} bytes loaded in all`);
finish('search', asked.typed + asked.mistyped, failures);
