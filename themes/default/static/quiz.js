// Questions in a lesson: answer, see what is right and why, try again.
//
// The page has real controls and the answers, and works without this script; what is made here is made from them. One
// live region announces what happens, and the focus stays where it is or goes to what was announced. Answers are kept
// by `hornbook.progress`, where it is there.
//
// For exams, whose questions are only made ready here (exam.js):
//
//   hornbook.grade(field)                    { complete, right, value } of what is answered now
//   hornbook.show(field, value, { reveal })  fills in an answer, or none (null); with `reveal`, marks what is right,
//                                            opens the answer and switches the controls off
(() => {
  'use strict';

  const hornbook = (window.hornbook ??= {});
  const { element, progress } = hornbook;
  const { lang } = document.documentElement;
  const seed = progress?.seed ?? String(Math.random());
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const text = hornbook.text('quiz');

  const make = (tag, className, ...content) => element(tag, { className }, ...content);
  const button = (className, words, onclick) => element('button', { className, type: 'button', onclick }, words);

  const status = make('p', 'visually-hidden quiz-status');
  status.setAttribute('role', 'status');

  function announce(words) {
    // The same words twice are no change, and would not be spoken.
    status.textContent = words === status.textContent ? `${words}\u00a0` : words;
  }

  // Kinds ------------------------------------------------------------------------------------------------------------
  //
  // Of each: its parts, as they stand in the page; what is answered, whole or not; whether something is missing; how to
  // fill an answer in; whether a part is right.

  const options = {
    parts: (field) =>
      all('.quiz-options > li', field).map((node) => ({
        node,
        at: node.querySelector(':scope > label') ?? node,
        control: node.querySelector(':scope > label > input, :scope > input'),
        key: node.dataset.option,
      })),
    value(parts) {
      const chosen = parts.filter(({ control }) => control.checked).map(({ key }) => key);
      return (parts[0]?.control.type === 'radio' ? chosen[0] : chosen.length && chosen.sort()) || null;
    },
    missing: (parts) => !parts.some(({ control }) => control.checked) && text('options'),
    set(parts, value) {
      for (const { control, key } of parts) control.checked = [value].flat().includes(key);
    },
    isRight: ({ node, control }) => control.checked === 'right' in node.dataset,
  };

  function accepts({ dataset, value }) {
    if ('answers' in dataset) return hornbook.answer.accepts(JSON.parse(dataset.answers), value, lang);
    const { number, tolerance = 0, from, to } = dataset;
    const spec = from ? { from: Number(from), to: Number(to) } : { number: Number(number), tolerance: Number(tolerance) };
    return hornbook.answer.number(spec, value, lang);
  }

  const blanks = {
    parts: (field) => all('.quiz-blank', field).map((control) => ({ node: control, at: control, control })),
    value: (parts) => (parts.some(({ control }) => control.value) ? parts.map(({ control }) => control.value) : null),
    missing(parts) {
      if (parts.some(({ control }) => control.value.trim() === '')) return text('blanks');
      const other = parts.find(({ control }) => accepts(control) === null);
      return other && text('number', { text: other.control.value.trim() });
    },
    set: (parts, value) => parts.forEach(({ control }, at) => (control.value = (Array.isArray(value) && value[at]) || '')),
    isRight: ({ control }) => accepts(control) === true,
  };

  const match = {
    parts: (field) =>
      all('.quiz-match tr[data-pair]', field).map((node) => {
        const control = node.querySelector('select');
        return { node, at: control.parentNode, control, key: node.dataset.pair };
      }),
    value(parts) {
      const chosen = parts.filter(({ control }) => control.value);
      return chosen.length > 0 ? Object.fromEntries(chosen.map(({ key, control }) => [key, control.value])) : null;
    },
    missing: (parts) => parts.some(({ control }) => !control.value) && text('match'),
    set(parts, value) {
      for (const { control, key } of parts) control.value = value?.[key] ?? '';
    },
    isRight: ({ node, control }) => control.value === node.dataset.right,
  };

  // The order in which the page was written, to go back to.
  const written = new WeakMap();

  const order = {
    parts: (field) =>
      all('.quiz-order > li', field).map((node) => ({ node, at: node, key: node.dataset.item, list: node.parentNode })),
    isMoved: (parts) => parts.some(({ node, list }, at) => written.get(list)[at] !== node),
    value: (parts) => (order.isMoved(parts) ? parts.map(({ key }) => key) : null),
    missing: (parts) => !order.isMoved(parts) && text('order'),
    set(parts, value) {
      const [{ list }] = parts;
      const known = new Map(parts.map(({ node, key }) => [key, node]));
      const nodes = Array.isArray(value) ? value.map((key) => known.get(key)) : [];
      list.append(...(nodes.length === known.size && nodes.every(Boolean) ? nodes : written.get(list)));
      number(list);
    },
    isRight: ({ node, list }) => [...list.children].indexOf(node) + 1 === Number(node.dataset.place),
  };

  const KINDS = { single: options, multiple: options, blanks, order, match };
  const kindOf = (field) => KINDS[field.dataset.kind];

  function grade(field) {
    const kind = kindOf(field);
    const parts = kind.parts(field);
    const complete = !kind.missing(parts);
    return { complete, right: complete && parts.every(kind.isRight), value: kind.value(parts) };
  }

  function set(field, value) {
    const kind = kindOf(field);
    kind.set(kind.parts(field), value);
  }

  // Options ----------------------------------------------------------------------------------------------------------

  /** A number for a text that looks like chance: FNV-1a, its bits mixed once more. */
  function hash(word) {
    let code = 0x811c9dc5;
    for (const c of word) code = Math.imul(code ^ c.codePointAt(0), 0x01000193);
    return Math.imul(code ^ (code >>> 15), 0x2c1b3c6d) >>> 0;
  }

  const letter = (at) => (at < 26 ? '' : letter(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));

  /** The same order for one learner each time; what names options by letters follows it. */
  function shuffle(field) {
    const list = field.querySelector('.quiz-options');
    const { question } = field.dataset;
    const rank = (node) => hash(seed + question + node.dataset.option);
    const items = [...list.children].sort((a, b) => rank(a) - rank(b));
    list.append(...items);
    const letters = new Map(items.map((node, at) => [node.dataset.option, letter(at)]));
    const feedback = field.querySelector('.quiz-feedback');
    const rows = [...(feedback?.children ?? [])];
    const place = ({ dataset }) => items.findIndex((node) => node.dataset.option === dataset.option);
    feedback?.append(...rows.sort((a, b) => place(a) - place(b)));
    for (const row of rows) {
      const name = row.querySelector('.quiz-letter');
      if (name) name.textContent = letters.get(row.dataset.option);
    }
    for (const short of all(`.quiz-key [data-question="${question}"] [data-options]`)) {
      short.textContent = short.dataset.options
        .split(' ')
        .map((option) => letters.get(option))
        .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
        .join(', ');
    }
  }

  /** An option that holds blocks has no label: a click anywhere in it selects it, but not one on what is in it. */
  function select(event) {
    const item = event.target.closest('.quiz-options > li');
    const control = item?.querySelector(':scope > input');
    if (!control || control.disabled || !getSelection().isCollapsed) return;
    if (!event.target.closest('a, button, input, select, textarea, summary, label, audio, video')) control.click();
  }

  // Order ------------------------------------------------------------------------------------------------------------

  const name = (node) => node.querySelector('.quiz-text').textContent.trim().replace(/\s+/g, ' ').slice(0, 60);

  function number(list) {
    const last = list.children.length - 1;
    [...list.children].forEach((node, at) => {
      node.querySelector('.quiz-place')?.replaceChildren(`${at + 1}`);
      // They stay in the order of Tab, so that none is gone under one's hands.
      node.querySelector('.quiz-up')?.setAttribute('aria-disabled', at === 0);
      node.querySelector('.quiz-down')?.setAttribute('aria-disabled', at === last);
    });
  }

  /** Moves others past an entry, so that the entry keeps the focus and the pointer. */
  function move(node, steps) {
    const list = node.parentNode;
    const from = [...list.children].indexOf(node);
    const to = Math.max(0, Math.min(from + steps, list.children.length - 1));
    for (let at = from; at < to; at++) node.before(node.nextElementSibling);
    for (let at = from; at > to; at--) node.after(node.previousElementSibling);
    number(list);
    announce(text('place', { text: name(node), place: to + 1, all: list.children.length }));
    if (to !== from) list.dispatchEvent(new Event('change', { bubbles: true }));
  }

  function sortable(list) {
    const nodes = [...list.children];
    const before = written.get(list);
    if (before?.length !== nodes.length || before.some((node) => node.parentNode !== list)) written.set(list, nodes);
    for (const node of list.children) {
      if (node.querySelector('.quiz-moves')) continue;
      const words = name(node);
      const arrow = (className, label, steps) => {
        const made = button(className, '', () => move(node, steps));
        made.setAttribute('aria-label', text(label, { text: words }));
        return made;
      };
      const grip = make('span', 'quiz-grip');
      grip.addEventListener('pointerdown', (event) => drag(event, node, grip));
      node.prepend(make('span', 'quiz-place'));
      node.append(make('span', 'quiz-moves', arrow('quiz-up', 'up', -1), arrow('quiz-down', 'down', 1), grip));
    }
    number(list);
  }

  function drag(start, node, grip) {
    start.preventDefault();
    grip.setPointerCapture(start.pointerId);
    node.classList.add('is-dragged');
    const follow = ({ clientY }) => {
      const middle = ({ top, bottom }) => (top + bottom) / 2;
      const before = node.previousElementSibling?.getBoundingClientRect();
      const after = node.nextElementSibling?.getBoundingClientRect();
      if (before && clientY < middle(before)) move(node, -1);
      else if (after && clientY > middle(after)) move(node, 1);
    };
    const end = () => {
      node.classList.remove('is-dragged');
      grip.removeEventListener('pointermove', follow);
    };
    grip.addEventListener('pointermove', follow);
    grip.addEventListener('lostpointercapture', end, { once: true });
  }

  // A question -------------------------------------------------------------------------------------------------------
  //
  // `data-state` says how far it is: open; wrong, where only what was chosen is marked; right or shown, where all is.

  const MADE = '.quiz-mark, .quiz-note';
  const known = new WeakMap();
  const isExam = (field) => 'examQuestion' in field.dataset;
  const isOver = (field) => ['right', 'shown'].includes(field.dataset.state);

  function mark(at, isRight) {
    const sign = make('span', `quiz-mark is-${isRight ? 'right' : 'wrong'}`, text(isRight ? 'is_right' : 'is_wrong'));
    if (at.matches('input')) at.after(sign);
    else at.append(' ', sign);
  }

  /** What is said of an option, beside it. */
  function note(field, { node, key }) {
    const row = all('.quiz-feedback > li', field).find(({ dataset }) => dataset.option === key);
    const blocks = [...(row?.children ?? [])].filter((child) => !child.matches('.quiz-verdict'));
    if (blocks.length === 0) return;
    const copy = make('div', 'quiz-note', ...blocks.map((block) => block.cloneNode(true)));
    // An id stands for one place.
    for (const named of all('[id]', copy)) named.removeAttribute('id');
    node.append(copy);
  }

  function turn(field, state) {
    field.dataset.state = state;
    for (const made of all(MADE, field)) made.remove();
    const kind = kindOf(field);
    const parts = kind.parts(field);
    const over = isOver(field);
    const given = kind.value(parts);
    for (const part of parts) {
      const { control, node, at } = part;
      if (control) {
        control.disabled = over;
        control.removeAttribute('aria-invalid');
      }
      if (state === 'open') continue;
      const isRight = kind.isRight(part);
      if (kind !== options) {
        // What an exam left open is neither right nor wrong.
        if (!(control ? control.value : given)) continue;
        mark(at, isRight);
        if (!isRight && control) control.setAttribute('aria-invalid', 'true');
      } else if (control.checked || over) {
        const isKey = 'right' in node.dataset;
        if (isKey || control.checked) mark(at, isKey);
        note(field, part);
      }
    }
    const answer = field.querySelector('.quiz-answer');
    if (answer) answer.open = over;
  }

  function hints(field) {
    const list = all('.quiz-hint', field);
    list.forEach((hint, at) => (hint.hidden = at > 0 && !list[at - 1].open && !hint.open));
  }

  function ready(field) {
    field.classList.add('is-live');
    field.dataset.state ??= 'open';
    if ('shuffle' in field.dataset) shuffle(field);
    for (const list of all('.quiz-order', field)) sortable(list);
    if (known.has(field)) return;
    known.set(field, {});
    field.addEventListener('click', select);
    for (const hint of all('.quiz-hint', field)) hint.addEventListener('toggle', () => hints(field));
  }

  function show(field, value, { reveal = false } = {}) {
    ready(field);
    set(field, value);
    turn(field, reveal ? 'shown' : 'open');
  }

  // A question of a lesson -------------------------------------------------------------------------------------------

  /** Of two options the other one is right: there is nothing left to find out. */
  const isPlain = (field) => field.dataset.kind === 'single' && options.parts(field).length < 3;

  /** The words for where a question stands. */
  function verdict(field, state) {
    const { kind } = field.dataset;
    if (state === 'open') return '';
    if (state !== 'wrong' || kind === 'single') return text(state);
    const { isRight, parts } = kindOf(field);
    const list = parts(field);
    const right = list.filter(isRight).length;
    if (kind !== 'multiple') {
      return list.length > 1 ? text('parts', { right, all: list.length }) : text('wrong');
    }
    const bad = list.some((part) => part.control.checked && !isRight(part));
    return text(bad ? 'wrong' : 'incomplete');
  }

  /** Shows a question in a state: its verdict (or what is missing), and the buttons that are of use. */
  function enter(field, state, missing = '') {
    const one = known.get(field);
    const { bar, check, reveal, outcome } = one;
    const held = document.activeElement;
    Object.assign(one, { state, missing });
    turn(field, state === 'wrong' && isPlain(field) ? 'shown' : state);
    outcome.textContent = missing || verdict(field, state);
    outcome.className = `quiz-outcome is-${missing ? 'missing' : state}`;
    check.textContent = text(state === 'open' ? 'check' : 'again');
    reveal.hidden = field.dataset.state !== 'wrong';
    if (!bar.isConnected) field.querySelector('.quiz-answer').before(bar);
    // A control that was switched off, or is gone, has lost the focus.
    if (field.contains(held) && (held.disabled || held.hidden)) outcome.focus();
    total(field.dataset.quiz);
  }

  function judge(field) {
    const kind = kindOf(field);
    const missing = kind.missing(kind.parts(field));
    const one = known.get(field);
    if (missing) enter(field, 'open', missing);
    else {
      const { right, value } = grade(field);
      const { question, revision } = field.dataset;
      one.last = right ? 'right' : 'wrong';
      draft(field);
      save([field], () => progress?.record(question, revision, right, value));
      for (const notice of all('.quiz-changed', field)) notice.remove();
      enter(field, one.last);
    }
    const why = all('.quiz-options > li:has(:checked) .quiz-note', field).map((made) => made.textContent.trim());
    announce([one.outcome.textContent, ...(missing ? [] : why)].join('. '));
  }

  function reopen(field, keep) {
    if (!keep) {
      set(field, null);
      draft(field);
    }
    enter(field, 'open');
  }

  function again(field) {
    // What was nearly right is mended; what was right, and what was shown, is tried anew.
    reopen(field, known.get(field).state === 'wrong' && field.dataset.kind !== 'single');
    announce(text('again'));
    focusOn(field);
  }

  function focusOn(field) {
    const control = field.querySelector('.quiz-moves button') ?? kindOf(field).parts(field)[0]?.control;
    control?.focus();
  }

  /** Makes a question of a lesson ready, and shows what was answered before. */
  function begin(field) {
    // What the live preview has put there anew has lost what was made here.
    const isBare = !field.classList.contains('is-live') || !known.get(field)?.bar?.isConnected;
    ready(field);
    hints(field);
    const one = known.get(field);
    if (!one.bar) {
      const check = button('quiz-check', text('check'), () => (one.state === 'open' ? judge(field) : again(field)));
      const reveal = button('quiz-show', text('show'), () => {
        enter(field, 'shown');
        draft(field, null, 1);
        announce(text('shown'));
      });
      const outcome = make('p', 'quiz-outcome');
      outcome.tabIndex = -1;
      Object.assign(one, { check, reveal, outcome, bar: make('div', 'quiz-actions', check, reveal, outcome) });
      for (const type of ['input', 'change']) {
        field.addEventListener(type, () => {
          if (one.state === 'wrong' || one.missing) reopen(field, true);
          draft(field, grade(field).value);
        });
      }
      field.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || event.isComposing || !event.target.matches('.quiz-blank')) return;
        event.preventDefault();
        if (one.state === 'open') judge(field);
      });
    }
    restore(field, isBare);
  }

  function saved({ dataset: { question, revision, base } }) {
    const found = progress?.latest(question, revision, base) ?? { state: 'none' };
    return { ...found, stamp: `${found.state} ${found.at} ${revision}` };
  }

  // What this tab holds of a question besides: what is chosen or typed and not checked yet, and whether the answer was
  // brought up. By question: [revision, value, shown].
  const DRAFTS = `hornbook-drafts:${progress?.site}`;
  let drafts = {};
  try {
    drafts = JSON.parse(sessionStorage.getItem(DRAFTS)) ?? {};
  } catch {
    // Nothing can be kept here.
  }

  function draft({ dataset: { question, revision } }, value = null, shown = 0) {
    delete drafts[question];
    if (value || shown) drafts[question] = [revision, value, shown];
    try {
      sessionStorage.setItem(DRAFTS, JSON.stringify(drafts));
    } catch {
      // It is kept until the page is left.
    }
  }

  /** Shows what is saved of a question, where that is not what is shown already. */
  function restore(field, isBare) {
    const one = known.get(field);
    const { state, value, stamp } = saved(field);
    if (isBare || one.stamp !== stamp) {
      for (const notice of all('.quiz-changed', field)) notice.remove();
      if (state === 'changed') field.querySelector('.quiz-prompt').after(make('p', 'quiz-changed', text('changed')));
    }
    if (one.stamp === stamp) {
      if (isBare) enter(field, one.state, one.missing);
      return;
    }
    const isFirst = !one.stamp;
    Object.assign(one, { stamp, last: undefined });
    const { question, revision } = field.dataset;
    const [of, begun, shown] = drafts[question] ?? [];
    if (state !== 'current') {
      if (isFirst && of === revision && begun) set(field, begun);
      return reopen(field, isFirst);
    }
    if (isFirst && of === revision && begun && !shown) {
      set(field, begun);
      return reopen(field, true);
    }
    set(field, value);
    const { complete, right } = grade(field);
    if (!complete) return reopen(field, false);
    one.last = right ? 'right' : 'wrong';
    enter(field, !right && shown && of === revision ? 'shown' : one.last);
  }

  /** The questions that are being saved: they need not be shown anew. */
  let saving = [];

  function save(list, change) {
    saving = list;
    change();
    saving = [];
    for (const field of list) known.get(field).stamp = saved(field).stamp;
  }

  // A quiz: the questions below one heading --------------------------------------------------------------------------

  const fields = (quiz) =>
    all('fieldset.quiz[data-question]').filter(
      (field) => !isExam(field) && (quiz === undefined || field.dataset.quiz === quiz) && KINDS[field.dataset.kind],
    );
  const results = new Map();

  /** The quizzes whose results are due while the page is made ready. */
  let due = null;

  function total(quiz) {
    if (due) {
      due.add(quiz);
      return;
    }
    const group = fields(quiz);
    const lasts = group.map((field) => known.get(field)?.last);
    let box = results.get(quiz);
    if (group.length < 2 || !lasts.some(Boolean)) {
      if (box?.contains(document.activeElement)) focusOn(group[0]);
      box?.remove();
      return;
    }
    if (!box) {
      const line = make('p', 'quiz-score');
      const retry = button('quiz-retry', text('retry'), () => {
        const wrong = fields(quiz).filter((field) => known.get(field).last === 'wrong');
        for (const field of wrong) reopen(field, false);
        announce(text('again'));
        focusOn(wrong[0]);
      });
      const over = button('quiz-over', text('over'), () => {
        const group = fields(quiz);
        save(group, () => progress?.clear(group.map(({ dataset }) => dataset.question)));
        for (const field of group) known.get(field).last = undefined;
        for (const field of group) reopen(field, false);
        announce(text('restarted'));
        focusOn(group[0]);
      });
      box = make('div', 'quiz-total', line, make('p', 'quiz-actions', retry, over));
      box.role = 'group';
      box.setAttribute('aria-label', text('result'));
      results.set(quiz, box);
    }
    const points = group.map(({ dataset }) => Number(dataset.points ?? 1));
    const sum = (list) => list.reduce((a, b) => a + b, 0);
    const right = sum(points.filter((_, at) => lasts[at] === 'right'));
    const left = lasts.filter((last) => !last).length;
    const whole = sum(points);
    const counts = text(whole > group.length ? 'points' : 'counts', { right, all: whole, count: whole });
    box.querySelector('.quiz-score').replaceChildren(
      make('b', '', text('result')),
      ` ${counts}${left > 0 ? text('left', { left }) : ''}`,
    );
    const retry = box.querySelector('.quiz-retry');
    retry.hidden = !lasts.includes('wrong');
    const after = group.at(-1);
    if (after.nextElementSibling !== box) after.after(box);
  }

  // ------------------------------------------------------------------------------------------------------------------

  function enhance() {
    // A screen reader speaks of what changes in a status that was there before.
    if (!status.isConnected) (document.querySelector('main') ?? document.body).append(status);
    due = new Set();
    for (const field of all('fieldset.quiz[data-question]')) {
      if (!KINDS[field.dataset.kind]) continue;
      if (isExam(field)) ready(field);
      else begin(field);
    }
    const quizzes = due;
    due = null;
    quizzes.forEach(total);
  }

  Object.assign(hornbook, { grade, show });
  enhance();
  progress?.onchange(() => {
    for (const field of fields()) if (!saving.includes(field)) restore(field);
  });
  document.addEventListener('hornbook:update', enhance);
})();
