// What the built-in theme does for reading: the choice of colours, contents that follow, keys, and reading in narrow,
// enlarged, mirrored and scriptless windows; and the way of a new learner through the course.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve } from '../lib.mjs';
import {
  address,
  axeFindings,
  fileAddress,
  focused,
  markdown,
  prepare,
  shipped,
  shown,
  tabTo,
  visit,
  withHeader,
} from './helpers.mjs';

const long = 'A sentence that fills the page with words. '.repeat(60);
const code = '```rust\nfn main() { println!("a line of code that is far longer than any window that it is read in, whatever it costs"); }\n```';
const table = `| ${'head | '.repeat(12)}\n| ${'--- | '.repeat(12)}\n| ${'a cell | '.repeat(12)}`;
const body = `Text.\n\n## One\n\n${long}\n\n${code}\n\n## Two\n\n${table}\n\n${long}\n\n## Three\n\nThe end.`;
const unit = {
  'content/index.md': markdown({ title: 'Home' }, 'Welcome.'),
  'content/01-unit/index.md': markdown({ title: 'The unit' }, 'What it is about.'),
  'content/01-unit/01-first.md': markdown({ title: 'First' }, body),
  'content/01-unit/02-second.md': markdown({ title: 'Second' }, 'More.'),
  'content/glossary/word.md': markdown({ title: 'Word', link: 'explicit' }, 'What is said.'),
};

const { browser, courses } = await prepare({
  course: shipped,
  tiny: { 'site.toml': 'title = "Tiny"\n', ...unit },
  mirrored: { 'site.toml': 'title = "مقرر"\nlanguage = "ar"\n', ...unit },
});
const { course, tiny, mirrored } = courses;
const first = address(tiny, 'unit/first.html');

const themes = (page) => page.getByRole('combobox', { name: 'Theme' });
const theme = (page) => page.evaluate(() => document.documentElement.dataset.theme);
const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const dialog = (page) => page.getByRole('dialog', { name: 'Keyboard shortcuts' });
const light = 'rgb(255, 254, 251)';

test('the theme is chosen by keyboard, kept for every page, and told to other tabs', () =>
  visit(browser, first, { scheme: 'light' }, async (page) => {
    assert.equal(await theme(page), 'system');
    assert.equal(await ground(page), light);
    const other = await page.context().newPage();
    await other.goto(address(tiny, 'index.html'));
    await tabTo(page, themes(page));
    await page.keyboard.press('d');
    assert.equal(await theme(page), 'dark');
    assert.notEqual(await ground(page), light);
    await other.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    await page.goto(address(tiny, 'unit/second.html'));
    assert.equal(await themes(page).inputValue(), 'dark');
    await themes(page).selectOption('contrast');
    assert.equal(await ground(page), 'rgb(255, 255, 255)');
    assert.deepEqual(await axeFindings(page), []);
    await themes(page).selectOption('system');
    assert.equal(await ground(page), light);
  }));

test('the chosen theme is there before the first paint, and nothing moves while a page loads', () =>
  visit(browser, address(tiny, 'glossary/index.html'), { scheme: 'light' }, async (page) => {
    await themes(page).selectOption('dark');
    await page.addInitScript(() => {
      window.shift = 0;
      new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shift += value))).observe({
        type: 'layout-shift',
        buffered: true,
      });
      // The body begins only after the script in the head has run.
      new MutationObserver((_, observer) => {
        if (!document.body) return;
        window.atBody = document.documentElement.dataset.theme;
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
    });
    for (const path of ['index.html', 'glossary/index.html', 'unit/index.html', 'unit/first.html']) {
      await page.goto(address(tiny, path));
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      assert.equal(await page.evaluate(() => window.atBody), 'dark', path);
      assert.equal(await page.evaluate(() => window.shift), 0, path);
    }
  }));

test('where storage is blocked, the choice holds for the page', () =>
  visit(browser, first, {}, async (page) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
    });
    await page.reload();
    await themes(page).selectOption('dark');
    assert.equal(await theme(page), 'dark');
  }));

