// Questions in a lesson: every kind by mouse, keyboard and touch, without script, from a disk and on paper; what becomes
// of a saved answer when an author edits; storage that does not work; and what axe finds in every state.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { address, axeFindings, fileAddress, markdown, prepare, shown, tabTo, told, visit, withHeader } from './helpers.mjs';

const rows = JSON.parse(readFileSync(new URL('../../answers.json', import.meta.url), 'utf8'));

const kinds = `
## Choice

\`\`\`quiz points=2
Who decides in the end?

- [ ] The provider
  > A provider can propose value. See [[Home]].
- [x] The customer
  > Value is defined by the one who receives it.
- [ ] The regulator
- [ ] Nobody

? Think of e-mail.

? Who pays?

Because value is *perceived*.
\`\`\`

\`\`\`quiz
Which are outcomes?

- [x] A closed sale
  > A result for a stakeholder.
- [ ] A printed report
  > An output.
- [x] An employee paid on time
\`\`\`

\`\`\`quiz
An output is an outcome.

- [ ] True
- [x] False
\`\`\`

\`\`\`\`quiz
Which code prints 3?

- [ ] This one

  \`\`\`python
  print(1)
  \`\`\`

  > It prints 1, as [[Home]] says.
- [x] That one

  \`\`\`python
  print(1 + 2)
  \`\`\`
- [ ] Neither

  | a | b |
  | --- | --- |
  | 1 | 2 |
\`\`\`\`

## Text

\`\`\`quiz
Value is [[co-created]] with the [[customer|consumer]].

---

Both take part.
\`\`\`

\`\`\`quiz
Pi is about [[= 3.14 ± 0.01]].
\`\`\`

## Order and match

\`\`\`quiz
Put the steps in order.

1. Plan
2. Engage
3. Design
4. Obtain

? It begins with P.
\`\`\`

\`\`\`quiz
Match the terms.

| Term | Meaning |
| --- | --- |
| Output | What is delivered |
| Outcome | A result |
| | A cost |
\`\`\`
`;

const site = { 'site.toml': 'title = "Quizzes"\nlanguage = "en"\n', 'content/index.md': markdown({ title: 'Home' }, 'Text.') };

// What an author does --------------------------------------------------------------------------------------------------

const lesson = 'content/01-unit/01-lesson.md';
const other = 'content/02-other/01-other.md';
const ask = (prompt, options, attributes = '') =>
  `\`\`\`quiz${attributes}\n${prompt}\n\n${options.map((option) => `- ${option}`).join('\n')}\n\`\`\`\n`;
const prompt = 'Who decides, in the end, what a service is worth?';
const list = ['[ ] The provider', '[x] The customer', '[ ] The regulator'];
const named = ' id=worth';
const written = (...questions) => markdown({ title: 'Lesson' }, questions.join('\n'));
const base = {
  ...site,
  [lesson]: written(ask(prompt, list)),
  [other]: markdown({ title: 'Other' }, 'Text.'),
};
const withId = { ...base, [lesson]: written(ask(prompt, list, named)) };
const twin = ask(prompt, ['[x] Me', '[ ] You', '[ ] They']);
const withTwin = { ...base, [lesson]: written(twin, ask(prompt, list)) };
const edited = (...questions) => ({ ...base, [lesson]: written(...questions) });
const without = (files, path) => Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));

