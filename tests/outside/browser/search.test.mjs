// The search dialog: opened, typed into, chosen from and left, with keyboard, mouse and finger; what it finds and says;
// and where it has to work: from a disk, below a path, under a strict policy, without storage, while an author edits.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { serve } from '../lib.mjs';
import { address, axeFindings, fileAddress, focused, markdown, prepare, shown, told, visit, withHeader } from './helpers.mjs';
import { serving } from './serving.mjs';

const filler = 'Some sentences stand here only so that the page is long enough to be scrolled. '.repeat(40);
const files = {
  'site.toml': 'title = "Tiny"\n',
  'content/index.md': markdown({ title: 'Home' }, 'Welcome.'),
  'content/01-garden/index.md': markdown({ title: 'The garden' }, 'What grows there.'),
  'content/01-garden/01-fruit.md': markdown(
    { title: 'Fruit', description: 'What to pick, and when.' },
    `Text.\n\n## Planting trees\n\n${filler}\n\n## Gathering apples\n\nOld baskets hold red apples.\n\n${filler}\n\n` +
      '## Try yourself\n\n```quiz\nWhich month suits the harvest?\n\n- [x] September\n  > Ripeness.\n- [ ] March\n\n? Hintword.\n\nExplained.\n```',
  ),
  'content/01-garden/02-bread.md': markdown(
    { title: 'Bread' },
    `Apples, which are red, are no part of it.\n\n## Baking at home\n\nFlour and water.\n\n${filler}`,
  ),
  'content/glossary/orchard.md': markdown(
    { title: 'Orchard', definition: 'A piece of land on which fruit trees grow.' },
    'An orchard needs care.',
  ),
};

// The pages that a search puts first have their cards in another file than the others.
const many = Array.from({ length: 40 }, (_, at) => {
  const text = at < 30 ? `${filler}\n\nSomebody keeps a ledger.` : '## Ledger\n\nA ledger, kept.';
  return [`content/01-unit/lesson-${at + 10}.md`, markdown({ title: `Lesson ${at + 10}` }, text)];
});

const { browser, courses } = await prepare({
  tiny: files,
  many: { 'site.toml': 'title = "Many"\n', ...Object.fromEntries(many) },
  japanese: {
    'site.toml': 'title = "小さなコース"\nlanguage = "ja"\n',
    'content/index.md': markdown({ title: 'ホーム' }, 'ようこそ。'),
    'content/01-unit/index.md': markdown({ title: '庭' }, '庭について。'),
    'content/01-unit/01-a.md': markdown({ title: '果物' }, '本文。\n\n## 林檎の収穫\n\n秋に林檎を集めます。'),
    'content/01-unit/02-b.md': markdown({ title: 'パン' }, '本文。\n\n## 家で焼く\n\n小麦粉と水。'),
  },
  mirrored: {
    'site.toml': 'title = "مقرر"\nlanguage = "ar"\n',
    'content/index.md': markdown({ title: 'البداية' }, 'مرحبا.'),
    'content/01-unit/index.md': markdown({ title: 'الحديقة' }, 'عن الحديقة.'),
    'content/01-unit/01-a.md': markdown({ title: 'الفاكهة' }, 'نص.\n\n## جمع التفاح\n\nنجمع التفاح في الخريف.'),
  },
});
const { tiny, many: long, japanese, mirrored } = courses;
const home = address(tiny, 'index.html');
const bread = address(tiny, 'garden/bread.html');

const dialog = (page) => page.locator('dialog.search');
const field = (page) => dialog(page).getByRole('combobox');
const opener = (page) => page.locator('.site-search button');
const options = (page) => dialog(page).getByRole('option');
const option = (page, name) => dialog(page).getByRole('option', { name });
const active = (page) => dialog(page).locator('[aria-selected="true"]');
const note = (page) => dialog(page).locator('.search-note');
const status = (page) => dialog(page).getByRole('status');
const recent = (page) => dialog(page).locator('.search-again');

/** Waits until what is read out is this. */
const says = (page, words) => status(page).filter({ hasText: words }).waitFor({ state: 'attached' });

