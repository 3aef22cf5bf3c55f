// A learner's progress: that merging loses nothing, that broken storage stops nothing, and what is shown of it where.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { address, axeFindings, fileAddress, focused, markdown, prepare, tabTo, visit, withHeader } from './helpers.mjs';

const quiz = (...questions) =>
  questions.map((name) => `\`\`\`quiz\nWhat is ${name}?\n\n- [x] Right ${name}\n- [ ] Wrong ${name}\n\`\`\``).join('\n\n');

const long = Array.from({ length: 60 }, (_, at) => `Paragraph ${at} of a text that is longer than a window.`).join('\n\n');

const { browser, courses } = await prepare({
  tiny: {
    'site.toml': 'title = "Tiny"\nlanguage = "en"\n\n[quiz]\npass = 50\n',
    'content/index.md': markdown({ title: 'Tiny' }, 'Home.'),
    'content/01-one/index.md': markdown({ title: 'Unit one' }, 'About it.'),
    'content/01-one/01-first.md': markdown({ title: 'First' }, `Short.\n\n${quiz('first a', 'first b')}`),
    'content/01-one/02-second.md': markdown({ title: 'Second' }, long),
    'content/02-two/index.md': markdown({ title: 'Unit two' }, 'About it.'),
    'content/02-two/01-träume.md': markdown({ title: 'Träume' }, quiz('third a', 'third b', 'third c', 'third d')),
    'content/03-last.md': markdown({ title: 'Last' }, 'Short.'),
  },
  points: {
    'content/index.md': markdown({ title: 'Points' }, 'Home.'),
    'content/01-unit/01-points.md': markdown({ title: 'Weighed' }, quiz('a', 'b', 'c').replace('```quiz', '```quiz points=10')),
  },
  other: { 'content/index.md': markdown({ title: 'Another' }, 'Home.') },
});
const { tiny } = courses;

const pathOf = Object.fromEntries(['Tiny', 'Unit one', 'First', 'Second', 'Träume', 'Last'].map((t) => [t, tiny.page(t)]));
const at = (title) => address(tiny, pathOf[title]);
const start = (title, options, use) => visit(browser, at(title), options, use);

const KEY = 'hornbook:tiny';
const stored = (page, key = KEY) => page.evaluate((key) => JSON.parse(localStorage.getItem(key)), key);

/** Answers the questions of a page through what quizzes use: one word for each, `right` or `wrong`. */
const answer = (page, ...results) =>
  page.evaluate((results) => {
    const fields = [...document.querySelectorAll('fieldset[data-question]')];
    results.forEach((result, at) => {
      const { question, revision } = fields[at].dataset;
      const option = fields[at].querySelector('li[data-right]').dataset.option;
      window.hornbook.progress.record(question, revision, result === 'right', option);
    });
  }, results);

/** Waits until a page counts as read. */
async function readIt(page, title) {
  await page.goto(at(title));
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  const path = pathOf[title];
  await page.waitForFunction((path) => window.hornbook.progress.lesson(path)?.read > 0, path, { timeout: 8_000 });
}

const marks = (page, list) =>
  page.locator(`${list} a`).evaluateAll((links) => links.map((link) => link.textContent.trim()));
const notice = (page) => page.locator('.progress-notice');
const status = (page) => page.locator('.progress-status');
const section = (page) => page.locator('.progress');

// Merging ------------------------------------------------------------------------------------------------------------

const script = readFileSync(new URL('../../../themes/default/static/progress.js', import.meta.url), 'utf8');

/** What a page would bring of the script's texts. */
const texts = { foreign: 'not progress', other: 'another course', later: 'later version' };

/** The script without a page, over a storage that holds a text: what quizzes call. */
function alone(text) {
  const kept = new Map(text === undefined ? [] : [['hornbook:s', text]]);
  const nothing = () => {};
  const context = vm.createContext({
    URL,
    location: { href: 'https://example.org/' },
    localStorage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    },
    document: {
      documentElement: { dataset: { site: 's' } },
      body: { classList: { contains: () => false } },
      querySelector: () => null,
      querySelectorAll: () => [],
      addEventListener: nothing,
    },
    addEventListener: nothing,
    // What reading.js offers to the scripts after it.
    hornbook: { text: () => (key) => texts[key] ?? key },
  });
  context.window = context;
  vm.runInContext(script, context);
  return { progress: context.hornbook.progress, kept };
}

