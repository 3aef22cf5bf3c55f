// The preview in the browser: keeps a page as its source is, without losing what the reader was doing.
//
// Only `hornbook serve` adds this, and only in what it serves. It runs before the page's other scripts, so that it sees
// the page as it was written.

import { connect } from './connection.js';
import { Page } from './morph.js';
import { isAnyScriptNew, refreshAssets } from './assets.js';
import { problems } from './problems.js';
import { author } from './author.js';

const own = document.querySelector('script[data-hornbook]');
const address = own.dataset.page;
let session = own.dataset.hornbook;
let build = Number(own.dataset.build);
let hash = own.dataset.hash;

const page = new Page(document);
problems.install();
author.install(address);

/** Asks for this page again and brings what is new in it to the screen. */
async function refresh() {
  const answer = await fetch(location.pathname + location.search, { cache: 'no-store' });
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const script = next.querySelector('script[data-hornbook]');
  if (script?.dataset.hash === hash) return;
  const isError = (some) => some.body.classList.contains('hornbook-not-found');
  if (!script || isError(document) || isError(next)) return location.reload();
  const roots = page.update(next);
  if (!roots) return location.reload();
  hash = script.dataset.hash;
  problems.retitle();
  author.forget();
  // Scripts of the theme prepare what they find when a page opens; this is new since.
  document.dispatchEvent(new CustomEvent('hornbook:update', { detail: { roots } }));
}

async function take(news) {
  const isOther = news.session !== session;
  // Told by a connection that is behind the page.
  if (!isOther && news.build < build) return;
  problems.show(news);
  const isMissed = isOther || news.build > build + 1;
  if (isMissed || (news.build > build && news.pages.includes(address))) await refresh();
  const isNew = (path) => news.assets[path] > build;
  if (!isOther && isAnyScriptNew(isNew)) return location.reload();
  // What the search has loaded is of an older course.
  if (isOther || news.search > build) document.dispatchEvent(new Event('hornbook:search'));
  // A server that was started again does not know what is new to this page.
  refreshAssets(isOther ? () => true : isNew, news.build);
  session = news.session;
  build = news.build;
}

let last = Promise.resolve();
connect((news) => {
  // One after another. Where a fetch fails, the server is gone, and its next first event makes up for it.
  last = last.then(() => take(news)).catch(() => { build = -1; });
});
