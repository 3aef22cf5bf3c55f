// The headers that `hornbook headers` prints, sent with a built course: everything works, nothing is refused, and what is
// named by its content is kept.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { filesBelow, headerRules } from '../lib.mjs';
import { address, markdown, prepare, program, shipped, shown, visit, withHeaders, write } from './helpers.mjs';

// What an author may write into a lesson.
const raw = [
  '<p id="by-script">not yet</p>',
  '',
  '<script>document.getElementById("by-script").textContent = "done";</script>',
  '',
  '<style>#by-style { color: rgb(1, 2, 3); }</style>',
  '',
  '<p id="by-style" style="margin-left: 7px">Text.</p>',
  '',
  '<p><button onclick="this.textContent = \'pressed\'">Press</button></p>',
].join('\n');

const own = {
  'site.toml': 'title = "Own"\n',
  'content/index.md': markdown({ title: 'Own' }, 'Home.'),
  'content/raw.md': markdown({ title: 'Raw' }, raw),
};

const scratch = mkdtempSync(join(tmpdir(), 'hornbook-headers-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
write(own, scratch);
const printed = (folder) =>
  headerRules(execFileSync(program(), ['headers', folder, '--format', 'netlify'], { encoding: 'utf8' }));
const rules = { shipped: printed(shipped), own: printed(scratch) };

const { browser, courses } = await prepare({ shipped, own });
const strict = {};
for (const name of Object.keys(courses)) {
  strict[name] = { ...courses[name], ...(await withHeaders(courses[name].origin, rules[name])) };
}
after(() => Promise.all(Object.values(strict).map((course) => course.close())));

/** Opens a page of a course as `visit` does, and fails when the policy has refused anything. */
const allowed = (course, path, use) =>
  visit(browser, address(course, path), {}, async (page) => {
    const refused = [];
    await page.context().exposeBinding('noteRefused', (source, text) => refused.push(text));
    await page.context().addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) =>
        window.noteRefused(`${location.pathname}: ${event.violatedDirective}: ${event.blockedURI}`),
      );
    });
    await page.reload();
    await use(page, refused);
    assert.deepEqual(refused, []);
  });

const { pages } = courses.shipped;
const withHtml = (part) => pages.find(({ html }) => html.includes(part)).path;

describe('under the headers of a course', () => {
  it('every kind of page opens and is asked for again, and what is named by its content is kept', () =>
    allowed(strict.shipped, 'index.html', async (page) => {
      const kept = [];
      page.on('response', (response) => {
        const path = new URL(response.url()).pathname;
        if (response.headers()['cache-control']?.includes('immutable')) kept.push(path);
      });
      const kinds = new Map(pages.map(({ path, html }) => [/<body class="([^"]*)"/.exec(html)?.[1], path]));
      for (const path of kinds.values()) {
        const response = await page.goto(address(strict.shipped, path));
        const { 'content-security-policy': policy, 'x-content-type-options': sniff } = response.headers();
        assert.ok(policy.includes("default-src 'self'") && sniff === 'nosniff');
        assert.ok(!kept.includes(new URL(response.url()).pathname));
      }
      assert.ok(kept.length > 0);
      assert.deepEqual(kept.filter((path) => !/^\/theme\/([0-9a-f]{16}\/|search\/[0-9a-f]{10}\.js$)/.test(path)), []);
    }));

  it('exactly the files that are named by their content may be kept', () => {
    const files = filesBelow(courses.shipped.folder, ['.html', '.css', '.js', '.svg', '.json']);
    for (const path of files) {
      const isKept = rules.shipped(`/${path}`)['cache-control'] === 'public, max-age=31536000, immutable';
      const isNamed = path.startsWith('theme/') && path !== 'theme/search/index.js';
      assert.equal(isKept, isNamed, path);
    }
  });

  it('Cloudflare is told the same in its own way', () => {
    const text = execFileSync(program(), ['headers', shipped, '--format', 'cloudflare'], { encoding: 'utf8' });
    const cloudflare = headerRules(text);
    const again = 'public, max-age=0, must-revalidate';
    for (const path of filesBelow(courses.shipped.folder, ['.html', '.css', '.js', '.svg'])) {
      const [one, other] = [rules.shipped(`/${path}`), cloudflare(`/${path}`)];
      // What Netlify says by itself.
      assert.deepEqual({ 'cache-control': again, ...other }, { 'cache-control': again, ...one }, path);
    }
  });

  it('the search finds, and shows where', () =>
    allowed(strict.shipped, 'index.html', async (page) => {
      await page.keyboard.press('Control+k');
      await page.locator('dialog.search input').fill('stakeholder');
      const result = page.locator('dialog.search [role=option]').first();
      await shown(result);
      await shown(page.locator('dialog.search mark').first());
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname !== '/' && url.pathname !== '/index.html');
    }));

  it('questions are answered, and kept', () =>
    allowed(strict.shipped, withHtml('data-kind="single"'), async (page) => {
      const question = page.locator('fieldset.quiz[data-kind=single]').first();
      await question.locator('label').first().click();
      await question.locator('button').first().click();
      await page.waitForFunction(() => document.querySelector('fieldset.quiz[data-state]:not([data-state=open])'));
    }));

  it('a term is previewed', () =>
    allowed(strict.shipped, withHtml('class="term"'), async (page) => {
      await page.locator('a.term:visible').first().focus();
      await shown(page.locator('.preview'));
    }));

  it('the map is drawn, and leads to lessons', () =>
    allowed(strict.shipped, 'map.html', async (page) => {
      await shown(page.locator('svg.map-drawing:visible').first());
      await page.locator('svg.map-wide a.map-box').first().focus();
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => !url.pathname.endsWith('map.html'));
    }));

  it('a script that nobody has written into the course does not run', () =>
    visit(browser, address(strict.shipped, 'index.html'), {}, async (page) => {
      await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.intruder = true';
        document.body.append(script);
      });
      assert.equal(await page.evaluate(() => window.intruder), undefined);
    }));
});

describe('under the headers of a course with scripts and styles in its lessons', () => {
  it('these run and show, and no others do', () =>
    allowed(strict.own, 'raw.html', async (page, refused) => {
      assert.equal(await page.locator('#by-script').textContent(), 'done');
      const style = await page.locator('#by-style').evaluate((element) => {
        const { color, marginLeft } = getComputedStyle(element);
        return [color, marginLeft];
      });
      assert.deepEqual(style, ['rgb(1, 2, 3)', '7px']);
      await page.getByRole('button', { name: 'Press' }).click();
      await shown(page.getByRole('button', { name: 'pressed' }));
      assert.deepEqual(refused, []);
      await page.evaluate(() => document.body.setAttribute('onclick', 'window.intruder = true'));
      await page.locator('h1').click();
      // To see that it would have been noticed.
      while (refused.length === 0) await page.evaluate(() => new Promise(requestAnimationFrame));
      assert.equal(refused.splice(0).length, 1);
      assert.equal(await page.evaluate(() => window.intruder), undefined);
    }));
});