const merge = (a, b) => {
  const { progress } = alone(a);
  progress.import(b);
  return progress.export();
};

/** An object without regard to the order of its keys. */
const same = (text) => JSON.parse(text);

/** Numbers that are the same at every run. */
function numbers(seed) {
  return (below) => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((seed / 4_294_967_296) * below);
  };
}

/** Some learner's object: few names and times, so that they meet. */
function some(pick) {
  const one = (list) => list[pick(list.length)];
  const many = (make, most = 4) => Array.from({ length: pick(most) }, make);
  const part = (names, make) => Object.fromEntries(many(() => [one(names), make()]));
  const value = () => one([null, 'a', 'b', ['a', 'b'], [], { l: 'r' }, '9', '10']);
  const names = ['q1', 'q2', 'q1-r1', '__proto__', 'constructor', 'ü'];
  const time = () => (pick(9) ? pick(12) : 8.64e15 - pick(3));
  return JSON.stringify({
    format: 'hornbook-progress',
    version: 1,
    site: 's',
    seed: one(['s1', 's2', 's3']),
    answers: part(names, () => [[time(), one(['r1', 'r2']), pick(2), value()], ...many(() => [time(), 'r1', 1, value()])]),
    lessons: part(names, () => ({
      at: pick(9) ? pick(3) : 8.64e15,
      read: pick(13),
      title: one(['A', 'B']),
      items: many(() => `${one(names)} ${one(['r1', 'r2'])}${one(['', ' 3', '  q1', ' 2 q2'])}`),
      ...one([{}, { exam: 0 }, { exam: 1 }]),
    })),
    exams: part(names, () => [[pick(12), pick(12), 12, pick(12)]]),
    running: part(names, () => ({ start: pick(3), at: pick(3), items: many(value), ...one([{}, { over: 1 }]) })),
  });
}

/** The mark of each lesson and what it says, worked out from the whole set of attempts. */
function marksOf(text) {
  const { answers, lessons } = JSON.parse(text);
  const far = Date.now() + 86_400_000;
  const rank = (attempt) => [attempt[0] > far ? 0 : attempt[0], JSON.stringify(attempt)];
  const later = (a, b) => rank(a)[0] - rank(b)[0] || (rank(a)[1] < rank(b)[1] ? -1 : 1);
  return Object.fromEntries(
    Object.entries(lessons).map(([name, { items }]) => {
      const lasts = items.map((item) => {
        const [question, revision, points, base] = item.split(' ');
        const list = (key) => (Object.hasOwn(answers, key) ? answers[key] : []);
        const all = [
          ...list(question),
          ...list(base).filter(([, given, , value]) => given === revision || value === null),
          ...list(`${base || question}-${revision}`),
        ];
        const [, given, right, value = null] = all.sort(later).at(-1) ?? [];
        return { isAnswered: value !== null && given === revision, right, points: Number(points || 1) };
      });
      const answered = lasts.filter((last) => last.isAnswered);
      const right = answered.filter((last) => last.right === 1);
      const sum = (list) => list.reduce((total, last) => total + last.points, 0);
      return [name, [lasts.length, answered.length, right.length, sum(lasts), sum(right)]];
    }),
  );
}

