// The connection to the server: one for all tabs of a browser.
//
// A browser opens six connections to a server at most, and each one that waits for news takes one. So a worker that all
// tabs share holds it; where there are no such workers, each tab has its own.

/** Calls `tell` with each news, the first of which says what is shown now. */
export function connect(tell) {
  if (typeof SharedWorker !== 'function') return listen(tell);
  let worker;
  try {
    worker = new SharedWorker(new URL('worker.js', import.meta.url), { name: 'hornbook' });
  } catch {
    return listen(tell);
  }
  worker.addEventListener('error', () => listen(tell), { once: true });
  worker.port.onmessage = ({ data }) => tell(data);
  // A page that comes back by "back" may have slept through some.
  addEventListener('pageshow', ({ persisted }) => persisted && worker.port.postMessage('again'));
  addEventListener('pagehide', ({ persisted }) => persisted || worker.port.postMessage('bye'));
}

function listen(tell) {
  const source = new EventSource(new URL('events', import.meta.url));
  source.onmessage = ({ data }) => tell(JSON.parse(data));
  source.onerror = () => {
    // The browser tries again by itself, but not after an answer that it did not expect.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1000, tell);
  };
}
