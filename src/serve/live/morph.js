// Changing a page in place.
//
// Three states of a page are at hand: as it was written before, as it is written now, and as it is on the screen. What
// differs between the first two is changed in the third, and nothing else is touched: not what scripts have added, not
// what the reader opened, ticked, typed or selected, nor where the page is scrolled to.

/** How alike two elements must be, where several could be meant, to be taken for one that was edited (1 is equal). */
const ALIKE = 0.3;

/** Thrown where the screen is not as it must be: a script has taken something away that is to be changed. */
class Astray extends Error {}

export class Page {
  /** The page as it was written. */
  #written;
  /** From a node as it was written to the one on the screen. */
  #shown = new WeakMap();
  #roots = new Set();

  constructor(document) {
    this.#written = document.documentElement.cloneNode(true);
    this.#pair(this.#written, document.documentElement);
    this.#written.querySelector('script[data-hornbook]')?.remove();
    // What theme.js knows of the reader is set before this script runs, and was not written.
    delete this.#written.dataset.theme;
    delete this.#written.dataset.progress;
  }

  /** Brings a new state to the screen. Returns the elements that changed, or `null` where the page has to be loaded anew. */
  update(next) {
    const now = next.documentElement;
    now.querySelector('script[data-hornbook]')?.remove();
    if (!this.#keepsScripts(now)) return null;
    this.#roots = new Set();
    // Questions are numbered: for a moment two groups of options can have one name, and only one choice between them.
    const chosen = [...document.querySelectorAll('input[type="radio"]:checked')];
    try {
      this.#element(this.#written, now);
      for (const option of chosen) option.checked = true;
    } catch (error) {
      if (error instanceof Astray) return null;
      throw error;
    }
    this.#written = now;
    const roots = [...this.#roots].filter((root) => root.isConnected);
    return roots.filter((root) => !roots.some((other) => other !== root && other.contains(root)));
  }

  /** A script that has run cannot be taken back. */
  #keepsScripts(now) {
    const scripts = (root) => [...root.querySelectorAll('script')].map((script) => script.outerHTML);
    const kept = new Set(scripts(now));
    return scripts(this.#written).every((script) => kept.has(script));
  }

  /** Remembers that two equal trees belong together, node by node. */
  #pair(written, shown) {
    this.#shown.set(written, shown);
    const children = [...shown.childNodes];
    written.childNodes.forEach((child, index) => this.#pair(child, children[index]));
  }

  /** Lets a tree as it is written now stand for an equal one that was written before. */
  #inherit(was, now) {
    const shown = this.#shown.get(was);
    if (shown) this.#shown.set(now, shown);
    now.childNodes.forEach((child, index) => this.#inherit(was.childNodes[index], child));
  }

  #on_screen(was) {
    const shown = this.#shown.get(was);
    if (!shown?.isConnected) throw new Astray();
    return shown;
  }

  #element(was, now) {
    const shown = this.#on_screen(was);
    this.#shown.set(now, shown);
    const names = new Set([...was.getAttributeNames(), ...now.getAttributeNames()]);
    for (const name of names) {
      const value = now.getAttribute(name);
      if (value === was.getAttribute(name)) continue;
      if (value === null) shown.removeAttribute(name);
      else shown.setAttribute(name, value);
      this.#roots.add(shown);
    }
    this.#children(was, now, shown);
  }

  #children(was, now, shown) {
    const before = significant(was);
    const after = significant(now);
    const partners = match(before, after);
    const kept = new Set(partners.values());
    for (const node of before) {
      if (kept.has(node)) continue;
      this.#shown.get(node)?.remove();
      this.#roots.add(shown);
    }
    let previous = null;
    let furthest = -1;
    for (const node of after) {
      const partner = partners.get(node);
      let current;
      if (partner) {
        current = this.#on_screen(partner);
        if (current.parentNode !== shown) throw new Astray();
        const place = before.indexOf(partner);
        if (place < furthest) insertAfter(shown, previous, current);
        furthest = Math.max(furthest, place);
        this.#change(partner, node, shown);
      } else {
        current = fresh(node);
        const space = node.previousSibling;
        if (space && isSpace(space) && !after.includes(space)) {
          const copy = document.importNode(space);
          insertAfter(shown, previous, copy);
          previous = copy;
        }
        insertAfter(shown, previous, current);
        this.#pair(node, current);
        this.#roots.add(current instanceof Element ? current : shown);
      }
      previous = current;
    }
  }

  #change(was, now, parent) {
    if (was.isEqualNode(now)) return this.#inherit(was, now);
    if (was instanceof Element || now.nodeType === Node.ELEMENT_NODE) return this.#element(was, now);
    const shown = this.#on_screen(was);
    shown.data = now.data;
    this.#shown.set(now, shown);
    this.#roots.add(parent);
  }
}

function insertAfter(parent, previous, node) {
  parent.insertBefore(node, previous ? previous.nextSibling : parent.firstChild);
}

/** A copy for the screen. A script that was parsed from text would not run. */
function fresh(node) {
  const copy = document.importNode(node, true);
  if (copy.nodeName === 'SCRIPT') return runnable(copy);
  if (copy instanceof Element) copy.querySelectorAll('script').forEach((script) => script.replaceWith(runnable(script)));
  return copy;
}