describe('merging', () => {
  it('is commutative, associative and idempotent, and keeps every attempt', () => {
    const pick = numbers(20_261_120);
    for (let round = 0; round < 500; round++) {
      const [a, b, c] = [some(pick), some(pick), some(pick)];
      const ab = merge(a, b);
      assert.deepEqual(same(ab), same(merge(b, a)), `not commutative: ${a} ${b}`);
      assert.deepEqual(same(merge(ab, c)), same(merge(a, merge(b, c))), `not associative: ${a} ${b} ${c}`);
      assert.deepEqual(same(merge(ab, b)), same(ab), `not idempotent: ${a} ${b}`);
      for (const text of [a, b]) {
        for (const part of ['answers', 'exams']) {
          for (const [name, list] of Object.entries(JSON.parse(text)[part])) {
            const kept = same(ab)[part][name].map((attempt) => JSON.stringify(attempt));
            for (const attempt of list) assert.ok(kept.includes(JSON.stringify(attempt)), `${name} lost an attempt`);
          }
        }
      }
      // The marks of lessons: what was read or passed anywhere stays so, and the numbers follow from all the answers.
      const { progress } = alone(ab);
      const wanted = marksOf(ab);
      const entries = [a, b].map((text) => new Map(Object.entries(JSON.parse(text).lessons)));
      for (const name of new Set(entries.flatMap((one) => [...one.keys()]))) {
        const both = entries.flatMap((one) => one.get(name) ?? []);
        const merged = progress.lesson(name);
        const exams = both.flatMap(({ exam }) => exam ?? []);
        assert.equal(merged.read, Math.max(...both.map(({ read }) => read)), `${name} in ${a} ${b}`);
        assert.equal(merged.exam, exams.length > 0 ? Math.max(...exams) : undefined, `${name} in ${a} ${b}`);
        const { questions, answered, right, points, score } = merged;
        assert.deepEqual([questions, answered, right, points, score], wanted[name], `${name} in ${ab}`);
        if (merged.exam) assert.equal(progress.standing(merged), 'passed');
      }
    }
  });

  it('keeps a passed exam where another device only opened its page, later', () => {
    const [one, other] = ['', ''].map(() => JSON.parse(alone().progress.export()));
    one.exams = { x: [[5, 8, 10, 60]] };
    one.lessons = { 'exam.html': { at: 5, read: 5, title: 'E', items: [], key: 'x', exam: 1 } };
    other.lessons = { 'exam.html': { at: 9, read: 0, title: 'Exam', items: [], key: 'x' } };
    for (const pair of [[one, other], [other, one]]) {
      const { progress } = alone(merge(...pair.map((doc) => JSON.stringify(doc))));
      const lesson = progress.lesson('exam.html');
      assert.equal(progress.standing(lesson), 'passed');
      assert.deepEqual([lesson.exam, lesson.title, lesson.read, lesson.right, lesson.questions], [1, 'Exam', 5, 8, 10]);
    }
  });

  it('keeps the numbers of a lesson that another device only opened, later', () => {
    const [one, other] = ['', ''].map(() => JSON.parse(alone().progress.export()));
    const items = ['a r', 'b r', 'c r'];
    one.answers = { a: [[3, 'r', 1, 'x']], b: [[4, 'r', 0, 'x']] };
    one.lessons = { 'l.html': { at: 4, read: 2, items } };
    other.lessons = { 'l.html': { at: 9, read: 0, items } };
    for (const pair of [[one, other], [other, one]]) {
      const { questions, answered, right } = alone(merge(...pair.map((doc) => JSON.stringify(doc)))).progress.lesson('l.html');
      assert.deepEqual([questions, answered, right], [3, 2, 1]);
    }
  });

  it('says how much was new, and nothing the second time', () => {
    const from = alone();
    from.progress.record('q', 'r', true, 'a');
    from.progress.record('q', 'r', false, 'b');
    from.progress.recordExam('x', 30, 40, 60);
    const to = alone();
    assert.deepEqual({ ...to.progress.import(from.progress.export()) }, { answers: 2, lessons: 0, exams: 1, added: 3 });
    assert.equal(to.progress.import(from.progress.export()).added, 0);
    assert.equal(to.progress.latest('q', 'r').value, 'b');
  });

  it('refuses what is no progress, of another course or of a later version', () => {
    const { progress, kept } = alone();
    const doc = JSON.parse(progress.export());
    const before = kept.size;
    for (const text of ['', '{', 'null', '[]', '{}', '"x"', JSON.stringify({ ...doc, format: 'x' })]) {
      assert.throws(() => progress.import(text), /not progress/, text);
    }
    assert.throws(() => progress.import(JSON.stringify({ ...doc, site: 't' })), /another course/);
    assert.throws(() => progress.import(JSON.stringify({ ...doc, version: 2 })), /later version/);
    assert.equal(kept.size, before);
  });
});