test('the contents say which section is read', () =>
  visit(browser, first, { width: 1440, height: 800 }, async (page) => {
    const current = page.locator('.page-contents a[aria-current]');
    assert.equal(await current.count(), 0);
    for (const name of ['Two', 'One']) {
      await page.evaluate((id) => document.getElementById(id).scrollIntoView(), name.toLowerCase());
      await page.locator('.page-contents a[aria-current]', { hasText: name }).waitFor();
      assert.equal(await current.count(), 1);
    }
    // The last section is too short to come to the top.
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.locator('.page-contents a[aria-current]', { hasText: 'Three' }).waitFor();
    assert.ok((await page.locator('.page-contents').boundingBox()).y >= 0, 'the contents stay in sight');
  }));

test('keys lead through the course, and never while something is typed or with modifiers', () =>
  visit(browser, first, {}, async (page) => {
    await page.keyboard.press('Control+n');
    await page.keyboard.press('Alt+n');
    await themes(page).focus();
    await page.keyboard.press('n');
    assert.equal(page.url(), first);
    await themes(page).blur();
    await page.keyboard.press('n');
    await page.waitForURL('**/unit/second.html');
    await page.keyboard.press('p');
    await page.waitForURL('**/unit/first.html');
    await page.keyboard.press('c');
    assert.ok(await focused(page.locator('.page-contents a').first()));
    await page.keyboard.press('g');
    await page.waitForURL('**/glossary/index.html');
    await page.keyboard.press('/');
    await page.keyboard.type('npg?');
    assert.equal(await page.getByRole('searchbox').inputValue(), 'npg?');
  }));

test('the dialog lists the keys, gives the focus back, and switches them off', () =>
  visit(browser, first, {}, async (page) => {
    const button = page.getByRole('button', { name: 'Keyboard shortcuts' });
    await button.focus();
    await page.keyboard.press('?');
    await shown(dialog(page));
    assert.match(await dialog(page).textContent(), /Next page/);
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press('Escape');
    await shown(dialog(page), false);
    assert.ok(await focused(button));
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('checkbox').uncheck();
    await dialog(page).getByRole('button', { name: 'Close' }).click();
    assert.ok(await focused(button));
    await page.keyboard.press('n');
    await page.keyboard.press('?');
    assert.equal(page.url(), first);
    await shown(dialog(page), false);
    await button.click();
    await dialog(page).getByRole('checkbox').check();
  }));

test('headings can be linked to, and are called by their text alone', () =>
  visit(browser, first, {}, async (page) => {
    const heading = page.getByRole('heading', { name: 'Two', exact: true });
    await heading.hover();
    await heading.getByRole('link', { name: 'Link to this section' }).click();
    assert.ok(page.url().endsWith('#two'));
  }));

test('code is copied', () =>
  visit(browser, first, {}, async (page) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('pre').hover();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^fn main\(\)/);
  }));

test('without script nothing is dead: the system chooses the colours, and lists open', () =>
  visit(browser, first, { script: false, scheme: 'dark', width: 360 }, async (page) => {
    assert.equal(await page.locator('select, button, .anchor').count(), 0);
    assert.notEqual(await page.locator('body').evaluate((node) => getComputedStyle(node).backgroundColor), light);
    const entry = page.locator('.page-contents a', { hasText: 'Two' });
    await shown(entry, false);
    await page.locator('.page-contents summary').click();
    await shown(entry);
  }));

test('a strict Content-Security-Policy stops nothing', async () => {
  const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
  const server = await withHeader(tiny.origin, 'content-security-policy', policy);
  try {
    await visit(browser, `${server.origin}/unit/first.html`, {}, async (page) => {
      const said = [];
      page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
      await page.reload();
      await themes(page).selectOption('dark');
      await page.locator('h1').click();
      await page.keyboard.press('?');
      await shown(dialog(page));
      assert.notEqual(await ground(page), light);
      assert.deepEqual(said, []);
    });
  } finally {
    await server.close();
  }
});

