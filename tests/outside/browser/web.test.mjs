// What a published course offers beside its pages: the page for addresses where none is.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serve } from '../lib.mjs';
import { axeFindings, markdown, prepare, shown, visit } from './helpers.mjs';

const { browser, courses } = await prepare({
  tiny: {
    'site.toml': 'title = "Tiny"\nbase_url = "https://example.org/some/course/"\n',
    'content/01-unit/01-first.md': markdown({ title: 'First' }, 'It is about [[word]]s.'),
    'content/glossary/word.md': markdown({ title: 'Word' }, 'What is said.'),
  },
});
const below = await serve(courses.tiny.folder, '/some/course/');
after(() => below.close());

test('the page for missing pages works at any depth below a path', () =>
  visit(browser, `${below.root}no/such/page.html`, {}, async (page) => {
    await shown(page.getByRole('heading', { name: 'Page not found' }));
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.locator('dialog.search').getByRole('combobox').fill('first');
    await page.getByRole('option', { name: /First/ }).first().click();
    await shown(page.getByRole('heading', { name: 'First' }));
    assert.equal(page.url(), `${below.root}unit/first.html`);
  }));
