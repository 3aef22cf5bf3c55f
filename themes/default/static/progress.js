// What a learner has read and answered: kept in this browser alone, shown beside the links to lessons.
//
// One JSON object in localStorage holds it. Answers are sets of attempts in which nothing is ever changed, so that two
// objects (another tab's, another device's) merge in any order and as often as one likes. Of a lesson it holds which
// questions were last seen there; how many are answered, and right, follows from the answers. Where storage is blocked,
// full or of a later version, all goes on in memory and a notice says so. Quizzes save through `hornbook.progress`.
(() => {
  'use strict';

  const FORMAT = 'hornbook-progress';
  const DAY = 86_400_000; // Milliseconds that a clock may be ahead.
  const SHORT = 4000; // Milliseconds until a text counts as read whose end was on the screen from the start.

  const { site = '', address: here, root = '', pass = 65 } = document.documentElement.dataset;
  const KEY = `hornbook:${site}`;
  const { element, text } = window.hornbook;
  const say = text('progress');

  // The object ---------------------------------------------------------------------------------------------------

  // Without a prototype no key means anything else.
  const bare = () => Object.create(null);
  const empty = () => ({
    format: FORMAT,
    version: 1,
    site,
    seed: '',
    answers: bare(),
    lessons: bare(),
    exams: bare(),
    running: bare(),
  });

  const isText = (value) => typeof value === 'string';
  const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const isCount = (value) => Number.isInteger(value) && value >= 0 && value <= 8.64e15;
  const isValue = (value) => isText(value) || (typeof value === 'object' && Object.values(value ?? {}).every(isText));
  const isTexts = (value) => Array.isArray(value) && value.every(isText);

  /** A time, but long ago where no clock can have been right: it must not come after what is done now. */
  const timely = (at) => (at > Date.now() + DAY ? 0 : at);

  /** A set of attempts, by time. */
  function union(...lists) {
    const all = new Map(lists.flat().map((attempt) => [JSON.stringify(attempt), attempt]));
    const order = ([a, [x]], [b, [y]]) => timely(x) - timely(y) || (a < b ? -1 : 1);
    return [...all].sort(order).map(([, attempt]) => attempt);
  }

  /** The one with the greater values of these keys; where they are equal, the greater text. */
  function greater(a, b, keys) {
    const key = keys.find((key) => a[key] !== b[key]);
    const rank = (one) => (key ? one[key] : JSON.stringify({ ...one, read: 0, exam: 0 }));
    return rank(a) > rank(b) ? a : b;
  }

  const attempts = (fits) => (list) =>
    Array.isArray(list) ? list.filter((one) => Array.isArray(one) && fits(...one)) : [];
  const timed = (keys, fits) => (one) =>
    isObject(one) &&
    keys.every((key) => isCount(one[key])) &&
    fits(one) && { ...one, ...Object.fromEntries(keys.map((key) => [key, timely(one[key])])) };

  /** For each part: what of an entry can be used, and what two entries become. */
  const PARTS = {
    answers: [
      attempts((at, revision, right, value) => isCount(at) && isText(revision) && isCount(right) && isValue(value)),
      union,
    ],
    exams: [attempts((...numbers) => numbers.length === 4 && numbers.every(isCount)), union],
    lessons: [
      timed(['at'], ({ read, exam = 0, title = '', items = [] }) =>
        [read, exam].every(isCount) && isText(title) && isTexts(items),
      ),
      (a, b) => ({
        ...greater(a, b, ['at']),
        read: Math.max(a.read, b.read),
        // What is undefined is sorted to the end.
        exam: [a.exam, b.exam].sort((x, y) => y - x)[0],
      }),
    ],
    running: [timed(['start', 'at'], () => true), (a, b) => greater(a, b, ['start', 'at'])],
  };

  /** Reads a text, leaving out what is malformed in it. Fails where it is none of ours. */
  function parse(text) {
    const raw = JSON.parse(text);
    if (!isObject(raw) || raw.format !== FORMAT || !isCount(raw.version)) throw new Error(say('foreign'));
    const doc = empty();
    let whole = isText(raw.seed);
    if (whole) doc.seed = raw.seed;
    for (const part in PARTS) {
      whole &&= isObject(raw[part]);
      for (const [key, entry] of Object.entries(raw[part] ?? {})) {
        const kept = PARTS[part][0](entry);
        whole &&= kept && kept.length === entry?.length;
        if (kept && kept.length !== 0) doc[part][key] = kept.length ? union(kept) : kept;
      }
    }
    return { doc, whole, later: raw.version > 1, site: raw.site };
  }

  function merge(a, b) {
    const doc = empty();
    doc.seed = [a.seed, b.seed].filter(Boolean).sort()[0] ?? '';
    for (const part in PARTS) {
      Object.assign(doc[part], a[part]);
      for (const key in b[part]) {
        doc[part][key] = key in doc[part] ? PARTS[part][1](doc[part][key], b[part][key]) : b[part][key];
      }
    }
    return doc;
  }

  // Storage ------------------------------------------------------------------------------------------------------

  const seed = Math.random().toString(36).slice(2);
  const listeners = [];
  let state = empty();
  // Why nothing can be saved.
  let trouble = '';
  let damaged = false;

  function stored() {
    let text;
    try {
      text = localStorage.getItem(KEY);
    } catch {
      trouble = 'blocked';
    }
    if (!text) return null;
    let found = { doc: empty() };
    try {
      found = parse(text);
    } catch {
      // Nothing in it can be used.
    }
    if (found.later) trouble = 'newer';
    else if (!found.whole) {
      damaged = true;
      try {
        localStorage.setItem(`${KEY}:damaged`, text);
      } catch {
        // There is no room for it.
      }
    }
    return found.doc;
  }

  /** Storage is the truth, also of what was deleted there; memory adds only what could not be saved. */
  function load() {
    const unsaved = trouble ? state : empty();
    if (trouble === 'newer') trouble = '';
    const found = stored();
    state = merge(unsaved, found ?? empty());
    return found;
  }

  /** Keeps what memory has beside what is stored: another tab may have written over it, and its event is yet to come. */
  function join() {
    const mine = state;
    if (load()) state = merge(mine, state);
  }

  function save() {
    state.seed ||= seed;
    if (trouble !== 'newer') {
      try {
        localStorage.setItem(KEY, JSON.stringify(state));
        trouble = '';
      } catch {
        trouble = 'blocked';
      }
    }
    changed();
  }

  function commit(change) {
    join();
    change();
    save();
  }

  function changed() {
    show();
    for (const listener of listeners) listener();
  }

  /** The time, but after all that was saved: a clock that was wrong once must not hide what comes later. */
  function now() {
    const lists = [...Object.values(state.answers), ...Object.values(state.exams)];
    const times = [...lists.map((list) => list.at(-1)[0]), ...Object.values(state.lessons).map(({ at }) => at)];
    return times.reduce((time, at) => Math.max(time, timely(at) + 1), Math.max(0, Date.now()));
  }

  // This page ----------------------------------------------------------------------------------------------------

  const isLesson = document.body.classList.contains('page-lesson');
  const exam = () => document.querySelector('.exam');

  /** Writes down what is on this page: of each question what it is known by, and its points. An exam has results. */
  function visit(more) {
    const fields = exam() ? [] : [...document.querySelectorAll('fieldset[data-question]')];
    if (!here || !(isLesson || fields.length > 0)) return;
    state.lessons[here] = {
      read: 0,
      ...state.lessons[here],
      at: now(),
      title: document.querySelector('h1')?.firstChild?.textContent.trim() ?? '',
      items: fields.map(({ dataset: { question, revision, points, base } }) =>
        [question, revision, points, base].join(' ').trimEnd(),
      ),
      key: exam()?.dataset.exam,
      ...more,
    };
  }

  /** The last answer to a question, by its name, by what it is called alone, and by what it is called beside a twin. */
  function latest(question, revision, base) {
    const { answers } = state;
    const fits = ([, given, , value]) => given === revision || value === null;
    const list = union(
      answers[question] ?? [],
      (answers[base] ?? []).filter(fits),
      answers[`${base || question}-${revision}`] ?? [],
    );
    const [at, given, right, value = null] = list.at(-1) ?? [];
    if (value === null) return { state: 'none' };
    return { state: given === revision ? 'current' : 'changed', value, right: right === 1, at };
  }

  /** What is known of a lesson, with the numbers of its questions and points, or of the last attempt at its exam. */
  function lesson(address) {
    const known = state.lessons[address];
    if (!known) return null;
    const [, score = 0, full = 0] = state.exams[known.key]?.at(-1) ?? [];
    const sums = { questions: full, answered: full, right: score, points: full, score };
    for (const item of known.items ?? []) {
      const [question, revision, points, base] = item.split(' ');
      const found = latest(question, revision, base);
      const answered = found.state === 'current';
      const right = answered && found.right;
      const weight = Number(points || 1);
      sums.questions += 1;
      sums.answered += answered;
      sums.right += right;
      sums.points += weight;
      sums.score += right * weight;
    }
    return { ...known, ...sums };
  }

  /** A lesson is read when the end of its text has been on the screen. */
  function watchEnd() {
    const text = document.querySelector('.text');
    if (!isLesson || exam() || !text || document.querySelector('.text-end')) return;
    const end = element('div', { className: 'text-end' });
    text.after(end);
    let first;
    let timer;
    const observer = new IntersectionObserver(([{ isIntersecting, time }]) => {
      first ??= time;
      clearTimeout(timer);
      if (!isIntersecting) return;
      timer = setTimeout(() => {
        observer.disconnect();
        commit(() => visit({ read: now() }));
      }, first + SHORT - time);
    });
    observer.observe(end);
  }

  // Links to lessons ---------------------------------------------------------------------------------------------

  const top = new URL(root || './', location.href).href;

  /** The address in the course that a link leads to. */
  function addressOf(link) {
    // A link in a drawing has its own idea of an href.
    const [path] = new URL(link.getAttribute('href'), location.href).href.split(/[?#]/);
    try {
      return path.startsWith(top) ? decodeURIComponent(path.slice(top.length)) : '';
    } catch {
      return '';
    }
  }

  function standing({ answered, points, score, read, exam }) {
    if (exam ?? (points > 0 && score * 100 >= points * pass)) return 'passed';
    if (answered > 0) return 'answered';
    return read > 0 ? 'read' : '';
  }

  function mark() {
    const links = '.unit-contents li > a, .course-contents li a, .unit-lessons .lesson-title a, .map-lesson';
    for (const link of document.querySelectorAll(links)) {
      const known = lesson(addressOf(link));
      const kind = known ? standing(known) : '';
      const words = kind && say(kind, { ...known, count: known.questions });
      const old = link.querySelector('.mark');
      if ((old?.title ?? '') === words) continue;
      old?.remove();
      if (!words) continue;
      const hidden = element('span', { className: 'visually-hidden' }, ` (${words})`);
      (link.querySelector('foreignObject') ?? link).append(element('span', { className: `mark mark-${kind}`, title: words }, hidden));
    }
  }

  /** What cannot be saved is told where it would be: above the first question, and on the home page. */
  function notify() {
    const before = document.querySelector('.exam, fieldset.quiz, .progress > h2 + *');
    let notice = document.querySelector('.progress-notice');
    if (!notice && before) {
      notice = element('p', { className: 'progress-notice', role: 'status' });
      before.before(notice);
    }
    const words = trouble || damaged ? say(trouble || 'damaged') : '';
    if (notice && notice.textContent !== words) notice.textContent = words;
  }

  function show() {
    mark();
    notify();
  }

  // What others use ----------------------------------------------------------------------------------------------

  const add = (part, key, attempt) => (state[part][key] = union(state[part][key] ?? [], [attempt]));
  const size = (part) => Object.values(state[part]).reduce((sum, entry) => sum + (entry.length ?? 1), 0);

  const progress = (window.hornbook.progress = {
    site,
    get seed() {
      return state.seed || seed;
    },
    get canSave() {
      return !trouble;
    },
    latest,
    record(question, revision, right, value) {
      commit(() => {
        add('answers', question, [now(), revision, right ? 1 : 0, value]);
        visit();
      });
    },
    /** Nothing is deleted: a later attempt without a value hides those before it. */
    clear(questions) {
      commit(() => {
        for (const question of questions) add('answers', question, [now(), '', 0, null]);
        visit();
      });
    },
    lesson,
    onchange(listener) {
      listeners.push(listener);
    },
    export: () => JSON.stringify(state),
    /** Merges an exported text, and says how much of it was new. */
    import(text) {
      let found;
      try {
        found = parse(text);
      } catch {
        throw new Error(say('foreign'));
      }
      if (found.site !== site) throw new Error(say('other'));
      if (found.later) throw new Error(say('later'));
      const added = { answers: 0, lessons: 0, exams: 0 };
      commit(() => {
        for (const part in added) added[part] -= size(part);
        state = merge(state, found.doc);
        for (const part in added) added[part] += size(part);
      });
      return { ...added, added: added.answers + added.lessons + added.exams };
    },
    /** Forgets what was read and answered, and in this tab what was begun. */
    forget() {
      try {
        localStorage.removeItem(KEY);
        localStorage.removeItem(`${KEY}:damaged`);
        sessionStorage.removeItem(`hornbook-drafts:${site}`);
      } catch {
        // Nothing was kept there.
      }
      state = empty();
      trouble = '';
      damaged = false;
      load();
      changed();
    },
    exams: (key) => state.exams[key] ?? [],
    recordExam(key, right, total, seconds) {
      commit(() => {
        add('exams', key, [now(), right, total, seconds]);
        const passed = right * 100 >= total * (exam()?.dataset.pass ?? pass) || state.lessons[here]?.exam;
        visit({ read: now(), key, exam: passed ? 1 : 0 });
      });
    },
    running: (key) => state.running[key] ?? null,
    setRunning(key, value) {
      commit(() => (state.running[key] = { ...value, at: now() }));
    },
    // For the home page.
    addressOf,
    standing,
    notify,
    lessons: () => Object.keys(state.lessons),
  });

  load();
  visit();
  if (state.lessons[here]) save();
  else show();
  watchEnd();

  addEventListener('storage', ({ key, newValue }) => {
    if (key !== KEY && key !== null) return;
    const mine = state;
    load();
    // Two tabs that wrote at one moment have each written without the other.
    const saved = JSON.stringify(state);
    if (newValue) state = merge(mine, state);
    if (JSON.stringify(state) === saved) changed();
    else save();
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    load();
    changed();
  });
  document.addEventListener('hornbook:update', () => {
    watchEnd();
    show();
  });
})();
