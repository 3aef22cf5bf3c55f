// The preview: pages that follow their sources, and what a reader was doing that stays.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { axeFindings, shown, visit } from './helpers.mjs';
import { serving } from './serving.mjs';
import { startBrowser } from '../lib.mjs';

const browser = await startBrowser();
const started = [];
process.setMaxListeners(0);
after(async () => {
  await browser.close();
  for (const course of started) await course.stop();
});

const paragraphs = (from, to) =>
  Array.from({ length: to - from }, (_, index) => `Paragraph ${from + index} of the lesson.`).join('\n\n');

/** A lesson with a question that is answered by a form, and a part that can be opened. */
const lesson = ({ title = 'Lesson', begin = 'The beginning.', end = 'The end.' } = {}) => `# ${title}

${begin}

${paragraphs(0, 30)}

<details id="more"><summary>More</summary>

Hidden text.

</details>

<form class="quiz" id="quiz-1">
<p>Which one?</p>
<label><input type="checkbox" name="a"> One</label>
<label><input type="checkbox" name="b"> Two</label>
<label>Why? <input type="text" name="why"></label>
<details class="answer"><summary>Answer</summary><p>Both.</p></details>
</form>

${paragraphs(30, 60)}

${end}
`;

const files = {
  'site.toml': 'title = "Course"\nlanguage = "en"\ntheme = "own"\n',
  'content/index.md': '# Course\n\nHome.\n',
  'content/a.md': lesson(),
  'content/b.md': '# Other\n\nText with [[thing]].\n',
  'content/glossary/thing.md': '+++\ntitle = "Thing"\ndefinition = "A thing."\n+++\n\nText.\n',
  'themes/own/static/extra.css': 'main { color: rgb(1, 2, 3); }\n',
  'themes/own/templates/lesson.html':
    '{% extends "base.html" %}{% block head %}<link rel="stylesheet" href="{{ page.theme }}extra.css">{% endblock head %}\n',
};

async function served() {
  const course = await serving(files);
  started.push(course);
  return course;
}

/** Marks the window, so that a page that was loaded anew can be told from one that changed in place. */
const mark = (page) => page.evaluate(() => { window.same = true; });
const isSame = (page) => page.evaluate(() => window.same === true);
const hasText = (page, text) => page.getByText(text, { exact: true }).waitFor({ state: 'attached' });

