// Previews of terms: when they open and close, what they say and to whom, where they stand, and that links do without.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  address,
  axeFindings,
  fileAddress,
  focused,
  markdown,
  pointOn,
  prepare,
  shipped,
  shown,
  startWithScrollBars,
  tabTo,
  told,
  visit,
  withHeader,
} from './helpers.mjs';

// Lines of words that are links to terms, so that links stand at both edges of any window. Where lines end depends on the
// fonts that there are; so the first, a short word with a wide preview, stands at the end of a line for certain.
const crowd = (words) => {
  const lines = Array.from({ length: 23 }, (_, at) => `[[${words[at % words.length]}]]`).join(' ');
  return `${lines}\n\n<div style="text-align: end">\n\n[[${words[0]}]]\n\n</div>`;
};

const term = (title, definition) => markdown({ title, definition }, 'Text.');

const english = {
  'site.toml': 'title = "Tiny"\nlanguage = "en"\n',
  'content/index.md': markdown({ title: 'Tiny' }, 'Home.'),
  'content/crowd.md': markdown({ title: 'Crowd' }, crowd(['Oak', 'Weeping willow', 'Elm'])),
  'content/two.md': markdown({ title: 'Two' }, 'First the [[Oak]], then the *[[Elm]]*, then [home](index.md).'),
  'content/glossary/oak.md': term('Oak', 'A tree with acorns, which lives for longer than the people who plant it.'),
  'content/glossary/elm.md': term('Elm', 'A tree.'),
  'content/glossary/willow.md': term('Weeping willow', `A tree by the water. ${'It bends. '.repeat(30)}`),
};

const arabic = {
  'site.toml': 'title = "دورة"\nlanguage = "ar"\n',
  'content/index.md': markdown({ title: 'دورة' }, 'البداية.'),
  'content/crowd.md': markdown({ title: 'درس' }, crowd(['القيمة', 'مقدم الخدمة', 'نتيجة'])),
  'content/glossary/value.md': term('القيمة', 'الفوائد والمنفعة والأهمية التي يدركها الشخص في شيء ما.'),
  'content/glossary/provider.md': term('مقدم الخدمة', 'المنظمة التي تقدم الخدمة للآخرين. '.repeat(8)),
  'content/glossary/outcome.md': term('نتيجة', 'أثر.'),
};

const { browser, courses } = await prepare({ course: shipped, english, arabic });
const { course } = courses;
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'";