function runnable(script) {
  const copy = document.createElement('script');
  for (const { name, value } of script.attributes) copy.setAttribute(name, value);
  copy.textContent = script.textContent;
  copy.async = false;
  return copy;
}

const isSpace = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() === '' && node.data.includes('\n');

/** The children that count. Line breaks between elements are all alike, and would be matched with one another. */
function significant(parent) {
  const children = [...parent.childNodes];
  return parent.closest('pre, textarea') ? children : children.filter((node) => !isSpace(node));
}

/** Which node of `before` each node of `after` is, as far as it was there. */
function match(before, after) {
  const partners = new Map();
  const keys = new Map();
  const key = (node) => {
    const text = node.outerHTML ?? `${node.nodeType} ${node.data}`;
    if (!keys.has(text)) keys.set(text, keys.size);
    return keys.get(text);
  };
  const a = before.map(key);
  const b = after.map(key);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) partners.set(after[start], before[start++]);
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) partners.set(after[--endB], before[--endA]);

  let [fromA, fromB] = [start, start];
  for (const [x, y] of [...common(a, b, start, endA, endB), [endA, endB]]) {
    if (x < endA) partners.set(after[y], before[x]);
    matchEdited(before.slice(fromA, x), after.slice(fromB, y), partners);
    [fromA, fromB] = [x + 1, y + 1];
  }
  matchMoved(before, after, a, b, partners);
  return partners;
}

/** The longest list of places at which two lists agree, in order. */
function common(a, b, start, endA, endB) {
  const [n, m] = [endA - start, endB - start];
  // Where so much is different, what agrees is found by its ids alone.
  if (n === 0 || m === 0 || n * m > 4_000_000) return [];
  const lengths = Array.from({ length: n + 1 }, () => new Uint32Array(m + 1));
  for (let x = n - 1; x >= 0; x--) {
    for (let y = m - 1; y >= 0; y--) {
      lengths[x][y] = a[start + x] === b[start + y]
        ? lengths[x + 1][y + 1] + 1
        : Math.max(lengths[x + 1][y], lengths[x][y + 1]);
    }
  }
  const places = [];
  for (let x = 0, y = 0; x < n && y < m;) {
    if (a[start + x] === b[start + y]) places.push([start + x++, start + y++]);
    else if (lengths[x + 1][y] >= lengths[x][y + 1]) x++;
    else y++;
  }
  return places;
}

/** What a question is known by, wherever it stands now. */
const question = (node) => node.dataset?.question;

/** An id without the number of a question, which changes with the questions before it. */
const plainId = (node) => (node.id ?? '').replace(/^question:\d+/, 'question');

/** Matches what stands at one place before and after, and is not equal: by id, else by order, else by likeness. */
function matchEdited(before, after, partners) {
  const free = new Set(before);
  const take = (node, partner) => {
    partners.set(node, partner);
    free.delete(partner);
  };
  for (const node of after) {
    const partner = question(node) && before.find((other) => free.has(other) && question(other) === question(node));
    if (partner) take(node, partner);
  }
  for (const node of after) {
    if (partners.has(node)) continue;
    const partner = node.id && before.find((other) => free.has(other) && isKin(other, node) && other.id === node.id);
    if (partner) take(node, partner);
  }
  const rest = after.filter((node) => !partners.has(node));
  const left = before.filter((node) => free.has(node));
  if (rest.length === left.length && rest.every((node, index) => isKin(left[index], node))) {
    rest.forEach((node, index) => take(node, left[index]));
    return;
  }
  let from = 0;
  for (const node of rest) {
    const likeness = left.map((other, index) => (index >= from && isKin(other, node) ? alike(other, node) : 0));
    const best = Math.max(...likeness, 0);
    if (best < ALIKE) continue;
    from = likeness.indexOf(best) + 1;
    take(node, left[from - 1]);
  }
}

/** Matches what is the same and stands elsewhere now. */
function matchMoved(before, after, a, b, partners) {
  const taken = new Set(partners.values());
  after.forEach((node, y) => {
    if (partners.has(node) || node.nodeType !== Node.ELEMENT_NODE) return;
    const x = before.findIndex((other, index) =>
      !taken.has(other) && (a[index] === b[y] || isSame(other, node)));
    if (x < 0) return;
    partners.set(node, before[x]);
    taken.add(before[x]);
  });
}

/** Whether two nodes have one name. */
function isSame(one, other) {
  if (!isKin(one, other)) return false;
  return question(other) ? question(one) === question(other) : other.id && one.id === other.id;
}

/** Whether one node can become the other: a kind of element, or text; ids do not change hands. */
function isKin(one, other) {
  if (one.nodeType !== other.nodeType || one.nodeName !== other.nodeName) return false;
  if (one.nodeName === 'SCRIPT') return false;
  return !one.id || !other.id || plainId(one) === plainId(other);
}

/** How much two nodes begin and end alike. */
function alike(one, other) {
  const [a, b] = [one, other].map((node) => node.textContent);
  const most = Math.max(a.length, b.length);
  const least = Math.min(a.length, b.length);
  if (most === 0) return 1;
  let begin = 0;
  while (begin < least && a[begin] === b[begin]) begin++;
  let end = 0;
  while (end < least - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return (begin + end) / most;
}