/** [what is done, the course after it, what becomes of the answer, the course before it] */
const edits = [
  ['nothing', base, 'kept'],
  ['a comma is mended', edited(ask(prompt.replaceAll(',', ''), list)), 'kept'],
  ['case is mended', edited(ask(prompt.toUpperCase(), list)), 'kept'],
  ['spaces are mended', edited(ask(prompt.replaceAll(' ', '  '), list)), 'kept'],
  ['the case of an option is mended', edited(ask(prompt, [list[0], '[x] the customer', list[2]])), 'kept'],
  ['options are reordered', edited(ask(prompt, [list[2], list[1], list[0]])), 'kept'],
  ['feedback is added', edited(ask(prompt, [`${list[0]}\n  > No.`, list[1], list[2]])), 'kept'],
  ['a question is put before it', edited(ask('Another one?', list), ask(prompt, list)), 'kept'],
  ['the key is changed', edited(ask(prompt, ['[x] The provider', '[ ] The customer', list[2]])), 'changed'],
  ['an option is added', edited(ask(prompt, [...list, '[ ] Nobody'])), 'changed'],
  ['an option is removed', edited(ask(prompt, list.slice(0, 2))), 'changed'],
  [
    'the lesson is moved to another unit',
    { ...without(base, lesson), 'content/02-other/02-lesson.md': base[lesson] },
    'kept',
  ],
  [
    'the unit is renamed',
    { ...without(base, lesson), 'content/01-renamed/01-lesson.md': base[lesson] },
    'kept',
  ],
  ['the prompt is reworded', edited(ask('Who says what a service is worth?', list)), 'none'],
  ['the prompt is reworded, with an id', edited(ask('Who says what it is worth?', list, named)), 'kept', withId],
  ['the key is changed, with an id', edited(ask(prompt, ['[x] The provider', ...list.slice(2)], named)), 'changed', withId],
  ['the id is changed', edited(ask(prompt, list, ' id=another')), 'none', withId],
  [
    'a second question with the same prompt is put before it',
    withTwin,
    'kept',
  ],
  ['the other question with the same prompt is removed', base, 'kept', withTwin],
  ['an id is given', withId, 'kept'],
  ['an id is given beside the same prompt', edited(twin, ask(prompt, list, named)), 'kept', withTwin],
  ['an id is given and the other question removed', withId, 'kept', withTwin],
  ['the key is changed beside the same prompt', edited(twin, ask(prompt, ['[x] The provider', ...list.slice(2)])), 'none', withTwin],
];

const { browser, courses } = await prepare({
  kinds: { ...site, 'content/kinds.md': markdown({ title: 'Kinds' }, kinds) },
  rtl: {
    ...site,
    'site.toml': 'title = "أسئلة"\nlanguage = "ar"\n',
    'content/kinds.md': markdown({ title: 'Kinds' }, kinds),
  },
  live: base,
  withId,
  withTwin,
  ...Object.fromEntries(edits.map(([name, files], at) => [`edit${at}`, files])),
});

const open = (options, use) => visit(browser, address(courses.kinds, courses.kinds.page('Kinds')), options, use);
const question = (page, at) => page.locator(`[id="question:${at}"]`);
const button = (field, name) => field.getByRole('button', { name, exact: true });
const outcome = (field) => field.locator('.quiz-outcome');
const says = async (field, text) => assert.match((await outcome(field).textContent()).trim(), text);
const state = (field) => field.getAttribute('data-state');
const spoken = (page) => page.locator('.quiz-status').textContent();
const option = (field, text) => field.locator('.quiz-options > li').filter({ hasText: text });
const saved = (page) => page.evaluate(() => JSON.parse(localStorage.getItem(`hornbook:${document.documentElement.dataset.site}`)));

async function keepsFocus(page) {
  const at = await page.evaluate(() => document.activeElement?.tagName);
  assert.notEqual(at, 'BODY', 'the focus is lost');
}

/** Presses "Up" until the entries stand in this order. */
async function sort(field, texts, press = (target) => target.click()) {
  for (const [place, text] of texts.entries()) {
    for (;;) {
      const now = (await field.locator('.quiz-order .quiz-text').allInnerTexts()).map((one) => one.trim());
      if (now.indexOf(text) <= place) break;
      await press(field.getByRole('button', { name: `Move up: ${text}`, exact: true }));
    }
  }
}

/** Answers all questions, in the page itself, and presses their buttons. */
const settle = (page, how) =>
  page.evaluate((how) => {
    for (const field of document.querySelectorAll('fieldset.quiz')) {
      const all = (selector) => [...field.querySelectorAll(selector)];
      const click = (item) => item.querySelector(':scope > label > input, :scope > input').click();
      const isRight = (item) => 'right' in item.dataset;
      const isGood = how === 'right';
      if (how !== 'missing') {
        const options = all('.quiz-options > li');
        if (isGood) options.filter(isRight).forEach(click);
        else if (options.length > 0) click(options.find((item) => !isRight(item)));
        for (const blank of all('.quiz-blank')) {
          blank.value = !isGood ? '7' : blank.dataset.number ?? JSON.parse(blank.dataset.answers)[0];
        }
        for (const row of all('[data-pair]')) {
          const values = [...row.querySelectorAll('option')].map(({ value }) => value).filter(Boolean);
          row.querySelector('select').value = isGood ? row.dataset.right : values.find((value) => value !== row.dataset.right);
        }
        const items = all('[data-item]').sort((a, b) => a.dataset.place - b.dataset.place);
        if (isGood && items.length > 0) window.hornbook.show(field, items.map((item) => item.dataset.item));
        else all('.quiz-down')[0]?.click();
      }
      field.querySelector('.quiz-check').click();
      const show = field.querySelector('.quiz-show');
      if (how === 'shown' && !show.hidden) show.click();
      if (how === 'wrong') for (const hint of all('.quiz-hint')) hint.open = true;
    }
  }, how);

