// The course map: its links by mouse and keyboard, what assistive technology reads, a learner's way on it, the room it takes,
// and that it needs neither script nor server.

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
  withHeader,
} from './helpers.mjs';

const lesson = (title, more = {}, text = 'Text.') => markdown({ title, ...more }, text);

const small = {
  'site.toml': 'title = "Small"\nlanguage = "en"\n',
  'content/index.md': markdown({ title: 'Small' }, 'Home.'),
  'content/01-one/01-first.md': lesson('First', { teaches: ['value'] }),
  'content/01-one/02-second.md': lesson('Second', { prerequisites: ['First'] }),
  'content/02-two/01-third.md': lesson('Third', {}, 'A value.'),
  'content/02-two/02-fourth.md': lesson('Fourth', { prerequisites: ['Second', 'Third'] }),
  'content/glossary/value.md': markdown({ title: 'Value', definition: 'Worth.' }, 'Text.'),
};

/** Three units of fifteen lessons, each lesson needing the one before it. */
function long() {
  const files = { 'site.toml': 'title = "Long"\nlanguage = "en"\n', 'content/index.md': markdown({ title: 'Long' }, 'Home.') };
  let needs = [];
  for (let at = 0; at < 45; at++) {
    const title = `Lesson ${at}`;
    const unit = Math.floor(at / 15);
    files[`content/0${unit}-unit-${unit}/${at}-lesson-${at}.md`] = lesson(title, { prerequisites: needs });
    needs = [title];
  }
  return files;
}

const { browser, courses } = await prepare({
  course: shipped,
  small,
  long: long(),
  arabic: { ...small, 'site.toml': 'title = "Small"\nlanguage = "ar"\n' },
});

const at = (name, path = 'map.html') => address(courses[name], path);
const box = (page, title) =>
  page.locator('.map-drawing:visible .map-box').filter({ has: page.locator(`text.map-title:text-is("${title}")`) });
const places = (page) => page.locator('.map-drawing:visible .map-place').allTextContents();

/** Learns something by the scripts' own means, as if it had been done on the pages. */
const learn = (page, lessons) =>
  page.evaluate((lessons) => {
    const { progress } = window.hornbook;
    const doc = { ...JSON.parse(progress.export()), lessons };
    progress.import(JSON.stringify(doc));
  }, lessons);
const known = (at, read, more = {}) => ({ at, read, title: '', items: [], ...more });

