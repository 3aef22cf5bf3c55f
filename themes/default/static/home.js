// The learner's progress on the home page: totals, the way on, and a section to export, import and delete it.
(() => {
  'use strict';

  const TEXT = {
    lessons: '{read} of {lessons} lessons read',
    someLessons: '{read} lessons read',
    questions: '{right} of {questions} questions right',
    continue: 'Continue where you left',
    title: 'Your progress',
    about: 'What you read and answer is kept in this browser only. Export it as a file to go on in another one.',
    marks: 'Marks beside lessons:',
    read: 'read',
    answered: 'questions answered',
    passed: 'passed',
    export: 'Export',
    import: 'Import',
    delete: 'Delete my progress',
    sure: 'Delete your progress in this course?',
    loss: 'What you have read and answered is forgotten in this browser. This cannot be undone.',
    yes: 'Delete',
    no: 'Keep it',
    exported: 'Your progress was saved as a file: {name}',
    imported: 'Added: answers {answers}, lessons {lessons}, exams {exams}.',
    deleted: 'Your progress was deleted.',
  };

  const { progress } = window.hornbook;
  const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // Totals and the way on ----------------------------------------------------------------------------------------

  /** The lessons that an entry of the path lists, or is; those of a long course are not listed, but known by folder. */
  function lessonsOf(entry) {
    const items = [...(entry.matches('.lesson') ? [entry] : []), ...entry.querySelectorAll('li.lesson')];
    if (items.length > 0) {
      return items.map((item) => {
        const link = item.querySelector('a');
        const address = progress.addressOf(link);
        return { link, address, lesson: progress.lesson(address), questions: Number(item.dataset.questions ?? 0) };
      });
    }
    const link = entry.querySelector('a');
    const folder = link && progress.addressOf(link).replace(/[^/]*$/, '');
    return progress
      .lessons()
      .filter((address) => folder && address.startsWith(folder))
      .map((address) => {
        const href = new URL(encodeURI(address), location.href).href;
        return { address, lesson: progress.lesson(address), href };
      });
  }

  /** How much of an entry is done. The numbers of an exam are its own. */
  function tally(lessons, entry) {
    const known = lessons.filter(({ lesson }) => lesson);
    const isListed = lessons.some(({ link }) => link);
    const questions = isListed ? sum(lessons, (one) => one.questions) : Number(entry.dataset.questions ?? 0);
    return {
      known: known.length,
      read: known.filter(({ lesson }) => lesson.read > 0).length,
      lessons: isListed ? lessons.length : NaN,
      questions,
      right: sum(known, ({ lesson, questions = Infinity }) =>
        lesson.exam === undefined ? Math.min(lesson.right, questions) : 0,
      ),
    };
  }

  const sum = (list, value) => list.reduce((total, one) => total + value(one), 0);

  function inWords(total) {
    if (total.known === 0) return '';
    const parts = [fill(total.lessons > 0 ? TEXT.lessons : TEXT.someLessons, total)];
    if (total.questions > 0) parts.push(fill(TEXT.questions, total));
    return parts.join(' · ');
  }

  /** A line behind an element, there while it has a text. */
  function put(before, text) {
    const old = before.nextElementSibling;
    const is = old?.matches('.progress-total');
    if (is && text) old.textContent = text;
    else if (is) old.remove();
    else if (text) before.after(element('p', { className: 'progress-total', textContent: text }));
  }

  function showTotals() {
    const all = [];
    const course = { known: 0, read: 0, lessons: 0, questions: 0, right: 0 };
    for (const entry of document.querySelectorAll('.path > li')) {
      const lessons = lessonsOf(entry);
      const total = tally(lessons, entry);
      all.push(...lessons);
      for (const key in course) course[key] += total[key];
      if (entry.matches('.unit')) put(entry.querySelector(':scope > .minutes') ?? entry.querySelector('h3'), inWords(total));
    }
    const heading = document.querySelector('.progress > h2');
    if (heading) put(heading, inWords(course));
    showWayOn(all);
  }

  /** Read to its end, with all questions answered or enough of them right. */
  const isFinished = (lesson) =>
    lesson?.read > 0 && (lesson.answered >= lesson.questions || progress.standing(lesson) === 'passed');

  function showWayOn(lessons) {
    document.querySelector('.continue')?.remove();
    const seen = lessons.filter(({ lesson }) => lesson);
    const last = seen.sort((a, b) => b.lesson.at - a.lesson.at)[0];
    const order = last ? [...lessons.slice(lessons.indexOf(last)), ...lessons] : [];
    const next = order.find(({ lesson }) => !isFinished(lesson));
    const begin = document.querySelector('.heading a.start');
    begin?.classList.toggle('again', Boolean(next));
    if (!next) return;
    const { href, firstChild } = next.link ?? {};
    const way = element(
      'a',
      { className: 'start', href: href ?? next.href },
      TEXT.continue,
      element('span', { className: 'visually-hidden', textContent: ':' }),
      ' ',
      element('span', { className: 'step', textContent: (firstChild?.textContent ?? next.lesson.title ?? '').trim() }),
    );
    const line = element('p', { className: 'continue' }, way);
    if (begin) begin.parentElement.before(line);
    else document.querySelector('.heading')?.append(line);
  }

  // The section --------------------------------------------------------------------------------------------------

  function makeSection() {
    const place = document.querySelector('.progress');
    if (!place || place.firstChild) return;
    const status = element('p', { className: 'progress-status' });
    status.setAttribute('role', 'status');
    const say = (text) => (status.textContent = text);
    const button = (textContent, onclick) => element('button', { type: 'button', textContent, onclick });
    const tools = (...buttons) => element('p', { className: 'progress-tools' }, ...buttons);

    const file = element('input', { type: 'file', accept: '.json', hidden: true });
    file.onchange = async () => {
      try {
        if (file.files[0]) say(fill(TEXT.imported, progress.import(await file.files[0].text())));
      } catch (error) {
        say(error.message);
      }
      file.value = '';
    };

    function download() {
      const name = `progress-${progress.site.replace(/[^\p{L}\p{N}]+/gu, '-')}.json`;
      const href = URL.createObjectURL(new Blob([progress.export()], { type: 'application/json' }));
      element('a', { href, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
      say(fill(TEXT.exported, { name }));
    }

    function forget() {
      dialog.close();
      progress.forget();
      say(TEXT.deleted);
    }

    const question = element('h2', { id: 'progress.sure', textContent: TEXT.sure });
    const dialog = element(
      'dialog',
      {},
      question,
      element('p', { textContent: TEXT.loss }),
      tools(button(TEXT.no, () => dialog.close()), button(TEXT.yes, forget)),
    );
    dialog.setAttribute('aria-labelledby', question.id);

    place.append(
      element('h2', { textContent: TEXT.title }),
      element('p', { textContent: TEXT.about }),
      element(
        'p',
        { className: 'progress-marks' },
        TEXT.marks,
        ...['read', 'answered', 'passed'].map((kind) =>
          element('span', {}, element('span', { className: `mark mark-${kind}` }), TEXT[kind]),
        ),
      ),
      tools(
        button(TEXT.export, download),
        button(TEXT.import, () => file.click()),
        button(TEXT.delete, () => dialog.showModal()),
      ),
      file,
      status,
      dialog,
    );
    progress.notify();
  }

  function show() {
    makeSection();
    showTotals();
  }

  show();
  progress.onchange(show);
  document.addEventListener('hornbook:update', show);
})();