test('narrow and enlarged windows scroll in one direction only', async () => {
  // 1280 by 1024 pixels at 400 percent.
  for (const [width, height] of [[320, 640], [320, 256]]) {
    for (const at of [tiny, mirrored]) {
      for (const path of ['index.html', 'unit/index.html', 'unit/first.html', 'glossary/index.html']) {
        await visit(browser, address(at, path), { width, height }, async (page) => {
          assert.ok((await overflow(page)) <= 0, `${path} at ${width} pixels`);
          await page.keyboard.press('?');
          const { x, y, width: wide, height: high } = await page.locator('dialog[open]').boundingBox();
          assert.ok(x >= 0 && y >= 0 && x + wide <= width && y + high <= height, 'the dialog fits');
        });
      }
    }
  }
});

test('from right to left the unit stands on the right, and code runs to the right', () =>
  visit(browser, address(mirrored, 'unit/first.html'), { width: 1440 }, async (page) => {
    const left = async (selector) => (await page.locator(selector).first().boundingBox()).x;
    assert.ok((await left('.unit-contents')) > (await left('.article')));
    assert.ok((await left('.page-contents')) < (await left('.article')));
    assert.ok((await left('.site-tools')) < (await left('.course')));
    assert.equal(await page.locator('pre code').evaluate((node) => getComputedStyle(node).direction), 'ltr');
    assert.deepEqual(await axeFindings(page), []);
  }));

test('a unit is read by keyboard alone', () =>
  visit(browser, address(tiny, 'unit/index.html'), {}, async (page) => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.ok(await focused(page.locator('main')));
    await tabTo(page, page.locator('.unit-lessons a').first());
    await page.keyboard.press('Enter');
    await page.waitForURL('**/unit/first.html');
    // What scrolls by itself can be reached and scrolled.
    for (const selector of ['pre', '.table-scroll']) {
      const box = page.locator(selector).first();
      await tabTo(page, box);
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction((name) => document.querySelector(name).scrollLeft > 0, selector);
    }
    await tabTo(page, page.locator('.steps .next'));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/unit/second.html');
  }));

test('from a disk and below a path all of it works', async () => {
  const check = async (page) => {
    await themes(page).selectOption('dark');
    await page.locator('h1').click();
    await page.keyboard.press('n');
    await page.waitForURL('**/unit/second.html');
    assert.equal(await theme(page), 'dark');
  };
  await visit(browser, fileAddress(tiny, 'unit/first.html'), {}, check);
  const server = await serve(tiny.folder, '/some/course/');
  try {
    await visit(browser, `${server.root}unit/first.html`, {}, check);
  } finally {
    await server.close();
  }
});

test('a new learner finds the way from the home page through a lesson and its quiz to the next', () =>
  visit(browser, address(course, 'index.html'), { width: 390, height: 800 }, async (page) => {
    await page.locator('.heading .start').click();
    await page.locator('.unit-lessons a').first().click();
    const title = await page.locator('h1').textContent();
    const quiz = page.locator('fieldset.quiz').first();
    await quiz.scrollIntoViewIfNeeded();
    await quiz.locator('input').first().check();
    await quiz.getByRole('button', { name: 'Check' }).click();
    await quiz.locator('.feedback, .quiz-result, .result, [class*=right], [class*=wrong]').first().waitFor();
    await page.locator('.steps .next').click();
    assert.notEqual(await page.locator('h1').textContent(), title);
    await page.locator('.site-header .course').click();
    await shown(page.locator('.continue .start'));
  }));

test('print leaves out what only a screen can use', () =>
  visit(browser, first, { scheme: 'dark' }, async (page) => {
    await themes(page).selectOption('dark');
    await page.emulateMedia({ media: 'print' });
    for (const selector of ['.site-tools', '.site-keys', '.anchor', '.copy', '.page-contents', '.unit-contents']) {
      await shown(page.locator(selector).first(), false);
    }
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), 'rgb(34, 33, 29)');
    await page.goto(address(tiny, 'index.html'));
    await shown(page.locator('.ways'), false);
    await page.goto(address(tiny, 'glossary/index.html'));
    await shown(page.locator('.filter'), false);
    await shown(page.locator('.letters'), false);
  }));
