// The learner's way on a map: where they are, where to go on, and how much of each unit is read. The signs of lessons are
// progress.js's.
(() => {
  'use strict';

  const { progress } = window.hornbook;
  const text = window.hornbook.text('route');

  /** Says something in the line above a box's title; nothing where there are no words. */
  function say(box, words, kind = '') {
    const line = box.querySelector('.map-number');
    line.querySelector('tspan')?.remove();
    box.classList.remove('here', 'next');
    box.removeAttribute('aria-current');
    if (kind) box.classList.add(kind);
    if (kind === 'here') box.setAttribute('aria-current', 'location');
    if (!words) return;
    const place = document.createElementNS('http://www.w3.org/2000/svg', 'tspan');
    place.classList.add('map-place');
    place.textContent = (line.textContent ? ' · ' : '') + words;
    line.append(place);
  }

  const isFinished = (lesson) =>
    lesson?.read > 0 && (lesson.answered >= lesson.questions || progress.standing(lesson) === 'passed');

  function showLessons(boxes) {
    const lessons = boxes.map((box) => ({ box, lesson: progress.lesson(progress.addressOf(box)) }));
    const last = lessons.filter(({ lesson }) => lesson).sort((a, b) => b.lesson.at - a.lesson.at)[0];
    const order = last ? [...lessons.slice(lessons.indexOf(last)), ...lessons] : [];
    const next = order.find(({ lesson }) => !isFinished(lesson));
    for (const one of lessons) {
      const kind = one === last ? 'here' : one === next ? 'next' : '';
      say(one.box, kind && text(kind), kind);
    }
  }

  /** Units are known by their folders: their lessons are not on the map. */
  function showUnits(boxes) {
    const read = progress.lessons().filter((address) => progress.lesson(address).read > 0);
    for (const box of boxes) {
      const folder = progress.addressOf(box).replace(/[^/]*$/, '');
      const count = Number(box.dataset.lessons);
      const done = Math.min(count, read.filter((address) => address.startsWith(folder)).length);
      say(box, done > 0 && folder ? text('read', { read: done, count }) : '');
    }
  }

  function show() {
    for (const drawing of document.querySelectorAll('.map-drawing')) {
      showLessons([...drawing.querySelectorAll('.map-lesson')]);
      showUnits([...drawing.querySelectorAll('.map-whole')]);
    }
  }

  show();
  progress.onchange(show);
  document.addEventListener('hornbook:update', show);
})();
