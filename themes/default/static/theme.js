// The reader's choice of colours, set before anything is painted: the only script that a page waits for.
// Its attribute also says that scripts run, so that room is kept for what they will add.
window.hornbook = {
  /** A choice of the reader for all courses of this address; with a value it is kept, where the browser allows. */
  setting(name, value) {
    try {
      if (value) localStorage.setItem(`hornbook-${name}`, value);
      return localStorage.getItem(`hornbook-${name}`);
    } catch {
      return value;
    }
  },
};
(() => {
  const { dataset } = document.documentElement;
  dataset.theme = hornbook.setting('theme') || 'system';
  try {
    // Whether the learner comes back: then room is kept for what home.js says of progress.
    if (/"lessons":{"/.test(localStorage.getItem(`hornbook:${dataset.site}`))) dataset.progress = '';
  } catch {
    // Nothing can be kept here.
  }
})();