describe('answers', () => {
  it('know whether the question has changed since, and their older name', () => {
    const { progress } = alone();
    progress.record('q', 'r1', true, 'a');
    assert.equal(progress.latest('q', 'r1').state, 'current');
    assert.equal(progress.latest('q', 'r1').right, true);
    assert.equal(progress.latest('q', 'r2').state, 'changed');
    // The question had a name of its own only later.
    assert.equal(progress.latest('new', 'r1', 'q').value, 'a');
    assert.equal(progress.latest('new', 'r2', 'q').state, 'none');
    progress.record('new', 'r1', false, 'b');
    assert.equal(progress.latest('new', 'r1', 'q').value, 'b');
    progress.clear(['q', 'new']);
    assert.equal(progress.latest('q', 'r1').state, 'none');
    assert.equal(progress.latest('new', 'r1', 'q').state, 'none');
    assert.equal(progress.latest('newer', 'r1', 'q').state, 'none');
  });

  it('count as the last ones also when the clock has gone back', () => {
    for (const at of [Date.now() + 3_600_000, 9_999_999_999_999, 8.64e15]) {
      const ahead = JSON.parse(alone().progress.export());
      ahead.answers = { q: [[at, 'r', 1, 'a']] };
      ahead.exams = { x: [[at, 1, 2, 3]] };
      ahead.lessons = { 'l.html': { at, read: at, items: ['q r'] } };
      ahead.running = { x: { start: at, at } };
      const text = JSON.stringify(ahead);
      for (const way of ['read', 'imported']) {
        const { progress, kept } = alone(way === 'read' ? text : undefined);
        if (way === 'imported') progress.import(text);
        assert.equal(progress.latest('q', 'r').value, 'a');
        progress.record('q', 'r', false, 'b');
        progress.recordExam('x', 2, 2, 3);
        progress.setRunning('x', { start: Date.now() });
        assert.equal(progress.latest('q', 'r').value, 'b');
        // After a reload, and after the file is read once more.
        const again = alone(kept.get('hornbook:s')).progress;
        for (const one of [progress, again, again]) {
          assert.deepEqual([one.latest('q', 'r').value, one.exams('x').at(-1)[1]], ['b', 2], `${way} at ${at}`);
          assert.equal(one.lesson('l.html').right, 0);
          assert.ok(one.running('x').start <= Date.now() || at < 1e13);
          one.import(text);
        }
        again.clear(['q']);
        assert.equal(alone(again.export()).progress.latest('q', 'r').state, 'none');
        // Nothing of it is thrown away.
        assert.ok(JSON.parse(again.export()).answers.q.some(([time]) => time === at));
      }
    }
  });

  it('are found when a twin comes, when it goes, and when an id is given beside it', () => {
    const { progress } = alone();
    const value = (...names) => progress.latest(...names).value;
    progress.record('base', 'r', false, 'alone');
    assert.equal(value('base-r', 'r', 'base'), 'alone', 'a twin comes');
    assert.equal(progress.latest('base-s', 's', 'base').state, 'none', 'and is another question');
    progress.record('base-r', 'r', true, 'beside');
    assert.equal(value('base', 'r'), 'beside', 'the twin goes');
    assert.equal(value('id', 'r', 'base'), 'beside', 'an id is given');
    progress.record('id', 'r', true, 'named');
    assert.equal(value('id', 'r', 'base'), 'named');
    progress.record('base', 'r', false, 'alone again');
    assert.equal(value('base-r', 'r', 'base'), 'alone again', 'the twin is back');
    progress.clear(['base-r']);
    for (const names of [['base-r', 'r', 'base'], ['base', 'r'], ['id', 'r', 'base']]) {
      assert.equal(progress.latest(...names).state, 'none', names.join());
    }
  });

  it('survive everything that is malformed around them', () => {
    const good = JSON.parse(alone().progress.export());
    good.answers = { q: [[1, 'r', 1, 'a']] };
    const parts = ['answers', 'lessons', 'exams', 'running'];
    const junk = [null, 7, 'text', true, [], [[]], [null], [[1]], [{ at: 1 }], {}, { at: -1 }, { at: '1' }];
    for (const wrong of junk) {
      for (const part of parts) {
        const damaged = structuredClone(good);
        damaged[part].broken = wrong;
        const text = JSON.stringify(damaged);
        const { progress, kept } = alone(text);
        assert.equal(progress.latest('q', 'r').value, 'a', text);
        if (kept.has('hornbook:s:damaged')) assert.equal(kept.get('hornbook:s:damaged'), text);
        else assert.deepEqual([part === 'answers' || part === 'exams', wrong], [true, []], `no copy of ${text}`);
        // And nothing in it breaks what is done next.
        progress.record('broken', 'r', true, 'b');
        progress.setRunning('broken', { start: 1 });
        assert.equal(progress.latest('broken', 'r').value, 'b', text);
        assert.ok(Array.isArray(progress.exams('broken')));
        const whole = structuredClone(good);
        whole[part] = wrong;
        alone(JSON.stringify(whole)).progress.record('p', 'r', true, 'b');
      }
    }
  });

  it('an exam that is over is not brought back by an older copy', () => {
    const { progress } = alone();
    progress.setRunning('x', { start: 5, items: [] });
    const before = progress.export();
    assert.equal(progress.running('x').start, 5);
    progress.setRunning('x', { start: 5, items: [], done: [1, 2, 3] });
    progress.import(before);
    assert.deepEqual([...progress.running('x').done], [1, 2, 3]);
  });
});

