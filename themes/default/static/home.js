// The learner's progress on the home page: totals, the way on, and a section to export, import and delete it.
(() => {
  'use strict';

  const { element, progress } = window.hornbook;
  const text = window.hornbook.text('home');

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
    const { lessons, questions, read, right } = total;
    const parts = [lessons > 0 ? text('lessons', { read, count: lessons }) : text('some_lessons', { count: read })];
    if (questions > 0) parts.push(text('questions', { right, count: questions }));
    return parts.join(' · ');
  }

  /** A line behind an element, there while it has words. */
  function put(before, words) {
    const old = before.nextElementSibling;
    const is = old?.matches('.progress-total');
    if (is && words) old.textContent = words;
    else if (is) old.remove();
    else if (words) before.after(element('p', { className: 'progress-total', textContent: words }));
  }

  function showTotals() {
    const all = [];
    const units = [];
    const course = { known: 0, read: 0, lessons: 0, questions: 0, right: 0 };
    for (const entry of document.querySelectorAll('.path > li')) {
      const lessons = lessonsOf(entry);
      const total = tally(lessons, entry);
      all.push(...lessons);
      for (const key in course) course[key] += total[key];
      if (entry.matches('.unit')) units.push([entry.querySelector(':scope > .minutes') ?? entry.querySelector('h3'), total]);
    }
    // Who has begun is told of every unit; who has not is told nothing.
    const begun = course.known > 0;
    const heading = document.querySelector('.progress > h2');
    for (const [line, total] of heading ? [...units, [heading, course]] : units) put(line, begun ? inWords(total) : '');
    document.documentElement.toggleAttribute('data-progress', begun);
    showWayOn(all, begun ? inWords(course) : '');
  }

  /** Read to its end, with all questions answered or enough of them right. */
  const isFinished = (lesson) =>
    lesson?.read > 0 && (lesson.answered >= lesson.questions || progress.standing(lesson) === 'passed');

  /** Where to go on, in the room that is kept for it; where nothing is left to do, how much was done. */
  function showWayOn(lessons, done) {
    const room = document.querySelector('.way-on');
    room?.replaceChildren();
    document.querySelector('.continue')?.remove();
    const seen = lessons.filter(({ lesson }) => lesson);
    const last = seen.sort((a, b) => b.lesson.at - a.lesson.at)[0];
    const order = last ? [...lessons.slice(lessons.indexOf(last)), ...lessons] : [];
    const next = order.find(({ lesson }) => !isFinished(lesson));
    const begin = document.querySelector('.heading a.start');
    begin?.classList.toggle('again', Boolean(next));
    if (!next) {
      if (done) room?.append(element('p', { className: 'done', textContent: done }));
      return;
    }
    const { href, firstChild } = next.link ?? {};
    const title = (firstChild?.textContent ?? next.lesson.title ?? '').trim();
    const way = element(
      'a',
      { className: 'start', href: href ?? next.href, title },
      element('span', { className: 'label' }, text('continue')),
      element('span', { className: 'visually-hidden', textContent: ':' }),
      ' ',
      element('span', { className: 'step', textContent: title }),
    );
    // A theme of one's own may keep no room.
    (room ?? document.querySelector('.heading'))?.append(element('p', { className: 'continue' }, way));
  }

  // The section --------------------------------------------------------------------------------------------------

  function makeSection() {
    const place = document.querySelector('.progress');
    if (!place || place.firstChild) return;
    const status = element('p', { className: 'progress-status', role: 'status' });
    const say = (words) => (status.textContent = words);
    const button = (textContent, onclick) => element('button', { type: 'button', textContent, onclick });
    const tools = (...buttons) => element('p', { className: 'progress-tools' }, ...buttons);

    const file = element('input', { type: 'file', accept: '.json', hidden: true });
    file.onchange = async () => {
      try {
        if (!file.files[0]) return;
        const found = progress.import(await file.files[0].text());
        say(text(found.added ? 'imported' : 'known', found));
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
      say(text('exported', { name }));
    }

    function forget() {
      dialog.close();
      progress.forget();
      say(text('deleted'));
    }

    const dialog = element(
      'dialog',
      { ariaLabel: text('sure') },
      element('h2', {}, text('sure')),
      element('p', { textContent: text('loss') }),
      tools(button(text('no'), () => dialog.close()), button(text('yes'), forget)),
    );

    place.append(
      element('h2', { textContent: text('title') }),
      element('p', { textContent: text('about') }),
      element(
        'p',
        { className: 'progress-marks' },
        text('marks'),
        ...['read', 'answered', 'passed'].map((kind) =>
          element('span', {}, element('span', { className: `mark mark-${kind}` }), text(kind)),
        ),
      ),
      tools(
        button(text('export'), download),
        button(text('import'), () => file.click()),
        button(text('delete'), () => dialog.showModal()),
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
