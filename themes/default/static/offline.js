// Has the browser keep the whole course. What keeps it is the service worker at the top of the site; it is no file of the
// theme, because it can only answer for what lies below it.
(() => {
  'use strict';

  if (!('serviceWorker' in navigator) || !location.protocol.startsWith('http')) return;
  const root = new URL(document.documentElement.dataset.root || './', location.href);
  // Once the page is there: nothing that a learner waits for has to share the line.
  addEventListener('load', () => {
    navigator.serviceWorker
      .register(new URL('service-worker.js', root), { scope: root.pathname, updateViaCache: 'none' })
      .catch((error) => console.warn('The course cannot be kept for reading offline.', error));
  });
})();
