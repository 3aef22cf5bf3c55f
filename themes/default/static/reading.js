// Comforts of reading: the choice of a theme, the way to the search, contents that follow, keys, links at headings,
// buttons that copy code.
//
// All of it is made here, so that without script nothing is dead; CSS keeps the room. Keys are single letters, never
// while something is typed and never with modifiers, and the dialog that lists them switches them off (WCAG 2.1.4).
(() => {
  'use strict';

  /** Where each key leads: links are followed, and what stands in the page gets the focus; or else the search opens. */
  const KEYS = {
    n: { name: 'next', leads: 'link[rel=next]' },
    p: { name: 'previous', leads: 'link[rel=prev]' },
    c: { name: 'contents', leads: '.page-contents a' },
    u: { name: 'unit', leads: '.unit-contents a[aria-current]' },
    g: { name: 'glossary', leads: '.site-header nav a:not(.to-map)' },
    '/': { name: 'search', leads: 'input[type=search]', or: '.site-search button' },
    t: { name: 'theme', leads: '.site-tools select' },
    '?': { name: 'list', leads: '.site-keys button' },
  };

  const root = document.documentElement;
  const { setting } = window.hornbook;
  const find = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /** What a script says: the texts of a table, as the page brings them; `count` decides the form. */
  function text(table) {
    const block = document.getElementById(`text.${table}`);
    const texts = JSON.parse(block?.textContent ?? '{}');
    return (key, values = {}) => {
      let words = texts[key] ?? key;
      if (typeof words !== 'string') words = words[new Intl.PluralRules(block.lang).select(values.count)] ?? words.other;
      return words.replace(/{(\w+)}/g, (_, name) => values[name]);
    };
  }

  // What the other scripts use as well.
  Object.assign(window.hornbook, { element, text });
  const say = text('reading');

  // The theme ----------------------------------------------------------------------------------------------------

  const themes = element(
    'select',
    { ariaLabel: say('theme'), onchange: () => (root.dataset.theme = setting('theme', themes.value)) },
    ...['system', 'light', 'dark', 'contrast'].map((value) => element('option', { value, textContent: say(value) })),
  );
  // Another tab has chosen, or the page comes back from where the browser kept it.
  const showTheme = () => (themes.value = root.dataset.theme = setting('theme') || root.dataset.theme);
  addEventListener('storage', showTheme);
  addEventListener('pageshow', showTheme);
  showTheme();
  find('.site-tools')?.append(themes);

  // The search ---------------------------------------------------------------------------------------------------

  const isMac = /Mac|iP/.test(navigator.platform);
  const shortcut = isMac ? '⌘K' : `${say('ctrl')} K`;
  const ariaLabel = say('search');
  const opener = element(
    'button',
    { type: 'button', onclick: search },
    element('span', {}, ariaLabel),
    ' ',
    element('kbd', {}, shortcut),
  );
  find('.site-search')?.append(opener);

  const note = element('p', { className: 'search-note' });
  const field = element('input', { autocomplete: 'off', enterKeyHint: 'go', ariaLabel, placeholder: ariaLabel });
  field.onkeydown = (event) => (field.pressed = event);
  const box = element('dialog', { className: 'search', ariaLabel }, field, note);
  let loaded;

  function load(name, address) {
    const href = root.dataset.files + address;
    return new Promise((onload, onerror) =>
      // Scripts run in the order in which they are put in.
      document.head.append(element(name, { rel: 'stylesheet', href, src: href, async: false, onload, onerror })),
    );
  }

  /** Opens the dialog, whose field can be typed into at once. All else in it is loaded the first time. */
  function search() {
    if (!box.isConnected) document.body.append(box);
    box.showModal();
    field.select();
    loaded ??= Promise.all([load('link', 'search.css'), load('script', 'find.js'), load('script', 'search.js')]);
    loaded.then(
      () => window.hornbook.search((note.textContent = '')),
      () => {
        note.textContent = text('search')('failed');
        // The next time may be luckier.
        loaded = undefined;
      },
    );
  }

  // The contents follow ------------------------------------------------------------------------------------------

  const stop = [];

  function follow() {
    while (stop.length) stop.pop().disconnect();
    const links = new Map(
      all('.page-contents a').map((link) => [document.getElementById(decodeURIComponent(link.hash.slice(1))), link]),
    );
    const nav = find('.page-contents');
    const begun = new Set();
    let atEnd = false;
    const watch = (target, rootMargin, see) => {
      const observer = new IntersectionObserver((entries) => {
        entries.forEach(see);
        const headings = [...links.keys()];
        const current = headings.findLast((heading) => begun.has(heading) || (atEnd && scrollY));
        for (const [heading, link] of links) {
          if (heading === current) link.ariaCurrent = 'true';
          else link.removeAttribute('aria-current');
        }
        if (current) nav.scrollTop = links.get(current).offsetTop - nav.clientHeight / 2;
      }, { rootMargin });
      target.forEach((one) => one && observer.observe(one));
      stop.push(observer);
    };
    // All that lies above a line in the upper third has begun, however far above.
    watch([...links.keys()], '9999999px 0px -66% 0px', ({ target, isIntersecting }) =>
      begun[isIntersecting ? 'add' : 'delete'](target),
    );
    watch([find('.site-footer')], '0px', ({ isIntersecting }) => (atEnd = isIntersecting));
  }

  // Headings and code --------------------------------------------------------------------------------------------

  function decorate() {
    for (const heading of all('.text :is(h2, h3, h4, h5, h6)[id]:not(:has(.anchor))')) {
      // The heading is still called by its text alone.
      heading.ariaLabel = heading.textContent;
      heading.append(element('a', { className: 'anchor', href: `#${heading.id}`, ariaLabel: say('section') }));
    }
    for (const code of navigator.clipboard ? all('.text pre > code:first-child') : []) {
      const copy = element('button', { type: 'button', textContent: say('copy') });
      copy.onclick = async () => {
        await navigator.clipboard.writeText(code.textContent);
        copy.textContent = say('copied');
        setTimeout(() => (copy.textContent = say('copy')), 2000);
      };
      code.before(element('span', { className: 'copy' }, copy));
    }
  }

  // Keys ---------------------------------------------------------------------------------------------------------

  let dialog;

  /** What a key leads to on this page, if anything. */
  const goal = ({ leads, or = leads }) => find(leads) ?? find(or);

  function help() {
    dialog?.remove();
    const use = element('input', { type: 'checkbox', checked: setting('keys') !== 'off' });
    use.onchange = () => setting('keys', use.checked ? 'on' : 'off');
    const rows = Object.keys(KEYS)
      .filter((key) => goal(KEYS[key]))
      .map((key) => [key, KEYS[key].name]);
    if (opener.isConnected) rows.push([shortcut, 'search']);
    dialog = element(
      'dialog',
      { className: 'keys', ariaLabel: say('keys') },
      element('h2', {}, say('keys')),
      element(
        'dl',
        {},
        ...rows.map(([key, name]) =>
          element('div', {}, element('dt', {}, element('kbd', {}, key)), element('dd', {}, say(name))),
        ),
      ),
      element('label', {}, use, ` ${say('use')}`),
      element('button', { type: 'button', textContent: say('close'), onclick: () => dialog.close() }),
    );
    document.body.append(dialog);
    dialog.showModal();
  }

  find('.site-keys')?.append(element('button', { type: 'button', textContent: say('keys'), onclick: help }));

  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (event.altKey || event.repeat || event.isComposing || event.defaultPrevented) return;
    // Where the keyboard has other letters, "K" is known by its place.
    const isK = key === 'k' || (key > '~' && event.code === 'KeyK');
    if (isK && (isMac ? event.metaKey : event.ctrlKey) && opener.isConnected) {
      event.preventDefault();
      if (box.open) box.close();
      else if (!find('dialog[open]')) search();
      return;
    }
    if (event.ctrlKey || event.metaKey || setting('keys') === 'off' || find('dialog[open]')) return;
    if (target.closest?.('input, select, textarea') || target.isContentEditable) return;
    const found = Object.hasOwn(KEYS, key) && goal(KEYS[key]);
    if (!found) return;
    event.preventDefault();
    if (key === '?') help();
    else if (found === opener) search();
    else if ('npg'.includes(key)) location.href = found.href;
    else {
      found.closest('nav')?.querySelector('details')?.setAttribute('open', '');
      found.focus();
    }
  });

  function show() {
    follow();
    decorate();
  }

  show();
  document.addEventListener('hornbook:update', show);
})();
