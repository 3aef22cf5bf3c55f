// Finding: the search index, and what it holds for a query.
//
// The index lies in scripts (src/search), so that it can be read from a disk, below any path and under a strict policy. What a
// query needs of it is loaded when it is asked for. Queries fall into words by the rules of src/search/words.rs; the table
// tests/search.json holds the two together. The dialog is search.js.
//
//   hornbook.find.open()              loads the list of what is where
//   hornbook.find.query(text, early)  { results, words, corrected }
//   hornbook.find.marks(text, words)  the ranges of a text to highlight
//   hornbook.find.snippet(href, words)  a piece of the text there
//   hornbook.find.reset()             forgets everything: the course has changed
(() => {
  'use strict';

  const { root = '' } = document.documentElement.dataset;
  const folder = `${root}theme/search/`;

  /** What a place is worth, by its impact: three kinds of text, a definition, headings, titles. */
  const WORTH = [1, 1.6, 2.3, 3.2, 7, 9, 12, 16];
  /** How much a word counts that is not the one that was typed. */
  const SAME_STEM = 0.8;
  const LONGER = 0.75;
  const OTHER_ENDING = 0.6;
  const MISTYPED = 0.5;
  /** A word of the page's title counts for its sections, and one of another section a little. */
  const FROM_TITLE = 0.5;
  const FROM_BESIDE = 0.2;
  /** The title or a heading is the query itself. */
  const IS_TITLE = 3;
  const IS_HEADING = 2;
  const IS_TERM = 4;

  const MOST_WORDS = 12;
  const LONGEST_QUERY = 300;
  const MOST_FORMS = 24;
  const MOST_PAGES = 10;
  const MOST_HITS = 3;
  const RANKED_BY_CARD = 12;
  const LOOKED_INTO = 48;
  const SHOWN_EARLY = 4;
  const SNIPPET = 160;

  // Words --------------------------------------------------------------------------------------------------------

  const UNSPACED =
    '[\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005-\\u3007\\u3041-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}]';
  const LETTER = '(?!ʼ)[\\p{Alphabetic}\\p{N}\\p{M}]';
  const SPACED = `(?!${UNSPACED})${LETTER}`;
  const RUN = new RegExp(`(?:(?=${UNSPACED})${LETTER})+|(?:${SPACED}(?:['’ʼ](?=${SPACED}))?)+`, 'gu');
  const IS_UNSPACED = new RegExp(`^${UNSPACED}`, 'u');
  const LEFT_OUT =
    /[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]/gu;
  const LETTERS = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ı: 'i', ς: 'σ', ى: 'ي', ة: 'ه' };
  const ARTICLE = /^(?:[وبكف]?ال|لل)(?=...)/u;
  const ELISION = /^(?:l|d|j|qu|n|s|c|m|t|jusqu|lorsqu|puisqu|un|all|dell|nell|sull)['’ʼ](?=.)/u;
  const LONGEST = 32;

  const fold = (text) =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(LEFT_OUT, '')
      .replace(/[ßæœþøđðłıςىة]/gu, (letter) => LETTERS[letter])
      .normalize('NFC');

  const cut = (word) => (word.length > LONGEST ? [...word].slice(0, LONGEST).join('') : word);

  /** The words of a text with their positions. */
  function words(text) {
    const folded = fold(text);
    const found = [];
    let position = 0;
    let last = null;
    let end = 0;
    for (const { 0: run, index } of folded.matchAll(RUN)) {
      const between = folded.slice(end, index);
      end = index + run.length;
      if (IS_UNSPACED.test(run)) {
        const characters = [...run];
        characters.forEach((one, at) => found.push([one + (characters[at + 1] ?? ''), position + at]));
        position += characters.length;
        last = null;
        continue;
      }
      const word = cut(run.replace(ELISION, '').replace(/['’ʼ]/gu, '').replace(ARTICLE, ''));
      if (last !== null && /^[-\u2010\u2011]$/.test(between)) found.push([cut(last + word), position - 1]);
      found.push([word, position]);
      const [signs] = /^[+#]{0,2}/.exec(folded.slice(end));
      if (signs && /^[\x00-\x7f]{1,3}$/.test(word)) found.push([word + signs, position]);
      last = word;
      position += 1;
    }
    return found;
  }

  // Files --------------------------------------------------------------------------------------------------------

  let loads = new Map();
  let contents = null;
  // How often all was forgotten; the list is asked for by another address then, so that no cache has it.
  let edition = 0;
  const arrived = new Map();
  /** Shards that have been taken apart; pages that snippets come from. */
  const shards = new Map();
  const pages = new Map();

  function load(name) {
    if (!loads.has(name)) {
      const loading = new Promise((done, fail) => {
        const script = document.createElement('script');
        script.src = `${folder}${name}.js${name === 'index' && edition ? `?${Date.now()}` : ''}`;
        script.onload = () => (arrived.has(name) ? done(arrived.get(name)) : fail(new Error(name)));
        script.onerror = () => fail(new Error(name));
        document.head.append(script);
      });
      // What failed may come later.
      loading.catch(() => loads.delete(name));
      loads.set(name, loading);
    }
    return loads.get(name);
  }

  /** "first name first name …" as two lists. */
  function listed(text) {
    const parts = text ? text.split(' ') : [];
    return { first: parts.filter((_, at) => at % 2 === 0), name: parts.filter((_, at) => at % 2 === 1) };
  }

  function index(data) {
    const { words, backward, cards } = data;
    arrived.set('index', { ...data, words: listed(words), backward: listed(backward), cards: cards.split(' ') });
  }

  async function open() {
    const of = edition;
    const found = await load('index');
    // What comes from before a reset is of an older course.
    if (of === edition) contents = found;
    else await open();
  }

  function reset() {
    loads = new Map();
    arrived.clear();
    shards.clear();
    pages.clear();
    contents = null;
    edition += 1;
  }

  /** Which shards can hold words from `from` to `to`. */
  function range({ first, name }, from, to) {
    let begin = first.findLastIndex((word) => word <= from);
    if (begin < 0) begin = 0;
    let end = begin;
    while (end < first.length && (end === begin || first[end] <= to)) end += 1;
    return name.slice(begin, end);
  }

  /** A shard's words in order, and the lines that tell of them. */
  async function shard(name) {
    const text = await load(name);
    if (!shards.has(name)) {
      let word = '';
      const lines = text ? text.split(';') : [];
      const words = lines.map((line) => {
        const end = line.indexOf(' ');
        return (word = word.slice(0, VALUES[line.charCodeAt(0)]) + (end < 0 ? line.slice(1) : line.slice(1, end)));
      });
      shards.set(name, { words, lines });
    }
    return shards.get(name);
  }

  /** What a line tells of its word: the stem, the list, and, where that was cut, how many pages have it. */
  function entry(word, line) {
    const [, stem = '', list = '', pages = ''] = line.split(' ');
    let own = word;
    if (stem.startsWith('=')) own = stem.slice(1);
    else if (stem) own = word.slice(0, VALUES[stem.charCodeAt(0)]);
    return { word, stem: own, list, pages: pages && number({ list: pages, at: 0 }) };
  }

  /** The words from `from` to `to`, in so many shards at most; or those of another range that stand in the same ones. */
  async function between(list, from, to, most, [first, last] = [from, to]) {
    const found = [];
    for (const { words, lines } of await Promise.all(range(list, from, to).slice(0, most).map(shard))) {
      let [at, end] = [0, words.length];
      while (at < end) {
        const middle = (at + end) >> 1;
        if (words[middle] < first) at = middle + 1;
        else end = middle;
      }
      for (; at < words.length && words[at] <= last; at++) found.push(entry(words[at], lines[at]));
    }
    return found;
  }

  // Postings: see src/search/postings.rs ---------------------------------------------------------------------------

  const VALUES = [];
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].forEach(
    (digit, value) => (VALUES[digit.charCodeAt(0)] = value),
  );

  const digit = (reader) => VALUES[reader.list.charCodeAt(reader.at++)];

  function number(reader) {
    let value = 0;
    for (let shift = 0; ; shift += 5) {
      const next = digit(reader);
      value |= (next & 31) << shift;
      if (next < 32) return value;
    }
  }

  /** Calls `take` with page, passage, impact and where its positions are, on all pages or those wanted. Returns their number. */
  function read(list, take, wanted) {
    const reader = { list, at: 0 };
    let page = 0;
    let pages = 0;
    while (reader.at < list.length) {
      page += number(reader);
      pages += 1;
      const isWanted = !wanted || wanted[page];
      let passage = 0;
      for (let isLast = false; !isLast; ) {
        const head = digit(reader);
        isLast = head >= 32;
        const step = digit(reader);
        passage += step === 63 ? 63 + number(reader) : step;
        if (isWanted) take(page, passage, (head >> 2) & 7, reader.at, (head & 3) + 1);
        reader.at += (head & 3) + 1;
      }
    }
    return pages;
  }

  // Forms of a query's word ------------------------------------------------------------------------------------------

  /** How many typing errors a word may have. */
  const errors = (word) => (word.length < 4 || IS_UNSPACED.test(word) ? 0 : word.length < 8 ? 1 : 2);

  /** Whether one text becomes the other by few insertions, deletions, replacements and exchanges of neighbours. */
  function isNear(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return false;
    let [older, old] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      let best = i;
      for (let j = 1; j <= b.length; j++) {
        const differs = a[i - 1] === b[j - 1] ? 0 : 1;
        row[j] = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + differs);
        if (differs && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], older[j - 2] + 1);
        best = Math.min(best, row[j]);
      }
      if (best > most) return false;
      [older, old] = [old, row];
    }
    return old[b.length] <= most;
  }

  const turned = (word) => [...word].reverse().join('');
  const until = (word) => `${word}\uffff`;

  /** The words of the index that may be meant by a typed one, each with how much it counts. */
  async function forms(typed, { isLast, isExact, forgives }) {
    const found = new Map();
    const add = (entry, quality) => {
      if (!(found.get(entry.word)?.quality >= quality)) found.set(entry.word, { ...entry, quality });
    };
    const ahead = await between(contents.words, typed, until(typed), isLast ? 2 : 1);
    const exact = ahead.find(({ word }) => word === typed);
    if (exact) add(exact, 1);
    if (isExact) return [...found.values()];
    for (const entry of ahead) {
      const more = entry.word.length - typed.length;
      const fits = isLast || IS_UNSPACED.test(typed) ? typed.length > 1 || more < 2 : typed.length > 3 && more < 5;
      if (more > 0 && fits && entry.word.startsWith(typed)) add(entry, (LONGER * typed.length) / entry.word.length);
    }
    const isUnknown = found.size === 0;
    const near = (isUnknown || forgives) && errors(typed) > 0 ? await mistyped(typed, isLast && isUnknown) : [];
    for (const entry of near) add(entry, MISTYPED / (1 + entry.far));
    // Words with the stem of this one, or, where nobody has written it, with a stem that it begins with. A word that is
    // one letter away is likelier to be meant than such a one.
    const begin = exact ? exact.stem : typed.slice(0, Math.max(3, typed.length - 4));
    const ending = near.some(({ far }) => far === 0) ? OTHER_ENDING / 2 : OTHER_ENDING;
    if (exact ? begin.length > 2 : isUnknown && typed.length > 3) {
      // The last letter of a stem may be another one than in its words: "happili" is of "happily".
      const head = exact ? begin.slice(0, -1) : begin;
      for (const entry of await between(contents.words, begin, exact ? until(begin) : typed, 2, [head, until(head)])) {
        const { stem } = entry;
        const rest = typed.length - stem.length;
        if (exact && stem === begin) add(entry, SAME_STEM);
        // The shorter the stem, the less may follow it: "buses" is of "bus", "outcome" is not of "out".
        else if (!exact && typed.startsWith(stem) && rest <= Math.min(4, stem.length - 1)) add(entry, ending);
      }
    }
    const value = ({ quality, list }) => quality * (1 + Math.min(list.length, 4000) / 4000);
    return [...found.values()].sort((a, b) => value(b) - value(a)).slice(0, MOST_FORMS);
  }

  /** Words that are nearly the typed one. An error in the second half is found from the beginning, another from the end. */
  async function mistyped(typed, isBeginning) {
    const most = errors(typed);
    const half = Math.ceil(typed.length / 2);
    const near = [];
    const look = (entry) => {
      if (isNear(typed, entry.word, 1)) near.push({ ...entry, far: 0 });
      else if (most > 1 && isNear(typed, entry.word, most)) near.push({ ...entry, far: 0.6 });
      else if (isBeginning && entry.word.length > typed.length && isNear(typed, entry.word.slice(0, typed.length), 1))
        near.push({ ...entry, far: 1.2 });
    };
    const head = typed.slice(0, typed.length - half);
    (await between(contents.words, head, until(head), 4)).forEach(look);
    const tail = turned(typed).slice(0, half - 1);
    // All that these shards hold: an error near the middle changes the tail too.
    const ends = await between(contents.backward, tail, until(tail), 3, ['', until('')]);
    const others = ends.map(({ word }) => turned(word)).filter((word) => isNear(typed, word, most));
    for (const word of others.slice(0, MOST_FORMS)) {
      if (near.some((entry) => entry.word === word)) continue;
      const entry = (await between(contents.words, word, word, 1)).find((entry) => entry.word === word);
      if (entry) look(entry);
    }
    return near;
  }

  // Ranking ----------------------------------------------------------------------------------------------------------

  const QUOTES = /["“”„«»「」『』]/g;

  /** A text as its words alone; and as those that were asked for, without what hyphens join. */
  const spoken = (text) => words(text).map(([word]) => word).join(' ');
  const unspoken = (text) => parse(text.replace(QUOTES, ' ')).asked.map(({ typed }) => typed).join(' ');

  /** A query: its words, and which of them stand in quotation marks together. */
  function parse(text) {
    const parts = text.slice(0, LONGEST_QUERY).split(QUOTES);
    const asked = [];
    const phrases = [];
    parts.forEach((part, at) => {
      const isPhrase = at % 2 === 1 && (at < parts.length - 1 || parts.length === 2);
      const found = words(part);
      const isTyping = !isPhrase && at === parts.length - 1 && !/\s$/.test(part);
      const last = found.at(-1)?.[1];
      const begin = asked.length;
      for (const [word, position] of found) {
        // Of "co-creation" its parts are asked for, of "C++" the whole.
        const beside = found.filter(([other, place]) => place === position && other !== word).map(([other]) => other);
        const isName = (word) => /[+#]$/.test(word);
        if (beside.some((other) => (isName(word) ? false : isName(other) || word.startsWith(other)))) continue;
        if (asked.length === MOST_WORDS) break;
        asked.push({ typed: word, position, isLast: isTyping && position === last, isExact: isPhrase });
      }
      if (isPhrase && asked.length > begin + 1) phrases.push([begin, asked.length]);
    });
    // In scripts without spaces the last character alone asks for what the pairs have asked for already.
    const isSpare = ({ typed }, at) => [...typed].length === 1 && IS_UNSPACED.test(typed) && asked[at - 1]?.typed.endsWith(typed);
    return { asked: phrases.length ? asked : asked.filter((one, at) => !isSpare(one, at)), phrases };
  }

  /** Works out how much each word of a query weighs, and what it is worth at most on each page. */
  function weigh(asked) {
    for (const one of asked) {
      const best = (one.best = new Float32Array(contents.pages));
      one.pages = 0;
      for (const form of one.forms) {
        const seen = read(form.list, (page, _, impact) => {
          const worth = WORTH[impact] * form.quality;
          if (worth > best[page]) best[page] = worth;
        });
        one.isCut ||= Boolean(form.pages);
        if (form.quality >= OTHER_ENDING || one.pages === 0) one.pages = Math.max(one.pages, form.pages || seen);
      }
      one.weight = Math.max(0.1, Math.log(1 + (contents.pages - one.pages + 0.5) / (one.pages + 0.5)));
    }
  }

  /**
   * For each page the share of the query that it has, squared, and what it is worth at most: as if the best places of all
   * words were one.
   */
  function bounds(asked) {
    const share = new Float64Array(contents.pages);
    const most = new Float64Array(contents.pages);
    const all = asked.reduce((sum, { weight }) => sum + weight, 0);
    for (const { weight, best, isCut } of asked) {
      const missing = isCut ? weight / 2 : 0;
      for (let page = 0; page < best.length; page++) {
        share[page] += best[page] > 0 ? weight : missing;
        most[page] += weight * best[page];
      }
    }
    for (let page = 0; page < most.length; page++) {
      share[page] = (share[page] / all) ** 2;
      most[page] *= share[page];
    }
    return { share, most };
  }

  /** The passages of the wanted pages: what each word is worth there, and where a phrase's words stand. */
  function gather(asked, wanted) {
    const pages = new Map();
    asked.forEach((one, at) => {
      for (const form of one.forms) {
        const take = (page, passage, impact, start, count) => {
          let passages = pages.get(page);
          if (!passages) pages.set(page, (passages = new Map()));
          let found = passages.get(passage);
          if (!found) passages.set(passage, (found = { worth: new Float32Array(asked.length), places: [] }));
          const worth = WORTH[impact] * form.quality;
          if (worth > found.worth[at]) found.worth[at] = worth;
          if (one.isExact) found.places[at] = form.list.slice(start, start + count);
        };
        read(form.list, take, wanted);
      }
    });
    return pages;
  }

  /** Whether the words of a phrase follow one another. A word whose list was cut may stand anywhere. */
  function hasPhrase({ places }, asked, [begin, end]) {
    const at = (word) => [...(places[word] ?? '')].map((one) => VALUES[one.charCodeAt(0)]);
    const known = [];
    for (let word = begin; word < end; word++) {
      if (places[word]) known.push(word);
      else if (!asked[word].isCut) return false;
    }
    if (known.length === 0) return false;
    const step = (word) => asked[word].position - asked[known[0]].position;
    return at(known[0]).some((start) => known.every((word) => at(word).includes((start + step(word)) & 63)));
  }

  /** A page's passages with what they are worth for the whole query, best first. */
  function rank(page, passages, { asked, phrases }, share) {
    const title = passages.get(0)?.worth;
    const hits = [];
    for (const [passage, found] of passages) {
      if (!phrases.every((phrase) => hasPhrase(found, asked, phrase))) continue;
      const value = asked.reduce((sum, { weight, best }, at) => {
        const own = found.worth[at];
        return sum + weight * Math.max(own, passage ? (title?.[at] ?? 0) * FROM_TITLE : 0, best[page] * FROM_BESIDE);
      }, 0);
      // A heading that is the query has all of its words.
      const isWhole = asked.every(({ isCut }, at) => isCut || found.worth[at] > 0);
      hits.push({ passage, value, isWhole, isOwn: found.worth.some((worth) => worth > 0) });
    }
    hits.sort((a, b) => b.value - a.value || a.passage - b.passage);
    const lacks = asked.filter(({ isCut, best }) => best[page] === 0 && !isCut);
    return { page, hits, lacks, value: (hits[0]?.value ?? 0) * share[page] };
  }

  /**
   * The best pages of a query. It is enough to look into the passages of those that are worth most at most: what comes
   * after them cannot be better.
   */
  function best(query) {
    const { asked } = query;
    weigh(asked);
    const { share, most } = bounds(asked);
    const order = most.slice().sort().reverse();
    for (let looked = LOOKED_INTO; ; looked *= 4) {
      const least = order[looked] ?? 0;
      // Of equals the first in the course.
      let equals = looked - order.indexOf(least);
      const wanted = most.map((value) => value > 0 && (value > least || (value === least && equals-- > 0)));
      const ranked = [];
      for (const [page, passages] of gather(asked, wanted)) {
        const found = rank(page, passages, query, share);
        if (found.hits.length) ranked.push(found);
      }
      ranked.sort((a, b) => b.value - a.value || a.page - b.page);
      if (least === 0 || ranked[RANKED_BY_CARD - 1]?.value >= least) return ranked;
    }
  }

  /** Looks for a query; what is in `unsure` may be mistyped. */
  async function look(query, unsure = []) {
    const { asked } = query;
    const meant = (one) => forms(one.typed, { ...one, forgives: unsure.includes(one) && !one.isExact });
    await Promise.all(asked.map(async (one) => (one.forms = await meant(one))));
    return best(query);
  }

  // Results ----------------------------------------------------------------------------------------------------------

  const ID = / /g;

  async function card(page) {
    const cards = await load(contents.cards[Math.floor(page / contents.size)]);
    return cards[page % contents.size];
  }

  /** What a result shows, and how well its titles fit the query. */
  async function result(found, said) {
    const [kind, address, title, parent, lead, passages] = await card(found.page);
    const href = root + address;
    const same = (text) => text.length <= LONGEST_QUERY && (said.has(spoken(text)) || said.has(unspoken(text)));
    let fit = 1;
    const hits = [];
    for (const { passage, value, isOwn, isWhole } of found.hits) {
      if (passage === 0 && isWhole && same(title)) fit = kind === 'term' ? IS_TERM : IS_TITLE;
      if (passage === 0 || !isOwn) continue;
      const [heading, id] = [passages[passage - 1]].flat();
      if (heading === undefined) continue;
      const isQuestion = typeof id === 'number';
      const anchor = isQuestion ? `question:${id}` : (id ?? heading.toLowerCase().replace(ID, '-'));
      const isSame = isWhole && same(heading);
      if (isSame && !isQuestion) fit = Math.max(fit, IS_HEADING);
      hits.push({
        kind: isQuestion ? 'question' : 'section',
        title: heading,
        href: `${href}#${encodeURIComponent(anchor)}`,
        value: value * (isSame ? IS_HEADING : 1),
      });
    }
    hits.sort((a, b) => b.value - a.value);
    return { kind, title, href, parent, lead, hits: hits.slice(0, MOST_HITS), value: found.value * fit };
  }

  /**
   * What a query finds. `early` is given the first results as soon as they are there. Where a shard is gone, the site has
   * been published anew, and its list is read again.
   */
  async function query(text, early) {
    const of = edition;
    try {
      return await answer(text, early);
    } catch {
      // Another query may have found out before.
      if (of === edition) reset();
      return answer(text, early);
    }
  }

  async function answer(text, early) {
    if (!contents) await open();
    const asked = parse(text);
    if (asked.asked.length === 0) return { results: [], words: [], corrected: '' };
    let ranked = await look(asked);
    // Nobody says it in these words: look for each of them.
    if (ranked.length === 0 && asked.phrases.length) {
      const loose = text.replace(QUOTES, ' ').replace(/\s+/g, ' ').trim();
      const found = await answer(loose, early);
      return { ...found, corrected: found.corrected || loose };
    }
    // No page has all words: what the best one lacks may be another word, mistyped.
    const lacks = ranked[0]?.lacks ?? [];
    if (lacks.some(({ typed }) => errors(typed) > 0)) {
      const before = asked.asked.map(({ forms }) => forms);
      const again = await look(asked, lacks);
      if (again.length && again[0].lacks.length < lacks.length) ranked = again;
      else asked.asked.forEach((one, at) => (one.forms = before[at]));
    }
    const meant = asked.asked.map(({ typed, forms }) => (forms[0]?.far === undefined ? typed : forms[0].word));
    const isMended = asked.asked.some(({ typed }, at) => typed !== meant[at]);
    const said = new Set([spoken(text), meant.join(' ')]);
    const forms = asked.asked.flatMap(({ forms }) => forms.map(({ word }) => word));
    const corrected = isMended ? meant.join(' ') : '';
    const results = [];
    const show = async (from, to) => {
      results.push(...(await Promise.all(ranked.slice(from, to).map((found) => result(found, said)))));
      results.sort((a, b) => b.value - a.value);
      return { results: results.slice(0, MOST_PAGES), words: [...new Set(forms)], corrected };
    };
    const first = await show(0, SHOWN_EARLY);
    if (ranked.length <= SHOWN_EARLY) return first;
    early?.(first);
    return show(SHOWN_EARLY, RANKED_BY_CARD);
  }

  /** Where one of the words stands in a text. */
  function marks(text, wanted) {
    const all = new Set(wanted);
    const found = [];
    for (const { 0: run, index } of text.matchAll(RUN)) {
      if (IS_UNSPACED.test(run)) {
        for (const word of all) {
          for (let at = run.indexOf(word); at >= 0; at = run.indexOf(word, at + 1)) found.push([index + at, index + at + word.length]);
        }
      } else if (words(run).some(([word]) => all.has(word))) found.push([index, index + run.length]);
    }
    found.sort(([a], [b]) => a - b);
    return found.reduce((merged, [from, to]) => {
      const last = merged.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
      return merged;
    }, []);
  }

  /** The text of a section, or of what stands above the first one. */
  function textOf(page, anchor) {
    const start = anchor ? page.getElementById(anchor) : page.querySelector('.text');
    if (!start) return '';
    if (!/^H[1-6]$/.test(start.tagName)) {
      const first = anchor ? null : start.querySelector('h2, h3, h4, h5, h6');
      if (!first) return start.textContent;
      let text = '';
      for (let node = start.firstElementChild; node && node !== first; node = node.nextElementSibling) text += `${node.textContent} `;
      return text || start.textContent;
    }
    let text = '';
    for (let node = start.nextElementSibling; node && !/^H[1-6]$/.test(node.tagName); node = node.nextElementSibling) {
      text += `${node.textContent} `;
    }
    return text;
  }

  /** A page as it is served. */
  async function fetched(path) {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(path);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    // A question is asked, and not answered.
    for (const hidden of page.querySelectorAll('.quiz details, .quiz-key, .exam, script, style')) hidden.remove();
    // Else the words of neighbouring cells would be one.
    for (const cell of page.querySelectorAll('td, th, dt, li')) cell.append(' ');
    return page;
  }

  async function snippet(href, wanted) {
    // A page from a disk may not read another one.
    if (location.protocol === 'file:') return '';
    const [path, anchor = ''] = href.split('#');
    try {
      // Of several sections that are looked for, the first one fetches their page.
      if (!pages.has(path)) pages.set(path, fetched(path));
      if (pages.size > MOST_PAGES) pages.delete(pages.keys().next().value);
      const text = textOf(await pages.get(path), decodeURIComponent(anchor)).replace(/\s+/g, ' ').trim();
      const found = marks(text, wanted);
      // A page says in its own words what it is about, a section by its beginning.
      return found.length || anchor ? around(text, found) : '';
    } catch {
      pages.delete(path);
      return '';
    }
  }

  /** The piece of a text with the most marks, or its beginning. */
  function around(text, found) {
    const said = found.map(([from, to]) => fold(text.slice(from, to)));
    let best = 0;
    let most = 0;
    for (let at = 0; at < found.length; at++) {
      const here = new Set();
      for (let next = at; next < found.length && found[next][1] <= found[at][0] + SNIPPET; next++) here.add(said[next]);
      if (here.size > most) [most, best] = [here.size, found[at][0]];
    }
    let from = Math.max(0, Math.min(best - SNIPPET / 4, text.length - SNIPPET));
    if (from > 0) from = Math.min(best, text.indexOf(' ', from) + 1 || from);
    let to = Math.min(text.length, from + SNIPPET);
    if (to < text.length) to = Math.max(text.lastIndexOf(' ', to), best + 1);
    return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
  }

  // The live preview tells when the course has changed.
  document.addEventListener('hornbook:search', reset);

  window.hornbook.find = {
    open,
    query,
    marks,
    snippet,
    reset,
    words,
    index,
    take: (name, data) => arrived.set(name, data),
  };
})();