/** Opens the dialog and waits until it can do all it does. */
async function open(page) {
  await page.keyboard.press('Control+k');
  await field(page).waitFor();
}

/** Waits until what is shown is the answer to what was typed. */
const answered = (page) => page.waitForFunction(() => !document.querySelector('dialog.search.is-busy'));

async function search(page, query) {
  await field(page).fill(query);
  await answered(page);
}

/** Whether a heading or a question has been scrolled into the window. */
const arrived = (page, id) =>
  page.waitForFunction((name) => {
    const box = document.getElementById(name)?.getBoundingClientRect();
    return box && box.top >= 0 && box.top < innerHeight;
  }, id);

const blocked = () =>
  Object.defineProperty(window, 'localStorage', {
    get() {
      throw new DOMException('blocked', 'SecurityError');
    },
  });

describe('the dialog', () => {
  it('is opened by a click, by "/" and by Ctrl-K, and gives the focus back', () =>
    visit(browser, home, {}, async (page) => {
      await opener(page).click();
      assert.ok(await focused(field(page)));
      await page.keyboard.press('Escape');
      await shown(dialog(page), false);
      assert.ok(await focused(opener(page)));
      const link = page.locator('.site-header nav a').last();
      for (const keys of ['/', 'Control+k']) {
        await link.focus();
        await page.keyboard.press(keys);
        await shown(dialog(page));
        assert.ok(await focused(field(page)));
        assert.equal(await field(page).inputValue(), '');
        await page.keyboard.press('Control+k');
        await shown(dialog(page), false);
        assert.ok(await focused(link));
      }
    }));

  it('is opened by Ctrl-K where single keys are switched off, and while something is typed', () =>
    visit(browser, address(tiny, 'glossary/index.html'), {}, async (page) => {
      await page.evaluate(() => localStorage.setItem('hornbook-keys', 'off'));
      await page.keyboard.press('/');
      await shown(dialog(page), false);
      await page.getByRole('searchbox').focus();
      await page.keyboard.press('Control+k');
      await shown(dialog(page));
      await page.keyboard.press('Escape');
      assert.ok(await focused(page.getByRole('searchbox')));
    }));

  it('leaves "/" to the filter on the list of terms, and stands in the list of keys', () =>
    visit(browser, address(tiny, 'glossary/index.html'), {}, async (page) => {
      await page.keyboard.press('/');
      assert.ok(await focused(page.getByRole('searchbox')));
      await page.locator('h1').click();
      await page.keyboard.press('?');
      const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
      assert.match(await keys.textContent(), /Ctrl KSearch/);
      // One dialog at a time.
      await page.keyboard.press('Control+k');
      await shown(dialog(page), false);
    }));

  it('takes what is typed before it has been loaded', () =>
    visit(browser, home, {}, async (page) => {
      let go;
      const wait = new Promise((done) => (go = done));
      await page.route('**/theme/*/search.js', async (route) => {
        await wait;
        await route.continue();
      });
      await page.keyboard.press('/');
      await page.keyboard.type('orchard');
      assert.equal(await dialog(page).locator('input').inputValue(), 'orchard');
      await page.keyboard.press('Enter');
      go();
      await page.waitForURL('**/glossary/orchard.html');
    }));

  it('empties the field by Escape, and then closes; a press beside it closes it as well', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, 'orchard');
      await page.keyboard.press('Escape');
      assert.equal(await field(page).inputValue(), '');
      assert.equal(await options(page).count(), 0);
      await page.keyboard.press('Escape');
      await shown(dialog(page), false);
      await open(page);
      await search(page, 'orchard');
      await dialog(page).getByRole('button', { name: 'Clear the field' }).click();
      assert.equal(await field(page).inputValue(), '');
      assert.ok(await focused(field(page)));
      await page.mouse.click(20, 400);
      await shown(dialog(page), false);
      await open(page);
      await dialog(page).getByRole('button', { name: 'Close' }).click();
      await shown(dialog(page), false);
    }));

  it('is made by script alone, and is not printed', async () => {
    await visit(browser, home, { script: false }, async (page) => {
      assert.equal(await page.locator('.site-search > *, dialog').count(), 0);
      assert.equal((await page.locator('.site-search').boundingBox()).width, 0);
    });
    await visit(browser, home, {}, async (page) => {
      await open(page);
      await page.emulateMedia({ media: 'print' });
      await shown(dialog(page), false);
      await shown(opener(page), false);
    });
  });
});