// In a browser -------------------------------------------------------------------------------------------------------

describe('marks', () => {
  it('stand beside lessons that were read, answered and passed, on every list, in words as well', () =>
    start('Tiny', {}, async (page) => {
      assert.equal(await page.locator('.path .mark').count(), 0);
      await readIt(page, 'Second');
      await page.goto(at('Träume'));
      await answer(page, 'right', 'wrong');
      await page.goto(at('First'));
      await answer(page, 'right', 'wrong');
      const unit = ['Unit one', 'First (passed)', 'Second (read)'];
      assert.deepEqual(await marks(page, '.unit-contents'), unit);
      await page.goto(at('Unit one'));
      assert.deepEqual(await marks(page, '.unit-lessons'), unit.slice(1));
      await page.goto(at('Tiny'));
      assert.deepEqual(await marks(page, '.path'), [
        ...unit,
        'Unit two',
        'Träume (2 of 4 questions answered)',
        'Last',
      ]);
      // Three shapes: not told apart by colour alone.
      const shapes = await page
        .locator('.path .mark')
        .evaluateAll((all) => all.map((mark) => getComputedStyle(mark, '::before').clipPath));
      assert.equal(new Set(shapes).size, 3);
    }));

  it('come at once when something is answered, and stay one each', () =>
    start('First', {}, async (page) => {
      await answer(page, 'wrong');
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['First (1 of 2 questions answered)']);
      await answer(page, 'wrong', 'wrong');
      await answer(page, 'right', 'right');
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['First (passed)']);
      await page.evaluate(() => document.dispatchEvent(new Event('hornbook:update')));
      assert.equal(await page.locator('.unit-contents .mark').count(), 1);
    }));

  it('come when questions are answered by hand, and go when they are answered anew', () =>
    start('First', {}, async (page) => {
      const fields = page.locator('fieldset.quiz');
      for (const field of await fields.all()) {
        await field.locator('li[data-right] input').check();
        await field.getByRole('button', { name: 'Check' }).click();
      }
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['First (passed)']);
      await page.getByRole('button', { name: 'Start over' }).click();
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['First']);
    }));

  it('go by points where questions have them', () =>
    visit(browser, address(courses.points, courses.points.page('Weighed')), {}, async (page) => {
      await answer(page, 'right', 'wrong');
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['Weighed (passed)']);
      await answer(page, 'right', 'wrong', 'wrong');
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['Weighed (passed)']);
      const { answered, right, points, score } = await page.evaluate(() =>
        window.hornbook.progress.lesson(document.documentElement.dataset.address),
      );
      assert.deepEqual([answered, right, points, score], [3, 1, 12, 10]);
      await answer(page, 'wrong', 'right', 'right');
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['Weighed (3 of 3 questions answered)']);
    }));

  it('do not count answers to what has changed since', () =>
    start('First', {}, async (page) => {
      await page.evaluate(() => {
        const { question } = document.querySelector('fieldset').dataset;
        window.hornbook.progress.record(question, 'older', true, 'x');
      });
      assert.equal(await page.evaluate((path) => window.hornbook.progress.lesson(path).answered, pathOf.First), 0);
    }));

  it('a long text is read at its end, not before', () =>
    start('Second', {}, async (page) => {
      await page.waitForTimeout(4_500);
      assert.equal((await stored(page)).lessons[pathOf.Second].read, 0);
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await page.waitForFunction((path) => window.hornbook.progress.lesson(path).read > 0, pathOf.Second);
    }));

  it('a short text is read after some seconds, not by passing through', () =>
    start('Last', {}, async (page) => {
      assert.equal((await stored(page)).lessons[pathOf.Last].read, 0);
      await page.waitForFunction((path) => window.hornbook.progress.lesson(path).read > 0, pathOf.Last, {
        timeout: 8_000,
      });
    }));
});