describe('a page that is open', () => {
  it('changes in place and keeps its scrolling, what is opened, ticked and typed, and the focus', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await mark(page);
      await page.locator('#more summary').click();
      await page.locator('[name=b]').check();
      await page.locator('[name=why]').fill('because');
      await page.locator('.quiz summary').scrollIntoViewIfNeeded();
      const before = await page.evaluate(() => scrollY);
      assert.ok(before > 0);
      await course.save('content/a.md', lesson({ end: 'Another end.' }));
      await hasText(page, 'Another end.');
      assert.equal(await page.getByText('The end.', { exact: true }).count(), 0);
      assert.ok(await isSame(page));
      assert.equal(await page.evaluate(() => scrollY), before);
      assert.ok(await page.locator('#more').evaluate((details) => details.open));
      assert.ok(await page.locator('[name=b]').isChecked());
      assert.equal(await page.locator('[name=why]').inputValue(), 'because');
      assert.equal(await page.evaluate(() => document.activeElement.name), 'why');
    });
  });

  it('keeps what is seen in its place when something is added above', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      const form = page.locator('#quiz-1');
      await form.scrollIntoViewIfNeeded();
      await page.locator('[name=a]').check();
      const before = (await form.boundingBox()).y;
      await course.save('content/a.md', lesson({ begin: 'A new beginning.\n\nWith more.\n\nAnd more.' }));
      await hasText(page, 'And more.');
      await page.waitForFunction(
        (y) => Math.abs(document.getElementById('quiz-1').getBoundingClientRect().y - y) < 2, before);
      assert.ok(await page.locator('[name=a]').isChecked());
    });
  });

  it('tells scripts what has changed', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await page.evaluate(() => {
        document.addEventListener('hornbook:update', ({ detail }) => {
          window.roots = detail.roots.map((root) => root.textContent);
        });
      });
      await course.save('content/a.md', lesson({ end: 'Another end.' }));
      await page.waitForFunction(() => window.roots);
      assert.deepEqual(await page.evaluate(() => window.roots), ['Another end.']);
    });
  });

  it('runs a script that it did not have before', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await mark(page);
      await course.save('content/a.md', lesson({ end: 'Now with a [[thing]].' }));
      await page.locator('a.term', { hasText: 'thing' }).waitFor();
      // The script is still on its way when its link is there.
      await page.waitForFunction(() => {
        const link = document.querySelector('a.term');
        link.blur();
        link.focus();
        return document.querySelector('.preview:not([hidden])');
      });
      assert.ok(await isSame(page));
    });
  });

  it('changes its title, in the text and in the tab', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await course.save('content/a.md', '+++\nslug = "a"\n+++\n' + lesson({ title: 'Renamed' }));
      await page.waitForFunction(() => document.title.startsWith('Renamed'));
      await shown(page.getByRole('heading', { name: 'Renamed' }));
    });
  });

  it('is left alone when another page changes', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await page.evaluate(() => {
        new MutationObserver(() => { window.touched = true; })
          .observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      });
      const asked = [];
      page.on('request', (request) => asked.push(request.url()));
      await course.save('content/b.md', '# Other\n\nNew text with [[thing]].\n');
      await course.save('content/a.md', lesson({ end: 'Another end.' }));
      await hasText(page, 'Another end.');
      assert.deepEqual(asked.filter((url) => url.endsWith('.html')), [`${course.origin}/a.html`]);
    });
  });

  it('gets another stylesheet without being loaded anew', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await mark(page);
      const colour = () => page.locator('main').evaluate((main) => getComputedStyle(main).color);
      assert.equal(await colour(), 'rgb(1, 2, 3)');
      await course.save('themes/own/static/extra.css', 'main { color: rgb(4, 5, 6); }\n');
      await page.waitForFunction(() => getComputedStyle(document.querySelector('main')).color === 'rgb(4, 5, 6)');
      assert.ok(await isSame(page));
    });
  });

  it('works under a strict Content-Security-Policy', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await page.route('**/a.html', async (route) => {
        const response = await route.fetch();
        const headers = { ...response.headers(), 'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; worker-src 'self'" };
        await route.fulfill({ response, headers });
      });
      const refused = [];
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) refused.push(message.text());
      });
      await page.reload();
      await course.save('content/a.md', lesson({ end: 'Another end.' }));
      await hasText(page, 'Another end.');
      assert.deepEqual(refused, []);
    });
  });
});

describe('mistakes', () => {
  const broken = lesson({ end: 'See [[nowhere]].' });

  it('are shown over the page, closed by Escape, and gone with the next good build', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await mark(page);
      await page.locator('[name=why]').fill('because');
      await course.save('content/a.md', broken);
      const dialog = page.getByRole('dialog', { name: '1 error' });
      await shown(dialog);
      assert.match(await page.title(), /^✗ 1 error · Lesson/);
      const text = await dialog.locator('pre').innerText();
      assert.match(text, /error\[unknown-link\]: no lesson or term is called "nowhere"/);
      assert.match(text, /content\/a\.md:\d+:\d+/);
      assert.match(text, /\^\^\^/);
      await hasText(page, 'The end.');
      assert.deepEqual(await axeFindings(page), []);
      await page.keyboard.press('Escape');
      await shown(dialog, false);
      assert.equal(await page.evaluate(() => document.activeElement.name), 'why');
      const badge = page.getByRole('button', { name: '1 error' });
      await badge.focus();
      await page.keyboard.press('Enter');
      await shown(dialog);
      await course.save('content/a.md', lesson({ end: 'A good end.' }));
      await hasText(page, 'A good end.');
      await shown(dialog, false);
      await shown(badge, false);
      assert.equal(await page.title(), 'Lesson · Course');
      assert.ok(await isSame(page));
      assert.equal(await page.locator('[name=why]').inputValue(), 'because');
    });
  });

  it('that were closed stay closed on the next page, and other ones are shown', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await course.save('content/a.md', broken);
      const dialog = page.getByRole('dialog');
      await shown(dialog);
      await page.keyboard.press('Escape');
      // A dialog tells after it has closed.
      await page.waitForFunction(() => sessionStorage.getItem('hornbook-closed'));
      await page.goto(`${course.origin}/b.html`);
      await shown(page.getByRole('button', { name: '1 error' }));
      assert.equal(await dialog.count(), 0);
      await course.save('content/a.md', broken.replace('nowhere', 'elsewhere'));
      await shown(dialog);
    });
  });
});

