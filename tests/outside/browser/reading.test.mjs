// Reading without script and without a mouse: the ways through the course by keyboard, on a wide and a narrow screen.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { address, axeFindings, fileAddress, focused, prepare, shipped, shown, tabTo, visit } from './helpers.mjs';

const { browser, courses } = await prepare({ course: shipped });
const { course } = courses;

// A lesson with one before it that it asks for, and one after it.
const lesson = course.pages.find(
  ({ html }) => html.includes('page-lesson') && html.includes('Read first') && html.includes('rel="next" href'),
);
assert.ok(lesson, 'no lesson asks for another and has a next one');

const start = (path, options, use) => visit(browser, address(course, path), { script: false, ...options }, use);

const heading = (page) => page.locator('h1');

/** Whether an element is on the screen, and not only somewhere in the page. */
const inWindow = (locator) =>
  locator.evaluate((element) => {
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    return width > 1 && height > 1 && left >= 0 && top >= 0 && right <= clientWidth && bottom <= clientHeight;
  });

/** Goes to a link by Tab, sees that it is on the screen, and follows it by Enter to a page with this title. */
async function follow(page, link, title) {
  await tabTo(page, link);
  assert.ok(await inWindow(link), `the focus is on a link that cannot be seen, to ${title}`);
  const target = await link.evaluate((element) => element.href);
  await page.keyboard.press('Enter');
  await page.waitForURL(target);
  assert.equal(await heading(page).innerText(), title);
}

const text = async (locator) => (await locator.innerText()).trim();

