// How fast a learner finds something: a query typed letter by letter in a browser whose processor is slowed down.
//
//   node benches/search.mjs DIR [--slow 4] [--query "text"]...
//
// DIR is a built site. Reported are what a first query loads, as it is sent (compressed by the server), scripts and all, and how
// long it takes; then, in a page that has loaded nothing yet, how long each letter takes when the query is typed, and how
// long when it is typed again. It needs the packages of tests/outside.

import { serve, startBrowser, usage } from '../tests/outside/lib.mjs';

const line = 'search.mjs DIR [--slow FACTOR] [--query TEXT]...';
const queries = [];
let slow = 4;
let folder;
for (let rest = process.argv.slice(2); rest.length > 0; ) {
  const word = rest.shift();
  if (word === '--slow') slow = Number(rest.shift());
  else if (word === '--query') queries.push(rest.shift());
  else folder = word;
}
if (!folder) usage(line);
if (queries.length === 0) queries.push('error handling', 'pattern matching', 'supervisor tree', 'borowing', 'the value of a service');

const server = await serve(folder, '/', { compress: true });
const browser = await startBrowser();
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const LOAD = `(name) => new Promise((done, fail) => {
  const script = document.createElement('script');
  script.src = document.documentElement.dataset.files + name;
  script.onload = done;
  script.onerror = fail;
  document.head.append(script);
})`;

/** Asks each text in a page that has loaded nothing of the search yet. The first time includes the finder itself. */
async function ask(texts) {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await page.goto(`${server.origin}/`);
  const of = new Map();
  const sent = { files: 0, bytes: 0 };
  session.on('Network.requestWillBeSent', ({ requestId, request }) => of.set(requestId, request.url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!/theme\/(search|find)/.test(of.get(requestId) ?? '')) return;
    sent.files += 1;
    sent.bytes += encodedDataLength;
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: slow });
  const times = await page.evaluate(
    async ([texts, load]) => {
      const times = [];
      for (const text of texts) {
        const begin = performance.now();
        if (!window.hornbook.find) await eval(load)('find.js');
        await window.hornbook.find.query(text);
        times.push(performance.now() - begin);
      }
      return times;
    },
    [texts, LOAD],
  );
  await context.close();
  return { times, sent };
}

const row = (...cells) => console.log(cells.map((cell, at) => (at ? String(cell).padStart(10) : cell.padEnd(26))).join(''));
row('query', 'files', 'KB', 'first ms', 'letter', 'longest', 'again', 'longest');
for (const query of queries) {
  const letters = [...query];
  // Before three letters there is little to choose from.
  const typed = letters.slice(2).map((_, at) => letters.slice(0, at + 3).join(''));
  const { times: [first], sent } = await ask([query]);
  const { times } = await ask([...typed, ...typed]);
  const later = times.slice(1, typed.length);
  const again = times.slice(typed.length);
  const figures = [first, median(later), Math.max(...later), median(again), Math.max(...again)];
  row(query, sent.files, (sent.bytes / 1000).toFixed(0), ...figures.map((figure) => figure.toFixed(0)));
}
await browser.close();
await server.close();
