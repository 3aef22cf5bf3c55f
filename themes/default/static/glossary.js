// The glossary's filter: a field that leaves only the terms that match what is typed.
//
// It is made here and not in the page, so that without script there is no dead field. Case, accents and the width of
// letters do not matter, and any script can be typed. How many terms are left is announced.
(() => {
  'use strict';

  const place = document.querySelector('[data-filter-label]');
  if (!place) return;

  // Upper case folds more than lower case does: "ß" is "SS", and every language's "i" is "I".
  const plain = (text) => text.normalize('NFKD').replace(/\p{Mn}/gu, '').toUpperCase();

  const collect = () => [...document.querySelectorAll('.letter')].map((section) => ({
    section,
    link: document.querySelector(`.letters a[href="#${section.querySelector('h2')?.id}"]`),
    entries: [...section.querySelectorAll('.entry')].map((entry) => ({
      entry,
      text: plain(entry.textContent),
    })),
  }));
  let letters = collect();

  const { element } = window.hornbook;
  const field = element('input', { type: 'search', autocomplete: 'off' });
  const status = element('p', { role: 'status' });
  place.append(element('label', {}, place.dataset.filterLabel, field), status);

  function filter() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let left = 0;
    for (const { section, link, entries } of letters) {
      let shown = 0;
      for (const { entry, text } of entries) {
        entry.hidden = !words.every((word) => text.includes(word));
        shown += entry.hidden ? 0 : 1;
      }
      section.hidden = shown === 0;
      // It keeps its place, so that the field below does not move while something is typed.
      if (link) link.style.visibility = section.hidden ? 'hidden' : '';
      left += shown;
    }
    status.textContent = words.length === 0 ? '' : place.dataset.filterStatus.replace('{count}', left);
  }

  field.addEventListener('input', filter);
  field.addEventListener('keydown', (event) => {
    // While a word is being composed, Escape is for the composition.
    if (event.key !== 'Escape' || event.isComposing || field.value === '') return;
    field.value = '';
    filter();
  });
  // The preview server changes a page in place.
  document.addEventListener('hornbook:update', () => {
    letters = collect();
    filter();
  });
  // A field that the browser has filled again after "back".
  filter();
})();
