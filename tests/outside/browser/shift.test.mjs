// Nothing moves while a page loads: neither for who comes for the first time, nor for who has read and answered.
//
// The scripts are held back until the page has been painted, as on a slow line; on a fast one they often come before,
// and nothing would be seen of what they move.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { address, markdown, prepare, shipped, visit } from './helpers.mjs';

const long = 'A paragraph that fills some lines of the page with words, and then some more of them. '.repeat(12);
const quiz = '## Questions\n\n```quiz\nWhat is it?\n\n- [x] Right\n- [ ] Wrong\n- [ ] Worse\n```\n\n```quiz\nAnd what is that?\n\n- [ ] Wrong\n- [x] Right\n- [ ] Worse\n```';
const title = (words) => `A lesson whose title is as long as titles sometimes are, for it speaks of ${words}`;

const { browser, courses } = await prepare({
  course: shipped,
  // Titles that fill lines to their ends, and words of another language.
  wordy: {
    'site.toml': 'title = "Wordy"\nlanguage = "de"\n',
    'content/index.md': markdown({ title: 'Wordy' }, long),
    'content/01-one/index.md': markdown({ title: 'The first unit of this course', description: long }, long),
    ...Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [
        `content/01-one/0${at + 1}-lesson-${at}.md`,
        markdown({ title: at ? `Lesson ${'i'.repeat(at * 3)} ${at}` : title('one') }, at ? long : `${long}\n\n${long}\n\n${quiz}`),
      ]),
    ),
    'content/02-two/index.md': markdown({ title: 'Another unit' }, long),
    'content/02-two/01-last.md': markdown({ title: title('two') }, long),
    'content/glossary/word.md': markdown({ title: 'Word', link: 'explicit' }, 'What is said.'),
  },
});

/** Opens a page with its scripts held back until it was painted, and returns how far things moved. */
async function shiftOf(page, url) {
  let painted;
  const paint = new Promise((done) => (painted = done));
  await page.unroute('**/*.js');
  await page.route('**/*.js', async (route) => {
    if (!route.request().url().endsWith('/theme.js')) await paint;
    await route.continue();
  });
  page.once('console', painted);
  await page.goto(url);
  return page.evaluate(
    () =>
      new Promise((done) => {
        requestAnimationFrame(() =>
          requestAnimationFrame(() => done({ shift: window.shift, what: window.moved, late: window.late })),
        );
      }),
  );
}

/** Told before the page begins: what shifts, and that the first paint is done. */
function watch() {
  window.shift = 0;
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      window.shift += value;
      for (const { node } of sources) window.moved.push(node?.className || node?.parentNode?.className || node?.nodeName);
    }
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver(() => {
    // A script that came first would prove nothing.
    window.late = !window.hornbook.element;
    requestAnimationFrame(() => requestAnimationFrame(() => console.log('painted')));
  }).observe({ type: 'paint', buffered: true });
}

/** Reads and answers something: the first lesson to its end, half of its questions right. */
async function learn(page, url) {
  await page.goto(url);
  await page.evaluate(() => {
    const { progress } = window.hornbook;
    [...document.querySelectorAll('fieldset[data-question]')].forEach((field, at) => {
      const { question, revision } = field.dataset;
      const option = field.querySelector('li[data-right]')?.dataset.option;
      if (option && at % 2 === 0) progress.record(question, revision, true, option);
    });
    const saved = JSON.parse(progress.export());
    Object.values(saved.lessons).forEach((lesson) => (lesson.read = Date.now()));
    localStorage.setItem(`hornbook:${progress.site}`, JSON.stringify(saved));
  });
}

for (const [name, course] of Object.entries(courses)) {
  const kinds = ['home', 'unit', 'lesson', 'glossary', 'term'];
  const paths = kinds.map((kind) => course.pages.find(({ html }) => html.includes(`<body class="page-${kind}"`)).path);
  const lesson = course.pages.find(({ html }) => html.includes('fieldset') && !html.includes('class="exam"')).path;
  // The tall window shows what is otherwise below the fold; a lesson's questions are made ready there.
  for (const [width, height] of [[360, 640], [360, 2400], [768, 1024], [1280, 900], [1280, 2400]]) {
    describe(`${name}, ${width} by ${height}`, () => {
      for (const returning of [false, true]) {
        it(returning ? 'who comes back sees nothing move' : 'who is new sees nothing move', () =>
          visit(browser, address(course, paths[0]), { width, height }, async (page) => {
            if (returning) await learn(page, address(course, lesson));
            await page.addInitScript(watch);
            for (const path of paths.filter((_, at) => height < 2000 || kinds[at] !== 'lesson')) {
              if (!returning) await page.evaluate(() => localStorage.clear());
              const { shift, what, late } = await shiftOf(page, address(course, path));
              assert.ok(late, `${path}: the scripts came before the first paint`);
              assert.equal(shift, 0, `${path}: ${what}`);
            }
            // What was to be seen is there.
            await page.goto(address(course, 'index.html'));
            assert.equal(await page.locator('.continue').count(), returning ? 1 : 0);
          }));
      }
    });
  }
}
