// What the browser tests share: courses built into temporary folders, pages opened in Chromium in one of several ways,
// and what can be asked of a page: where a link lies, what has the focus, what axe finds.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { asAddress, filesBelow, serve, startBrowser } from '../lib.mjs';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Milliseconds after which something awaited will not come any more. */
const PATIENCE = 5_000;

/** The program: what HORNBOOK names, else the newer of the release build and the debug build. */
export function program() {
  if (process.env.HORNBOOK) return resolve(process.env.HORNBOOK);
  const built = ['release', 'debug']
    .map((profile) => join(repository, 'target', profile, 'hornbook'))
    .filter((file) => existsSync(file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  assert.ok(built.length > 0, 'no program to build a course with: run cargo build, or set HORNBOOK');
  return built[0];
}

// Courses ------------------------------------------------------------------------------------------------------------

/** The shipped course, which is the repository itself. */
export const shipped = repository;

/** The text of a Markdown file with its front matter. */
export function markdown(front, body) {
  const lines = Object.entries(front).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return ['+++', ...lines, '+++', '', body, ''].join('\n');
}

/** Writes the files of a tiny course, by path. */
export function write(files, folder) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/**
 * A built course, as tests use it: `folder`, and `page(title)`, the page with this `h1`.
 * `source` is a folder, or the files of a tiny course by path.
 */
function build(source, scratch) {
  let from = source;
  if (typeof source !== 'string') {
    from = join(scratch, 'source');
    write(source, from);
  }
  const folder = join(scratch, 'site');
  execFileSync(program(), ['build', from, '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const pages = filesBelow(folder, ['.html']).map((path) => {
    const html = readFileSync(join(folder, path), 'utf8');
    return { path, html, title: /<h1[^>]*>([^<]*)/.exec(html)?.[1].trim() };
  });
  return {
    folder,
    pages,
    page(title) {
      const found = pages.find((page) => page.title === title);
      assert.ok(found, `no page is called ${title}`);
      return found.path;
    },
  };
}

/**
 * Builds courses, by name, starts their servers and the browser, and has all of it cleaned up after the file's tests.
 * It is awaited before the first test: in Node 20, several hooks at the top of a file do not wait for one another.
 */
export async function prepare(sources) {
  const scratch = mkdtempSync(join(tmpdir(), 'hornbook-browser-'));
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const courses = {};
  const servers = [];
  for (const [name, source] of Object.entries(sources)) {
    const course = build(source, mkdtempSync(join(scratch, `${name}-`)));
    const server = await serve(course.folder);
    servers.push(server);
    courses[name] = { ...course, origin: server.origin };
  }
  const browser = await startBrowser();
  after(async () => {
    await browser.close();
    for (const server of servers) await server.close();
  });
  return { browser, courses };
}

/** Serves what `origin` serves, with one more header on every answer. */
export const withHeader = (origin, name, value) => withHeaders(origin, () => ({ [name]: value }));

/** Serves what `origin` serves, with the headers that `headersOf` tells of a path. */
export async function withHeaders(origin, headersOf) {
  const server = createServer((request, response) => {
    ask(origin + request.url, { method: request.method }, (answer) => {
      const more = headersOf(new URL(request.url, origin).pathname);
      response.writeHead(answer.statusCode, { ...answer.headers, ...more });
      answer.pipe(response);
    }).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

/** A browser with scroll bars that take room, as on desktops; Playwright's has none. */
export async function startWithScrollBars() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
}

// Pages --------------------------------------------------------------------------------------------------------------

/** The address of a page on its server, or as a file. */
export const address = (course, path) => `${course.origin}/${asAddress(path)}`;
export const fileAddress = (course, path) => pathToFileURL(join(course.folder, path)).href;

/**
 * Opens an address in a browser window of its own and runs `use` with the page. Whatever the test is about, it also
 * fails when a request goes to another host, or a script of the page does not run through.
 *
 * - `touch`: a phone, with a finger instead of a mouse
 * - `script: false`: scripting switched off
 * - `clock`: the page's timers stand still until the test moves them on with `page.clock.runFor`
 * - `width`, `height`, `scheme`: the window
 * - `forced`: the system's own colours, as high contrast on Windows has them
 */
export async function visit(browser, url, options, use) {
  const { width = 1280, height = 900, scheme = 'light', touch = false, script = true, clock = false, forced = false } =
    options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    forcedColors: forced ? 'active' : 'none',
    // Else pages scroll smoothly, and nothing is yet where it will be.
    reducedMotion: 'reduce',
    javaScriptEnabled: script,
    hasTouch: touch,
    isMobile: touch,
  });
  context.setDefaultTimeout(PATIENCE);
  const wrong = [];
  const home = new URL(url).origin;
  context.on('request', (request) => {
    const to = new URL(request.url());
    if (to.origin !== home && to.protocol !== 'data:') wrong.push(`asked for ${to}`);
  });
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => wrong.push(`a script failed: ${error.message}`));
    const begin = Date.UTC(2026, 0, 1);
    if (clock) await page.clock.install({ time: begin });
    await page.goto(url);
    if (clock) await page.clock.pauseAt(begin + 60_000);
    await use(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

/** A point on the first line of a link, which is scrolled into the window first. */
export async function pointOn(link) {
  await link.scrollIntoViewIfNeeded();
  return link.evaluate((element) => {
    const { left, top, width, height } = element.getClientRects()[0];
    return { x: left + width / 2, y: top + height / 2 };
  });
}

/** Whether a link, and not something inside or around it, has the focus. */
export const focused = (link) => link.evaluate((element) => element === document.activeElement);

/** Presses Tab until a link has the focus, and fails when it never comes to it. */
export async function tabTo(page, link) {
  const stops = await page.locator('a[href], summary, input, button, [tabindex]').count();
  for (let presses = 0; presses <= stops; presses++) {
    await page.keyboard.press('Tab');
    if (await focused(link)) return;
  }
  assert.fail(`Tab never comes to ${link}`);
}

/** Waits until the element that a locator names is shown or, with `false`, is not. */
export const shown = (locator, whether = true) => locator.waitFor({ state: whether ? 'visible' : 'hidden' });

/** What assistive technology is told of an element: role, name and description, from Chromium's accessibility tree. */
export async function told(page, selector) {
  const session = await page.context().newCDPSession(page);
  try {
    const { root } = await session.send('DOM.getDocument');
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    const { nodes } = await session.send('Accessibility.getPartialAXTree', { nodeId, fetchRelatives: false });
    const [{ role, name, description, ignored }] = nodes;
    return { role: role?.value, name: name?.value, description: description?.value, ignored };
  } finally {
    await session.detach();
  }
}

/** What axe finds wrong in a page as it stands, one line a place. */
export async function axeFindings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }),
  );
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.target.join(' ')}`));
}