describe('the connection', () => {
  it('is made again after a restart, and what was missed is made up for', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/a.html`, {}, async (page) => {
      await mark(page);
      await page.locator('[name=why]').fill('because');
      assert.equal(await course.stop(), 0);
      course.write('content/a.md', lesson({ end: 'Written meanwhile.' }));
      await course.start();
      await hasText(page, 'Written meanwhile.');
      assert.ok(await isSame(page));
      assert.equal(await page.locator('[name=why]').inputValue(), 'because');
      await course.save('content/a.md', lesson({ end: 'Written after.' }));
      await hasText(page, 'Written after.');
    });
  });

  it('is one for all tabs, and only the tab with the changed page acts', async () => {
    const course = await served();
    const context = await browser.newContext();
    let connections = 0;
    context.on('request', (request) => { if (request.url().endsWith('/events')) connections += 1; });
    try {
      const tabs = await Promise.all(['a.html', 'a.html', 'b.html'].map(async (path) => {
        const tab = await context.newPage();
        await tab.goto(`${course.origin}/${path}`);
        return tab;
      }));
      await tabs[2].evaluate(() => {
        new MutationObserver(() => { window.touched = true; })
          .observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
      });
      await course.save('content/a.md', lesson({ end: 'In two tabs.' }));
      for (const tab of tabs.slice(0, 2)) await hasText(tab, 'In two tabs.');
      assert.equal(await tabs[2].evaluate(() => window.touched), undefined);
      // What a worker asks for is no request of a page.
      assert.equal(connections, 0);
      const session = await browser.newBrowserCDPSession();
      const { targetInfos } = await session.send('Target.getTargets');
      const workers = targetInfos.filter(({ type, url }) => type === 'shared_worker' && url.startsWith(course.origin));
      assert.equal(workers.length, 1);
    } finally {
      await context.close();
    }
  });
});

describe('a page that is not there', () => {
  it('suggests others, and appears when it is written', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/c.html`, {}, async (page) => {
      await shown(page.getByRole('heading', { name: 'Page not found' }));
      await shown(page.getByText('The course has nothing at /c.html.'));
      assert.deepEqual(await axeFindings(page), []);
      await course.save('content/c.md', '# New\n\nIt is here.\n');
      await hasText(page, 'It is here.');
    });
  });
});

describe('the author', () => {
  it('sees the source, where links to terms come from, and all answers', async () => {
    const course = await served();
    await visit(browser, `${course.origin}/b.html`, {}, async (page) => {
      await page.getByText('Author', { exact: true }).click();
      await page.getByText('content/b.md:1').waitFor();
      const terms = page.getByRole('listitem').filter({ hasText: 'Thing (content/glossary/thing.md)' });
      await shown(terms.first());
      assert.deepEqual(await axeFindings(page), []);
      await page.goto(`${course.origin}/a.html`);
      await page.getByText('Author', { exact: true }).click();
      const answer = page.locator('.quiz details');
      await page.getByLabel('Show all answers').check();
      assert.ok(await answer.evaluate((details) => details.open));
      await page.getByLabel('Show all answers').uncheck();
      assert.ok(!(await answer.evaluate((details) => details.open)));
    });
  });
});