describe('reading by keyboard, without script', () => {
  it('goes from the home page to a lesson, on, back and to what the lesson asks for', () =>
    start('index.html', {}, async (page) => {
      const home = await text(heading(page));
      const begin = page.getByRole('main').locator('a.start');
      await follow(page, begin, await text(begin.locator('.step')));
      const first = page.locator('.unit-lessons a').first();
      const opening = await text(first);
      await follow(page, first, opening);
      const next = page.locator('nav.steps a.next');
      await follow(page, next, await text(next.locator('.step')));
      const second = await text(heading(page));
      const needed = page.locator('.link-line', { hasText: 'Read first' }).getByRole('link').first();
      await follow(page, needed, await text(needed));
      await page.goBack();
      assert.equal(await text(heading(page)), second);
      const previous = page.locator('nav.steps a.previous');
      await follow(page, previous, await text(previous.locator('.step')));
      assert.equal(await text(heading(page)), opening);
      await follow(page, page.locator('.breadcrumbs a').first(), home);
    }));

  it('goes all the way through by Next, past every lesson, and all the way back', () =>
    start('index.html', {}, async (page) => {
      await page.goto(await page.locator('a.start').evaluate((element) => element.href));
      /** Follows one of the two links as long as there is one; gives the addresses on the way. */
      const go = async (forth, back) => {
        const way = [page.url()];
        const step = page.locator(`nav.steps a.${forth}`);
        while ((await step.count()) > 0) {
          const title = await text(step.locator('.step'));
          await step.focus();
          await page.keyboard.press('Enter');
          await page.waitForURL((url) => url.href !== way[0]);
          assert.ok(!way.includes(page.url()), `${title} comes twice`);
          assert.equal(await text(heading(page)), title);
          const returning = page.locator(`nav.steps a.${back}`);
          // The home page is the way's beginning, and has no links of this kind.
          if ((await returning.count()) > 0) {
            assert.equal(await returning.evaluate((element) => element.href), way[0]);
          }
          way.unshift(page.url());
        }
        return way.reverse();
      };
      const there = await go('next', 'previous');
      for (const { path, html } of course.pages) {
        if (html.includes('class="page-lesson"')) {
          assert.ok(there.includes(address(course, path)), `Next never comes to ${path}`);
        }
      }
      const back = await go('previous', 'next');
      assert.deepEqual(back.slice(0, there.length), there.toReversed());
    }));

  it('goes to the glossary, by a letter to a term, to where it is taught or mentioned, and back', () =>
    start(lesson.path, {}, async (page) => {
      const link = page.getByRole('navigation', { name: 'Course' }).getByRole('link', { name: 'Glossary' });
      await follow(page, link, 'Glossary');
      const letter = page.locator('.letters a').last();
      await tabTo(page, letter);
      await page.keyboard.press('Enter');
      await page.waitForURL(/#/);
      // The next stop is the letter's first term: a link inside the page takes the keyboard along.
      await page.keyboard.press('Tab');
      const term = page.locator('.letter').last().locator('dt a').first();
      assert.ok(await focused(term));
      const title = await text(term);
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => !url.pathname.endsWith('index.html'));
      assert.equal(await text(heading(page)), title);
      const mention = page.locator('.mentions li > a').first();
      await follow(page, mention, await text(mention));
      await page.goBack();
      assert.equal(await text(heading(page)), title);
      await page.goBack();
      assert.equal(await text(heading(page)), 'Glossary');
      await follow(page, page.locator('.site-header a.course'), await text(page.locator('.site-header a.course')));
    }));

  it('goes to a term from its word in the text', () =>
    start(lesson.path, {}, async (page) => {
      const word = page.locator('.text a.term').first();
      const file = (await word.getAttribute('href')).split('/').at(-1);
      await follow(page, word, course.pages.find(({ path }) => path.endsWith(`glossary/${file}`)).title);
    }));

  it('skips to the text by the first stop, and goes on from there', () =>
    start(lesson.path, { width: 360 }, async (page) => {
      const skip = page.locator('.skip-link');
      await page.keyboard.press('Tab');
      assert.ok(await focused(skip));
      assert.ok(await inWindow(skip), 'the skip link has the focus and cannot be seen');
      await page.keyboard.press('Enter');
      await page.waitForURL(/#/);
      const main = page.getByRole('main');
      assert.ok(await focused(main));
      await page.keyboard.press('Tab');
      assert.equal(await main.locator(':focus').count(), 1);
      // And it does not stay in the way.
      assert.ok(!(await inWindow(skip)));
    }));

  it('opens the folded contents on a narrow screen, and the terms of the page', () =>
    start(lesson.path, { width: 360 }, async (page) => {
      const folds = [
        page.getByRole('navigation', { name: 'In this unit' }),
        page.getByRole('navigation', { name: 'On this page' }),
        page.locator('section.terms'),
      ];
      for (const [at, fold] of folds.entries()) {
        const summary = fold.locator('summary');
        const list = fold.locator('.folded');
        await shown(list, false);
        await tabTo(page, summary);
        await page.keyboard.press(at % 2 === 0 ? 'Enter' : 'Space');
        await shown(list);
        await page.keyboard.press('Tab');
        assert.ok(await focused(list.getByRole('link').first()), 'the list does not follow its bar');
        assert.ok(await inWindow(list.getByRole('link').first()));
        await page.keyboard.press('Shift+Tab');
        await page.keyboard.press('Enter');
        await shown(list, false);
        await page.keyboard.press('Enter');
        await shown(list);
      }
      const other = folds[0].locator('a:not([aria-current])').last();
      await follow(page, other, await text(other));
    }));

  it('shows the contents unfolded on a wide screen, with nothing to open', () =>
    start(lesson.path, { width: 1280 }, async (page) => {
      for (const name of ['In this unit', 'On this page']) {
        const contents = page.getByRole('navigation', { name });
        await shown(contents.locator('.folded'));
        await shown(contents.locator('summary'), false);
      }
    }));

  it('goes the same ways in pages from a disk', () =>
    visit(browser, fileAddress(course, 'index.html'), { script: false }, async (page) => {
      const begin = page.locator('a.start');
      await follow(page, begin, await text(begin.locator('.step')));
      const first = page.locator('.unit-lessons a').first();
      await follow(page, first, await text(first));
      await follow(page, page.getByRole('link', { name: 'Glossary', exact: true }), 'Glossary');
      const home = page.locator('.site-header a.course');
      await follow(page, home, await text(home));
    }));

  it('gives axe nothing to find with all contents open at 360 pixels', () =>
    visit(browser, address(course, lesson.path), { width: 360 }, async (page) => {
      for (const summary of await page.locator('.fold > summary').all()) {
        await summary.focus();
        await page.keyboard.press('Enter');
      }
      for (const list of await page.locator('.folded').all()) await shown(list);
      assert.deepEqual(await axeFindings(page), []);
    }));
});

describe('without script', () => {
  /** The links of a page, and the texts of its blocks, without what scripts make or, as they shuffle, letter anew. */
  const content = (page) =>
    page.evaluate(() => {
      const made = '.quiz-letter, .quiz-key, .anchor, .copy, .mark, .quiz-mark, .quiz-note, .quiz-moves, .quiz-place, .quiz-actions, .exam-panel, .exam-end, .visually-hidden';
      for (const one of document.querySelectorAll(made)) one.remove();
      const blocks = document.querySelectorAll('main :is(h1, h2, h3, h4, p, li, td, th, dt, dd, pre, figcaption)');
      const words = (node) => node.textContent.replace(/\s+/g, ' ').trim();
      return {
        links: [...document.querySelectorAll('a[href]')].map(({ href }) => href),
        texts: [...blocks].filter((node) => !node.closest('.progress, .site-tools')).map(words).filter(Boolean),
      };
    });

  it('a lesson keeps all its text and its links', async () => {
    const lessons = course.pages.filter(({ html }) => html.includes('<body class="page-lesson"') && !html.includes('class="exam"'));
    assert.ok(lessons.length >= 4);
    for (const { path } of lessons) {
      let scripted;
      let plain;
      await visit(browser, address(course, path), {}, async (page) => (scripted = await content(page)));
      await visit(browser, address(course, path), { script: false }, async (page) => (plain = await content(page)));
      const kept = scripted.links.filter((link) => plain.links.includes(link));
      assert.ok(kept.length >= 0.95 * scripted.links.length, `${path}: ${kept.length} of ${scripted.links.length} links`);
      assert.ok(plain.links.length >= scripted.links.length, `${path}: ${plain.links.length} of ${scripted.links.length} links`);
      const all = plain.texts.join(' ');
      assert.deepEqual(scripted.texts.filter((text) => !all.includes(text)), [], path);
      assert.ok(plain.texts.join('').length >= 1000, path);
    }
  });
});
