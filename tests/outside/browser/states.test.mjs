// Every kind of page in the states that scripts and readers bring it to: dialogs and previews open, questions answered,
// an exam under way and over. In each of them axe finds nothing, the document is valid HTML, and with the system's own
// colours everything that says something is still to be seen.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkWithNu } from '../nu.mjs';
import { address, axeFindings, markdown, prepare, shown, visit } from './helpers.mjs';

const choice = (name, more = '') => `\`\`\`quiz
What is ${name}?

- [ ] Wrong ${name}
  > No, for **this** reason.
- [x] Right ${name}
- [ ] Worse ${name}
${more}
\`\`\``;
const questions = [
  '## Questions',
  choice('it', '\n? Think of it.\n\nIt is so, with [[Word]].'),
  '```quiz\nWhich are right?\n\n- [x] One\n- [x] Two\n- [ ] Three\n```',
  '```quiz\nA [[blank]] and [[another]].\n```',
  '```quiz\nPut in order.\n\n1. First\n2. Second\n3. Third\n```',
  '```quiz\nMatch.\n\n| Left | Right |\n| --- | --- |\n| A | The first |\n| B | The second |\n| | Neither |\n```',
].join('\n\n');
const callouts = ['NOTE', 'TIP', 'IMPORTANT', 'WARNING', 'CAUTION', 'KEY', 'DEFINITION', 'EXAMPLE', 'STORY', 'EXAM', 'EXERCISE']
  .map((kind) => `> [!${kind}]\n> What it says of a word.`)
  .join('\n\n');
const text = `A word in a sentence, with a [link](02-second.md), \`code\` and a mark.\n\n## Callouts\n\n${callouts}\n\n## Table\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n\`\`\`\nsome code\n\`\`\`\n\n`;

const { browser, courses } = await prepare({
  course: {
    'site.toml': 'title = "States"\nlanguage = "en"\n',
    'content/index.md': markdown({ title: 'States', objectives: ['See it'] }, '## About\n\nAbout it.\n\n## More\n\nMore.'),
    'content/01-unit/index.md': markdown({ title: 'The unit', objectives: ['Do this', 'Do that'] }, 'About the unit.'),
    'content/01-unit/01-first.md': markdown({ title: 'First', objectives: ['Know it'] }, text + questions),
    'content/01-unit/02-second.md': markdown({ title: 'Second', prerequisites: ['First'] }, 'More of it.'),
    'content/02-exam/01-exam.md': '+++\ntitle = "Exam"\n\n[exam]\nminutes = 30\n+++\n\nAn exam.\n',
    'content/glossary/word.md': markdown({ title: 'Word', aliases: ['Term'], see_also: ['Other'] }, 'What is said.\n\nMore.'),
    'content/glossary/other.md': markdown({ title: 'Other' }, 'Something else, like [[Word]].'),
  },
});
const { course } = courses;
const LESSON = 'unit/first.html';
const EXAM = 'exam/exam.html';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const field = (page, at) => page.locator('fieldset.quiz').nth(at);
const check = (page, at) => field(page, at).locator('.quiz-check').click();

/** Answers all five kinds, the first of them wrong, and the rest partly. */
async function answer(page) {
  await field(page, 0).locator('.quiz-options').getByText('Wrong it').click();
  await field(page, 1).locator('.quiz-options').getByText('One').click();
  await field(page, 2).locator('input').first().fill('blank');
  await field(page, 2).locator('input').last().fill('nothing');
  await field(page, 3).locator('.quiz-down').first().click();
  for (const select of await field(page, 4).locator('select').all()) await select.selectOption({ index: 1 });
}

async function startExam(page) {
  await button(page, 'Start the exam').click();
  await page.locator('fieldset[data-kind="single"] input').first().check();
  await page.locator('.exam-flag').first().click();
  await page.locator('.exam-bar summary').click();
}

