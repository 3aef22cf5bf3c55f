// The glossary's filter: what it leaves, in any script of the world, what it announces, and that the page does without.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
  told,
  visit,
} from './helpers.mjs';

const term = (title, definition, more = {}) => markdown({ title, definition, ...more }, 'Text.');

const tiny = {
  'site.toml': 'title = "Words"\nlanguage = "en"\n',
  'content/index.md': markdown({ title: 'Words' }, 'Home.'),
  'content/glossary/eclair.md': term('Éclair', 'A cake.'),
  'content/glossary/elm.md': term('Elm', 'A tree.', { aliases: ['ulmus'] }),
  'content/glossary/road.md': term('Straße', 'What cars go on.'),
  'content/glossary/city.md': term('İstanbul', 'A large town.'),
  'content/glossary/sea.md': term('θάλασσα', 'Salt water.'),
  'content/glossary/service.md': term('サービス', '顧客が望む成果を得るのを助ける手段。'),
  'content/glossary/outcome.md': term('成果', '利害関係者にとっての結果。'),
  'content/glossary/value-ar.md': term('قِيمَة', 'فوائد يدركها الشخص.'),
  'content/glossary/knowledge-ar.md': term('معرفة', 'ما يعرفه الشخص.'),
};

// In a language that no browser knows, and in Turkish, which has rules of its own for the letter i.
const inLanguage = (language) => ({ ...tiny, 'site.toml': `title = "Words"\nlanguage = "${language}"\n` });

const { browser, courses } = await prepare({
  course: shipped,
  tiny,
  turkish: inLanguage('tr'),
  unknown: inLanguage('zz-foo-bar'),
});

const visitGlossary = (name, options, use) =>
  visit(browser, address(courses[name], 'glossary/index.html'), options, use);

const field = (page) => page.getByRole('searchbox', { name: 'Filter terms' });
const status = (page) => page.getByRole('status');
const left = (page) => page.locator('.entry:visible dt').allInnerTexts();

/** The titles of the entries that hold some text, read from the page as it was built. */
function holding(course, text) {
  const { html } = course.pages.find((page) => page.path === 'glossary/index.html');
  const entries = html.split('<div class="entry">').slice(1);
  return entries
    .map((entry) => entry.split('</div>')[0].replace(/<[^>]*>/g, ' '))
    .filter((entry) => entry.toLowerCase().includes(text))
    .map((entry) => entry.trim().split('\n')[0].trim());
}