describe('by keyboard', () => {
  it('a section is typed, chosen and opened at its place', () =>
    visit(browser, bread, {}, async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('gathering');
      const section = option(page, 'Gathering apples');
      await section.waitFor();
      await answered(page);
      await page.keyboard.press('ArrowUp');
      assert.ok(await options(page).last().evaluate((link) => link.ariaSelected === 'true'), 'up leads to the last');
      await page.keyboard.press('ArrowDown');
      assert.ok(await options(page).first().evaluate((link) => link.ariaSelected === 'true'), 'and round to the first');
      while (!(await section.evaluate((link) => link.ariaSelected === 'true'))) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/garden/fruit.html#gathering-apples');
      await arrived(page, 'gathering-apples');
    }));

  it('what is typed before the search is there stays', () =>
    visit(browser, bread, {}, async (page) => {
      let go;
      const wait = new Promise((done) => (go = done));
      await page.route('**/search.js', async (route) => {
        await wait;
        await route.continue();
      });
      await page.keyboard.press('/');
      await page.keyboard.type('gath');
      go();
      await field(page).waitFor();
      await page.keyboard.type('ering');
      await option(page, 'Gathering apples').waitFor();
      assert.equal(await field(page).inputValue(), 'gathering');
    }));

  it('Enter opens the first result, and waits for the one that belongs to what was typed', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      // Before the index is there.
      let go;
      const wait = new Promise((done) => (go = done));
      await page.route('**/theme/search/*.js', async (route) => {
        await wait;
        await route.continue();
      });
      await page.keyboard.type('orchard');
      await page.keyboard.press('Enter');
      go();
      await page.waitForURL('**/glossary/orchard.html');
    }));

  it('a section of the same page is scrolled to when the dialog has closed', () =>
    visit(browser, address(tiny, 'garden/fruit.html'), {}, async (page) => {
      await open(page);
      await search(page, 'gathering');
      await option(page, 'Gathering apples').click();
      await shown(dialog(page), false);
      await arrived(page, 'gathering-apples');
    }));

  it('the focus stays in the field, and Home and End move in its text', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, 'apples');
      await options(page).first().waitFor();
      await page.keyboard.press('ArrowDown');
      assert.equal(await active(page).count(), 1);
      assert.equal(await field(page).getAttribute('aria-activedescendant'), await active(page).getAttribute('id'));
      assert.ok(await focused(field(page)));
      await page.keyboard.press('Home');
      assert.equal(await field(page).evaluate((input) => input.selectionStart), 0);
      assert.equal(await active(page).count(), 0);
      assert.equal(await field(page).getAttribute('aria-activedescendant'), null);
    }));

  it('keys do nothing while a word is being composed', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, 'apples');
      await options(page).first().waitFor();
      for (const key of ['ArrowDown', 'Enter', 'Escape']) {
        await field(page).evaluate(
          (input, name) =>
            input.dispatchEvent(new KeyboardEvent('keydown', { key: name, isComposing: true, bubbles: true, cancelable: true })),
          key,
        );
      }
      assert.equal(await active(page).count(), 0);
      assert.equal(await field(page).inputValue(), 'apples');
      assert.equal(page.url(), home);
    }));

  it('assistive technology is told of the field, the list and how many there are', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      const { role, name } = await told(page, 'dialog.search input');
      assert.deepEqual([role, name], ['combobox', 'Search']);
      assert.equal(await field(page).getAttribute('aria-expanded'), 'false');
      await search(page, 'apples');
      const count = await options(page).count();
      assert.ok(count > 1);
      await says(page, `${count} results`);
      assert.equal(await field(page).getAttribute('aria-expanded'), 'true');
      const list = page.locator(`[id="${await field(page).getAttribute('aria-controls')}"]`);
      assert.equal(await list.getAttribute('role'), 'listbox');
      await search(page, 'zzzqqq');
      await says(page, 'Nothing found for “zzzqqq”');
      assert.equal(await field(page).getAttribute('aria-expanded'), 'false');
    }));
});