/** By name: the page, and what brings it there. */
const STATES = {
  home: ['index.html'],
  'home with progress': [LESSON, async (page) => {
    await answer(page);
    await check(page, 0);
    await page.goto(address(course, 'index.html'));
    await page.locator('details.able summary').first().click();
  }],
  'home, before deleting': ['index.html', (page) => button(page, 'Delete my progress').click()],
  'keys': [LESSON, (page) => button(page, 'Keyboard shortcuts').click()],
  unit: ['unit/index.html', open],
  lesson: [LESSON, open],
  preview: [LESSON, async (page) => {
    await page.locator('.text a.term').first().focus();
    await shown(page.locator('.preview'));
  }],
  'questions, chosen': [LESSON, answer],
  'questions, something missing': [LESSON, async (page) => {
    for (const at of [0, 1, 2, 3, 4]) await check(page, at);
  }],
  'questions, checked': [LESSON, async (page) => {
    await answer(page);
    for (const at of [0, 1, 2, 3, 4]) await check(page, at);
  }],
  'questions, answers shown': [LESSON, async (page) => {
    await answer(page);
    for (const at of [0, 1, 2, 3, 4]) await check(page, at);
    for (const at of [0, 1, 2, 3, 4]) await field(page, at).locator('.quiz-show').click();
  }],
  'exam, before': [EXAM],
  'exam, running': [EXAM, startExam],
  'exam, submitting': [EXAM, async (page) => {
    await startExam(page);
    await button(page, 'Submit the exam').click();
  }],
  'exam, reviewed': [EXAM, async (page) => {
    await startExam(page);
    await button(page, 'Submit the exam').click();
    await button(page, 'Submit all the same').click();
    await shown(page.locator('.exam-topics'));
  }],
  glossary: ['glossary/index.html'],
  'glossary, filtered': ['glossary/index.html', (page) => page.getByRole('searchbox').fill('oth')],
  term: ['glossary/word.html', open],
};

/** Opens what is folded, and is to be opened by a reader. */
async function open(page) {
  const folded = page.locator('details:not(.quiz-answer) > summary:visible');
  await folded.evaluateAll((summaries) => summaries.forEach((summary) => (summary.parentNode.open = true)));
}

const inState = (name, options, use) =>
  visit(browser, address(course, STATES[name][0]), options, async (page) => {
    await STATES[name][1]?.(page);
    await use(page);
  });

describe('axe finds nothing', () => {
  for (const name of Object.keys(STATES)) {
    for (const [width, scheme] of [[360, 'light'], [360, 'dark'], [1280, 'light'], [1280, 'dark']]) {
      it(`${name}, at ${width} pixels, ${scheme}`, () =>
        inState(name, { width, scheme }, async (page) => assert.deepEqual(await axeFindings(page), [])));
    }
  }
});

it('the Nu checker finds nothing in the documents that scripts have made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hornbook-states-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const names = Object.keys(STATES);
  for (const name of names) {
    await inState(name, {}, async (page) => {
      const html = await page.evaluate(() => `<!doctype html>\n${document.documentElement.outerHTML}`);
      writeFileSync(join(folder, `${names.indexOf(name)}.html`), html);
    });
  }
  const files = names.map((_, at) => `${at}.html`);
  const errors = (await checkWithNu(folder, files)).filter(({ type }) => type === 'error');
  const told = errors.map(({ file, message, extract }) => `${names[Number.parseInt(file, 10)]}: ${message} ${extract}`);
  assert.deepEqual(told, []);
});

describe('enlarged to 400 %, which leaves 320 pixels, nothing has to be scrolled sideways', () => {
  for (const name of Object.keys(STATES)) {
    it(name, () =>
      inState(name, { width: 320, height: 256 }, async (page) => {
        const { scroll, client } = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return { scroll: scrollWidth, client: clientWidth };
        });
        assert.ok(scroll <= client, `${scroll} pixels in a window of ${client}`);
      }));
  }
});

// Forced colours -----------------------------------------------------------------------------------------------------

/**
 * What cannot be told from its ground, of all that is on the screen: shapes that are cut out of a colour, controls without
 * a border, words.
 */
