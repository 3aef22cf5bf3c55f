// The glossary's filter: a field that leaves only the terms that match what is typed.
//
// It is made here and not in the page, so that without script there is no dead field. Case and accents do not matter,
// and any script can be typed. How many terms are left is announced.
(() => {
  'use strict';

  const place = document.querySelector('[data-filter-label]');
  if (!place) return;

  const plain = (text) =>
    text.normalize('NFD').replace(/\p{Mn}/gu, '').toLocaleLowerCase(document.documentElement.lang);

  const letters = [...document.querySelectorAll('.letter')].map((section) => ({
    section,
    entries: [...section.querySelectorAll('.entry')].map((entry) => ({
      entry,
      text: plain(entry.textContent),
    })),
  }));

  const label = document.createElement('label');
  label.textContent = place.dataset.filterLabel;
  const field = document.createElement('input');
  field.type = 'search';
  field.autocomplete = 'off';
  label.append(field);
  const status = document.createElement('p');
  status.setAttribute('role', 'status');
  place.append(label, status);

  function filter() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let left = 0;
    for (const { section, entries } of letters) {
      let shown = 0;
      for (const { entry, text } of entries) {
        entry.hidden = !words.every((word) => text.includes(word));
        shown += entry.hidden ? 0 : 1;
      }
      section.hidden = shown === 0;
      left += shown;
    }
    status.textContent = words.length === 0 ? '' : place.dataset.filterStatus.replace('{count}', left);
  }

  field.addEventListener('input', filter);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || field.value === '') return;
    field.value = '';
    filter();
  });
  // A field that the browser has filled again after "back".
  filter();
})();
