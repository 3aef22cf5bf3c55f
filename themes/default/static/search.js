// The search dialog: results below the field as one types, recent searches, and what to do where nothing is found.
//
// reading.js makes the dialog with its field and loads this, find.js and search.css when it is first opened. The field
// is a combobox with a list box, as the ARIA Authoring Practices have it: the focus stays in the field, arrow keys
// choose, and the options are real links, so that a click with Ctrl opens a tab. Which pages fit is find.js's to say.
(() => {
  'use strict';

  // Milliseconds without a further letter, after which a query is told to screen readers and passages are fetched.
  const REST = 200;
  // How many searches are remembered.
  const RECENT = 5;

  const { element, find } = window.hornbook;
  const text = window.hornbook.text('search');
  const { contents, glossary } = document.querySelector('.site-search').dataset;
  const KEY = `hornbook:${document.documentElement.dataset.site}:searches`;

  const dialog = document.querySelector('dialog.search');
  const input = dialog.querySelector('input');
  const note = dialog.querySelector('.search-note');
  const button = (className, label, onclick) =>
    element('button', { className, ariaLabel: label, title: label, onclick });
  const clear = button('search-clear', text('clear'), () => type(''));
  const status = element('p', { className: 'visually-hidden', role: 'status' });
  const list = element('div', { className: 'search-list', id: 'search.list', role: 'listbox', ariaLabel: text('list') });
  const panel = element('div', { className: 'search-panel' });
  const key = (sign, words) => element('span', {}, element('kbd', {}, sign), ` ${words}`);

  function build() {
    Object.assign(input, { role: 'combobox', ariaAutoComplete: 'list', ariaExpanded: 'false' });
    input.setAttribute('aria-controls', list.id);
    const keys = [key('↑ ↓', text('move')), key('↵', text('open')), key('Esc', text('escape'))];
    input.after(clear, button('search-close', text('close'), () => dialog.close()));
    dialog.append(status, list, panel, element('p', { className: 'search-keys', ariaHidden: 'true' }, ...keys));
  }

  // Recent searches ----------------------------------------------------------------------------------------------

  // Where storage is blocked they last as long as the page.
  let recent = [];

  function load() {
    try {
      recent = JSON.parse(localStorage.getItem(KEY) ?? '[]').filter((query) => typeof query === 'string');
    } catch {
      // There is nothing to read, or nothing that can be used.
    }
  }

  function remember(queries) {
    recent = queries.slice(0, RECENT);
    try {
      if (recent.length > 0) localStorage.setItem(KEY, JSON.stringify(recent));
      else localStorage.removeItem(KEY);
    } catch {
      // Storage is blocked or full.
    }
  }

  /** Takes searches off the list, and leaves the focus on what is next to them. */
  function forget(queries, at = 0) {
    remember(recent.filter((query) => !queries.includes(query)));
    showRecent();
    (panel.querySelectorAll('.search-remove')[Math.min(at, recent.length - 1)] ?? input).focus();
  }

  function showRecent() {
    const entry = (query, at) =>
      element(
        'li',
        {},
        element('button', { className: 'search-again', onclick: () => type(query) }, query),
        button('search-remove', text('remove', { query }), () => forget([query], at)),
      );
    const head = [
      element('h2', {}, text('recent')),
      element('button', { className: 'search-forget', onclick: () => forget(recent) }, text('forget')),
    ];
    panel.replaceChildren(element('p', { className: 'search-hint' }, text('hint')));
    if (recent.length === 0) return;
    panel.prepend(element('div', { className: 'search-head' }, ...head), element('ul', {}, ...recent.map(entry)));
  }

  // What is shown ------------------------------------------------------------------------------------------------

  let active = null;
  // The words of the query whose answer is shown, as they were found.
  let words = [];

  const options = () => [...list.querySelectorAll('[role=option]')];

  function activate(option) {
    if (active === option) return;
    if (active) active.ariaSelected = 'false';
    active = option;
    if (!option) return input.removeAttribute('aria-activedescendant');
    option.ariaSelected = 'true';
    input.setAttribute('aria-activedescendant', option.id);
  }

  /** A text in which the words are marked. */
  function marked(whole) {
    const parts = [];
    let end = 0;
    for (const [from, to] of find.marks(whole, words)) {
      parts.push(whole.slice(end, from), element('mark', {}, whole.slice(from, to)));
      end = to;
    }
    return [...parts, whole.slice(end)];
  }

  // From a disk no page can be fetched.
  const canFetch = location.protocol !== 'file:';

  /** One link of the list. A passage is looked for below a section, and below a page that has no such sections. */
  function option({ kind, title, href, parent, lead, hits }) {
    const link = element('a', { href, role: 'option', tabIndex: -1, ariaSelected: 'false' });
    const about = [kind === 'page' ? '' : text(kind), parent].filter(Boolean).join(' · ');
    link.className = hits ? 'search-page' : 'search-hit';
    link.dataset.kind = kind;
    link.append(
      element('span', { className: 'search-title' }, ...marked(title)),
      ' ',
      element('span', { className: 'search-about' }, about),
    );
    const isFetched = canFetch && (kind === 'section' || (kind !== 'term' && hits?.length === 0));
    if (!lead && !isFetched) return link;
    const place = element('span', { className: 'search-lead' }, ...marked(lead ?? ''));
    if (kind !== 'term' && hits?.length > 0) place.classList.add('search-short');
    if (isFetched) place.dataset.wanted = href;
    link.append(' ', place);
    return link;
  }

  // Only passages that can be seen are fetched.
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      find.snippet(target.dataset.wanted, words).then((whole) => {
        if (whole && target.isConnected) target.replaceChildren(...marked(whole));
      });
    }
  }, { root: list });

  function fill(results) {
    activate(null);
    seen.disconnect();
    list.replaceChildren(
      ...results.map((page) => {
        if (page.hits.length === 0) return option(page);
        const all = [page, ...page.hits].map(option);
        return element('div', { role: 'group', ariaLabel: page.title }, ...all);
      }),
    );
    options().forEach((one, at) => (one.id = `search.option.${at}`));
    list.scrollTop = 0;
  }

  /** Shows one of the parts below the field. */
  function show(part) {
    list.hidden = part !== list;
    panel.hidden = part !== panel;
    input.ariaExpanded = String(part === list);
    if (part !== list) fill([]);
  }

  /** What leads on where the search does not. */
  function showOther(...lines) {
    const ways = [[contents, text('contents')], [glossary, text('glossary')]].filter(([href]) => href);
    panel.replaceChildren(
      ...lines.map((line) => element('p', {}, line)),
      element('ul', { className: 'search-ways' }, ...ways.map(([href, words]) => element('li', {}, element('a', { href }, words)))),
    );
    show(panel);
  }

  // The query ----------------------------------------------------------------------------------------------------

  // The number of the latest query: answers to older ones are too late.
  let asked = 0;
  let resting;
  let latest;

  function answer(query, { results, words: found, corrected }) {
    clearTimeout(resting);
    words = found;
    note.textContent = corrected ? text('corrected', { query: corrected }) : '';
    if (results.length > 0) {
      show(list);
      fill(results);
    } else showOther(text('nothing', { query }), text('fewer'));
    const count = options().length;
    // Not at every letter: screen readers would tell each.
    resting = setTimeout(() => {
      status.textContent = `${note.textContent} ${count > 0 ? text('results', { count }) : text('nothing', { query })}`;
      for (const place of list.querySelectorAll('[data-wanted]')) seen.observe(place);
    }, REST);
  }

  function fail() {
    note.textContent = '';
    showOther((status.textContent = text('failed')));
  }

  async function query(typed, mine) {
    // What is shown stays until there is something else.
    if (list.hidden) panel.replaceChildren(element('p', { className: 'search-loading' }, text('loading')));
    dialog.classList.add('is-busy');
    let found;
    try {
      found = await find.query(typed, (first) => mine === asked && answer(typed, first));
    } catch {
      // It is told below; the next query tries again.
    }
    if (mine !== asked) return;
    dialog.classList.remove('is-busy');
    if (found) answer(typed, found);
    else fail();
  }

  function ask() {
    const typed = input.value.trim();
    asked += 1;
    clearTimeout(resting);
    clear.hidden = input.value === '';
    if (typed) {
      latest = query(typed, asked);
      return;
    }
    dialog.classList.remove('is-busy');
    note.textContent = status.textContent = '';
    show(panel);
    showRecent();
  }

  function type(typed) {
    input.value = typed;
    input.focus();
    ask();
  }

  // Keys and pointers --------------------------------------------------------------------------------------------

  /** The next one in a direction, round and round. */
  const step = (all, from, by) => all.at(from ? (all.indexOf(from) + by) % all.length : Math.min(by, 0));
  const direction = ({ key, altKey }) => (altKey ? 0 : ({ ArrowDown: 1, ArrowUp: -1 }[key] ?? 0));

  function move(by) {
    activate(step(options(), active, by) ?? null);
    active?.scrollIntoView({ block: 'nearest' });
  }

  /** Opens the active result, or the first one; with the keys held that open a tab. */
  function choose(event) {
    (active ?? options()[0])?.dispatchEvent(new MouseEvent('click', event));
  }

  input.addEventListener('input', ask);
  // While a word is being composed, keys are for the composition.
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const by = direction(event);
    const isBusy = dialog.classList.contains('is-busy');
    if (event.key === 'Enter' || (by && (isBusy || !list.hidden))) {
      event.preventDefault();
      const act = () => (by ? move(by) : choose(event));
      // What is shown may not be the answer to what was typed last, nor what comes to what is typed next.
      const { value } = input;
      if (isBusy) latest.then(() => input.value === value && act());
      else act();
    } else if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) activate(null);
  });

  // Through the recent searches, from the field and back to it.
  dialog.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const by = event.defaultPrevented ? 0 : direction(event);
    if (by && list.hidden) {
      const all = [input, ...panel.querySelectorAll('.search-again')];
      step(all, event.target.closest('li')?.firstChild ?? event.target, by).focus();
    } else if (event.key === 'Escape' && input.value !== '') type('');
    else return;
    event.preventDefault();
  });

  // The focus stays in the field.
  list.addEventListener('mousedown', (event) => event.target.closest('a') && event.preventDefault());
  list.addEventListener('pointermove', (event) => {
    const option = event.target.closest('a');
    if (event.pointerType === 'mouse' && option) activate(option);
  });
  for (const kind of ['click', 'auxclick']) {
    list.addEventListener(kind, (event) => {
      if (event.button > 1 || !event.target.closest('a')) return;
      const query = input.value.trim();
      remember([query, ...recent.filter((other) => other !== query)]);
      // Before the page goes to another place of its own.
      if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) dialog.close();
    });
  }
  panel.addEventListener('click', (event) => event.target.closest('a') && dialog.close());

  // A press beside the dialog closes it; one that began in it, to select text, does not.
  let isBeside = false;
  const beside = ({ target, clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    return target === dialog && (x < left || x > right || y < top || y > bottom);
  };
  dialog.addEventListener('pointerdown', (event) => (isBeside = beside(event)));
  dialog.addEventListener('click', (event) => isBeside && beside(event) && dialog.close());

  // A keyboard on the screen covers the page; what is left is known only here.
  const fit = () => dialog.style.setProperty('--screen', `${visualViewport.height}px`);
  visualViewport.addEventListener('resize', fit);

  /** Called each time that the dialog has been opened. */
  window.hornbook.search = () => {
    if (!list.isConnected) build();
    load();
    fit();
    // What the first query needs is on its way while that is typed.
    find.open().catch(() => {});
    ask();
    // It was pressed while all this was on its way.
    const { pressed } = input;
    if (pressed?.key === 'Enter' && !pressed.isComposing) latest?.then(() => choose(pressed));
    input.onkeydown = input.pressed = null;
  };

  // The preview has another index now, and find.js has forgotten the old one.
  document.addEventListener('hornbook:search', () => dialog.open && input.value && ask());
})();
