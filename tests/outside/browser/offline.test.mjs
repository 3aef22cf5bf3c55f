// Reading offline: a course that browsers keep, below a path and under a strict Content-Security-Policy, is there without
// the network, comes in a new publication by itself, and never in a mixture of two.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { after, test } from 'node:test';
import { serve } from '../lib.mjs';
import { markdown, prepare, shown, visit } from './helpers.mjs';

const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>\n';
/** Eight seconds of a sawtooth, as a WAVE file of one byte a sample. */
const seconds = 8;
const rate = 4000;
const tone = (() => {
  const bytes = Buffer.alloc(44 + seconds * rate);
  bytes.write('RIFF');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  // Plain samples, one channel.
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(seconds * rate, 40);
  for (let at = 44; at < bytes.length; at++) bytes[at] = at % 256;
  return bytes;
})();
const files = (number, settings = '[offline]\nenabled = true\n') => ({
  'site.toml': `title = "Kept"\n${settings}`,
  'content/01-unit/01-first.md': markdown({ title: 'First' }, `Edition ${number} of the first.\n\n![A box](box.svg)`),
  'content/01-unit/02-second.md': markdown({ title: 'Second' }, `Edition ${number} of the second, with chrysanthemums.`),
  'content/01-unit/box.svg': picture,
  'content/01-unit/03-heard.md': markdown({ title: 'Heard' }, '<audio src="tone.wav" controls></audio>'),
  'content/01-unit/tone.wav': tone,
  // Which no host serves.
  'content/unserved.pdf': 'x',
});
const { browser, courses } = await prepare({ one: files('one'), two: files('two'), none: files('three', '') });

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "manifest-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'";

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

/** Opens a course at a host that can go down, and goes on when the browser keeps it. */
async function keeping(read) {
  const site = await host();
  await site.publish(courses.one);
  await visit(browser, site.root, {}, async (page) => {
    await kept(page);
    await read(page, site);
  });
}

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
    await shown(page.getByText('You seem to be offline'));
    assert.ok(await page.getByText('There is no page at this address').isHidden());
  });
});

test('a page that is missing while the host answers says nothing of the network', async () => {
  await keeping(async (page, site) => {
    await page.goto(`${site.root}404.html`);
    await shown(page.getByText('There is no page at this address'));
    assert.ok(await page.getByText('You seem to be offline').isHidden());
  });
});

test('what is played can be jumped in without the network', async () => {
  await keeping(async (page, site) => {
    site.stop();
    await page.goto(`${site.root}unit/heard.html`);
    const at = await page.locator('audio').evaluate(async (audio, to) => {
      const happened = (name) => new Promise((done) => audio.addEventListener(name, done, { once: true }));
      if (audio.readyState < HTMLMediaElement.HAVE_METADATA) await happened('loadedmetadata');
      const jumped = happened('seeked');
      audio.currentTime = to;
      await jumped;
      audio.muted = true;
      await audio.play();
      if (audio.currentTime <= to) await happened('timeupdate');
      return { long: audio.duration, at: audio.currentTime };
    }, seconds - 3);
    assert.equal(at.long, seconds);
    assert.ok(at.at >= seconds - 3 && at.at < seconds - 1, `${at.at}`);
  });
});

test('a part of a file is answered from what is kept, as RFC 9110 has it', async () => {
  await keeping(async (page, site) => {
    site.stop();
    await page.goto(`${site.root}unit/heard.html`);
    const ask = (headers) =>
      page.evaluate(async (headers) => {
        const response = await fetch('tone.wav', { headers });
        const bytes = [...new Uint8Array(await response.arrayBuffer())];
        return { status: response.status, range: response.headers.get('content-range'), bytes };
      }, headers);
    const size = tone.length;
    for (const [range, start, end] of [
      ['bytes=0-', 0, size],
      ['bytes=10-19', 10, 20],
      ['bytes=100-999999', 100, size],
      ['bytes=-5', size - 5, size],
      ['bytes=-999999', 0, size],
    ]) {
      const { status, range: told, bytes } = await ask({ range });
      assert.deepEqual([status, told], [206, `bytes ${start}-${end - 1}/${size}`], range);
      assert.deepEqual(Buffer.from(bytes), tone.subarray(start, end), range);
    }
    for (const range of [`bytes=${size}-`, 'bytes=-0']) {
      const { status, range: told } = await ask({ range });
      assert.deepEqual([status, told], [416, `bytes */${size}`], range);
    }
    // Several ranges, a range that ends before it begins, other units, another edition: then all of it is the answer.
    for (const headers of [
      { range: 'bytes=0-1,4-5' },
      { range: 'bytes=5-3' },
      { range: 'lines=1-2' },
      { range: 'bytes=0-1', 'if-range': '"another"' },
    ]) {
      const { status, range: told, bytes } = await ask(headers);
      assert.deepEqual([status, told, bytes.length], [200, null, size], JSON.stringify(headers));
    }
  });
});

test('a new publication is shown as a whole, and a page that is open stays with its own', async () => {
  await keeping(async (page, site) => {
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
  await keeping(async (page, site) => {
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
