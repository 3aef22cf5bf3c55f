// Previews of terms: what a linked term means, shown beside the link.
//
// The definitions stand in the page ("Terms on this page"), so nothing is fetched, and links name theirs with
// aria-describedby, so that screen readers tell it without this script. The preview follows WCAG 2.2, 1.4.13: it opens
// on hover and on focus, Escape closes it, the pointer can move into it, and it stays until it is left. By touch the
// first tap opens it and the second follows the link. Without script a link leads to its term.
(() => {
  'use strict';

  // Milliseconds the pointer rests on a link, so that crossing one opens nothing.
  const OPEN_AFTER = 200;
  // Milliseconds to move the pointer from the link into the preview.
  const CLOSE_AFTER = 300;
  // Pixels between link and preview.
  const GAP = 6;
  // Pixels kept free at the edges of the window.
  const EDGE = 8;

  const { element } = window.hornbook;
  const title = element('p', { className: 'preview-title' });
  const text = element('p');
  // What it says is the link's description already; it must not be read twice.
  const box = element('div', { className: 'preview', hidden: true, ariaHidden: 'true' }, title, text);

  // The link whose preview is open.
  let link = null;
  let timer = 0;
  // The last press came from a finger or a pen.
  let touched = false;

  const termOf = (node) =>
    node instanceof Element ? node.closest('a.term[aria-describedby]') : null;

  function open(term) {
    clearTimeout(timer);
    if (link === term) return;
    const definition = document.getElementById(term.getAttribute('aria-describedby'));
    if (!definition) return;
    link = term;
    title.textContent = definition.previousElementSibling?.textContent.trim() ?? '';
    text.textContent = definition.textContent.trim();
    if (!box.isConnected) document.body.append(box);
    box.hidden = false;
    place(term);
  }

  function close() {
    clearTimeout(timer);
    link = null;
    box.hidden = true;
  }

  function later(action, delay) {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  }

  // Below the first line of the link, or above it where there is no room.
  function place(term) {
    const line = term.getClientRects()[0] ?? term.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    const page = document.documentElement;
    const room = page.clientWidth - width - EDGE;
    const start = getComputedStyle(term).direction === 'rtl' ? line.right - width : line.left;
    const left = Math.max(EDGE, Math.min(start, room));
    const below = line.bottom + GAP;
    const fits = below + height <= page.clientHeight || line.top < height + GAP + EDGE;
    const top = fits ? below : line.top - height - GAP;
    box.style.left = `${left + window.scrollX}px`;
    box.style.top = `${top + window.scrollY}px`;
  }

  document.addEventListener('pointerover', (event) => {
    if (event.pointerType !== 'mouse') return;
    const term = termOf(event.target);
    if (term) later(() => open(term), link ? 0 : OPEN_AFTER);
    else if (box.contains(event.target)) clearTimeout(timer);
  });

  document.addEventListener('pointerout', (event) => {
    if (event.pointerType !== 'mouse') return;
    const leaves = termOf(event.target) || box.contains(event.target);
    const stays = termOf(event.relatedTarget) === link || box.contains(event.relatedTarget);
    if (leaves && !(link && stays) && document.activeElement !== link) later(close, CLOSE_AFTER);
  });

  document.addEventListener('focusin', (event) => {
    const term = termOf(event.target);
    // A finger's focus comes before its click, which decides.
    if (term && !touched) open(term);
    else if (link && !term && !box.contains(event.target)) close();
  });

  document.addEventListener('focusout', (event) => {
    // A press on the preview takes the focus from the link, and does not leave the preview.
    if (event.target === link && !box.matches(':hover')) later(close, 0);
  });

  document.addEventListener('pointerdown', (event) => {
    touched = event.pointerType !== 'mouse';
    if (link && !termOf(event.target) && !box.contains(event.target)) close();
  });

  document.addEventListener('click', (event) => {
    const term = termOf(event.target);
    if (!term || !touched || link === term) return;
    event.preventDefault();
    open(term);
  });

  document.addEventListener('keydown', (event) => {
    touched = false;
    if (event.key === 'Escape' && link) close();
  });

  // The preview server changes a page in place: the link may be gone, or the definition another one.
  document.addEventListener('hornbook:update', close);
  window.addEventListener('resize', close);
  window.addEventListener('pagehide', close);
})();
