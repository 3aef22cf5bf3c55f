// A practice exam: questions drawn from those on the page, one submit, and a review that leads back to the lessons.
//
// Without this script all the questions stand there to be practised. It runs before quiz.js, which leaves the questions
// of an exam to it and shows and grades them for it. What was drawn, answered and flagged is saved at each step, so that
// a reload or a link to a lesson loses nothing; the clock goes on meanwhile.
(() => {
  'use strict';

  const ANNOUNCED = [30, 10, 5, 1]; // Minutes left.

  const { element, progress } = window.hornbook;
  const text = window.hornbook.text('exam');

  const button = (textContent, onclick, className = '') =>
    element('button', { type: 'button', textContent, onclick, className });
  const heading = (textContent) => element('h2', { tabIndex: -1, textContent });

  let section;
  let key;
  // The questions by identity, in the page's order.
  let pool;
  // What stands above the questions, and below them.
  let panel;
  let end;
  let status;
  // { start, items: [[question, revision, value, answered, flagged], …], hideTime, done }
  let run = null;
  let saving = false;
  let timer = 0;

  const limit = () => Number(section.dataset.minutes ?? 0) * 60;
  const fieldOf = ([question]) => pool.get(question);
  const pointsOf = (field) => Number(field.dataset.points ?? 1);
  const percent = (right, total) => Math.floor((right * 100) / (total || 1));
  const isPass = (right, total) => right * 100 >= total * section.dataset.pass;
  const say = (words) => (status.textContent = words);

  /** Lists by topic, in the page's order. The exam's own questions have none. */
  function byTopic(fields) {
    const topics = new Map();
    for (const field of fields) {
      const link = field.querySelector('.quiz-topic a');
      const topic = topics.get(link?.href) ?? { link, fields: [] };
      topic.fields.push(field);
      topics.set(link?.href, topic);
    }
    return [...topics.values()];
  }

  // The draw -----------------------------------------------------------------------------------------------------

  function shuffled(list) {
    const result = [...list];
    for (let at = result.length - 1; at > 0; at--) {
      const other = Math.floor(Math.random() * (at + 1));
      [result[at], result[other]] = [result[other], result[at]];
    }
    return result;
  }

  /** Each topic in proportion; what is left of the shares goes to the largest remainders. */
  function draw() {
    const count = Math.min(Number(section.dataset.draw) || pool.size, pool.size);
    const shares = shuffled(byTopic(shuffled(pool.values()))).map(({ fields }) => {
      const share = (fields.length * count) / pool.size;
      return { fields, whole: Math.floor(share), rest: share % 1 };
    });
    const left = count - shares.reduce((sum, { whole }) => sum + whole, 0);
    shares.sort((a, b) => b.rest - a.rest);
    return shuffled(shares.flatMap(({ fields, whole }, at) => fields.slice(0, whole + (at < left ? 1 : 0))));
  }

  function start() {
    run = {
      start: Date.now(),
      items: draw().map(({ dataset }) => [dataset.question, dataset.revision, null, 0, 0]),
    };
    save();
    show();
    bringForward();
  }

  /** What begins here stands at the top of the window: below the introduction a learner would not see it. */
  function bringForward() {
    panel.querySelector('h2').focus({ preventScroll: true });
    panel.scrollIntoView();
  }

  function save() {
    saving = true;
    progress.setRunning(key, run);
    saving = false;
    run = progress.running(key);
  }

  /** What was saved, without questions that are gone, and without answers to questions that have changed. */
  function saved() {
    const found = progress.running(key);
    if (!Array.isArray(found?.items)) return null;
    const items = found.items.filter((item) => Array.isArray(item) && fieldOf(item));
    for (const item of items) {
      const { revision } = fieldOf(item).dataset;
      if (item[1] !== revision) item.splice(1, 3, revision, null, 0);
    }
    return items.length > 0 ? { ...found, items } : null;
  }

  // Under way ----------------------------------------------------------------------------------------------------

  function show() {
    clearInterval(timer);
    const state = !run ? 'start' : run.done ? 'result' : 'running';
    section.dataset.examState = state;
    section.classList.remove('exam-wrong-only');
    panel.replaceChildren();
    end.replaceChildren();
    for (const made of section.querySelectorAll('.exam-flag, .exam-verdict, .exam-topic')) made.remove();
    for (const field of pool.values()) field.hidden = true;
    ({ start: showStart, running: showRunning, result: showResult })[state]();
  }

  /** The results of the last attempts, without the one that is shown. */
  function earlier(shown) {
    const past = progress.exams(key).slice(-5 - shown).reverse().slice(shown);
    if (past.length === 0) return [];
    const lines = past.map(([at, right, total]) => {
      const date = new Date(at).toLocaleDateString(document.documentElement.lang, { dateStyle: 'long' });
      const verdict = text(isPass(right, total) ? 'passed' : 'failed');
      const textContent = text('attempt', { date, right, total, verdict, percent: percent(right, total) });
      return element('li', { textContent });
    });
    return [element('h2', { textContent: text('earlier') }), element('ul', {}, ...lines)];
  }

  function showStart() {
    panel.append(button(text('start'), start, 'exam-start'), ...earlier(0));
  }

  function number(field, number, ...more) {
    const line = field.querySelector('.quiz-number');
    line.textContent = text('question', { number });
    line.append(...more);
  }

  function showRunning() {
    const list = element('ol');
    run.items.forEach((item, at) => {
      const field = fieldOf(item);
      field.hidden = false;
      number(field, at + 1);
      hornbook.show(field, item[2]);
      end.before(field);
      const flag = button(text('flag'), () => {
        item[4] = item[4] ? 0 : 1;
        save();
        mark();
      }, 'exam-flag');
      flag.setAttribute('aria-label', text('flag_of', { number: at + 1 }));
      field.querySelector('.quiz-number').after(flag);
      const onclick = (event) => {
        event.preventDefault();
        goTo(field);
      };
      list.append(element('li', {}, element('a', { href: `#${field.id}`, onclick })));
    });
    const bar = element('div', { className: 'exam-bar' });
    if (limit() > 0) {
      const hide = button('', () => {
        run.hideTime = run.hideTime ? 0 : 1;
        save();
        tick();
      }, 'exam-hide');
      bar.append(element('p', { className: 'exam-time' }, element('span', {}, `${text('left')} `, element('b')), hide));
    }
    const nav = element('nav', {}, list);
    nav.setAttribute('aria-label', text('questions'));
    bar.append(element('details', {}, element('summary'), nav));
    panel.append(heading(text('running')), bar);
    end.append(button(text('submit'), submit, 'exam-submit'));
    mark();
    if (limit() > 0) {
      timer = setInterval(tick, 1000);
      tick();
    }
  }

  /** The list would cover on a small screen what it leads to. */
  function goTo(field) {
    panel.querySelector('details').open = false;
    field.tabIndex = -1;
    field.scrollIntoView();
    field.focus({ preventScroll: true });
  }

  /** Shows which questions are answered and flagged. */
  function mark() {
    const links = panel.querySelectorAll('nav a');
    run.items.forEach(([question, , , answered, flagged], at) => {
      const words = [text(answered ? 'answered' : 'open'), ...(flagged ? [text('flagged')] : [])].join(text('comma'));
      links[at].className = `${answered ? 'answered' : ''} ${flagged ? 'flagged' : ''}`;
      links[at].replaceChildren(
        String(at + 1),
        element('span', { className: 'visually-hidden', textContent: ` (${words})` }),
      );
      pool.get(question).querySelector('.exam-flag').setAttribute('aria-pressed', Boolean(flagged));
    });
    const count = (index) => run.items.filter((item) => item[index]).length;
    const counts = { answered: count(3), flagged: count(4), total: run.items.length };
    panel.querySelector('summary').textContent = text('state', counts);
  }

  function tick() {
    const left = Math.ceil(run.start / 1000 + limit() - Date.now() / 1000);
    if (left <= 0) return finish(text('up'));
    const minutes = Math.floor(left / 60);
    const time = panel.querySelector('.exam-time span');
    time.hidden = Boolean(run.hideTime);
    time.lastChild.textContent = `${minutes}:${String(left % 60).padStart(2, '0')}`;
    panel.querySelector('.exam-hide').textContent = text(run.hideTime ? 'show' : 'hide');
    const due = ANNOUNCED.find((some) => left > some * 60 - 5 && left <= some * 60);
    const words = text('minutes', { minutes: due });
    if (due && status.textContent !== words) say(words);
  }

  /** Saves an answer as it is given. */
  function note({ target }) {
    const item = run?.items.find((item) => fieldOf(item).contains(target));
    if (!item || run.done) return;
    const { complete, value } = hornbook.grade(fieldOf(item));
    if (JSON.stringify(item[2]) === JSON.stringify(value)) return;
    item.splice(2, 2, value, complete ? 1 : 0);
    save();
    mark();
  }

  function submit() {
    const numbers = (test) => run.items.flatMap((item, at) => (test(item) ? [at + 1] : []));
    const missing = numbers((item) => !item[3]);
    const marked = numbers((item) => item[4]);
    if (missing.length + marked.length === 0) return finish();
    const [first] = [...missing, ...marked];
    const line = (key, list) =>
      list.length > 0 ? [element('p', { textContent: text(key, { numbers: list.join(text('comma')) }) })] : [];
    const back = button(text('back', { number: first }), () => {
      dialog.close();
      goTo(fieldOf(run.items[first - 1]));
    });
    const yes = button(text('yes'), () => {
      dialog.close();
      finish();
    });
    const dialog = element(
      'dialog',
      { onclose: () => dialog.remove() },
      element('h2', { textContent: text('sure') }),
      ...line('missing', missing),
      ...line('marked', marked),
      element('p', { className: 'exam-tools' }, back, yes),
    );
    dialog.setAttribute('aria-label', text('sure'));
    end.append(dialog);
    dialog.showModal();
  }

  // The result ---------------------------------------------------------------------------------------------------

  function finish(words) {
    const fields = run.items.map(fieldOf);
    const sum = (list) => list.reduce((total, field) => total + pointsOf(field), 0);
    const right = sum(fields.filter((field) => hornbook.grade(field).right));
    const used = Math.round((Date.now() - run.start) / 1000);
    const seconds = Math.max(0, limit() > 0 ? Math.min(used, limit()) : used);
    run.done = [right, sum(fields), seconds];
    save();
    progress.recordExam(key, ...run.done);
    show();
    bringForward();
    if (words) say(words);
  }

  function showResult() {
    const [right, total, seconds] = run.done;
    const values = { right, total, percent: percent(right, total), pass: section.dataset.pass };
    const used = { ...values, minutes: Math.floor(seconds / 60), seconds: seconds % 60 };
    const items = new Map(run.items.map((item, at) => [fieldOf(item), { value: item[2], answered: item[3], at }]));
    const topics = element('ul', { className: 'exam-topics' });
    for (const { link, fields } of byTopic([...pool.values()].filter((field) => items.has(field)))) {
      const title = () => link?.cloneNode(true) ?? text('other');
      const above = element('h3', { className: 'exam-topic' }, title());
      end.before(above);
      let good = 0;
      for (const field of fields) {
        const { value, answered, at } = items.get(field);
        field.hidden = false;
        end.before(field);
        hornbook.show(field, value);
        const isRight = hornbook.grade(field).right;
        hornbook.show(field, value, { reveal: true });
        field.dataset.examQuestion = isRight ? 'right' : answered ? 'wrong' : 'open';
        const word = text(field.dataset.examQuestion);
        number(field, at + 1, element('span', { className: 'exam-verdict', textContent: word }));
        good += isRight ? 1 : 0;
      }
      if (good === fields.length) above.dataset.examQuestion = 'right';
      const count = text('of', { right: good, total: fields.length });
      topics.append(element('li', {}, title(), ' ', element('span', { textContent: count })));
    }
    const wrongOnly = button(text('wrong_only'), () => {
      wrongOnly.setAttribute('aria-pressed', section.classList.toggle('exam-wrong-only'));
    });
    wrongOnly.setAttribute('aria-pressed', false);
    const result = heading(text(isPass(right, total) ? 'has_passed' : 'has_failed', values));
    result.className = isPass(right, total) ? 'exam-passed' : 'exam-failed';
    panel.append(
      result,
      element('p', { textContent: text('about', used) }),
      element('p', { className: 'exam-tools' }, button(text('again'), start), wrongOnly),
      element('h2', { textContent: text('topics') }),
      topics,
      ...earlier(1),
    );
    end.append(button(text('again'), start));
  }

  // ----------------------------------------------------------------------------------------------------------------

  /** Takes the questions over; also those that the live preview has put there anew. */
  function prepare() {
    section = document.querySelector('section.exam');
    if (!section) return;
    key = section.dataset.exam;
    const fields = [...section.querySelectorAll('fieldset.quiz')];
    pool = new Map(fields.map((field) => [field.dataset.question, field]));
    for (const field of fields) field.dataset.examQuestion = '';
    if (!section.contains(panel)) {
      panel = element('div', { className: 'exam-panel' });
      end = element('div', { className: 'exam-end' });
      status = element('p', { className: 'visually-hidden', role: 'status' });
      fields[0]?.before(status, panel);
      section.append(end);
      for (const type of ['input', 'change']) section.addEventListener(type, note);
    }
    section.dataset.examState = 'start';
  }

  function resume() {
    if (!section) return;
    run = saved();
    show();
  }

  prepare();
  document.addEventListener('DOMContentLoaded', resume);
  progress.onchange(() => {
    // Another tab went on with it, or all was deleted.
    if (section && !saving && (progress.running(key)?.at ?? 0) !== (run?.at ?? 0)) resume();
  });
  document.addEventListener('hornbook:update', () => {
    prepare();
    // quiz.js takes the new questions up first.
    setTimeout(resume);
  });
})();
