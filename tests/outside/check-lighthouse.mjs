// Runs Lighthouse on pages of a built folder as a slow phone sees them: all four categories have to reach 100, and
// nothing may shift. Where no page is named, it takes the largest page of each kind.
//
// The phone and its line are simulated from one quick load, so the other work of this machine hardly counts. What is left
// of it is evened out: the score for speed is the median of three runs, and of five where that falls short; two that both
// reach 100 need no third. The other categories and the shift are told of the worst run. The server compresses, as every
// usual host does: without that a lesson stands just at the edge of 100, and the check wavers.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { asAddress, builtFolder, cleanBase, filesBelow, finish, namedPages, readArguments, serve } from './lib.mjs';

const line = 'check-lighthouse.mjs DIR [PAGE …] [--base /some/course/]';
const { plain, options } = readArguments(['base'], line);
const folder = builtFolder(plain[0], line);

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

/** The largest page of each kind, by the body's class. An exam grows with the course and is no lesson to read. */
function largestOfEachKind() {
  const found = new Map();
  for (const path of filesBelow(folder, ['.html'])) {
    const html = readFileSync(join(folder, path), 'utf8');
    const kind = /<body class="([^"]*)"/.exec(html)?.[1];
    // A redirect has none.
    // The page for missing pages asks not to be found, which Lighthouse takes for a mistake.
    if (!kind || html.includes('<section class="exam"') || html.includes('<meta name="robots" content="noindex"')) continue;
    if (html.length > (found.get(kind)?.size ?? 0)) found.set(kind, { path, size: html.length });
  }
  return [...found.values()].map(({ path }) => path);
}

/** A port of this machine that nobody uses. */
async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** The audits that count in a category and did not pass. */
function missed(lhr, category) {
  return lhr.categories[category].auditRefs
    .filter(({ weight, id }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
    .map(({ id }) => `${id}: ${lhr.audits[id].title}${lhr.audits[id].displayValue ? ` (${lhr.audits[id].displayValue})` : ''}`);
}

const named = namedPages(folder, plain.slice(1), line);
const pages = named.length > 0 ? named : largestOfEachKind();
const server = await serve(folder, cleanBase(options.base), { compress: true });
const port = await freePort();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', `--remote-debugging-port=${port}`],
});

const score = (lhr, category) => lhr.categories[category].score ?? 0;
const shift = (lhr) => lhr.audits['cumulative-layout-shift'].numericValue ?? 0;

/** Whether the median of three runs, or else of five, is known to be 100, or all five are over. */
function isSettled(runs) {
  const full = runs.filter((lhr) => score(lhr, 'performance') === 1).length;
  return runs.length >= 5 || full >= (runs.length > 3 ? 3 : 2);
}

async function measure(page) {
  const runs = [];
  while (!isSettled(runs)) {
    const { lhr } = await lighthouse(server.root + asAddress(page), {
      port,
      logLevel: 'error',
      onlyCategories: CATEGORIES,
      formFactor: 'mobile',
      throttlingMethod: 'simulate',
      disableFullPageScreenshot: true,
    });
    runs.push(lhr);
  }
  return runs;
}

let errors = pages.length === 0 ? 1 : 0;
if (errors) console.log('no page in the folder');
for (const page of pages) {
  const runs = await measure(page);
  const sorted = (category) => [...runs].sort((a, b) => score(a, category) - score(b, category));
  const told = Object.fromEntries(
    CATEGORIES.map((category) => [
      category,
      category === 'performance' ? sorted(category)[Math.floor(runs.length / 2)] : sorted(category)[0],
    ]),
  );
  const scores = CATEGORIES.map((category) => `${category} ${Math.round(score(told[category], category) * 100)}`);
  const moved = Math.max(...runs.map(shift));
  const speed = runs.map((lhr) => Math.round(score(lhr, 'performance') * 100)).join(' ');
  const bytes = Math.round(told.performance.audits['total-byte-weight'].numericValue / 1024);
  console.log(`${page}: ${scores.join(', ')} (runs: ${speed}); layout shift ${moved}, ${bytes} KiB`);
  for (const category of CATEGORIES) {
    if (score(told[category], category) === 1) continue;
    errors += 1;
    for (const audit of missed(told[category], category)) console.log(`  ${category}: ${audit}`);
  }
  if (moved > 0) {
    errors += 1;
    console.log('  something shifts while the page loads');
  }
}
await browser.close();
await server.close();
finish('lighthouse', pages.length, errors);
