// What is wrong with the sources, shown over the page: the same text as in the terminal.
//
// A dialog, so that it is reached by keyboard and closed by Escape, and the focus comes back to where it was. Closed, a
// small button stays. It opens again when there are other mistakes, and goes with the first good build.

const host = document.createElement('hornbook-problems');
const root = host.attachShadow({ mode: 'open' });
root.innerHTML = `
  <link rel="stylesheet" href="${new URL('live.css', import.meta.url).pathname}">
  <dialog aria-labelledby="title">
    <div class="head">
      <h2 id="title"></h2>
      <button type="button" class="close">Close <kbd>Esc</kbd></button>
    </div>
    <p class="state"></p>
    <pre tabindex="0" aria-label="Mistakes"></pre>
  </dialog>
  <aside aria-label="Preview: mistakes"><button type="button" class="badge" hidden></button></aside>`;

const [dialog, title, state, text, badge, close] =
  ['dialog', 'h2', '.state', 'pre', '.badge', '.close'].map((selector) => root.querySelector(selector));
/** Where this tab remembers what was closed, so that it is not shown again on every page. */
const CLOSED = 'hornbook-closed';
let mark = '';

const plural = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

function summary({ errors, warnings }) {
  return [errors && plural(errors, 'error'), warnings && plural(warnings, 'warning')].filter(Boolean).join(', ');
}

function open() {
  // Without its place in the page there is nothing to show it over.
  if (host.isConnected && !dialog.open) dialog.showModal();
}

export const problems = {
  install() {
    document.documentElement.append(host);
    close.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => sessionStorage.setItem(CLOSED, text.textContent));
    badge.addEventListener('click', open);
  },

  /** Shows what is wrong, or that nothing is. */
  show(news) {
    const isWrong = news.errors + news.warnings > 0;
    badge.hidden = !isWrong;
    badge.className = news.errors ? 'badge errors' : 'badge';
    badge.textContent = summary(news);
    title.textContent = summary(news);
    state.textContent = news.held_back
      ? 'The page shows the last good build.'
      : 'There was no good build yet; the page is as good as it can be.';
    state.hidden = news.errors === 0;
    if (text.textContent !== news.problems) text.textContent = news.problems;
    mark = news.errors ? `✗ ${plural(news.errors, 'error')} · ` : '';
    this.retitle();
    // Warnings do not stand in the way of a page; they wait behind the button.
    if (news.errors === 0) dialog.close();
    else if (news.problems !== sessionStorage.getItem(CLOSED)) open();
  },

  /** Marks the tab's title. The text itself is changed, since the page's own title is kept up to date by it. */
  retitle() {
    const words = document.querySelector('title')?.firstChild;
    if (!words) return;
    const plain = words.data.replace(/^✗ \d+ errors? · /, '');
    if (words.data !== mark + plain) words.data = mark + plain;
  },
};