describe('the map', () => {
  it('is reached from the header and leads to lessons', async () => {
    await visit(browser, at('small', 'index.html'), {}, async (page) => {
      await page.getByRole('banner').getByRole('link', { name: 'Course map' }).click();
      await box(page, 'Second').click();
      assert.equal(await page.locator('h1').innerText(), 'Second');
    });
  });

  it('is reached from the footer on a phone', async () => {
    await visit(browser, at('small', 'index.html'), { width: 360, touch: true }, async (page) => {
      assert.equal(await page.getByRole('banner').getByRole('link', { name: 'Course map' }).count(), 0);
      await page.getByRole('contentinfo').getByRole('link', { name: 'Course map' }).tap();
      await box(page, 'Third').tap();
      assert.equal(await page.locator('h1').innerText(), 'Third');
    });
  });

  it('is one tab stop a lesson, in the order of reading, with a visible focus', async () => {
    await visit(browser, at('small'), {}, async (page) => {
      await tabTo(page, box(page, 'First'));
      const card = box(page, 'First').locator('.map-card');
      const strong = await card.evaluate((element) => getComputedStyle(element).strokeWidth);
      await page.keyboard.press('Tab');
      assert.ok(await focused(box(page, 'Second')));
      const plain = await card.evaluate((element) => getComputedStyle(element).strokeWidth);
      assert.ok(parseFloat(strong) >= parseFloat(plain) + 2, `${strong} focused, ${plain} else`);
      for (const [index, title] of ['Third', 'Fourth'].entries()) {
        if (index === 0) await page.keyboard.press('Tab'); // The heading of the second unit is a link.
        await page.keyboard.press('Tab');
        assert.ok(await focused(box(page, title)), title);
      }
      await page.keyboard.press('Enter');
      await page.waitForURL(/fourth\.html$/);
    });
  });

  it('is read as a nested list, and nothing twice', async () => {
    await visit(browser, at('small'), {}, async (page) => {
      const tree = await page.locator('.map').ariaSnapshot();
      const listed = tree.slice(tree.indexOf('list "Course map"'));
      assert.match(listed, /listitem:\s+- link "1 One":[^]*- list:\s+- listitem:\s+- link "1\.1 First/);
      for (const title of ['First', 'Second', 'Third', 'Fourth']) {
        assert.equal(tree.split(`${title}"`).length - 1, 1, tree);
      }
      const { role, name, description } = await told(page, '.map-wide .map-box[href$="fourth.html"]');
      assert.deepEqual([role, name], ['link', '2.2 Fourth']);
      assert.equal(description, 'Read first: Second, Third.');
    });
  });

  it('says the same in a list that opens', async () => {
    await visit(browser, at('small'), { script: false }, async (page) => {
      const list = page.locator('.map-list');
      await shown(list.getByText('Read first:').first(), false);
      await list.locator('summary').click();
      assert.match(await list.innerText(), /Third\s+Uses: Value \(First\)/);
      await list.getByRole('link', { name: 'Second' }).first().click();
      assert.equal(await page.locator('h1').innerText(), 'Second');
    });
  });

  it('works from a disk and without script', async () => {
    await visit(browser, fileAddress(courses.small, 'map.html'), { script: false }, async (page) => {
      await box(page, 'Fourth').click();
      assert.equal(await page.locator('h1').innerText(), 'Fourth');
    });
  });

  it('keeps to a strict Content-Security-Policy', async () => {
    const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'";
    const server = await withHeader(courses.small.origin, 'Content-Security-Policy', policy);
    try {
      await visit(browser, `${server.origin}/map.html`, {}, async (page) => {
        const blocked = [];
        page.on('console', (message) => message.type() === 'error' && blocked.push(message.text()));
        await page.reload();
        await learn(page, { 'one/first.html': known(1000, 1000) });
        await shown(box(page, 'First').locator('.mark-read'));
        assert.deepEqual(blocked, []);
      });
    } finally {
      await server.close();
    }
  });
});

describe('a learner', () => {
  it('sees what is read, where they are and where to go on, in every tab', async () => {
    await visit(browser, at('small'), {}, async (page) => {
      assert.deepEqual(await places(page), []);
      const other = await page.context().newPage();
      await other.goto(at('small'));
      await learn(other, { 'one/first.html': known(1000, 1000), 'one/second.html': known(2000, 2000) });
      await shown(box(page, 'Second').locator('.mark-read'));
      await page.waitForFunction(() => document.querySelector('.map-wide .next'));
      assert.deepEqual(await places(page), [' · You are here', ' · Continue here']);
      assert.equal(await box(page, 'Second').getAttribute('aria-current'), 'location');
      assert.match(await box(page, 'Third').getAttribute('class'), /next/);
      const { name } = await told(page, '.map-wide .here');
      assert.match(name, /^1\.2 · You are here Second\s*\(read\)$/);
      await other.evaluate(() => window.hornbook.progress.forget());
      await shown(box(page, 'Second').locator('.mark-read'), false);
      assert.deepEqual(await places(page), []);
    });
  });

  it('sees how much of each unit is read', async () => {
    await visit(browser, at('long'), {}, async (page) => {
      await learn(page, {
        'unit-0/lesson-0.html': known(1000, 1000),
        'unit-0/lesson-1.html': known(1, 0),
        'unit-2/lesson-30.html': known(2000, 2000),
      });
      await page.waitForFunction(() => document.querySelector('.map-place'));
      assert.deepEqual(await places(page), [' · 1 of 15 read', ' · 1 of 15 read']);
    });
  });
});

describe('a long course', () => {
  it('is drawn by units, and each unit on its own page with what it is tied to', async () => {
    await visit(browser, at('long'), {}, async (page) => {
      assert.equal(await page.locator('.map-drawing:visible .map-box').count(), 3);
      await box(page, 'Unit 1').click();
      assert.equal(await page.locator('.map-drawing:visible .map-lesson').count(), 15);
      assert.equal(await page.locator('.map-drawing:visible .map-outside').count(), 2);
      await box(page, 'Unit 0').click();
      assert.equal(await page.locator('h1').innerText(), 'Unit 0');
    });
  });
});

describe('the room', () => {
  for (const width of [320, 360, 768, 1024, 1280, 1440]) {
    it(`is enough at ${width} pixels: nothing scrolls sideways and text keeps its size`, async () => {
      for (const [name, path] of [['small'], ['course'], ['arabic'], ['long'], ['long', courses.long.page('Unit 1')]]) {
        await visit(browser, at(name, path), { width }, async (page) => {
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
          const drawings = page.locator('.map-drawing:visible');
          assert.equal(await drawings.count(), 1);
          const scale = await drawings.evaluate((svg) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width);
          assert.ok(scale > 0.97, `${name}: drawn at ${scale}`);
        });
      }
    });
  }

  it('of every box is enough for its text', async () => {
    for (const name of ['small', 'course', 'arabic', 'long']) {
      for (const width of [360, 1280]) {
        await visit(browser, at(name), { width }, async (page) => {
          const outside = await page.locator('.map-drawing:visible .map-box').evaluateAll((boxes) =>
            boxes.flatMap((one) => {
              const card = one.querySelector('.map-card').getBoundingClientRect();
              const texts = [...one.querySelectorAll('text')].map((text) => text.getBoundingClientRect());
              const fits = ({ left, right, top, bottom, width }) =>
                width === 0 || (left > card.left && right < card.right && top > card.top && bottom < card.bottom);
              return texts.every(fits) ? [] : [one.textContent];
            }),
          );
          assert.deepEqual(outside, []);
        });
      }
    }
  });

  it('runs from the right where the language does', async () => {
    await visit(browser, at('arabic'), {}, async (page) => {
      const left = (title) => box(page, title).locator('.map-card').evaluate((card) => card.getBoundingClientRect().left);
      assert.ok((await left('First')) > (await left('Second')));
    });
  });
});

describe('axe finds nothing wrong', () => {
  for (const scheme of ['light', 'dark']) {
    for (const width of [360, 1280]) {
      it(`at ${width} pixels, ${scheme}`, async () => {
        for (const [name, path] of [['small'], ['course'], ['arabic'], ['long', courses.long.page('Unit 1')]]) {
          await visit(browser, at(name, path), { scheme, width }, async (page) => {
            const [first] = await page.locator('.map-drawing:visible .map-lesson').all();
            const href = await first.getAttribute('href');
            await learn(page, { [href]: known(1000, 1000) });
            await page.locator('.map-list summary').click();
            assert.deepEqual(await axeFindings(page), [], name);
          });
        }
      });
    }
  }
});