// The lesson of the shipped course that has the most terms.
const lesson = course.pages
  .filter((page) => page.html.includes('class="page-lesson"'))
  .map((page) => ({ ...page, terms: new Set(page.html.match(/aria-describedby="[^"]*"/g)).size }))
  .reduce((most, page) => (page.terms > most.terms ? page : most));
assert.ok(lesson.terms >= 3, `${lesson.path} has too few terms to be of use`);

// What the terms' own pages say, by the name of the file.
const plain = (html = '') =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .trim();
const meanings = new Map(
  course.pages
    .filter((page) => page.html.includes('class="page-term"'))
    .map(({ path, title, html }) => [
      path.split('/').at(-1),
      { title: plain(title), text: plain(/<p class="definition">(.*?)<\/p>/s.exec(html)?.[1]) },
    ]),
);

/** What the term says that a link leads to. */
const meaningOf = async (link) => meanings.get((await link.getAttribute('href')).split('/').at(-1));

const visitLesson = (options, use) => visit(browser, address(course, lesson.path), options, use);

const preview = (page) => page.locator('.preview');
const terms = (page) => page.locator('.text a.term');
const elsewhere = (page) => page.locator('h1');

/** Fails unless one preview is shown, and says what the term's own page says. */
async function says(page, link) {
  await shown(preview(page));
  assert.equal(await preview(page).count(), 1);
  const meaning = await meaningOf(link);
  assert.ok(meaning.text.length > 10, 'the term has no definition');
  assert.deepEqual(await preview(page).locator('p').allInnerTexts(), [meaning.title, meaning.text]);
}

/** Moves the page's clock on, and fails as soon as the preview is not shown or, with `false`, is. */
async function remains(page, whether, milliseconds) {
  for (let passed = 0; ; passed += 100) {
    assert.equal(await preview(page).isVisible(), whether, `after ${passed} ms`);
    if (passed >= milliseconds) return;
    await page.clock.runFor(100);
  }
}

const moveTo = async (page, locator) => {
  const { x, y } = await pointOn(locator);
  await page.mouse.move(x, y);
};

/** Moves the pointer onto a link and waits, on the page's clock, until its preview is open. */
async function hoverOpen(page, link) {
  await moveTo(page, link);
  await page.clock.runFor(500);
  await says(page, link);
}

const tap = async (page, locator) => {
  const { x, y } = await pointOn(locator);
  await page.touchscreen.tap(x, y);
};

describe('preview, by mouse', () => {
  it('opens when the pointer has rested on the link, and not before', () =>
    visitLesson({ clock: true }, async (page) => {
      const link = terms(page).first();
      await moveTo(page, link);
      await remains(page, false, 100);
      await page.clock.runFor(400);
      await says(page, link);
    }));

  it('does not open when the pointer only crosses the link', () =>
    visitLesson({ clock: true }, async (page) => {
      await moveTo(page, terms(page).first());
      await remains(page, false, 100);
      await moveTo(page, elsewhere(page));
      await remains(page, false, 1000);
    }));

  it('stays while the pointer goes from the link into it and rests there, and closes when it is left', () =>
    visitLesson({ clock: true }, async (page) => {
      const link = terms(page).first();
      await hoverOpen(page, link);
      const from = await pointOn(link);
      const box = await preview(page).boundingBox();
      const below = box.y > from.y;
      // Between the two, where it is neither on the link nor in the preview.
      await page.mouse.move(from.x, below ? box.y - 2 : box.y + box.height + 2);
      await remains(page, true, 100);
      await page.mouse.move(from.x, below ? box.y + 10 : box.y + box.height - 10);
      await remains(page, true, 1000);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await remains(page, true, 1000);
      await moveTo(page, elsewhere(page));
      await page.clock.runFor(1000);
      await shown(preview(page), false);
    }));

  it('closes when the pointer leaves the link for elsewhere', () =>
    visitLesson({ clock: true }, async (page) => {
      await hoverOpen(page, terms(page).first());
      await moveTo(page, elsewhere(page));
      await page.clock.runFor(1000);
      await shown(preview(page), false);
    }));

  it('stays while the pointer rests on the link, and Escape closes it there', () =>
    visitLesson({ clock: true }, async (page) => {
      await hoverOpen(page, terms(page).first());
      await remains(page, true, 1000);
      await page.keyboard.press('Escape');
      await remains(page, false, 1000);
    }));

  it('gives way to the next link that the pointer rests on', () =>
    visitLesson({ clock: true }, async (page) => {
      const first = terms(page).first();
      await hoverOpen(page, first);
      const other = await otherTerm(page, first);
      await hoverOpen(page, other);
    }));

  it('leaves a click alone, which goes to the term', () =>
    visitLesson({}, async (page) => {
      const link = terms(page).first();
      await link.hover();
      await says(page, link);
      const target = await link.evaluate((element) => element.href);
      const { x, y } = await pointOn(link);
      await page.mouse.click(x, y);
      await page.waitForURL(target);
    }));

  it('stays open for a click inside it, even when the keyboard opened it', () =>
    visitLesson({ clock: true }, async (page) => {
      await tabTo(page, terms(page).first());
      await shown(preview(page));
      const box = await preview(page).boundingBox();
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await remains(page, true, 1000);
    }));
});

/** The first link to another term than this link's, of those in the window that no preview covers. */
async function otherTerm(page, link) {
  const href = await link.getAttribute('href');
  const others = page.locator(`.text a.term:not([href="${href}"])`);
  const free = await others.evaluateAll((all) =>
    all.findIndex((one) => {
      const { left, top, width, height } = one.getClientRects()[0] ?? {};
      return top !== undefined && one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }),
  );
  assert.notEqual(free, -1, 'every other term is covered or outside the window');
  return others.nth(free);
}

describe('preview, by keyboard', () => {
  it('opens on focus; Escape closes it and leaves the focus where it was', () =>
    visitLesson({}, async (page) => {
      const link = terms(page).first();
      await tabTo(page, link);
      await says(page, link);
      await page.keyboard.press('Escape');
      await shown(preview(page), false);
      assert.ok(await focused(link));
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/glossary\//);
    }));

  it('stays while the link has the focus', () =>
    visitLesson({ clock: true }, async (page) => {
      await tabTo(page, terms(page).first());
      await remains(page, true, 1000);
      // A mouse that is moved about does not close what the keyboard opened.
      await moveTo(page, terms(page).first());
      await moveTo(page, elsewhere(page));
      await remains(page, true, 1000);
    }));

  it('closes when the focus goes on, or tells the next term', () =>
    visit(browser, address(courses.english, 'two.html'), {}, async (page) => {
      const [oak, elm] = [terms(page).nth(0), terms(page).nth(1)];
      const title = preview(page).locator('.preview-title');
      await tabTo(page, oak);
      await shown(preview(page));
      assert.equal(await title.innerText(), 'Oak');
      await page.keyboard.press('Tab');
      assert.ok(await focused(elm));
      await shown(title.getByText('Elm'));
      assert.equal(await preview(page).count(), 1);
      await page.keyboard.press('Tab');
      await shown(preview(page), false);
      await page.keyboard.press('Shift+Tab');
      await shown(title.getByText('Elm'));
    }));
});

describe('preview, by touch', () => {
  const phone = { touch: true, width: 360, height: 740 };

  it('opens at the first tap, and the second follows the link', () =>
    visitLesson(phone, async (page) => {
      const link = terms(page).first();
      const begin = page.url();
      const target = await link.evaluate((element) => element.href);
      const opened = [];
      page.on('framenavigated', (frame) => opened.push(frame.url()));
      await tap(page, link);
      await says(page, link);
      assert.deepEqual(opened, []);
      assert.equal(page.url(), begin);
      await tap(page, link);
      await page.waitForURL(target);
    }));

  it('stays at a tap inside it, closes at a tap elsewhere, and the next tap opens it again', () =>
    visitLesson({ ...phone, clock: true }, async (page) => {
      const link = terms(page).first();
      const begin = page.url();
      await tap(page, link);
      await says(page, link);
      const box = await preview(page).boundingBox();
      await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
      await remains(page, true, 1000);
      // A point of the page that is neither a link nor the preview.
      const free = await page.evaluate(() => {
        for (let y = innerHeight - 5; y > 0; y -= 10) {
          const there = document.elementFromPoint(5, y);
          if (there && !there.closest('a, summary, input, .preview')) return { x: 5, y };
        }
      });
      await page.touchscreen.tap(free.x, free.y);
      await page.clock.runFor(100);
      await shown(preview(page), false);
      await tap(page, link);
      await says(page, link);
      assert.equal(page.url(), begin);
    }));

  it('changes to another term at a tap on its link', () =>
    visitLesson(phone, async (page) => {
      const first = terms(page).first();
      const begin = page.url();
      await tap(page, first);
      await says(page, first);
      await page.keyboard.press('Escape');
      await shown(preview(page), false);
      await tap(page, first);
      await says(page, first);
      const other = await otherTerm(page, first);
      await tap(page, other);
      await shown(preview(page).getByText((await meaningOf(other)).text));
      assert.equal(page.url(), begin);
    }));
});

describe('preview, for assistive technology', () => {
  it('is the description of the link, also while it is shown, and is not read on its own', () =>
    visitLesson({}, async (page) => {
      const link = terms(page).first();
      const meaning = await meaningOf(link);
      const named = page.locator(`[id="${await link.getAttribute('aria-describedby')}"]`);
      assert.equal(await named.count(), 1);
      assert.equal((await named.textContent()).trim(), meaning.text);
      const expected = { role: 'link', name: await link.innerText(), description: meaning.text, ignored: false };
      assert.deepEqual(await told(page, '.text a.term'), expected);
      await link.focus();
      await says(page, link);
      assert.deepEqual(await told(page, '.text a.term'), expected);
      assert.equal((await told(page, '.preview')).ignored, true);
    }));

  it('has a description for every link of every page', async () => {
    for (const { path, html } of course.pages) {
      for (const [, id] of html.matchAll(/aria-describedby="([^"]*)"/g)) {
        assert.ok(html.includes(`<dd id="${id}">`), `${path}: nothing is called ${id}`);
      }
    }
  });

  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark']) {
      it(`gives axe nothing to find while it is open, at ${width} pixels, ${scheme}`, () =>
        visitLesson({ width, scheme }, async (page) => {
          const link = terms(page).first();
          await link.focus();
          await says(page, link);
          assert.deepEqual(await axeFindings(page), []);
        }));
    }
  }
});

describe('preview, under other circumstances', () => {
  it('is not needed: without script the link goes to the term, which says the same', () =>
    visitLesson({ script: false }, async (page) => {
      const link = terms(page).first();
      const meaning = await meaningOf(link);
      await tabTo(page, link);
      assert.equal(await preview(page).count(), 0);
      await link.click();
      await page.waitForURL(/\/glossary\//);
      assert.equal(await page.locator('h1').innerText(), meaning.title);
      assert.equal(await page.locator('.definition').innerText(), meaning.text);
    }));

  it('opens on hover and on focus in a page from a disk', () =>
    visit(browser, fileAddress(course, lesson.path), {}, async (page) => {
      const link = terms(page).first();
      await link.hover();
      await says(page, link);
      await moveTo(page, elsewhere(page));
      await shown(preview(page), false);
      await tabTo(page, link);
      await says(page, link);
      await page.keyboard.press('Enter');
      await page.waitForURL(/^file:.*\/glossary\//);
    }));

  it('works under a strict Content-Security-Policy, which refuses nothing', async () => {
    const strict = await withHeader(course.origin, 'content-security-policy', policy);
    try {
      await visit(browser, address(strict, lesson.path), {}, async (page) => {
        const refused = [];
        await page.context().exposeBinding('noteRefused', (source, text) => refused.push(text));
        await page.context().addInitScript(() => {
          document.addEventListener('securitypolicyviolation', (event) =>
            window.noteRefused(`${location.pathname}: ${event.violatedDirective}: ${event.blockedURI}`),
          );
        });
        for (const { path, html } of course.pages) {
          const response = await page.goto(address(strict, path));
          assert.equal(response.headers()['content-security-policy'], policy);
          if (!html.includes('class="term"')) continue;
          // The first one may stand in a callout that is folded.
          const link = page.locator('a.term:visible').first();
          await link.focus();
          await shown(preview(page));
        }
        await page.goto(address(strict, lesson.path));
        const link = terms(page).first();
        await link.hover();
        await says(page, link);
        assert.deepEqual(refused, []);
        // To see that it would have been noticed.
        await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
        await page.waitForFunction(() => true);
        assert.equal(refused.length, 1);
      });
    } finally {
      await strict.close();
    }
  });

  it('is not printed; the terms of the page are, with their definitions', () =>
    visitLesson({ width: 360 }, async (page) => {
      const link = terms(page).first();
      const list = page.locator('section.terms');
      await link.focus();
      await says(page, link);
      await shown(list.locator('dl'), false);
      await page.emulateMedia({ media: 'print' });
      await shown(preview(page), false);
      await shown(list.getByText('Terms on this page'));
      const used = new Set(await terms(page).evaluateAll((all) => all.map((one) => one.getAttribute('href'))));
      const printed = await list.locator('dl > :visible').allInnerTexts();
      for (const href of used) {
        const { title, text } = meanings.get(href.split('/').at(-1));
        assert.equal(printed[printed.indexOf(title) + 1], text, `${title} is not printed`);
      }
      await page.emulateMedia({ media: 'screen' });
      await shown(preview(page));
    }));
});

describe('preview, its place', () => {
  const windows = [
    ['english', 320, 600],
    ['english', 1280, 900],
    ['arabic', 320, 600],
    ['arabic', 1280, 900],
  ];
  for (const [name, width, height] of windows) {
    it(`lies within the window beside every link, at ${width} pixels, ${name}`, () =>
      visit(browser, address(courses[name], 'crowd.html'), { width, height }, async (page) => {
        assert.equal(await page.evaluate(() => document.dir), name === 'arabic' ? 'rtl' : 'ltr');
        // Once with room below, and once at the lower edge of the window, for each link.
        const findings = await terms(page).evaluateAll((links) => {
          const root = document.documentElement;
          // So that any link can be at either edge of the window.
          document.body.style.paddingBlock = '100vh';
          const wrong = [];
          const pushed = new Set();
          const put = new Set();
          for (const block of ['center', 'end']) {
            for (const link of links) {
              link.scrollIntoView({ block, behavior: 'instant' });
              link.focus({ preventScroll: true });
              const box = document.querySelector('.preview').getBoundingClientRect();
              const line = link.getClientRects()[0];
              const sides = `${box.left} to ${box.right}, ${box.top} to ${box.bottom}`;
              const where = `${link.textContent} at ${line.left}, ${line.top}: ${sides}`;
              if (box.width < 20 || box.height < 20) wrong.push(`not shown: ${where}`);
              if (box.left < 0 || box.right > root.clientWidth) wrong.push(`beside the window: ${where}`);
              if (box.top < 0 || box.bottom > root.clientHeight) wrong.push(`above or below the window: ${where}`);
              if (box.top < line.bottom && box.bottom > line.top) wrong.push(`on its link: ${where}`);
              if (root.scrollWidth > root.clientWidth) wrong.push(`the page scrolls sideways: ${where}`);
              const start = document.dir === 'rtl' ? line.right - box.right : box.left - line.left;
              if (Math.abs(start) > 1) pushed.add(link);
              put.add(box.top > line.top ? 'below' : 'above');
            }
          }
          return { wrong, pushed: pushed.size, links: links.length, put: [...put].sort() };
        });
        assert.deepEqual(findings.wrong, []);
        assert.equal(findings.links, 24);
        assert.deepEqual(findings.put, ['above', 'below']);
        // Some links stand so near to the edge that the preview could not begin where they do; most do not when wide.
        assert.ok(findings.pushed > 0, 'no link is near the edge');
        if (width > 1000) assert.ok(findings.pushed < 20, `${findings.pushed} previews do not begin where links do`);
      }));
  }

  it('leaves the scroll bar its room, at 320 pixels', async () => {
    const other = await startWithScrollBars();
    try {
      await visit(other, address(courses.english, 'crowd.html'), { width: 320, height: 300 }, async (page) => {
        const oak = page.getByRole('link', { name: 'Oak' }).first();
        await oak.focus();
        await shown(preview(page));
        const { inner, client, scroll } = await page.evaluate(() => ({
          inner: innerWidth,
          client: document.documentElement.clientWidth,
          scroll: document.documentElement.scrollWidth,
        }));
        assert.ok(client < inner, 'there is no scroll bar');
        const box = await preview(page).boundingBox();
        assert.ok(box.x + box.width <= client, `the preview ends at ${box.x + box.width} of ${client}`);
        assert.equal(scroll, client, 'the page scrolls sideways');
      });
    } finally {
      await other.close();
    }
  });

  it('keeps its place beside the link when the page is scrolled', () =>
    visitLesson({}, async (page) => {
      const link = terms(page).first();
      await link.focus();
      await says(page, link);
      const gap = async () => (await preview(page).boundingBox()).y - (await link.boundingBox()).y;
      const before = await gap();
      await page.evaluate(() => scrollBy({ top: 120, behavior: 'instant' }));
      assert.equal(await gap(), before);
    }));
});