describe('answers', () => {
  const judge = (rows) =>
    rows
      .filter(({ answers, number, given, language, accepted }) => {
        const { answer } = window.hornbook;
        const found = number ? answer.number(number, given, language) === true : answer.accepts(answers, given, language);
        return found !== accepted;
      })
      .map((row) => JSON.stringify(row));

  it('are accepted and rejected as the table says', async () => {
    assert.ok(rows.length >= 150);
    await open({}, async (page) => assert.deepEqual(await page.evaluate(judge, rows), []));
  });
});

describe('questions', () => {
  it('single: a wrong choice says why, can be tried again, and the answer can be shown', () =>
    open({}, async (page) => {
      const field = question(page, 1);
      await option(field, 'The provider').click();
      await button(field, 'Check').click();
      await says(field, /^Not right$/);
      assert.match(await spoken(page), /^Not right\. A provider can propose value/);
      await shown(option(field, 'The provider').getByText('A provider can propose value'));
      assert.equal(await field.locator('.quiz-mark').count(), 1, 'only what was chosen is marked');
      await shown(field.getByText('Because value'), false);
      await keepsFocus(page);
      await button(field, 'Try again').click();
      assert.equal(await state(field), 'open');
      assert.equal(await field.locator(':checked').count(), 0);
      await keepsFocus(page);
      await option(field, 'Nobody').click();
      await button(field, 'Check').click();
      await button(field, 'Show the answer').click();
      await keepsFocus(page);
      await shown(option(field, 'The customer').getByText('right', { exact: true }));
      await shown(option(field, 'The customer').getByText('defined by the one'));
      await shown(option(field, 'The provider').getByText('A provider can propose value'));
      await shown(field.getByText('Because value'));
    }));

  it('single: a right choice is marked, and the explanation is shown', () =>
    open({}, async (page) => {
      const field = question(page, 1);
      await option(field, 'The customer').click();
      await button(field, 'Check').click();
      await says(field, /^Right$/);
      assert.equal(await spoken(page), 'Right. Value is defined by the one who receives it.');
      await shown(field.getByText('Because value'));
      await shown(button(field, 'Show the answer'), false);
      const { name } = await told(page, '[id="question:1"] [data-right] input');
      assert.match(name, /^The customer right$/);
    }));

  it('say what is missing, and keep their button', () =>
    open({}, async (page) => {
      await settle(page, 'missing');
      const words = [
        /Choose an option/,
        /at least one/,
        /Choose an option/,
        /Choose an option/,
        /every blank/,
        /every blank/,
        /in order first/,
        /every row/,
      ];
      for (const [at, text] of words.entries()) {
        const field = question(page, at + 1);
        await button(field, 'Check').click();
        await says(field, at === 1 ? /Choose/ : text);
        assert.ok((await spoken(page)).length > 0);
        assert.equal(await state(field), 'open');
        assert.ok(await button(field, 'Check').isEnabled());
        await keepsFocus(page);
      }
      assert.deepEqual((await saved(page)).answers, {});
    }));

  it('multiple: every right one and no other', () =>
    open({}, async (page) => {
      const field = question(page, 2);
      await option(field, 'closed sale').click();
      await button(field, 'Check').click();
      await says(field, /Something right is missing/);
      await button(field, 'Try again').click();
      await option(field, 'employee').click();
      await option(field, 'printed').click();
      await button(field, 'Check').click();
      await says(field, /^Not right$/);
      await option(field, 'printed').click();
      assert.equal(await state(field), 'open', 'a change takes the verdict away');
      await button(field, 'Check').click();
      await says(field, /^Right$/);
    }));

  it('true or false: of two the other one is right', () =>
    open({}, async (page) => {
      const field = question(page, 3);
      await option(field, 'True').click();
      await button(field, 'Check').click();
      await says(field, /^Not right$/);
      assert.equal(await state(field), 'shown');
      await shown(option(field, 'False').getByText('right', { exact: true }));
      await button(field, 'Try again').click();
      await option(field, 'False').click();
      await button(field, 'Check').click();
      await says(field, /^Right$/);
    }));

  it('options of blocks are chosen by a click anywhere, but not on a link', () =>
    open({}, async (page) => {
      const field = question(page, 4);
      await option(field, 'This one').locator('pre').click();
      assert.ok(await option(field, 'This one').locator('> input').isChecked());
      await button(field, 'Check').click();
      await shown(field.locator('.quiz-note a'));
      await option(field, 'That one').locator('pre').click();
      assert.ok(await option(field, 'That one').locator('> input').isChecked());
      assert.equal(await state(field), 'open');
      await button(field, 'Check').click();
      await says(field, /^Right$/);
    }));

  it('blanks: forgiving, marked one by one, and checked by Enter', () =>
    open({}, async (page) => {
      const field = question(page, 5);
      await field.getByLabel('Blank 1').fill('Co creation');
      await field.getByLabel('Blank 2').fill('CONSUMER.');
      await field.getByLabel('Blank 2').press('Enter');
      await says(field, /1 of 2 are right/);
      await keepsFocus(page);
      assert.equal(await field.getByLabel('Blank 1').getAttribute('aria-invalid'), 'true');
      await field.getByLabel('Blank 1').fill(' cocreated ');
      await field.getByLabel('Blank 1').press('Enter');
      await says(field, /^Right$/);
      await keepsFocus(page);
      await shown(field.getByText('Both take part'));
    }));

  it('numbers: within the tolerance, and what is no number is told', () =>
    open({}, async (page) => {
      const field = question(page, 6);
      for (const [text, words] of [
        ['pi', /“pi” is not a number/],
        ['3.16', /^Not right$/],
        ['3,15', /^Right$/],
      ]) {
        await field.getByLabel('Blank 1').fill(text);
        await field.getByLabel('Blank 1').press('Enter');
        await says(field, words);
      }
    }));

  it('order: by buttons, which keep the focus and say the place', () =>
    open({}, async (page) => {
      const field = question(page, 7);
      await shown(field.locator('select').first(), false);
      const [first] = await field.locator('.quiz-order .quiz-text').allInnerTexts();
      const down = button(field, `Move down: ${first.trim()}`);
      await down.click();
      assert.ok(await down.evaluate((element) => element === document.activeElement));
      assert.match(await spoken(page), new RegExp(`^${first.trim()}: place 2 of 4`));
      await button(field, `Move up: ${first.trim()}`).click();
      // It is at the top: it stays, and so does the focus.
      await button(field, `Move up: ${first.trim()}`).press('Enter');
      await keepsFocus(page);
      await button(field, 'Check').click();
      await says(field, /in order first/);
      await down.click();
      await button(field, 'Check').click();
      await says(field, /Not right\. \d of 4 are right/);
      await sort(field, ['Plan', 'Engage', 'Design', 'Obtain']);
      assert.equal(await state(field), 'open');
      await button(field, 'Check').click();
      await says(field, /^Right$/);
      await keepsFocus(page);
    }));

  it('order: by dragging', () =>
    open({}, async (page) => {
      const field = question(page, 7);
      for (const [place, text] of ['Plan', 'Engage', 'Design', 'Obtain'].entries()) {
        const grip = field.locator('[data-item]').filter({ hasText: text }).locator('.quiz-grip');
        await grip.scrollIntoViewIfNeeded();
        const from = await grip.boundingBox();
        const to = await field.locator('[data-item]').nth(place).boundingBox();
        await page.mouse.move(from.x + 5, from.y + 5);
        await page.mouse.down();
        await page.mouse.move(from.x + 5, to.y + 2, { steps: 12 });
        await page.mouse.up();
      }
      await button(field, 'Check').click();
      await says(field, /^Right$/);
    }));

  it('match: by selects, marked row by row', () =>
    open({}, async (page) => {
      const field = question(page, 8);
      await field.getByRole('combobox', { name: 'Output' }).selectOption('A cost');
      await field.getByRole('combobox', { name: 'Outcome' }).selectOption('A result');
      await button(field, 'Check').click();
      await says(field, /1 of 2 are right/);
      await field.getByRole('combobox', { name: 'Output' }).selectOption('What is delivered');
      await button(field, 'Check').click();
      await says(field, /^Right$/);
    }));

  it('speak through one live region, which is there before anything is said', () =>
    open({}, async (page) => {
      assert.equal(await page.locator('.quiz-status').count(), 1);
      assert.equal((await told(page, '.quiz-status')).role, 'status');
      await page.evaluate(() => (window.statusBefore = document.querySelector('.quiz-status')));
      // The same words twice are a change all the same.
      const said = [];
      for (let press = 0; press < 2; press++) {
        await button(question(page, 6), 'Check').click();
        said.push(await spoken(page));
      }
      assert.notEqual(said[0], said[1]);
      assert.equal(said[0].trim(), said[1].trim());
      assert.ok(await page.evaluate(() => window.statusBefore === document.querySelector('.quiz-status')));
    }));

  it('hints come one after the other', () =>
    open({}, async (page) => {
      const hints = question(page, 1).locator('.quiz-hint');
      await shown(hints.nth(1), false);
      await hints.nth(0).locator('summary').click();
      await shown(hints.nth(0).getByText('Think of e-mail'));
      await shown(hints.nth(1));
      await hints.nth(1).locator('summary').click();
      await shown(hints.nth(1).getByText('Who pays?'));
    }));

  it('all by keyboard alone', () =>
    open({}, async (page) => {
      const press = async (field, name) => {
        await tabTo(page, button(field, name));
        await page.keyboard.press('Enter');
        await keepsFocus(page);
      };
      const one = question(page, 1);
      await tabTo(page, one.locator('input').first());
      await page.keyboard.press('Space');
      for (let presses = 0; presses < 4 && !(await option(one, 'The customer').locator('input').isChecked()); presses++) {
        await page.keyboard.press('ArrowDown');
      }
      await press(one, 'Check');
      await says(one, /^Right$/);
      const two = question(page, 2);
      for (const text of ['closed sale', 'employee']) {
        await tabTo(page, option(two, text).locator('input'));
        await page.keyboard.press('Space');
      }
      await press(two, 'Check');
      await says(two, /^Right$/);
      const five = question(page, 5);
      for (const [at, text] of ['co-created', 'customer'].entries()) {
        await tabTo(page, five.getByLabel(`Blank ${at + 1}`));
        await page.keyboard.type(text);
      }
      await page.keyboard.press('Enter');
      await says(five, /^Right$/);
      const seven = question(page, 7);
      await sort(seven, ['Plan', 'Engage', 'Design', 'Obtain'], async (target) => {
        await tabTo(page, target);
        await page.keyboard.press('Enter');
        assert.ok(await target.evaluate((element) => element === document.activeElement), 'the focus left the button');
      });
      await press(seven, 'Check');
      await says(seven, /^Right$/);
      const eight = question(page, 8);
      for (const [name, text] of [['Output', 'What is delivered'], ['Outcome', 'A result']]) {
        await tabTo(page, eight.getByRole('combobox', { name }));
        await page.keyboard.type(text);
      }
      await press(eight, 'Check');
      await says(eight, /^Right$/);
      await press(eight, 'Try again');
      assert.equal(await state(eight), 'open');
    }));

  it('all by touch, on targets of 44 pixels', () =>
    open({ touch: true, width: 360 }, async (page) => {
      const press = (target) => target.tap();
      await option(question(page, 1), 'The customer').tap();
      await press(button(question(page, 1), 'Check'));
      await says(question(page, 1), /^Right$/);
      await option(question(page, 4), 'That one').locator('pre').tap();
      await press(button(question(page, 4), 'Check'));
      await says(question(page, 4), /^Right$/);
      const field = question(page, 7);
      const sizes = await page
        .locator('.quiz-moves button, .quiz-actions button:visible, .quiz-options label, .quiz-hint summary:visible, .quiz select:visible, .quiz-blank')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ height }) => Math.round(height)));
      assert.ok(sizes.every((height) => height >= 44), `heights ${sizes}`);
      await sort(field, ['Plan', 'Engage', 'Design', 'Obtain'], press);
      await press(button(field, 'Check'));
      await says(field, /^Right$/);
    }));

  it('are all right where all is right, and have their results', () =>
    open({}, async (page) => {
      await settle(page, 'right');
      for (let at = 1; at <= 8; at++) await says(question(page, at), /^Right$/);
      const results = await page.locator('.quiz-score').allInnerTexts();
      assert.deepEqual(results, ['Result 5 of 5 points', 'Result 2 of 2 right', 'Result 2 of 2 right']);
      await shown(page.getByRole('button', { name: 'Retry only the wrong ones' }).first(), false);
    }));

  it('retry only the wrong ones, and start over', () =>
    open({}, async (page) => {
      await option(question(page, 1), 'The customer').click();
      await button(question(page, 1), 'Check').click();
      await option(question(page, 2), 'printed').click();
      await button(question(page, 2), 'Check').click();
      const result = page.getByRole('group', { name: 'Result' });
      assert.match(await result.locator('.quiz-score').innerText(), /2 of 5 points, 2 not answered yet/);
      await button(result, 'Retry only the wrong ones').click();
      await keepsFocus(page);
      assert.equal(await state(question(page, 1)), 'right');
      assert.equal(await state(question(page, 2)), 'open');
      assert.equal(await question(page, 2).locator(':checked').count(), 0);
      await button(result, 'Start over').click();
      await keepsFocus(page);
      assert.equal(await state(question(page, 1)), 'open');
      assert.equal(await page.locator('fieldset :checked:not(option)').count(), 0);
      await shown(result, false);
      await page.reload();
      assert.equal(await state(question(page, 1)), 'open');
    }));

  it('are as they were after a reload, and in the same order', () =>
    open({}, async (page) => {
      await settle(page, 'wrong');
      const look = () =>
        page.evaluate(() =>
          [...document.querySelectorAll('fieldset')].map((field) => [
            field.dataset.state,
            [...field.querySelectorAll('li, .quiz-mark')].map((one) => one.textContent.trim()).join('|'),
            [...field.querySelectorAll('input, select')].map((one) => (one.type === 'text' ? one.value : one.checked ?? one.value)).join(),
          ]),
        );
      const before = await look();
      assert.ok(before.every(([state]) => state === 'wrong' || state === 'shown'));
      await page.reload();
      assert.deepEqual(await look(), before);
    }));

  it('what is chosen or typed and not checked yet is there again after a visit elsewhere, and is not answered', () =>
    open({}, async (page) => {
      const look = () =>
        page.evaluate(() =>
          [...document.querySelectorAll('fieldset')].map((field) => [
            [...field.querySelectorAll('.quiz-order > li')].map((one) => one.textContent.trim()).join('|'),
            [...field.querySelectorAll('input, select')].map((one) => (one.type === 'text' ? one.value : one.checked ?? one.value)).join(),
          ]),
        );
      const empty = await look();
      for (const input of await page.locator('.quiz-options > li:first-child input').all()) await input.check();
      for (const blank of await page.locator('.quiz-blank').all()) await blank.fill('half an answer');
      for (const select of await page.locator('.quiz-match select').all()) await select.selectOption({ index: 1 });
      for (const down of await page.locator('.quiz-order > li:first-child .quiz-down').all()) await down.click();
      const before = await look();
      assert.ok(before.every((one, at) => String(one) !== String(empty[at])));
      await page.goto(address(courses.kinds, 'index.html'));
      await page.goto(address(courses.kinds, courses.kinds.page('Kinds')));
      assert.deepEqual(await look(), before);
      const states = await page.locator('fieldset.quiz').evaluateAll((fields) => fields.map(({ dataset }) => dataset.state));
      assert.deepEqual([...new Set(states)], ['open']);
      assert.deepEqual(Object.keys((await saved(page))?.answers ?? {}), []);
      // Another tab has its own.
      const other = await page.context().newPage();
      await other.goto(page.url());
      assert.equal(await other.locator('.quiz-options input:checked').count(), 0);
    }));

  it('an answer that was brought up stays, until the question is tried again', () =>
    open({}, async (page) => {
      await settle(page, 'shown');
      await page.reload();
      assert.equal(await page.locator('.quiz-answer[open]').count(), await page.locator('fieldset.quiz').count());
      await button(question(page, 1), 'Try again').click();
      await page.reload();
      assert.notEqual(await state(question(page, 1)), 'shown');
    }));

  it('are shuffled another way for another learner, and their letters follow', async () => {
    const orders = new Set();
    for (let learner = 0; learner < 6; learner++) {
      await open({}, async (page) => {
        const texts = await question(page, 1).locator('.quiz-options .quiz-text').allInnerTexts();
        orders.add(texts.join());
        const letter = 'ABCD'[texts.indexOf('The customer')];
        assert.equal(await page.locator('.quiz-key .quiz-short').first().textContent(), letter);
        assert.equal(await question(page, 1).locator('.quiz-feedback [data-right] .quiz-letter').textContent(), letter);
      });
    }
    assert.ok(orders.size > 1, 'six learners have one order');
  });

  it('tell another tab what was answered', () =>
    open({}, async (page) => {
      const second = await page.context().newPage();
      await second.goto(page.url());
      await option(question(page, 1), 'The customer').click();
      await button(question(page, 1), 'Check').click();
      await second.locator('[id="question:1"][data-state="right"]').waitFor();
      await second.close();
    }));

  it('come through a page that was changed under them', () =>
    open({}, async (page) => {
      await option(question(page, 1), 'The customer').click();
      await button(question(page, 1), 'Check').click();
      const { html } = courses.kinds.pages.find(({ title }) => title === 'Kinds');
      await page.evaluate((html) => {
        const fresh = new DOMParser().parseFromString(html, 'text/html');
        for (const field of document.querySelectorAll('fieldset')) field.replaceWith(fresh.getElementById(field.id));
        document.dispatchEvent(new Event('hornbook:update'));
        document.dispatchEvent(new Event('hornbook:update'));
      }, html);
      assert.equal(await state(question(page, 1)), 'right');
      assert.equal(await page.locator('.quiz-check').count(), 8);
      assert.equal(await question(page, 7).locator('.quiz-moves').count(), 4);
      await settle(page, 'wrong');
      await says(question(page, 2), /^Not right/);
    }));

  it('work from a disk', () =>
    visit(browser, fileAddress(courses.kinds, courses.kinds.page('Kinds')), {}, async (page) => {
      await settle(page, 'right');
      for (let at = 1; at <= 8; at++) await says(question(page, at), /^Right$/);
      await page.reload();
      assert.equal(await state(question(page, 8)), 'right');
    }));

  it('work under a strict Content-Security-Policy', async () => {
    const strict = await withHeader(courses.kinds.origin, 'content-security-policy', "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'");
    try {
      await visit(browser, address({ ...courses.kinds, ...strict }, courses.kinds.page('Kinds')), {}, async (page) => {
        const refused = [];
        page.on('console', (message) => /Content.Security/i.test(message.text()) && refused.push(message.text()));
        await page.reload();
        await settle(page, 'wrong');
        await says(question(page, 1), /^Not right$/);
        assert.deepEqual(refused, []);
      });
    } finally {
      await strict.close();
    }
  });

  it('without script: controls to mark a choice, nothing ticked, answers in closed boxes', () =>
    open({ script: false }, async (page) => {
      assert.equal(await page.locator('.quiz button').count(), 0);
      assert.equal(await page.locator('.quiz :checked:not(option)').count(), 0);
      assert.equal(await page.locator('.quiz details[open]').count(), 0);
      await option(question(page, 1), 'The customer').click();
      assert.equal(await question(page, 1).locator(':checked').count(), 1);
      for (let at = 1; at <= 8; at++) await question(page, at).locator('.quiz-answer > summary').click();
      await shown(question(page, 1).getByText('Because value'));
      await shown(question(page, 5).getByText('co-created'));
      await question(page, 7).locator('select').first().selectOption('2');
      await shown(page.locator('.quiz-key'), false);
    }));

  for (const script of [true, false]) {
    it(`on paper: the questions, and the key at the end (${script ? 'with' : 'without'} script)`, () =>
      open({ script }, async (page) => {
        if (script) await settle(page, 'wrong');
        await page.emulateMedia({ media: 'print' });
        await shown(page.locator('.quiz-key'));
        assert.equal(await page.locator('.quiz-key li').count(), 8);
        const hidden = '.quiz-hint, .quiz-answer, .quiz-actions, .quiz-total, .quiz-moves, .quiz-mark, .quiz-note';
        for (const one of await page.locator(hidden).all()) assert.ok(!(await one.isVisible()), await one.getAttribute('class'));
        assert.equal(await page.locator('.quiz-prompt:visible').count(), 8);
        assert.equal(await question(page, 7).locator('select:visible').count(), 4);
      }));
  }

  for (const name of ['kinds', 'rtl']) {
    it(`fit into 320 pixels (${name})`, () =>
      visit(browser, address(courses[name], courses[name].page('Kinds')), { width: 320 }, async (page) => {
        const wide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.equal(await wide(), 0);
        await settle(page, 'shown');
        assert.equal(await wide(), 0);
      }));
  }
});

