// The practice exam: what is drawn, the time, flags and the submit, the review, and that nothing of it is ever lost.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { address, axeFindings, fileAddress, focused, markdown, prepare, tabTo, visit } from './helpers.mjs';

const single = (name) =>
  `\`\`\`quiz\nWhat is ${name}?\n\n- [x] Right ${name}\n  > Yes, ${name}.\n- [ ] Wrong ${name}\n- [ ] Other ${name}\n\n? A hint on ${name}.\n\nBecause of ${name}.\n\`\`\``;
const lesson = (title, count) =>
  markdown({ title }, Array.from({ length: count }, (_, at) => single(`${title} ${at + 1}`)).join('\n\n'));
const exam = (settings, own = '') =>
  `+++\ntitle = "Practice exam"\nexam = ${settings}\n+++\n\nTry it.\n\n${own}\n`;

const kinds = [
  single('one'),
  '```quiz multiple\nWhich are even?\n\n- [x] Two\n- [ ] Three\n- [x] Four\n```',
  '```quiz\nThe sea is [[blue]].\n```',
  '```quiz\nTwo and two are [[= 4]].\n```',
  '```quiz\nFrom small to large\n\n1. Mouse\n2. Dog\n3. Horse\n```',
  '```quiz\nIn German\n\n| English | German |\n| --- | --- |\n| one | eins |\n| two | zwei |\n```',
];

const { browser, courses } = await prepare({
  // Two topics of six, one of three; nine are drawn.
  small: {
    'site.toml': 'title = "Small"\nlanguage = "en"\n',
    'content/index.md': markdown({ title: 'Small' }, 'Home.'),
    'content/01-unit/01-alpha.md': lesson('Alpha', 6),
    'content/01-unit/02-beta.md': lesson('Beta', 6),
    'content/01-unit/03-gamma.md': lesson('Gamma', 3),
    'content/02-exam.md': exam('{ draw = 9, minutes = 20, pass = 60 }'),
  },
  // The form of ITIL 4 Foundation.
  itil: {
    'site.toml': 'title = "ITIL"\nlanguage = "en"\n',
    'content/index.md': markdown({ title: 'ITIL' }, 'Home.'),
    ...Object.fromEntries(
      ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => [`content/01-unit/${name}.md`, lesson(`Topic ${name}`, 10)]),
    ),
    'content/02-exam.md': exam('{ draw = 40, minutes = 60, pass = 65 }'),
  },
  kinds: {
    'site.toml': 'title = "Kinds"\nlanguage = "en"\n',
    'content/index.md': markdown({ title: 'Kinds' }, 'Home.'),
    'content/01-all.md': markdown({ title: 'All kinds' }, kinds.join('\n\n')),
    'content/02-exam.md': exam('true'),
  },
  // An exam with a question of its own, which no lesson has.
  own: {
    'site.toml': 'title = "Own"\nlanguage = "en"\n',
    'content/index.md': markdown({ title: 'Own' }, 'Home.'),
    'content/01-lesson.md': lesson('Lesson', 1),
    'content/02-exam.md': exam('true', single('own')),
  },
});

const at = (name) => address(courses[name], 'exam.html');
const open = (name, options, use) => visit(browser, at(name), options, use);

const button = (page, name) => page.getByRole('button', { name, exact: true });
const start = (page) => button(page, 'Start the exam').click();
const questions = (page) => page.locator('.exam fieldset.quiz:visible');
const panel = (page) => page.locator('.exam-panel');
const status = (page) => page.locator('.exam > [role="status"]');
const submit = (page) => button(page, 'Submit the exam').click();
const dialog = (page) => page.getByRole('dialog', { name: 'Submit the exam?' });
const result = (page) => panel(page).locator('h2').first().innerText();

const drawn = (page) =>
  page.locator('.exam').evaluate((section) =>
    [...section.querySelectorAll('fieldset.quiz:not([hidden])')].map((field) => ({
      id: field.dataset.question,
      number: field.querySelector('.quiz-number').firstChild.textContent,
      topic: field.querySelector('.quiz-topic').textContent.trim(),
      chosen: field.querySelector('input:checked')?.value ?? null,
      flagged: field.querySelector('.exam-flag')?.getAttribute('aria-pressed') === 'true',
    })),
  );

/** Answers questions from the first on, `right` or `wrong`. */
async function answer(page, ...results) {
  for (const [at, result] of results.entries()) {
    const right = result === 'right' ? 'li[data-right]' : 'li:not([data-right])';
    await questions(page).nth(at).locator(`${right} input`).first().check();
  }
}