describe('by mouse and by touch', () => {
  it('a click opens, and a click with Ctrl opens a tab and leaves the dialog as it is', () =>
    visit(browser, home, {}, async (page) => {
      await opener(page).click();
      await search(page, 'baking');
      const section = option(page, 'Baking at home');
      const [tab] = await Promise.all([page.context().waitForEvent('page'), section.click({ modifiers: ['Control'] })]);
      await tab.waitForURL('**/garden/bread.html#baking-at-home');
      await tab.close();
      await page.bringToFront();
      await shown(dialog(page));
      assert.ok(await focused(field(page)));
      await section.click();
      await page.waitForURL('**/garden/bread.html#baking-at-home');
      await arrived(page, 'baking-at-home');
    }));

  it('the result below the mouse is the one that Enter opens', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, 'baking');
      await option(page, 'Baking at home').hover();
      assert.match(await active(page).textContent(), /Baking at home/);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/garden/bread.html#baking-at-home');
    }));

  it('on a phone the dialog fills the screen, the list scrolls in itself, and all is large enough for a finger', () =>
    visit(browser, home, { touch: true, width: 360, height: 640 }, async (page) => {
      const button = await opener(page).boundingBox();
      assert.ok(button.width >= 44 && button.height >= 44);
      await opener(page).tap();
      await search(page, 'apples');
      await options(page).first().waitFor();
      const { x, y, width, height } = await dialog(page).boundingBox();
      assert.deepEqual([x, y, width, height], [0, 0, 360, 640]);
      // A keyboard on the screen leaves less.
      await page.evaluate(() => {
        Object.defineProperty(visualViewport, 'height', { value: 320 });
        visualViewport.dispatchEvent(new Event('resize'));
      });
      assert.equal((await dialog(page).boundingBox()).height, 320);
      const list = dialog(page).getByRole('listbox');
      assert.ok(await list.evaluate((box) => box.scrollHeight > box.clientHeight));
      assert.ok((await field(page).boundingBox()).y >= 0);
      for (const target of await dialog(page).locator('a, button').all()) {
        if (!(await target.isVisible())) continue;
        const box = await target.boundingBox();
        assert.ok(box.height >= 44 && box.width >= 44, await target.evaluate((node) => node.outerHTML));
      }
      await option(page, 'Gathering apples').tap();
      await page.waitForURL('**/garden/fruit.html#gathering-apples');
    }));
});

