// Checks that the pages of a built folder are accessible, with axe-core in Chromium,
// on a narrow and a wide screen, light and dark.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import {
  asAddress,
  builtFolder,
  cleanBase,
  filesBelow,
  finish,
  namedPages,
  openWindow,
  readArguments,
  serve,
  startBrowser,
  usage,
} from './lib.mjs';

const line = 'check-axe.mjs DIR [PAGE …] [--base /some/course/] [--limit 30]';
const { plain, options } = readArguments(['base', 'limit'], line);
const folder = builtFolder(plain[0], line);
const limit = Number(options.limit ?? 30);
if (!Number.isInteger(limit) || limit < 1) usage(line, '--limit needs a whole number from 1');

/** Up to `count` pages, taken from each folder in turn, so that every folder has one. */
function spread(pages, count) {
  const groups = new Map();
  for (const page of pages) {
    const group = dirname(page);
    groups.set(group, [...(groups.get(group) ?? []), page]);
  }
  const chosen = [];
  const queues = [...groups.values()].sort((a, b) => a[0].split('/').length - b[0].split('/').length);
  while (chosen.length < count && queues.some((queue) => queue.length > 0)) {
    for (const queue of queues) {
      if (queue.length > 0 && chosen.length < count) chosen.push(queue.shift());
    }
  }
  return chosen;
}

let pages = namedPages(folder, plain.slice(1), line);
if (pages.length === 0) {
  const all = filesBelow(folder, ['.html']);
  pages = spread(all, limit);
  if (pages.length < all.length) {
    console.log(`axe: ${pages.length} of ${all.length} pages opened; --limit or page names open others`);
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const server = await serve(folder, cleanBase(options.base));
const browser = await startBrowser();
const refused = new Set();
// What was found, once for each place, with the screens it was found on.
const wrong = new Map();
// What axe could not decide: the places, by rule and reason.
const unsure = new Map();
const redirects = new Set();

function noteWrong(text, view) {
  wrong.set(text, [...(wrong.get(text) ?? []), view]);
}

function noteUnsure(text, page, target) {
  const places = unsure.get(text) ?? new Map();
  unsure.set(text, places.set(`${page}: ${target}`, page));
}

const reason = (node) => [...node.any, ...node.all, ...node.none][0]?.message ?? '';

for (const width of [360, 1280]) {
  for (const scheme of ['light', 'dark']) {
    const view = `${width} ${scheme}`;
    const context = await openWindow(browser, { width, scheme, origin: server.origin, refused });
    for (const page of pages) {
      const tab = await context.newPage();
      try {
        await tab.goto(server.root + asAddress(page), { waitUntil: 'load', timeout: 30_000 });
        if (await tab.locator('meta[http-equiv="refresh" i]').count() > 0) {
          // It leaves before anything could be checked, for a page that is checked itself.
          redirects.add(page);
          continue;
        }
        await tab.evaluate(axe);
        const result = await tab.evaluate(() =>
          window.axe.run(document, {
            resultTypes: ['violations', 'incomplete'],
            // Part of WCAG 2.2, level AA, but off unless asked for.
            rules: { 'target-size': { enabled: true } },
          }),
        );
        for (const rule of result.violations) {
          for (const node of rule.nodes) {
            const target = node.target.join(' ');
            noteWrong(`${page}: ${rule.id} (${rule.impact}): ${rule.help}: ${target}: ${reason(node)}`, view);
          }
        }
        for (const rule of result.incomplete) {
          for (const node of rule.nodes) {
            noteUnsure(`${rule.id}: ${reason(node)}`, page, node.target.join(' '));
          }
        }
      } catch (error) {
        noteWrong(`${page}: could not be checked: ${error.message.split('\n')[0]}`, view);
      } finally {
        await tab.close();
      }
    }
    await context.close();
  }
}
await browser.close();
await server.close();

for (const [text, views] of wrong) console.log(`${text} [${views.join(', ')}]`);
// These are shown, and do not fail the check.
for (const [text, places] of unsure) {
  const count = new Set(places.values()).size;
  console.log(`to look at: ${text}: ${places.size} places on ${count} pages, first ${[...places.keys()][0]}`);
}
for (const page of redirects) console.log(`${page}: a redirect, not checked`);
for (const address of refused) console.log(`not fetched: ${address}`);
if (pages.length === 0) {
  console.log('no HTML file in the folder');
  wrong.set('', []);
}
finish('axe', pages.length, wrong.size);