describe('home page', () => {
  it('shows totals of units and course, and where to go on', () =>
    start('Tiny', {}, async (page) => {
      const way = page.locator('.continue a');
      assert.equal(await way.count(), 0);
      assert.equal(await page.locator('.progress-total').count(), 0);
      await page.goto(at('First'));
      await answer(page, 'right', 'wrong');
      await page.goto(at('Tiny'));
      assert.deepEqual(await page.locator('.progress-total').allInnerTexts(), [
        '0 of 2 lessons read · 1 of 2 questions right',
        '0 of 1 lesson read · 0 of 4 questions right',
        '0 of 4 lessons read · 1 of 6 questions right',
      ]);
      assert.equal(await way.textContent(), 'Continue where you left: First');
      // Read and answered: the next one that is not.
      await readIt(page, 'First');
      await page.goto(at('Tiny'));
      assert.equal(await way.textContent(), 'Continue where you left: Second');
      await readIt(page, 'Last');
      await page.goto(at('Tiny'));
      assert.equal(await way.textContent(), 'Continue where you left: Second');
      await page.goto(at('Träume'));
      await page.goto(at('Tiny'));
      assert.equal(await way.textContent(), 'Continue where you left: Träume');
      await way.click();
      await page.waitForURL(at('Träume'));
    }));

  it('has no way on when all is done', () =>
    start('Tiny', {}, async (page) => {
      await page.evaluate(
        ([key, paths]) => {
          const lessons = Object.fromEntries(
            paths.map((path) => [path, { at: 5, read: 5 }]),
          );
          const doc = { ...JSON.parse(window.hornbook.progress.export()), lessons };
          localStorage.setItem(key, JSON.stringify(doc));
        },
        [KEY, ['First', 'Second', 'Träume', 'Last'].map((title) => pathOf[title])],
      );
      await page.reload();
      assert.equal(await page.locator('.continue').count(), 0);
      assert.equal(await page.locator('.progress .progress-total').innerText(), '4 of 4 lessons read · 0 of 6 questions right');
      assert.equal(await page.locator('.way-on').innerText(), '4 of 4 lessons read · 0 of 6 questions right');
    }));

  it('works from disk and below a path', () =>
    visit(browser, fileAddress(tiny, pathOf['Träume']), {}, async (page) => {
      await answer(page, 'right', 'right');
      await page.goto(fileAddress(tiny, pathOf.Tiny));
      assert.ok((await marks(page, '.path')).includes('Träume (passed)'));
      await page.locator('.continue a').click();
      assert.equal(await page.locator('h1').innerText(), 'Träume');
    }));

  it('without script shows nothing of it', () =>
    start('Tiny', { script: false }, async (page) => {
      assert.ok(!(await section(page).isVisible()));
      assert.equal(await page.getByRole('button').count(), 0);
    }));
});