/** The results that are kept. */
const exams = (page) =>
  page.evaluate(() => window.hornbook.progress.exams(document.querySelector('.exam').dataset.exam));

const times = (count, what) => Array.from({ length: count }, () => what);

describe('exam', () => {
  it('shows no question before it begins, and then as many as it draws, in proportion to the topics', () =>
    open('small', {}, async (page) => {
      assert.equal(await questions(page).count(), 0);
      const draws = new Set();
      for (let round = 0; round < 4; round++) {
        if (round === 0) await start(page);
        else {
          await submit(page);
          await button(page, 'Submit all the same').click();
          await button(page, 'Try again with new questions').first().click();
        }
        const found = await drawn(page);
        assert.equal(found.length, 9);
        assert.equal(new Set(found.map(({ id }) => id)).size, 9);
        assert.deepEqual(
          found.map(({ number }) => number),
          Array.from({ length: 9 }, (_, at) => `Question ${at + 1}`),
        );
        const count = (topic) => found.filter((one) => one.topic === topic).length;
        // 3.6, 3.6 and 1.8 of nine.
        const counts = [count('Alpha'), count('Beta'), count('Gamma')];
        assert.equal(counts[2], 2);
        assert.deepEqual([...counts].sort(), [2, 3, 4]);
        draws.add(found.map(({ id }) => id).join());
      }
      assert.equal(draws.size, 4, 'the same questions were drawn again');
    }));

  it('has the form of ITIL 4 Foundation: 40 questions, 60 minutes, 26 right to pass', () =>
    open('itil', { clock: true }, async (page) => {
      await start(page);
      assert.equal(await questions(page).count(), 40);
      assert.equal(await page.locator('.exam-time b').innerText(), '60:00');
      await answer(page, ...times(26, 'right'), ...times(14, 'wrong'));
      await page.clock.runFor(90_000);
      await submit(page);
      // All are answered: nothing to warn of.
      assert.equal(await result(page), 'Passed: 26 of 40 (65 %)');
      assert.match(await panel(page).innerText(), /65 % is needed\. Time used: 1 min 30 s\./);
      await button(page, 'Try again with new questions').first().click();
      await page.clock.runFor(1_000);
      await answer(page, ...times(25, 'right'), ...times(15, 'wrong'));
      await submit(page);
      assert.equal(await result(page), 'Not passed: 25 of 40 (62 %)');
      assert.match(await panel(page).innerText(), /Earlier attempts\s+.*26 of 40 \(65 %\), passed/);
      // What was once passed stays so.
      await page.goto(address(courses.itil, 'index.html'));
      assert.equal(await page.locator('.path a', { hasText: 'Practice exam' }).textContent(), 'Practice exam (passed)');
      // And its questions are none of a lesson.
      assert.match(await page.locator('.progress .progress-total').innerText(), /0 of 60 questions right/);
    }));

  it('submits by itself when the time is up, and tells of the time sparingly', () =>
    open('small', { clock: true }, async (page) => {
      await start(page);
      await answer(page, 'right', 'right');
      const told = [];
      for (let minute = 0; minute < 19; minute++) {
        await page.clock.runFor(60_000);
        const text = await status(page).textContent();
        if (text !== told.at(-1)) told.push(text);
      }
      assert.deepEqual(told, ['', 'Minutes left: 10', 'Minutes left: 5', 'Minutes left: 1']);
      assert.equal(await page.locator('.exam-time b').innerText(), '1:00');
      await page.clock.runFor(61_000);
      assert.equal(await result(page), 'Not passed: 2 of 9 (22 %)');
      assert.equal(await status(page).textContent(), 'The time is up. Your answers were submitted.');
      assert.match(await panel(page).innerText(), /Time used: 20 min 0 s/);
      assert.ok(await focused(panel(page).locator('h2').first()));
    }));

  it('submits when it is opened again after its time', () =>
    open('small', { clock: true }, async (page) => {
      await start(page);
      await answer(page, 'right');
      await page.clock.runFor(1_000);
      await page.goto(address(courses.small, 'index.html'));
      await page.clock.runFor(30 * 60_000);
      await page.goto(at('small'));
      assert.equal(await result(page), 'Not passed: 1 of 9 (11 %)');
      assert.match(await panel(page).innerText(), /Time used: 20 min 0 s/);
      await page.reload();
      assert.equal((await exams(page)).length, 1, 'it was submitted twice');
    }));

  it('hides the time for who asks for it, also after a reload', () =>
    open('small', {}, async (page) => {
      await start(page);
      assert.ok(await page.locator('.exam-time b').isVisible());
      await button(page, 'Hide the time').click();
      assert.ok(!(await page.locator('.exam-time b').isVisible()));
      await page.reload();
      assert.ok(!(await page.locator('.exam-time b').isVisible()));
      await button(page, 'Show the time').click();
      assert.ok(await page.locator('.exam-time b').isVisible());
    }));

  it('hides topics, hints and answers until the result', () =>
    open('small', {}, async (page) => {
      await start(page);
      assert.equal(await page.locator('.exam :is(.quiz-topic, .quiz-hint, .quiz-answer):visible').count(), 0);
      assert.equal(await page.locator('.exam .quiz-check, .exam .quiz-mark').count(), 0);
      await answer(page, 'wrong');
      assert.equal(await page.locator('.exam .quiz-mark, .exam .quiz-outcome').count(), 0);
    }));

  it('flags questions, lists them all with what is answered and flagged, and leads to each', () =>
    open('small', {}, async (page) => {
      await start(page);
      await answer(page, 'right', 'wrong');
      await button(page, 'Flag question 3').click();
      const summary = page.locator('.exam-bar summary');
      await summary.filter({ hasText: '2 of 9 answered, 1 flagged' }).click();
      const links = page.getByRole('navigation', { name: 'Questions' }).getByRole('link');
      assert.deepEqual((await links.allTextContents()).slice(0, 4), [
        '1 (answered)',
        '2 (answered)',
        '3 (not answered, flagged)',
        '4 (not answered)',
      ]);
      await links.nth(8).click();
      assert.ok(await focused(questions(page).nth(8)));
      const bar = await page.locator('.exam-bar').boundingBox();
      const box = await questions(page).nth(8).boundingBox();
      assert.ok(box.y >= bar.y + bar.height && box.y < 900, 'the question is not in sight');
      await button(page, 'Flag question 3').click();
      await summary.filter({ hasText: '0 flagged' }).waitFor();
    }));

  it('warns of what is not answered or flagged, and leads back to it', () =>
    open('small', {}, async (page) => {
      await start(page);
      await answer(page, ...times(8, 'right'));
      await button(page, 'Flag question 2').click();
      await submit(page);
      const text = await dialog(page).innerText();
      assert.match(text, /Not answered yet: 9\./);
      assert.match(text, /Flagged: 2\./);
      await button(page, 'Back to question 9').click();
      assert.equal(await dialog(page).count(), 0);
      assert.ok(await focused(questions(page).nth(8)));
      await submit(page);
      await page.keyboard.press('Escape');
      assert.ok(await focused(button(page, 'Submit the exam')));
      await submit(page);
      await button(page, 'Submit all the same').click();
      assert.equal(await result(page), 'Passed: 8 of 9 (88 %)');
    }));

  it('survives a reload: questions, answers and flags', () =>
    open('small', {}, async (page) => {
      await start(page);
      await answer(page, 'right', 'wrong', 'right');
      await button(page, 'Flag question 5').click();
      const before = await drawn(page);
      assert.equal(before.filter(({ chosen }) => chosen).length, 3);
      // The last answer is saved though the page is left at once.
      await page.reload();
      assert.deepEqual(await drawn(page), before);
      await submit(page);
      await button(page, 'Submit all the same').click();
      assert.equal(await result(page), 'Not passed: 2 of 9 (22 %)');
    }));

  it('goes on without questions that are gone, and without answers to questions that have changed', () =>
    open('small', {}, async (page) => {
      await start(page);
      await answer(page, ...times(9, 'right'));
      const before = await drawn(page);
      await page.evaluate(() => {
        const key = Object.keys(localStorage).find((name) => name.startsWith('hornbook:'));
        const doc = JSON.parse(localStorage.getItem(key));
        const [{ items }] = Object.values(doc.running);
        items[0][0] = 'gone';
        items[1][1] = 'older';
        items.push('nonsense', null, []);
        localStorage.setItem(key, JSON.stringify(doc));
      });
      await page.reload();
      const left = await drawn(page);
      assert.deepEqual(left.map(({ id }) => id), before.slice(1).map(({ id }) => id));
      assert.deepEqual(left.map(({ chosen }) => Boolean(chosen)), [false, ...times(7, true)]);
      await submit(page);
      assert.match(await dialog(page).innerText(), /Not answered yet: 1\./);
    }));

  it('reviews by topic with explanations, and is still there after a visit to the lesson', () =>
    open('small', {}, async (page) => {
      await start(page);
      await answer(page, ...times(4, 'right'), ...times(4, 'wrong'));
      const before = await drawn(page);
      await submit(page);
      await button(page, 'Submit all the same').click();
      const right = (topic) => before.slice(0, 4).filter((one) => one.topic === topic).length;
      const all = (topic) => before.filter((one) => one.topic === topic).length;
      assert.deepEqual(
        (await page.locator('.exam-topics li').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ')),
        ['Alpha', 'Beta', 'Gamma'].map((topic) => `${topic} ${right(topic)} of ${all(topic)} right`),
      );
      const verdicts = await page.locator('.exam-verdict').allInnerTexts();
      assert.deepEqual(verdicts.sort(), [...times(1, 'not answered'), ...times(4, 'right'), ...times(4, 'wrong')]);
      // Every answer is explained, and nothing can be changed any more.
      assert.equal(await page.locator('.exam .quiz-explanation:visible').count(), 9);
      assert.equal(await page.locator('.exam fieldset.quiz:visible input:enabled').count(), 0);
      await button(page, 'Show only what was not right').click();
      assert.equal(await questions(page).count(), 5);
      await button(page, 'Show only what was not right').click();
      const link = page.locator('.exam-topic a').first();
      const name = await link.innerText();
      await link.click();
      assert.equal(await page.locator('h1').innerText(), name);
      await page.goBack();
      assert.equal(await result(page), 'Not passed: 4 of 9 (44 %)');
      assert.equal(await questions(page).count(), 9);
    }));

  it('marks no part of what was left open as wrong', () =>
    open('kinds', {}, async (page) => {
      await start(page);
      const blank = page.locator('.exam .quiz-blank[data-answers]').first();
      await blank.fill('something');
      await submit(page);
      await button(page, 'Submit all the same').click();
      const marks = page.locator('.exam fieldset:is([data-kind="blanks"], [data-kind="match"], [data-kind="order"]) .quiz-mark');
      assert.equal(await marks.count(), 1);
      assert.equal(await page.locator('.exam-verdict').filter({ hasText: /^wrong$/ }).count(), 1);
    }));

  it('has questions of its own too, which lead to no lesson', () =>
    open('own', {}, async (page) => {
      await start(page);
      await answer(page, 'right', 'right');
      await submit(page);
      assert.equal(await result(page), 'Passed: 2 of 2 (100 %)');
      assert.deepEqual((await page.locator('.exam-topic').allInnerTexts()).sort(), ['Lesson', 'Other questions']);
      assert.equal(await page.locator('.exam-topic a').count(), 1);
    }));

  it('does not mix with the answers of the lessons', () =>
    open('small', {}, async (page) => {
      await start(page);
      await answer(page, ...times(9, 'right'));
      await submit(page);
      assert.equal(await result(page), 'Passed: 9 of 9 (100 %)');
      assert.deepEqual(await page.evaluate(() => JSON.parse(window.hornbook.progress.export()).answers), {});
      await page.goto(address(courses.small, courses.small.page('Alpha')));
      assert.equal(await page.locator('input:checked, .quiz-mark').count(), 0);
    }));

  it('takes every kind of question, by keyboard alone', () =>
    open('kinds', {}, async (page) => {
      await tabTo(page, button(page, 'Start the exam'));
      await page.keyboard.press('Enter');
      assert.ok(await focused(panel(page).locator('h2')));
      assert.equal(await questions(page).count(), kinds.length);
      const of = (kind) => questions(page).and(page.locator(`[data-kind="${kind}"]`));
      const to = (locator) => locator.focus();
      await to(of('single').locator('li[data-right] input'));
      await page.keyboard.press('Space');
      for (const box of await of('multiple').locator('li[data-right] input').all()) {
        await to(box);
        await page.keyboard.press('Space');
      }
      for (const blank of await page.locator('.exam .quiz-blank').all()) {
        await to(blank);
        await page.keyboard.type((await blank.getAttribute('data-number')) ?? 'Blue');
      }
      for (const row of await of('match').locator('tr[data-pair]').all()) {
        await to(row.locator('select'));
        const right = await row.getAttribute('data-right');
        const texts = await row.locator('option').evaluateAll((all) => all.map(({ value }) => value));
        for (let at = 0; at < texts.indexOf(right); at++) await page.keyboard.press('ArrowDown');
      }
      const order = of('order').locator('.quiz-order > li');
      for (const place of ['1', '2']) {
        for (;;) {
          const places = await order.evaluateAll((all) => all.map((item) => item.dataset.place));
          if (places.indexOf(place) === Number(place) - 1) break;
          await to(order.nth(places.indexOf(place)).getByRole('button', { name: /^Move up/ }));
          await page.keyboard.press('Enter');
        }
      }
      await page.waitForFunction(() => document.querySelector('.exam-bar summary').textContent.startsWith('6 of 6'));
      await page.reload();
      await page.waitForFunction(() => document.querySelector('.exam-bar summary').textContent.startsWith('6 of 6'));
      await tabTo(page, button(page, 'Submit the exam'));
      await page.keyboard.press('Enter');
      assert.equal(await result(page), 'Passed: 6 of 6 (100 %)');
      assert.ok(await focused(panel(page).locator('h2').first()));
    }));

  it('goes on in another tab, and is over in both', () =>
    open('small', {}, async (page) => {
      await start(page);
      const other = await page.context().newPage();
      await other.goto(at('small'));
      const ids = async (tab) => (await drawn(tab)).map(({ id }) => id);
      assert.deepEqual(await ids(other), await ids(page));
      await answer(other, 'right', 'right');
      await page.locator('.exam-bar summary').filter({ hasText: '2 of 9 answered' }).waitFor();
      await submit(page);
      await button(page, 'Submit all the same').click();
      await button(other, 'Try again with new questions').first().waitFor();
      assert.equal(await result(other), 'Not passed: 2 of 9 (22 %)');
      assert.equal((await exams(other)).length, 1);
    }));

  it('works where nothing can be saved', () =>
    open('small', {}, async (page) => {
      await page.addInitScript(() => {
        Object.defineProperty(window, 'localStorage', {
          get() {
            throw new DOMException('no', 'SecurityError');
          },
        });
      });
      await page.reload();
      assert.match(await page.locator('.progress-notice').innerText(), /cannot be saved/);
      await start(page);
      await answer(page, ...times(9, 'right'));
      await submit(page);
      assert.equal(await result(page), 'Passed: 9 of 9 (100 %)');
    }));

  it('works from disk', () =>
    visit(browser, fileAddress(courses.small, 'exam.html'), {}, async (page) => {
      await start(page);
      await answer(page, ...times(9, 'right'));
      await page.reload();
      await submit(page);
      assert.equal(await result(page), 'Passed: 9 of 9 (100 %)');
    }));

  it('without script shows all questions with their answers, and no dead button', () =>
    open('small', { script: false }, async (page) => {
      assert.equal(await questions(page).count(), 15);
      assert.equal(await page.locator('.exam .quiz-topic:visible').count(), 15);
      assert.equal(await page.locator('.exam input:checked').count(), 0);
      assert.equal(await page.getByRole('button').count(), 0);
      const first = questions(page).first();
      await first.locator('.quiz-answer summary').click();
      assert.match(await first.innerText(), /Because of Alpha 1/);
    }));

  it('follows the live preview: new questions are taken over, a running exam goes on', () =>
    open('small', {}, async (page) => {
      await start(page);
      await answer(page, 'right');
      await page.waitForTimeout(300);
      const before = await drawn(page);
      const html = courses.small.pages.find(({ path }) => path === 'exam.html').html;
      await page.evaluate((html) => {
        const fresh = new DOMParser().parseFromString(html, 'text/html');
        document.querySelector('.text').replaceWith(fresh.querySelector('.text'));
        document.dispatchEvent(new Event('hornbook:update'));
      }, html);
      await page.locator('.exam-bar').waitFor();
      assert.deepEqual(await drawn(page), before);
      await answer(page, 'right', 'right');
      await page.locator('.exam-bar summary').filter({ hasText: '2 of 9 answered' }).waitFor();
    }));
});

describe('exam is accessible', () => {
  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark']) {
      it(`${width} ${scheme}`, () =>
        open('kinds', { width, scheme }, async (page) => {
          assert.deepEqual(await axeFindings(page), []);
          await start(page);
          await questions(page).and(page.locator('[data-kind="single"]')).locator('input').first().check();
          await button(page, 'Flag question 2').click();
          await page.locator('.exam-bar summary').click();
          assert.deepEqual(await axeFindings(page), []);
          await submit(page);
          assert.deepEqual(await axeFindings(page), []);
          await button(page, 'Submit all the same').click();
          assert.deepEqual(await axeFindings(page), []);
          await page.reload();
          assert.deepEqual(await axeFindings(page), []);
        }));
    }
  }
});
