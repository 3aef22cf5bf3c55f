// What an author wants to know of a page: its source and line, where the links to terms come from, all answers.

const host = document.createElement('hornbook-author');
const root = host.attachShadow({ mode: 'open' });
root.innerHTML = `
  <link rel="stylesheet" href="${new URL('live.css', import.meta.url).pathname}">
  <aside aria-label="Preview: for the author">
    <details class="author">
      <summary>Author</summary>
      <div class="panel">
        <p class="source"></p>
        <p><label><input type="checkbox" class="answers"> Show all answers</label></p>
        <h2>Links to terms</h2>
        <ul class="terms"></ul>
      </div>
    </details>
  </aside>`;

const [details, source, answers, terms] =
  ['details', '.source', '.answers', '.terms'].map((selector) => root.querySelector(selector));
let address = '';
let asked = null;
/** What was opened to show all answers, to be closed again. */
let opened = [];

function element(name, text, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  made.textContent = text;
  return made;
}

/** The line of the last heading that has been scrolled past, else of the page's first line. */
function lineInView({ headings, line }) {
  const passed = headings.filter(({ id }) => document.getElementById(id)?.getBoundingClientRect().top < innerHeight / 2);
  return passed.at(-1)?.line ?? line;
}

/** The link of the page that an explanation speaks of. */
function linkOf({ text }) {
  const plain = (words) => words.trim().split(/\s+/).join(' ');
  return [...document.querySelectorAll('a.term')].find((link) => plain(link.textContent) === text);
}

function show(told) {
  showSource(told);
  const { origin } = told;
  terms.replaceChildren(...origin.terms.map(entry));
  if (origin.terms.length === 0) terms.append(element('li', 'No words of this page are terms.'));
}

function showSource({ origin, can_open: canOpen }) {
  source.replaceChildren();
  if (!origin.path) {
    source.append('Nobody wrote this page: every course has it.');
  } else {
    const place = `${origin.path}:${lineInView(origin)}`;
    const copy = element('button', 'Copy', { type: 'button' });
    copy.addEventListener('click', () => navigator.clipboard?.writeText(place));
    source.append('Edit ', element('code', place), ' ', copy);
    if (canOpen) {
      const open = element('button', 'Open', { type: 'button', title: 'With the program for such files' });
      const url = new URL(`open?page=${encodeURIComponent(address)}`, import.meta.url);
      open.addEventListener('click', () => fetch(url, { method: 'POST' }));
      source.append(' ', open);
    }
  }
}

function entry(found) {
  const item = document.createElement('li');
  item.className = found.linked ? 'linked' : '';
  const form = found.text.toLowerCase() === found.form.toLowerCase() ? '' : `, a form of “${found.form}”`;
  const link = found.linked && linkOf(found);
  const words = link ? element('button', found.text, { type: 'button' }) : element('strong', found.text);
  if (link) {
    words.addEventListener('click', () => {
      link.scrollIntoView({ block: 'center' });
      link.focus();
    });
  }
  const verb = found.linked ? 'is linked to' : 'is not linked to';
  item.append(`line ${found.line}: `, words, ` ${verb} ${found.term} (${found.path})${form}: ${found.reason}`);
  return item;
}

async function ask(tell) {
  if (!details.open) return;
  const url = new URL(`origin?page=${encodeURIComponent(address)}`, import.meta.url);
  asked ??= fetch(url).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  const told = await asked;
  if (told) tell(told);
}

function showAnswers() {
  if (!answers.checked) {
    for (const one of opened) one.open = false;
    opened = [];
    return;
  }
  for (const one of document.querySelectorAll('details.quiz, .quiz details')) {
    if (one.open) continue;
    one.open = true;
    opened.push(one);
  }
}

export const author = {
  install(page) {
    address = page;
    document.documentElement.append(host);
    details.addEventListener('toggle', () => ask(show));
    answers.addEventListener('change', showAnswers);
    addEventListener('scrollend', () => ask(showSource));
  },

  /** The page has changed: what was told of it may not hold any more. */
  forget() {
    asked = null;
    ask(show);
    if (answers.checked) showAnswers();
  },
};