describe('export, import, delete', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'hornbook-progress-'));
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const button = (page, name) => page.getByRole('button', { name, exact: true });

  async function exported(page, name) {
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Export').click()]);
    assert.equal(download.suggestedFilename(), 'progress-tiny.json');
    const file = join(scratch, `${name}.json`);
    await download.saveAs(file);
    return file;
  }

  const put = async (page, file) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, 'Import').click()]);
    await chooser.setFiles(file);
  };

  const says = (page, text) => status(page).filter({ hasText: text }).waitFor();

  it('takes progress to another browser, and back into one that was cleared', () =>
    start('First', {}, async (page) => {
      await answer(page, 'right', 'right');
      await page.goto(at('Tiny'));
      const file = await exported(page, 'first');
      await says(page, 'progress-tiny.json');
      const before = await stored(page);
      await button(page, 'Delete my progress').click();
      await button(page, 'Delete').click();
      await says(page, 'deleted');
      assert.equal(await stored(page), null);
      assert.equal(await page.locator('.path .mark, .continue, .progress-total').count(), 0);
      await put(page, file);
      await says(page, 'Your progress was imported. New: answers 2, lessons 1, exams 0.');
      assert.deepEqual(await stored(page), before);
      assert.ok((await marks(page, '.path')).includes('First (passed)'));
      await put(page, file);
      await says(page, 'All of this progress was here already.');
      await start('Träume', {}, async (second) => {
        await answer(second, 'wrong');
        await second.goto(at('Tiny'));
        await put(second, file);
        await says(second, 'Your progress was imported. New: answers 2, lessons 1, exams 0.');
        const all = await marks(second, '.path');
        assert.ok(all.includes('First (passed)') && all.includes('Träume (1 of 4 questions answered)'), all.join());
        // The other way round it is the same.
        await put(page, await exported(second, 'second'));
        await says(page, 'Your progress was imported. New: answers 1, lessons 1, exams 0.');
        assert.deepEqual(await stored(page), await stored(second));
      });
    }));

  it('tells what is wrong with a file and changes nothing', () =>
    start('First', {}, async (page) => {
      await answer(page, 'right');
      await page.goto(at('Tiny'));
      const before = await stored(page);
      const cases = [
        ['not progress', 'hello'],
        ['not progress', '[1, 2]'],
        ['another course', JSON.stringify({ ...before, site: 'x' })],
        ['later version', JSON.stringify({ ...before, version: 9 })],
      ];
      for (const [words, text] of cases) {
        const file = join(scratch, 'wrong.json');
        writeFileSync(file, text);
        await put(page, file);
        await says(page, words);
        assert.deepEqual(await stored(page), before);
      }
    }));

  it('asks before deleting, by keyboard alone; Escape keeps all', () =>
    start('First', {}, async (page) => {
      await answer(page, 'right');
      await page.goto(at('Tiny'));
      const remove = button(page, 'Delete my progress');
      await tabTo(page, remove);
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Delete your progress in this course?' });
      await dialog.waitFor();
      // Enter, pressed twice by mistake, deletes nothing.
      assert.ok(await focused(button(page, 'Keep it')));
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      assert.ok(await focused(remove));
      assert.ok(await stored(page));
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await says(page, 'deleted');
      assert.equal(await stored(page), null);
    }));

  it('works under a strict content security policy', async () => {
    const strict = await withHeader(tiny.origin, 'content-security-policy', "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'");
    try {
      await visit(browser, `${strict.origin}/${pathOf.First}`, {}, async (page) => {
        const errors = [];
        page.on('console', (message) => {
          if (/Content.Security.Policy/i.test(message.text())) errors.push(message.text());
        });
        await answer(page, 'right');
        await page.goto(`${strict.origin}/index.html`);
        await put(page, await exported(page, 'strict'));
        await says(page, 'All of this progress was here already.');
        assert.deepEqual(errors, []);
      });
    } finally {
      await strict.close();
    }
  });
});