describe('what is found', () => {
  it('a term comes first, with its label and definition', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, 'orchard');
      const first = await options(page).first().textContent();
      assert.match(first, /Orchard.*Term.*A piece of land on which fruit trees grow\./);
      assert.equal(await options(page).first().locator('mark').first().textContent(), 'Orchard');
    }));

  it('a lesson with its unit, and below it the sections and questions that fit', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, 'harvest');
      const group = dialog(page).getByRole('group', { name: 'Fruit' });
      assert.match(await group.getByRole('option').first().textContent(), /Fruit.*Lesson · The garden/);
      const question = group.getByRole('option', { name: 'Which month suits the harvest?' });
      assert.match(await question.textContent(), /Question/);
      await question.click();
      await page.waitForURL(({ pathname, hash }) => pathname.endsWith('/fruit.html') && /^#question(:|%3A)1$/.test(hash));
      await arrived(page, 'question:1');
    }));

  it('passages are filled in without moving anything, with the words marked', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      let go;
      const wait = new Promise((done) => (go = done));
      await page.route('**/garden/*.html', async (route) => {
        await wait;
        await route.continue();
      });
      await search(page, 'apples');
      await options(page).first().waitFor();
      const places = () =>
        options(page).evaluateAll((links) => links.map((link) => [link.offsetTop, link.offsetHeight].join()));
      const before = await places();
      go();
      await option(page, 'Gathering apples').locator('.search-lead mark').first().waitFor();
      assert.deepEqual(await places(), before);
    }));

  it('a typing error is mended, and told', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, 'orchrad');
      await shown(option(page, 'Orchard').first());
      assert.equal(await note(page).textContent(), 'Showing results for “orchard”');
      await says(page, 'Showing results for “orchard”');
      await search(page, 'orchard');
      assert.equal(await note(page).textContent(), '');
    }));

  it('other forms of a word, other case and the beginning of a word', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      for (const query of ['bake', 'BAKES', 'bakin']) {
        await search(page, query);
        await shown(option(page, 'Baking at home'));
        assert.equal(await note(page).textContent(), '', query);
      }
    }));

  it('Japanese without spaces between words', () =>
    visit(browser, address(japanese, 'index.html'), {}, async (page) => {
      await open(page);
      await search(page, '収穫');
      await shown(option(page, '林檎の収穫'));
      assert.equal(await option(page, '家で焼く').count(), 0);
      assert.equal(await option(page, '林檎の収穫').locator('mark').first().textContent(), '収穫');
    }));

  it('words in quotation marks only side by side', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, 'red apples');
      await shown(option(page, 'Bread'));
      await search(page, '"red apples"');
      await shown(option(page, 'Fruit'));
      assert.equal(await option(page, 'Bread').count(), 0);
    }));

  it('words that stand nowhere side by side are looked for one by one, and that is told', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, '"apples flour"');
      await shown(option(page, 'Bread').first());
      assert.equal(await note(page).textContent(), 'Showing results for “apples flour”');
    }));

  it('no passage gives an answer away', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await search(page, 'try yourself');
      // Its text begins with the question.
      await option(page, 'Try yourself').locator('.search-lead').filter({ hasText: 'March' }).waitFor();
      assert.doesNotMatch(await dialog(page).textContent(), /Ripeness|Hintword|Explained|Answer|Right/);
    }));

  it('queries fall into words as texts do in the index', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      await answered(page);
      const rows = JSON.parse(readFileSync(new URL('../../search.json', import.meta.url), 'utf8'));
      const wrong = await page.evaluate((rows) => {
        const said = (text) => window.hornbook.find.words(text).map(([word, position]) => `${word}@${position}`).join(' ');
        return rows.map(([text, expected]) => [text, said(text), expected]).filter(([, said, expected]) => said !== expected);
      }, rows);
      assert.deepEqual(wrong, []);
    }));

  it('the first results are shown before the others have come', () =>
    visit(browser, address(long, 'index.html'), {}, async (page) => {
      let release;
      const released = new Promise((done) => (release = done));
      let held = 0;
      await page.route('**/theme/search/*.js', async (route) => {
        if ((await options(page).count()) > 0) {
          held += 1;
          await released;
        }
        await route.continue();
      });
      await open(page);
      await field(page).fill('ledger');
      await shown(option(page, 'Lesson 40').first());
      const early = await dialog(page).locator('.search-page').allTextContents();
      assert.equal(early.length, 4);
      release();
      await answered(page);
      assert.ok(held > 0);
      const all = await dialog(page).locator('.search-page').allTextContents();
      assert.equal(all.length, 10);
      assert.deepEqual(all.slice(0, 4), early);
    }));

  it('nothing: what was looked for, and where else to look', () =>
    visit(browser, bread, {}, async (page) => {
      await open(page);
      await search(page, 'zzzqqq <xyxyx>');
      const panel = dialog(page).locator('.search-panel');
      assert.match(await panel.textContent(), /Nothing found for “zzzqqq <xyxyx>”.*fewer words/);
      await panel.getByRole('link', { name: 'Glossary' }).click();
      await page.waitForURL('**/glossary/index.html');
      await open(page);
      await search(page, 'zzzqqq');
      await panel.getByRole('link', { name: 'Course contents' }).click();
      await page.waitForURL('**/index.html#page.items');
      await shown(dialog(page), false);
    }));
});

