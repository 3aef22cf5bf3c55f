// What the scripts say: in the language of the course, in the form that a number asks for, under a strict policy.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { address, markdown, prepare, visit, withHeader } from './helpers.mjs';

const course = (language) => ({
  'site.toml': `title = "Κ"\nlanguage = "${language}"\n`,
  'content/01-a.md': markdown(
    { title: 'Α' },
    ['α', 'β'].map((name) => `\`\`\`quiz\n${name}\n\n- [x] 1\n- [ ] 2\n- [ ] 3\n\`\`\`\n`).join('\n'),
  ),
  'content/02-b.md': markdown({ title: 'Β' }, 'β'),
  'content/03-c.md': '+++\ntitle = "Γ"\nexam = { draw = 2, minutes = 5 }\n+++\n',
});

const { browser, courses } = await prepare({
  german: course('de'),
  arabic: course('ar'),
  japanese: course('ja-JP'),
  french: course('fr'),
  spanish: course('es'),
  english: course('en'),
  // No strings are built in.
  finnish: course('fi'),
});

/** Answers the first question wrong and the second right, and tells what the page says to it. */
async function answer(page) {
  const questions = page.locator('fieldset.quiz');
  const check = (at) => questions.nth(at).locator('.quiz-check');
  const said = [await check(0).innerText()];
  await check(0).click();
  said.push(await questions.nth(0).locator('.quiz-outcome').innerText());
  await questions.nth(0).locator('li:not([data-right]) input').first().check();
  await check(0).click();
  said.push(await questions.nth(0).locator('.quiz-outcome').innerText());
  said.push(await questions.nth(0).locator('.quiz-show').innerText());
  await questions.nth(1).locator('li[data-right] input').check();
  await check(1).click();
  said.push(await page.locator('.quiz-score').innerText());
  return said;
}

describe('what scripts say', () => {
  it('is German in a German course, also under a strict Content-Security-Policy', async () => {
    const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'";
    const server = await withHeader(courses.german.origin, 'Content-Security-Policy', policy);
    try {
      await visit(browser, `${server.origin}/a.html`, {}, async (page) => {
        assert.deepEqual(await answer(page), [
          'Prüfen',
          'Wählen Sie zuerst eine Möglichkeit.',
          'Nicht richtig',
          'Antwort zeigen',
          'Ergebnis 1 von 2 richtig',
        ]);
        assert.match(await page.locator('.quiz-mark').first().innerText(), /falsch/);
        await page.goto(`${server.origin}/index.html`);
        assert.match(await page.locator('.progress').innerText(), /Ihr Fortschritt/);
        assert.match(await page.locator('.continue').innerText(), /Dort weitermachen/);
        await page.goto(`${server.origin}/c.html`);
        await page.locator('.exam-start').click();
        assert.equal(await page.locator('.exam-panel h2').innerText(), 'Die Prüfung läuft');
        assert.match(await page.locator('.exam-time').innerText(), /Verbleibende Zeit: [45]:\d\d/);
      });
    } finally {
      await server.close();
    }
  });

  it('is Arabic in an Arabic course, and reads from right to left', () =>
    visit(browser, address(courses.arabic, 'a.html'), {}, async (page) => {
      const said = await answer(page);
      assert.equal(said[0], 'تحقق');
      assert.match(said[4], /النتيجة الإجابات الصحيحة: 1 من 2/);
      assert.doesNotMatch(said.join(), /[A-Za-z]/);
      // The first number stands to the right of the second.
      const [first, second] = await page.locator('.quiz-score').evaluate((line) => {
        const text = line.lastChild;
        const at = (digit) => {
          const range = document.createRange();
          range.setStart(text, text.data.indexOf(digit));
          range.setEnd(text, text.data.indexOf(digit) + 1);
          return range.getBoundingClientRect().left;
        };
        return [at('1'), at('2')];
      });
      assert.ok(first > second);
    }));

  it('is Japanese for any tag of Japanese', () =>
    visit(browser, address(courses.japanese, 'a.html'), {}, async (page) => {
      const said = await answer(page);
      assert.equal(said[0], '答え合わせ');
      assert.equal(said[4], '結果 2問中1問正解');
    }));

  it('is English where a language has no strings', () =>
    visit(browser, address(courses.finnish, 'a.html'), {}, async (page) => {
      assert.equal((await answer(page))[4], 'Result 1 of 2 right');
    }));

  it('has the form that a number asks for', () =>
    visit(browser, address(courses.arabic, 'a.html'), {}, async (page) => {
      const forms = await page.evaluate(() => {
        const block = document.createElement('script');
        const texts = { a: { zero: '0', one: '1', two: '2', few: 'f', many: 'm', other: 'o {count}' } };
        Object.assign(block, { type: 'application/json', id: 'text.x', lang: 'ar', textContent: JSON.stringify(texts) });
        document.body.append(block);
        const text = window.hornbook.text('x');
        return [0, 1, 2, 3, 11, 100].map((count) => text('a', { count }));
      });
      assert.deepEqual(forms, ['0', '1', '2', 'f', 'm', 'o 100']);
    }));
});

describe('what is said in little room', () => {
  for (const [language, course] of Object.entries(courses)) {
    it(`is not cut off where colours are chosen: ${language}`, () =>
      visit(browser, address(course, 'a.html'), {}, async (page) => {
        const choices = await page.locator('.site-tools select').evaluate((select) => {
          const style = getComputedStyle(select);
          const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
          const measured = document.createElement('span');
          measured.style.cssText = `position: absolute; white-space: nowrap; font: ${style.font}`;
          document.body.append(measured);
          return [...select.options].map(({ text }) => {
            measured.textContent = text;
            return { text, width: measured.getBoundingClientRect().width, room };
          });
        });
        assert.equal(choices.length, 4);
        for (const { text, width, room } of choices) assert.ok(width <= room, `${text}: ${width} of ${room} pixels`);
      }));
  }
});