function unseen() {
  const seen = (color) => /\((.*)\)/.exec(color)[1].split(/[ ,/]+/).map(Number);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = seen(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color.slice(0, 3).join();
    }
    return '255,255,255';
  };
  const found = [];
  const tell = (node, what) => found.push(`${what}: ${node.tagName.toLowerCase()}.${node.className}`);
  for (const node of document.querySelectorAll('body *')) {
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || node.closest('.visually-hidden, option')) continue;
    if (node.closest('[hidden]') || node.getBoundingClientRect().width < 2) continue;
    const style = getComputedStyle(node);
    for (const pseudo of ['::before', '::after']) {
      const made = getComputedStyle(node, pseudo);
      const isShape = made.content === '""' && made.clipPath !== 'none' && made.display !== 'none';
      // A shape that is told to keep its colours has to take one of the system's.
      if (isShape && seen(made.backgroundColor).slice(0, 3).join() === ground(node)) tell(node, `no ${pseudo}`);
      if (isShape && made.forcedColorAdjust !== 'none') tell(node, `${pseudo} is wiped out`);
    }
    const control = node.matches('button, select, input:not([type="checkbox"], [type="radio"], [type="file"]), .start, .steps a, .exam-bar li a');
    const isQuiet = node.matches('.site-keys button, .site-tools select');
    if (control && !isQuiet && (parseFloat(style.borderTopWidth) === 0 || seen(style.borderTopColor).slice(0, 3).join() === ground(node.parentElement))) {
      tell(node, 'no border');
    }
    const words = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim());
    if (words && !node.matches('.site-tools select') && seen(style.color).slice(0, 3).join() === ground(node)) tell(node, 'no words');
  }
  return [...new Set(found)];
}

describe("with the system's own colours", () => {
  for (const name of Object.keys(STATES)) {
    for (const [width, scheme] of [[360, 'light'], [1280, 'dark']]) {
      it(`all is to be seen: ${name}, at ${width} pixels, ${scheme}`, () =>
        inState(name, { width, scheme, forced: true }, async (page) => {
          assert.ok(await page.evaluate(() => matchMedia('(forced-colors: active)').matches));
          assert.deepEqual(await page.evaluate(unseen), []);
        }));
    }
  }

  const outline = (locator) =>
    locator.evaluate((node) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node);
      return { style: outlineStyle, width: parseFloat(outlineWidth), color: outlineColor, ground: getComputedStyle(document.body).backgroundColor };
    });

  it('the focus is seen on every stop of a page', () =>
    inState('questions, chosen', { forced: true }, async (page) => {
      await page.evaluate(() => document.activeElement.blur());
      for (let at = 0; at < 40; at++) {
        await page.keyboard.press('Tab');
        const focus = page.locator(':focus');
        if ((await focus.count()) === 0) break;
        // The ring of a choice is drawn around its option.
        const isChoice = await focus.evaluate((node) => node.matches('.quiz-options input'));
        const ringed = isChoice ? page.locator('.quiz-options li:has(:focus)') : focus;
        const { style, width, color, ground } = await outline(ringed);
        const what = await focus.evaluate((node) => node.outerHTML.slice(0, 120));
        assert.notEqual(style, 'none', what);
        assert.ok(width >= 2 && color !== ground, what);
      }
    }));

  it('a choice, what is right and what is wrong are told apart by more than colour', () =>
    inState('questions, answers shown', { forced: true }, async (page) => {
      const options = field(page, 0).locator('.quiz-options > li');
      const border = (locator) => locator.evaluate((node) => getComputedStyle(node).border);
      const chosen = page.locator('.quiz-options > li:has(:checked)').first();
      const other = page.locator('.quiz-options > li:not(:has(:checked))').first();
      assert.notEqual(await border(chosen), await border(other));
      assert.deepEqual((await options.locator('.quiz-mark').allInnerTexts()).sort(), ['right', 'wrong']);
      const shapes = await options.locator('.quiz-mark').evaluateAll((marks) =>
        marks.map((mark) => getComputedStyle(mark, '::before').clipPath),
      );
      assert.equal(new Set(shapes).size, 2);
    }));
});