describe('storage', () => {
  const broken = (page, script) => page.addInitScript(script);

  it('blocked: all goes on until the page is left, and a notice says so', () =>
    start('Tiny', {}, async (page) => {
      await broken(page, () => {
        Object.defineProperty(window, 'localStorage', {
          get() {
            throw new DOMException('no', 'SecurityError');
          },
        });
      });
      await page.goto(at('First'));
      assert.match(await notice(page).innerText(), /cannot be saved/);
      await answer(page, 'right', 'right');
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['First (passed)']);
      assert.equal(await page.evaluate(() => window.hornbook.progress.canSave), false);
      await page.goto(at('Tiny'));
      assert.match(await notice(page).innerText(), /cannot be saved/);
      assert.deepEqual(await axeFindings(page), []);
    }));

  it('full: the answer that finds no room is kept in memory, and saved when there is room again', () =>
    start('First', {}, async (page) => {
      assert.equal(await notice(page).innerText(), '');
      await page.evaluate(() => {
        const { setItem } = Storage.prototype;
        Storage.prototype.setItem = function (...all) {
          if (window.isFull) throw new DOMException('full', 'QuotaExceededError');
          setItem.apply(this, all);
        };
        window.isFull = true;
      });
      await answer(page, 'right');
      assert.match(await notice(page).innerText(), /cannot be saved/);
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['First (passed)']);
      assert.deepEqual((await stored(page)).answers, {});
      await page.evaluate(() => (window.isFull = false));
      await page.evaluate(() => window.hornbook.progress.record('other', 'r', true, 'x'));
      assert.equal(Object.keys((await stored(page)).answers).length, 2);
      assert.equal(await notice(page).innerText(), '');
    }));

  for (const text of ['{"format":"hornbook-progress","ver', 'null', '[]', '"x"', '{}', '7']) {
    it(`damaged: kept aside, told, and all goes on (${text})`, () =>
      start('Tiny', {}, async (page) => {
        await page.evaluate(([key, text]) => localStorage.setItem(key, text), [KEY, text]);
        await page.goto(at('First'));
        assert.match(await notice(page).innerText(), /damaged/);
        await answer(page, 'right');
        assert.equal(await page.evaluate((key) => localStorage.getItem(`${key}:damaged`), KEY), text);
        assert.equal(Object.keys((await stored(page)).answers).length, 1);
        await page.reload();
        assert.equal(await notice(page).innerText(), '');
        assert.deepEqual(await marks(page, '.unit-contents .current'), ['First (passed)']);
      }));
  }

  it('of a later version: used as far as it is understood, and never written', () =>
    start('First', {}, async (page) => {
      await answer(page, 'right');
      const doc = { ...(await stored(page)), version: 2, more: 'x' };
      await page.evaluate(([key, text]) => localStorage.setItem(key, text), [KEY, JSON.stringify(doc)]);
      await page.reload();
      assert.match(await notice(page).innerText(), /later version/);
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['First (passed)']);
      await answer(page, 'wrong', 'wrong');
      assert.deepEqual(await marks(page, '.unit-contents .current'), ['First (2 of 2 questions answered)']);
      assert.deepEqual(await stored(page), doc);
    }));

  it('two tabs: each sees what the other saves, and neither loses anything', () =>
    start('First', {}, async (page) => {
      const other = await page.context().newPage();
      await other.goto(at('First'));
      await answer(page, 'right');
      await other.waitForFunction(() => document.querySelector('.unit-contents .current .mark'));
      const holds = (page, count) =>
        page.waitForFunction(
          ([key, count]) => Object.values(JSON.parse(localStorage.getItem(key)).answers).flat().length === count,
          [KEY, count],
        );
      // Different answers: the same answer at the same moment counts once.
      await Promise.all([answer(page, 'wrong', 'right'), answer(other, 'right', 'wrong')]);
      await Promise.all([holds(page, 5), holds(other, 5)]);
      // Written over by a tab that did not know: told back by the one that did.
      const text = JSON.stringify({ ...(await stored(page)), answers: {} });
      await other.evaluate(([key, text]) => localStorage.setItem(key, text), [KEY, text]);
      await holds(other, 5);
      // What one deletes, the other does not bring back.
      await other.goto(at('Tiny'));
      await other.getByRole('button', { name: 'Delete my progress' }).click();
      await other.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.waitForFunction(() => !document.querySelector('.unit-contents .mark'));
      await answer(page, 'right');
      assert.equal(Object.values((await stored(page)).answers).flat().length, 1);
    }));

  it('written over by another tab, whose event is yet to come: the next answer does not forget those before', () =>
    start('First', {}, async (page) => {
      await answer(page, 'right');
      // A page hears no event of what it writes itself.
      const doc = { ...(await stored(page)), answers: {} };
      await page.evaluate(([key, text]) => localStorage.setItem(key, text), [KEY, JSON.stringify(doc)]);
      await answer(page, 'wrong');
      assert.equal(Object.values((await stored(page)).answers).flat().length, 2);
    }));

  it('of two courses on one origin are apart', () =>
    start('First', {}, async (page) => {
      await answer(page, 'right');
      assert.deepEqual(
        await page.evaluate(() => Object.keys(localStorage)),
        [KEY],
      );
      assert.ok(courses.other.pages[0].html.includes('data-site="another"'));
    }));
});

describe('progress is accessible', () => {
  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark']) {
      it(`${width} ${scheme}`, () =>
        start('First', { width, scheme }, async (page) => {
          await answer(page, 'right', 'right');
          await readIt(page, 'Second');
          assert.deepEqual(await axeFindings(page), []);
          await page.goto(at('Träume'));
          await answer(page, 'right');
          assert.deepEqual(await axeFindings(page), []);
          await page.goto(at('Tiny'));
          assert.deepEqual(await axeFindings(page), []);
          await page.getByRole('button', { name: 'Delete my progress' }).click();
          assert.deepEqual(await axeFindings(page), []);
        }));
    }
  }
});