describe('a saved answer', () => {
  /** Puts another build in the place of the one that is served. */
  const publish = (name) => {
    rmSync(courses.live.folder, { recursive: true });
    cpSync(courses[name].folder, courses.live.folder, { recursive: true });
  };
  const place = (name) => address(courses.live, courses[name].page('Lesson'));
  const worth = (page) => page.locator('fieldset').filter({ hasText: 'The provider' }).last();

  for (const [at, [what, , fate, before]] of edits.entries()) {
    it(`${what}: ${fate}`, async () => {
      const first = before === withId ? 'withId' : before === withTwin ? 'withTwin' : 'edit0';
      publish(first);
      await visit(browser, place(first), {}, async (page) => {
        await option(worth(page), 'The customer').click();
        await button(worth(page), 'Check').click();
        await says(worth(page), /^Right$/);
        publish(`edit${at}`);
        await page.goto(place(`edit${at}`));
        const field = worth(page);
        assert.equal(await state(field), fate === 'kept' ? 'right' : 'open');
        assert.equal(await field.locator('.quiz-changed').count(), fate === 'changed' ? 1 : 0);
        assert.equal(await field.locator(':checked').count(), fate === 'kept' ? 1 : 0);
        assert.equal(await page.locator('fieldset[data-state="right"]').count(), fate === 'kept' ? 1 : 0);
        if (fate === 'kept') {
          assert.ok(await field.locator('[data-right] input').isChecked());
          return;
        }
        if (fate === 'changed') await shown(field.getByText('This question has changed since you answered.'));
        await field.locator('[data-right] input').check();
        await button(field, 'Check').click();
        await says(field, /^Right$/);
        assert.equal(await field.locator('.quiz-changed').count(), 0);
      });
    });
  }

  const troubles = {
    blocked: () => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    },
    full: () => {
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    },
    damaged: () => {
      for (const key of ['', document.documentElement?.dataset.site]) localStorage.setItem(`hornbook:${key}`, '{"format":');
    },
  };
  for (const [name, spoil] of Object.entries(troubles)) {
    it(`storage ${name}: questions work, and it is told once`, () =>
      open({}, async (page) => {
        if (name === 'damaged') await page.evaluate(spoil);
        else await page.addInitScript(spoil);
        await page.reload();
        await settle(page, 'right');
        for (let at = 1; at <= 8; at++) await says(question(page, at), /^Right$/);
        assert.equal(await page.locator('.progress-notice').count(), 1);
        assert.ok((await page.locator('.progress-notice').innerText()).length > 0);
      }));
  }

  it('values that fit no question are left alone', () =>
    open({}, async (page) => {
      await settle(page, 'right');
      await page.evaluate(() => {
        const key = `hornbook:${document.documentElement.dataset.site}`;
        const doc = JSON.parse(localStorage.getItem(key));
        const values = ['nothing', ['nothing'], { nothing: 'x' }];
        Object.values(doc.answers).forEach((list, at) => (list.at(-1)[3] = values[at % 3]));
        localStorage.setItem(key, JSON.stringify(doc));
      });
      await page.reload();
      assert.equal(await page.locator('.quiz-check').count(), 8);
      await settle(page, 'right');
      for (let at = 1; at <= 8; at++) await says(question(page, at), /^Right$/);
    }));
});

describe('axe finds nothing', () => {
  const states = ['open', 'missing', 'right', 'wrong', 'shown', 'changed', 'noscript'];
  for (const state of states) {
    for (const [width, scheme] of [[360, 'light'], [360, 'dark'], [1280, 'light'], [1280, 'dark']]) {
      it(`${state}, at ${width} pixels, ${scheme}`, () =>
        open({ width, scheme }, async (page) => {
          if (state === 'changed') {
            await settle(page, 'right');
            await page.evaluate(() => {
              const key = `hornbook:${document.documentElement.dataset.site}`;
              localStorage.setItem(key, localStorage.getItem(key).replace(/(\[\d+,")\w+"/g, '$1older"'));
            });
            await page.reload();
            assert.equal(await page.locator('.quiz-changed').count(), 8);
          } else if (state === 'noscript') {
            await page.route('**/theme/*/*.js', (route) => route.fulfill({ body: '', contentType: 'text/javascript' }));
            await page.reload();
            assert.equal(await page.locator('.quiz button').count(), 0);
            for (const one of await page.locator('.quiz details > summary').all()) await one.click();
          } else if (state !== 'open') await settle(page, state);
          assert.deepEqual(await axeFindings(page), []);
        }));
    }
  }
});
