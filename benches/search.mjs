// How fast a learner finds something: queries in a browser whose processor is slowed down.
//
//   node benches/search.mjs DIR [--slow 4] [--runs 5] [--query "text"]...
//
// DIR is a built site. In a page that has loaded nothing of the search yet, reported are the milliseconds until the finder
// and its list are there, which a learner waits for when the dialog opens; from then until the first results of a query are
// there, and until all are; and the files and bytes of all of it, as they are sent. Then the query is typed in another
// new page: how long each letter takes until there are results, and how long when it is typed again. It needs the
// packages of tests/outside.

import { serve, usage } from '../tests/outside/lib.mjs';
import { startQuietBrowser } from './browser.mjs';

const line = 'search.mjs DIR [--slow FACTOR] [--runs NUMBER] [--query TEXT]...';
const queries = [];
let [slow, runs] = [4, 5];
let folder;
for (let rest = process.argv.slice(2); rest.length > 0; ) {
  const word = rest.shift();
  if (word === '--slow') slow = Number(rest.shift());
  else if (word === '--runs') runs = Number(rest.shift());
  else if (word === '--query') queries.push(rest.shift());
  else folder = word;
}
if (!folder) usage(line);
if (queries.length === 0) queries.push('error handling', 'pattern matching', 'supervisor tree', 'borowing', 'the value of a service');

const server = await serve(folder, '/', { compress: true });
const browser = await startQuietBrowser(process.env.CHROMIUM || '/usr/bin/chromium');
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Runs in the page: asks each text in turn. */
const ask = async (texts) => {
  const begin = performance.now();
  await new Promise((onload, onerror) => {
    const src = `${document.documentElement.dataset.files}find.js`;
    document.head.append(Object.assign(document.createElement('script'), { src, onload, onerror }));
  });
  const { find } = window.hornbook;
  await find.open();
  const opened = performance.now() - begin;
  const times = [];
  for (const text of texts) {
    const begin = performance.now();
    let first;
    await find.query(text, () => (first = performance.now() - begin));
    const whole = performance.now() - begin;
    times.push({ first: first ?? whole, whole });
  }
  const sent = performance.getEntriesByType('resource').filter(({ name }) => /theme\/search\/|find\.js/.test(name));
  return { opened, times, files: sent.length, bytes: sent.reduce((sum, { transferSize }) => sum + transferSize, 0) };
};

let asked = 0;
/** Asks in a new page. Each has an address of its own below which nothing is cached. */
async function askAnew(texts) {
  await browser.open(`${server.origin}/?${(asked += 1)}`, slow);
  return browser.evaluate(ask, texts);
}

const row = (...cells) => console.log(cells.map((cell, at) => (at ? String(cell).padStart(9) : cell.padEnd(26))).join(''));
row('query', 'files', 'KB', 'opened', 'first', 'all', 'letter', 'longest', 'again', 'longest');
for (const query of queries) {
  const cold = [];
  for (let run = 0; run < runs; run++) cold.push(await askAnew([query]));
  const [{ files, bytes }] = cold;
  const first = (part) => median(cold.map(({ times }) => times[0][part]));
  const letters = [...query];
  // Before three letters there is little to choose from.
  const typed = letters.slice(2).map((_, at) => letters.slice(0, at + 3).join(''));
  const { times } = await askAnew([...typed, ...typed]);
  const later = times.slice(1, typed.length).map(({ first }) => first);
  const again = times.slice(typed.length).map(({ first }) => first);
  const figures = [median(cold.map(({ opened }) => opened)), first('first'), first('whole')];
  figures.push(median(later), Math.max(...later), median(again), Math.max(...again));
  row(query, files, (bytes / 1000).toFixed(0), ...figures.map((figure) => figure.toFixed(0)));
}
await browser.close();
await server.close();