describe('recent searches', () => {
  it('are those that led somewhere, the last five, on every page, and are taken up again', () =>
    visit(browser, home, {}, async (page) => {
      await open(page);
      assert.equal(await recent(page).count(), 0);
      await search(page, 'not opened');
      for (const query of ['fruit', 'bread', 'apples', 'orchard', 'baking', 'harvest', 'baking']) {
        await search(page, query);
        await Promise.all([page.waitForEvent('load'), options(page).first().click()]);
        await open(page);
      }
      assert.deepEqual(await recent(page).allTextContents(), ['baking', 'harvest', 'orchard', 'apples', 'bread']);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      assert.equal(await field(page).inputValue(), 'harvest');
      assert.ok(await focused(field(page)));
      await shown(option(page, 'Which month suits the harvest?'));
    }));

  it('are removed one by one and together', () =>
    visit(browser, home, {}, async (page) => {
      const key = await page.evaluate(() => `hornbook:${document.documentElement.dataset.site}:searches`);
      await page.evaluate((name) => localStorage.setItem(name, '["one","two",3,"four"]'), key);
      await open(page);
      assert.deepEqual(await recent(page).allTextContents(), ['one', 'two', 'four']);
      await dialog(page).getByRole('button', { name: 'Remove “two”' }).click();
      assert.deepEqual(await recent(page).allTextContents(), ['one', 'four']);
      assert.ok(await focused(dialog(page).getByRole('button', { name: 'Remove “four”' })));
      await dialog(page).getByRole('button', { name: 'Clear all' }).click();
      assert.equal(await recent(page).count(), 0);
      assert.ok(await focused(field(page)));
      assert.equal(await page.evaluate((name) => localStorage.getItem(name), key), null);
    }));

  it('last as long as the page where storage is blocked', () =>
    visit(browser, home, {}, async (page) => {
      await page.addInitScript(blocked);
      await page.reload();
      await open(page);
      await search(page, 'baking');
      const [tab] = await Promise.all([
        page.context().waitForEvent('page'),
        option(page, 'Baking at home').click({ modifiers: ['Control'] }),
      ]);
      await tab.close();
      await page.keyboard.press('Escape');
      assert.deepEqual(await recent(page).allTextContents(), ['baking']);
    }));
});

describe('where it works', () => {
  const check = async (page) => {
    await open(page);
    await search(page, 'gathering');
    await option(page, 'Gathering apples').click();
    await page.waitForURL('**/garden/fruit.html#gathering-apples');
    await arrived(page, 'gathering-apples');
  };

  it('from a disk', () => visit(browser, fileAddress(tiny, 'garden/bread.html'), {}, check));

  it('below a path', async () => {
    const server = await serve(tiny.folder, '/some/course/');
    try {
      await visit(browser, `${server.root}garden/bread.html`, {}, check);
    } finally {
      await server.close();
    }
  });

  it('under a strict Content-Security-Policy', async () => {
    const policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";
    const server = await withHeader(tiny.origin, 'content-security-policy', policy);
    try {
      await visit(browser, `${server.origin}/garden/bread.html`, {}, async (page) => {
        const said = [];
        page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
        await check(page);
        assert.deepEqual(said, []);
      });
    } finally {
      await server.close();
    }
  });

  it('and says so where it cannot be loaded, and tries again', () =>
    visit(browser, home, {}, async (page) => {
      await page.route('**/search/**', (route) => route.abort());
      await open(page);
      await search(page, 'orchard');
      const failed = 'The search could not be loaded. Reload the page to try again.';
      await says(page, failed);
      assert.match(await dialog(page).locator('.search-panel').textContent(), new RegExp(failed));
      assert.deepEqual(await axeFindings(page), []);
      await page.unroute('**/search/**');
      await search(page, 'orchards');
      await shown(option(page, 'Orchard'));
      await page.route('**/theme/*/find.js', (route) => route.abort());
      await page.reload();
      await page.keyboard.press('/');
      await note(page).filter({ hasText: failed }).waitFor();
    }));

  it('after the site has been published anew below an open page', () =>
    visit(browser, home, {}, async (page) => {
      // What the page had loaded leads to files that are gone.
      let isGone = false;
      const gone = [];
      await page.route(/\/search\/[0-9a-f]+\.js$/, (route) => {
        if (!isGone) return route.continue();
        gone.push(route.request().url());
        isGone = false;
        return route.fulfill({ status: 404, body: '' });
      });
      await open(page);
      await search(page, 'orchard');
      await shown(option(page, 'Orchard').first());
      isGone = true;
      await page.evaluate(() => window.hornbook.find.reset());
      await search(page, 'gathering');
      await shown(option(page, 'Gathering apples'));
      assert.equal(gone.length, 1);
    }));

  it('in the preview, where an edit is found at once', async () => {
    const course = await serving(files);
    after(() => course.stop());
    await visit(browser, `${course.origin}/garden/bread.html`, {}, async (page) => {
      await open(page);
      await search(page, 'quinces');
      await says(page, 'Nothing found');
      const lesson = files['content/01-garden/01-fruit.md'];
      await course.save('content/01-garden/01-fruit.md', `${lesson}\n\n## Storing quinces\n\nIn the cellar.\n`);
      await shown(option(page, 'Storing quinces'));
      assert.ok(await focused(field(page)));
      await page.keyboard.press('Control+k');
      await course.save('content/01-garden/01-fruit.md', lesson);
      await open(page);
      await search(page, 'quinces');
      await says(page, 'Nothing found');
    });
  });
});