describe('glossary filter', () => {
  it('leaves the terms that match, takes away empty letters, and gives all back', () =>
    visitGlossary('course', {}, async (page) => {
      const all = await left(page);
      const letters = await page.locator('.letter:visible').count();
      const wanted = holding(courses.course, 'relationship');
      assert.ok(wanted.length > 0 && wanted.length < all.length, 'the word has to stand in some entries, not in all');
      await field(page).pressSequentially('Relationship');
      assert.deepEqual(await left(page), wanted);
      const kept = page.locator('.letter:visible');
      assert.ok((await kept.count()) < letters);
      for (const letter of await kept.all()) {
        assert.ok((await letter.locator('.entry:visible').count()) > 0, 'a letter without a term is shown');
      }
      for (let at = 0; at < 'relationship'.length; at++) await field(page).press('Backspace');
      assert.deepEqual(await left(page), all);
      assert.equal(await page.locator('.letter:visible').count(), letters);
    }));

  it('takes the links to empty letters away as well, and every link left leads to a letter', () =>
    visitGlossary('course', {}, async (page) => {
      const links = page.locator('.letters a:visible');
      const before = await links.count();
      const { y: top } = await field(page).boundingBox();
      await field(page).fill('stakeholder');
      assert.equal(await links.count(), await page.locator('.letter:visible').count());
      assert.ok((await links.count()) < before);
      for (const link of await links.all()) {
        assert.ok(await page.locator(`[id="${(await link.getAttribute('href')).slice(1)}"]`).isVisible());
      }
      await field(page).fill('nothing like it');
      assert.equal(await links.count(), 0);
      assert.equal((await field(page).boundingBox()).y, top, 'the field moves while something is typed');
      await field(page).fill('');
      assert.equal(await links.count(), before);
    }));

  it('looks for every word, in any order, in titles, definitions and other names', () =>
    visitGlossary('tiny', {}, async (page) => {
      await field(page).fill('tree elm');
      assert.deepEqual(await left(page), ['Elm']);
      await field(page).fill('ulmus');
      assert.deepEqual(await left(page), ['Elm']);
      await field(page).fill('tree cake');
      assert.deepEqual(await left(page), []);
      await field(page).fill('  ');
      assert.equal((await left(page)).length, 9);
    }));

  const typed = [
    ['éclair', 'Éclair'],
    ['ECLAIR', 'Éclair'],
    ['e\u0301clair', 'Éclair'],
    ['STRASSE', 'Straße'],
    ['strasse', 'Straße'],
    ['istanbul', 'İstanbul'],
    ['İSTANBUL', 'İstanbul'],
    ['ΘΑΛΑΣΣΑ', 'θάλασσα'],
    ['θαλασσα', 'θάλασσα'],
    ['サービ', 'サービス'],
    // As some keyboards write it: in half-width letters, and Latin ones in full width.
    ['ｻｰﾋﾞｽ', 'サービス'],
    ['ＥＬＭ', 'Elm'],
    ['利害', '成果'],
    // Without the vowel sign that the title has, with it, and by a word of the definition.
    ['قيمة', 'قِيمَة'],
    ['قِيمَة', 'قِيمَة'],
    ['يدركها', 'قِيمَة'],
    ['معرفة', 'معرفة'],
  ];
  for (const name of ['tiny', 'turkish', 'unknown']) {
    it(`does not mind case, accents and width, in any script (${name})`, () =>
      visitGlossary(name, {}, async (page) => {
        for (const [text, title] of typed) {
          await field(page).fill(text);
          assert.deepEqual(await left(page), [title], text);
        }
      }));
  }

  it('announces how many terms are left, and nothing while nothing is typed', () =>
    visitGlossary('tiny', {}, async (page) => {
      // A screen reader speaks of what changes in a status that was there before.
      await page.evaluate(() => (window.statusBefore = document.querySelector('[role="status"]')));
      assert.equal(await status(page).textContent(), '');
      await field(page).fill('t');
      await field(page).fill('tree');
      assert.equal(await status(page).textContent(), 'Terms shown: 1');
      assert.ok(await page.evaluate(() => window.statusBefore === document.querySelector('[role="status"]')));
      assert.equal((await told(page, '[role="status"]')).role, 'status');
      await field(page).fill('nothing like it');
      assert.equal(await status(page).textContent(), 'Terms shown: 0');
      await field(page).fill('');
      assert.equal(await status(page).textContent(), '');
    }));

  it('is emptied by Escape, and keeps the focus', () =>
    visitGlossary('tiny', {}, async (page) => {
      await tabTo(page, field(page));
      await page.keyboard.type('tree');
      assert.deepEqual(await left(page), ['Elm']);
      await page.keyboard.press('Escape');
      assert.equal(await field(page).inputValue(), '');
      assert.equal((await left(page)).length, 9);
      assert.equal(await status(page).textContent(), '');
      assert.ok(await focused(field(page)));
    }));

  it('is emptied by Escape where the browser does not do it, but not while a word is being composed', () =>
    visitGlossary('tiny', {}, async (page) => {
      // An event from a script has no effect but that of the page's own listeners.
      const escape = (isComposing) =>
        field(page).evaluate((element, composing) => {
          element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, isComposing: composing }));
        }, isComposing);
      await field(page).fill('サービ');
      await escape(true);
      assert.equal(await field(page).inputValue(), 'サービ');
      await escape(false);
      assert.equal(await field(page).inputValue(), '');
      assert.equal((await left(page)).length, 9);
    }));

  it('is a field with a name, made in the page and not beside it', () =>
    visitGlossary('tiny', {}, async (page) => {
      const { role, name } = await told(page, '.filter input');
      assert.deepEqual([role, name], ['searchbox', 'Filter terms']);
      assert.equal(await page.locator('main .filter input').count(), 1);
    }));

  it('works in a page from a disk', () =>
    visit(browser, fileAddress(courses.tiny, 'glossary/index.html'), {}, async (page) => {
      await field(page).fill('cake');
      assert.deepEqual(await left(page), ['Éclair']);
    }));

  it('is not there without script; all terms are', () =>
    visitGlossary('course', { script: false }, async (page) => {
      assert.equal(await page.locator('input').count(), 0);
      await shown(page.locator('.filter'), false);
      const { html } = courses.course.pages.find((one) => one.path === 'glossary/index.html');
      assert.equal((await left(page)).length, html.split('<div class="entry">').length - 1);
    }));

  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark']) {
      it(`gives axe nothing to find with a word typed, at ${width} pixels, ${scheme}`, () =>
        visitGlossary('course', { width, scheme }, async (page) => {
          await field(page).fill('service');
          await status(page).getByText(/\d/).waitFor();
          assert.deepEqual(await axeFindings(page), []);
        }));
    }
  }
});
