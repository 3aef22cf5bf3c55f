// How fast a learner finds something: a query typed letter by letter in a browser whose processor is slowed down.
//
//   node benches/search.mjs DIR [--slow 4] [--query "text"]...
//
// DIR is a built site. Reported are the bytes that the first query loads, as they are sent (compressed by the server), and
// the time from each letter to its results in the list. It needs the packages of tests/outside.

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

const server = await serve(folder);
const browser = await startBrowser();
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

console.log('query'.padEnd(28), 'files', 'KB sent'.padStart(8), 'first ms'.padStart(9), 'later ms, median'.padStart(17), 'longest'.padStart(8));
for (const query of queries) {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await page.goto(`${server.origin}/`);
  let sent = 0;
  let files = 0;
  const kinds = new Map();
  session.on('Network.requestWillBeSent', ({ requestId, request }) => kinds.set(requestId, request.url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!/theme\/(search|find)/.test(kinds.get(requestId) ?? '')) return;
    sent += encodedDataLength;
    files += 1;
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: slow });
  // What the dialog loads when it opens is part of the first query.
  const times = await page.evaluate(async (query) => {
    const load = (name) =>
      new Promise((done, fail) => {
        const script = document.createElement('script');
        script.src = `${document.documentElement.dataset.root}theme/${name}`;
        script.onload = done;
        script.onerror = fail;
        document.head.append(script);
      });
    await load('find.js');
    const { find } = window.hornbook;
    const measure = async (text) => {
      const begin = performance.now();
      await find.query(text);
      return performance.now() - begin;
    };
    const times = [];
    const letters = [...query];
    // The first query is a word of three letters: what most of the index has to be loaded for.
    for (let end = 3; end <= letters.length; end++) times.push(await measure(letters.slice(0, end).join('')));
    const again = [];
    for (let end = 3; end <= letters.length; end++) again.push(await measure(letters.slice(0, end).join('')));
    return { times, again };
  }, query);
  const [first, ...later] = times.times;
  const row = [files, (sent / 1000).toFixed(0).padStart(8), first.toFixed(0).padStart(9), median(later).toFixed(0).padStart(17), Math.max(...later).toFixed(0).padStart(8)];
  console.log(query.padEnd(28), String(row[0]).padStart(5), ...row.slice(1), `  again: median ${median(times.again).toFixed(0)}, longest ${Math.max(...times.again).toFixed(0)}`);
  await context.close();
}
await browser.close();
await server.close();