describe('accessibility and room', () => {
  const states = [
    ['', '.search-hint'],
    ['apples', '[role=option]'],
    ['orchrad', '[role=option]'],
    ['zzzqqq', '.search-ways'],
  ];

  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark']) {
      it(`axe finds nothing wrong in any state at ${width} pixels, ${scheme}`, () =>
        visit(browser, home, { width, scheme, height: 700 }, async (page) => {
          await page.evaluate(() =>
            localStorage.setItem(`hornbook:${document.documentElement.dataset.site}:searches`, '["one","two"]'),
          );
          assert.deepEqual(await axeFindings(page), []);
          await open(page);
          for (const [query, place] of states) {
            await search(page, query);
            await shown(dialog(page).locator(place).first());
            if (place === '[role=option]') await page.keyboard.press('ArrowDown');
            assert.deepEqual(await axeFindings(page), [], `with “${query}”`);
          }
        }));
    }
  }

  it('narrow and enlarged windows scroll in one direction only', async () => {
    for (const [width, height] of [[320, 640], [320, 256]]) {
      for (const [course, query] of [[tiny, 'apples'], [tiny, 'q'.repeat(80)], [mirrored, 'التفاح']]) {
        await visit(browser, address(course, 'index.html'), { width, height }, async (page) => {
          const wide = (selector) =>
            page.locator(selector).evaluateAll((boxes) => boxes.some((box) => box.scrollWidth > box.clientWidth));
          assert.ok(!(await wide('html')), 'the header has room');
          await open(page);
          await search(page, query);
          assert.ok(!(await wide('html, dialog.search, .search-list, .search-panel')), `${query} at ${width}`);
          const { x, y, width: w, height: h } = await dialog(page).boundingBox();
          assert.ok(x >= 0 && y >= 0 && x + w <= width && y + h <= height, 'the dialog fits');
        });
      }
    }
  });

  it('from right to left the signs stand on the right', () =>
    visit(browser, address(mirrored, 'index.html'), { width: 1280 }, async (page) => {
      await open(page);
      await search(page, 'التفاح');
      const title = option(page, 'جمع التفاح').locator('.search-title');
      const right = (locator) => locator.evaluate((node) => node.getBoundingClientRect().right);
      assert.ok((await right(title)) > (await right(option(page, 'جمع التفاح').locator('.search-about'))));
      const close = await dialog(page).getByRole('button', { name: 'إغلاق' }).boundingBox();
      assert.ok(close.x < 640);
      assert.deepEqual(await axeFindings(page), []);
    }));
});
