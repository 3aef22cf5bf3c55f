// Reading offline: a course that browsers keep, below a path and under a strict Content-Security-Policy, is there without
// the network, comes in a new publication by itself, and never in a mixture of two.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { after, test } from 'node:test';
import { serve } from '../lib.mjs';
import { markdown, prepare, shown, visit } from './helpers.mjs';

const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>\n';
const files = (number, settings = '[offline]\nenabled = true\n') => ({
  'site.toml': `title = "Kept"\n${settings}`,
  'content/01-unit/01-first.md': markdown({ title: 'First' }, `Edition ${number} of the first.\n\n![A box](box.svg)`),
  'content/01-unit/02-second.md': markdown({ title: 'Second' }, `Edition ${number} of the second, with chrysanthemums.`),
  'content/01-unit/box.svg': picture,
  // Which no host serves.
  'content/unserved.pdf': 'x',
});
const { browser, courses } = await prepare({ one: files('one'), two: files('two'), none: files('three', '') });

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "manifest-src 'self'; base-uri 'none'; form-action 'none'";

/** A host that publishes one course after another at one address, or is down. */
async function host() {
  const servers = [];
  let now;
  const server = createServer((request, response) => {
    if (!now) {
      request.socket.destroy();
      return;
    }
    if (request.url.endsWith('.pdf')) {
      response.writeHead(404).end();
      return;
    }
    ask(now + request.url, { method: request.method }, (answer) => {
      response.writeHead(answer.statusCode, { ...answer.headers, 'content-security-policy': policy });
      answer.pipe(response);
    }).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  after(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    for (const one of servers) await one.close();
  });
  return {
    root: `http://127.0.0.1:${server.address().port}/some/course/`,
    async publish(course) {
      const one = await serve(course.folder, '/some/course/');
      servers.push(one);
      now = one.origin;
    },
    stop() {
      now = undefined;
      server.closeAllConnections();
    },
  };
}

/** Waits until the browser keeps the course: its worker is active. */
const kept = (page) =>
  page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active.state === 'activated') return;
    await new Promise((done) => {
      active.addEventListener('statechange', () => active.state === 'activated' && done());
    });
  });

/** Looks at an address until a condition holds, as a reader who comes back. */
async function until(page, url, holds) {
  for (let visits = 0; visits < 40; visits++) {
    // While a worker takes over from another one, a page may have to wait for it.
    await page.goto(url, { timeout: 20_000 });
    if (await holds()) return;
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      // Where the worker is gone from the host, it cannot be brought up to date.
      await registration?.update().catch(() => {});
      const coming = registration?.installing ?? registration?.waiting;
      const isDone = () => !coming || ['activated', 'redundant'].includes(coming.state);
      while (!isDone()) await new Promise((done) => coming.addEventListener('statechange', done, { once: true }));
    });
  }
  assert.fail(`${url} never came to what was expected`);
}

test('a course that was opened once is read, searched and found again without the network', async () => {
  const site = await host();
  await site.publish(courses.one);
  await visit(browser, site.root, {}, async (page) => {
    const failed = [];
    page.on('console', (message) => message.type() === 'error' && failed.push(message.text()));
    await kept(page);
    site.stop();
    await page.goto(`${site.root}unit/first.html`);
    await shown(page.getByText('Edition one of the first.'));
    assert.ok(await page.getByRole('img', { name: 'A box' }).evaluate((image) => image.naturalWidth > 0));
    await page.goto(`${site.root}unit/`);
    await shown(page.getByRole('heading', { name: 'Unit', exact: true }));
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.locator('dialog.search').getByRole('combobox').fill('chrysanthemums');
    await page.getByRole('option', { name: /Second/ }).first().click();
    await shown(page.getByText('Edition one of the second'));
    assert.deepEqual(failed, []);
    await page.goto(`${site.root}unit`);
    await shown(page.getByRole('heading', { name: 'Unit', exact: true }));
    await page.goto(`${site.root}nowhere.html`);
    await shown(page.getByRole('heading', { name: 'Page not found' }));
  });
});

test('a new publication is shown as a whole, and a page that is open stays with its own', async () => {
  const site = await host();
  await site.publish(courses.one);
  await visit(browser, site.root, {}, async (page) => {
    await kept(page);
    await page.goto(`${site.root}unit/first.html`);
    const other = await page.context().newPage();
    await other.goto(`${site.root}unit/first.html`);
    await site.publish(courses.two);
    await until(page, `${site.root}unit/first.html`, () => page.getByText('Edition two of the first.').isVisible());
    site.stop();
    await page.goto(`${site.root}unit/second.html`);
    await shown(page.getByText('Edition two of the second'));
    // The other page was opened before, and whatever it asks for is from then.
    const asked = await other.evaluate(() => fetch('second.html').then((response) => response.text()));
    assert.match(asked, /Edition one of the second/);
    await other.goto(`${site.root}unit/second.html`);
    await shown(other.getByText('Edition two of the second'));
  });
});

test('a course that is no longer kept is let go', async () => {
  const site = await host();
  await site.publish(courses.one);
  await visit(browser, site.root, {}, async (page) => {
    await kept(page);
    await site.publish(courses.none);
    await until(page, `${site.root}unit/first.html`, () => page.getByText('Edition three of the first.').isVisible());
    await page.waitForFunction(async () => (await caches.keys()).length === 0);
    await page.waitForFunction(async () => !(await navigator.serviceWorker.getRegistration()));
  });
});

test('a file that is not what its publication says is never kept', async () => {
  const site = await host();
  const { folder } = courses.one;
  const path = `${folder}/unit/second.html`;
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, whole.replace('Edition one', 'Edition half'));
  after(() => writeFileSync(path, whole));
  await site.publish(courses.one);
  await visit(browser, site.root, {}, async (page) => {
    // Asking once more gives the worker that is at it, or begins again.
    const state = await page.evaluate(async () => {
      const { installing, active } = await navigator.serviceWorker.register('service-worker.js');
      if (!installing) return active ? 'active' : 'redundant';
      return new Promise((done) => installing.addEventListener('statechange', () => done(installing.state)));
    });
    assert.equal(state, 'redundant');
    assert.match(await page.evaluate(() => fetch('unit/second.html').then((page) => page.text())), /Edition half/);
  });
});
