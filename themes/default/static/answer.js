// Answers that a learner types: which are accepted, and what number a text is.
//
// The rules, their reasons and their names are those of src/answer.rs; the table tests/answers.json tests both.
//
//   hornbook.answer.accepts(answers, given, language)   whether it is one of the answers
//   hornbook.answer.number(spec, given, language)       whether it fits { number, tolerance } or { from, to },
//                                                       both ends included; null where it is no number
(() => {
  'use strict';

  const hornbook = (window.hornbook ??= {});

  // A hyphen or dash between two words: as good as a space, or as nothing.
  const JOINT = '‐';

  function accepts(answers, given, language = '') {
    const typed = prepare(given, language);
    return answers.some((answer) => {
      const wanted = prepare(answer, language);
      if (typed.length === 0 || wanted.length === 0) return false;
      const [one, other] = [decimal(wanted, language), decimal(typed, language)];
      if (one && other) return one.isCode ? one.written === other.written : one.value === other.value;
      const bare = plain(wanted, language);
      if (bare.length > 0) return matches(bare, plain(typed, language));
      const solid = (text) => text.join('').replaceAll(' ', '');
      return solid(wanted) === solid(typed);
    });
  }

  function number(spec, given, language = '') {
    const value = Number(decimal(prepare(given, language), language)?.value);
    if (!Number.isFinite(value)) return null;
    if ('from' in spec) return spec.from <= value && value <= spec.to;
    const tolerance = spec.tolerance ?? 0;
    const largest = Math.max(Math.abs(value), Math.abs(spec.number), tolerance);
    return Math.abs(value - spec.number) <= tolerance + 4 * Number.EPSILON * largest;
  }

  // Signs and letters ------------------------------------------------------------------------------------------------

  const SIGNS = [
    [/[\u00ad\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff¿¡]/gu, ''],
    [/i\u0307/gu, 'i'],
    [/ς/gu, 'σ'],
    [/[‐-―⁃−]/gu, '-'],
    [/[⁄∕]/gu, '/'],
    [/[“”„‟«»‹›״「-』〈-》]/gu, '"'],
    [/[、،]/gu, ','],
    [/[。।]/gu, '.'],
    [/؛/gu, ';'],
    [/؟/gu, '?'],
    [/′/gu, "'"],
  ];

  function prepare(text, language) {
    const turkish = /^(tr|az)$/.test(primary(language));
    let made = text
      .replace(/[²³¹⁰⁴-⁻ⁿ]+/gu, '^$&')
      .replace(/(\p{N})([¼-¾⅐-⅞↉])/gu, '$1 $2')
      .replace(/[´\u0060‘-‛′׳ʹʻʼ]/gu, "'");
    if (turkish) made = made.replaceAll('I', 'ı').replaceAll('İ', 'i');
    made = made.normalize('NFKC').toLowerCase().normalize('NFKC');
    for (const [signs, sign] of SIGNS) made = made.replace(signs, sign);
    const point = decimalSign(language);
    made = made.replaceAll('٫', point).replaceAll('٬', point === '.' ? ',' : '.');
    return [...made.replace(/\p{White_Space}+/gu, ' ').replace(/^ | $/g, '')].map(digit);
  }

  const ZEROS = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
  ];

  function digit(c) {
    const code = c.codePointAt(0);
    const zero = code < 0x660 ? undefined : ZEROS.find((first) => first <= code && code < first + 10);
    return zero === undefined ? c : String(code - zero);
  }

  const isDigit = (c) => c !== undefined && /[0-9]/.test(c);
  const isLetter = (c) => c !== undefined && /\p{Alphabetic}/u.test(c);
  const isWord = (c) => c !== undefined && /[\p{Alphabetic}\p{N}\p{M}]/u.test(c);
  const isMark = (c) => /\p{M}/u.test(c);
  const isLatinOrGreek = (c) => /[a-zß-ɏͱ-ϿḀ-\u1fff]/u.test(c);
  const isSymbol = (c) => c !== undefined && !isWord(c) && !' .,;:!?"\'()[]'.includes(c) && c !== JOINT;
  const primary = (language) => language.split(/[-_]/)[0].toLowerCase();

  // Numbers ----------------------------------------------------------------------------------------------------------

  const COMMA =
    ' af ast az be bg br bs ca cs da de dsb el es et eu fi fo fr fur fy gl hr hsb hu hy id is it jv' +
    ' ka kab kk kl ku ky lb lt lv mk nb nl nn no oc os pl pt ro ru sah sc se sk sl sq sr su sv tk tr' +
    ' tt uk uz vi wo ';
  const POINT = ' de-ch de-li it-ch es-419 es-cu es-do es-gt es-hn es-mx es-ni es-pa es-pe es-pr es-sv es-us ';

  function decimalSign(language) {
    const whole = language.replaceAll('_', '-').toLowerCase();
    return COMMA.includes(` ${primary(language)} `) && !POINT.includes(` ${whole} `) ? ',' : '.';
  }

  const unquoted = (text) => text.replace(/^(["'])(.*)\1$/, '$2');

  function decimal(prepared, language) {
    const text = unquoted(unquoted(prepared.join('')).replace(/[.,;:?]+$/, '').trim()).trim();
    const found = /^([+-]?) ?([0-9.,' ]+?)(?:e([+-]?\d{1,3})| ?[×·*x] ?10\^([+-]?\d{1,3}))?$/.exec(text);
    if (!found) return null;
    const grouped = /[ ']/.test(found[2]);
    const split = parts(grouped ? ungrouped(found[2]) : found[2], language, grouped);
    if (!split) return null;
    const [sign, [whole, fraction], exponent] = [found[1], split, Number(found[3] ?? found[4] ?? 0)];
    const digits = whole + fraction;
    const short = digits.replace(/0+$/, '');
    const shift = exponent - fraction.length + digits.length - short.length;
    const value = short === '' ? '0' : `${sign === '-' ? sign : ''}${short.replace(/^0+/, '')}e${shift}`;
    const isCode = sign === '+' || /^0./.test(whole) || fraction.endsWith('0');
    return { value, isCode, written: `${sign}${whole}.${fraction}e${exponent}` };
  }

  // Without the spaces or apostrophes that part thousands; nothing where they part something else.
  function ungrouped(mantissa) {
    const [, whole, rest] = /^([^.,]*)(.*)$/.exec(mantissa);
    const sign = /[^0-9]/.exec(whole)?.[0];
    const groups = whole.split(sign);
    return sign && areThousands(groups) ? groups.join('') + (sign === ' ' ? rest.replaceAll(' ', '') : rest) : '';
  }

  const areThousands = (groups) => /^(\d{1,3}( \d{3})+|\d{1,2}( \d{2})* \d{3})$/.test(groups.join(' '));

  function parts(mantissa, language, grouped) {
    const checked = (whole, fraction) => (/^\d+$/.test(whole + fraction) ? [whole, fraction] : null);
    const last = Math.max(mantissa.lastIndexOf('.'), mantissa.lastIndexOf(','));
    if (last < 0) return checked(mantissa, '');
    const sign = mantissa[last];
    const [whole, fraction] = [mantissa.slice(0, last), mantissa.slice(last + 1)];
    for (const [other, text, rest] of [
      [sign, mantissa, ''],
      [sign === '.' ? ',' : '.', whole, fraction],
    ]) {
      const groups = text.split(other);
      if (whole.includes(other)) return areThousands(groups) ? checked(groups.join(''), rest) : null;
    }
    const ambiguous = !grouped && areThousands([whole, fraction]) && whole[0] !== '0';
    return ambiguous && sign !== decimalSign(language) ? checked(whole + fraction, '') : checked(whole, fraction);
  }

  // Punctuation ------------------------------------------------------------------------------------------------------

  function plain(text, language) {
    const formula = isFormula(text);
    const staying = brackets(text, formula);
    const quoting = quotes(text);
    const out = [];
    let gone = false;
    let depth = 0;
    for (let at = 0; at < text.length; at++) {
      const c = text[at];
      const [before, after] = [text[at - 1], text[at + 1]];
      if (!isWord(before) && (isDigit(c) || (c === '.' && isDigit(after)))) {
        at += figures(text.slice(at), language, depth > 0, out) - 1;
        gone = false;
        continue;
      }
      const atEnd = after === undefined || ' .,;!?")]'.includes(after);
      const follows = isWord(before) || (before !== undefined && ')]"\''.includes(before)) || gone;
      let stays = true;
      if (c === '-') {
        if (!formula && isJoint(text, at)) {
          out.push(JOINT);
          gone = false;
          continue;
        }
      } else if (c === "'" || c === '"') stays = formula || !quoting.has(at);
      else if ('()[]'.includes(c)) stays = staying.has(at);
      else if (c === '.') {
        if (isWord(after)) stays = formula || !isAbbreviation(text, at);
        else if (formula) stays = after !== undefined || before === '.';
        else if (follows && isInitial(text, at)) {
          at++;
          continue;
        } else stays = !(atEnd && (follows || isSymbol(before)));
      } else if (',;'.includes(c)) stays = formula && after !== undefined;
      else if (':?!'.includes(c)) {
        if (formula) stays = c === '!' || after !== undefined;
        else if (before === ' ') stays = !(atEnd && weight(text, at - 1, -1) > 1);
        else if (c === '!') stays = !(atEnd && (isWord(before) ? weight(text, at, -1) > 1 : follows));
        else stays = !(atEnd && (follows || isSymbol(before)));
      }
      if (stays) {
        if ('(['.includes(c)) depth++;
        else if (')]'.includes(c)) depth = Math.max(0, depth - 1);
        out.push(c);
      } else if (!'\'".'.includes(c)) out.push(' ');
      gone = !stays && c !== "'";
    }
    return close(out);
  }

  function close(text) {
    const out = [];
    const tight = (c) => c === JOINT || (isSymbol(c) && c !== "'" && c !== '.');
    text.forEach((c, at) => {
      if (c === ' ') {
        const skip = text.slice(at).findIndex((sign) => sign !== ' ');
        const last = out.at(-1);
        if (last === undefined || skip < 0) return;
        const next = text[at + skip];
        const option = next === '-' && isLetter(text[at + skip + 1]);
        const unit = isDigit(last) && isLetter(next);
        const edge = '([,'.includes(last) || ')],'.includes(next);
        if (last === ' ' || edge || tight(last) || (tight(next) && !option) || unit) return;
      }
      out.push(c);
    });
    return [...out.join('').normalize('NFD')];
  }

  function weight(text, at, step) {
    let sum = 0;
    for (let next = at + step; isWord(text[next]); next += step) {
      if (isLatinOrGreek(text[next])) sum += 1;
      else if (isLetter(text[next])) sum += 2;
    }
    return sum;
  }

  function isJoint(text, at) {
    const [left, right] = [text[at - 1] === ' ', text[at + 1] === ' '];
    const [from, to] = [at - left, at + right];
    const words = left === right && isWord(text[from - 1]) && isWord(text[to + 1]);
    return words && Math.max(weight(text, from, -1), weight(text, to, 1)) > 1;
  }

  function isFormula(text) {
    return text.some((c, at) => {
      const [before, after] = [text[at - 1], text[at + 1]];
      const back = before === ' ' ? text[at - 2] : before;
      if (c === '+') return before === ' ' || isWord(after) || after === '(';
      if (c === '-') return (isWord(back) || back === ')') && !isJoint(text, at);
      if (c === '(' || c === '[') return isWord(before);
      return '=*^<>|\\~_{}×÷√≤≥≠±∞→←'.includes(c);
    });
  }

  function brackets(text, formula) {
    const stay = [];
    const open = [];
    const isOther = (c) => c !== ' ';
    text.forEach((c, at) => {
      if ('(['.includes(c)) open.push(at);
      if (!')]'.includes(c)) return;
      const from = open.pop();
      if (from === undefined) {
        if (formula) stay.push(at);
        return;
      }
      const touches = isWord(text[from - 1]) || isWord(text[at + 1]);
      const operand = isSymbol(text.slice(0, from).findLast(isOther)) || isSymbol(text.slice(at + 1).find(isOther));
      const word = text.slice(from, at).some((_, next) => weight(text, from + next, 1) > 1);
      if (formula || touches || operand || !word) stay.push(from, at);
    });
    return new Set(formula ? [...stay, ...open] : stay);
  }

  function quotes(text) {
    const found = [];
    for (const mark of ["'", '"']) {
      const open = [];
      let prime;
      text.forEach((c, at) => {
        const [before, after] = [text[at - 1], text[at + 1]];
        const leads = isWord(after);
        if (c !== mark || (c === "'" && leads && isWord(before))) return;
        const isPrime = prime + 1 === at;
        const begins =
          at === 0 ||
          (leads
            ? !isWord(before) && !')]'.includes(before) && !isPrime
            : open.length === 0 && ' ([-/'.includes(before) && (after ?? ' ') !== ' ');
        const last = before === ' ' ? at - 1 : at;
        if (begins) open.push(at);
        else if (open.length > 0) found.push(open.pop(), at);
        else if (isPrime || /[0-9)\]]/.test(text[last - 1] ?? '') || weight(text, last, -1) === 1) prime = at;
        else if (c === '"') found.push(at);
      });
      if (mark === '"') found.push(...open);
    }
    return new Set(found);
  }

  function isAbbreviation(text, at) {
    const [left, right] = [weight(text, at, -1), weight(text, at, 1)];
    const letters = isLetter(text[at - 1]) && isLetter(text[at + 1]);
    return letters && left <= 3 && right <= 3 && (left === 1 || right === 1);
  }

  const isInitial = (text, at) =>
    text[at + 1] === ' ' && text[at + 3] === '.' && weight(text, at, -1) === 1 && weight(text, at + 1, 1) === 1;

  function figures(text, language, items, out) {
    const inside = items ? '.' : ".,'";
    let end = 0;
    while (isDigit(text[end]) || (end < text.length && inside.includes(text[end]) && isDigit(text[end + 1]))) end++;
    const run = text.slice(0, end).join('');
    const grouped = run.includes("'");
    const split = parts(grouped ? ungrouped(run) : run, language, grouped);
    out.push(...(split ? (split[1] ? split.join('.') : split[0]) : run.replaceAll(',', ' ')));
    return end;
  }

  // Letters and their marks ------------------------------------------------------------------------------------------

  function matches(answer, given) {
    let base = ' ';
    // The places in what is given up to which the answer can have been read.
    let places = new Set([0]);
    answer.forEach((c, at) => {
      const next = new Set();
      for (const place of places) {
        const found = given[place];
        if (c === JOINT) next.add(found === ' ' || found === JOINT ? place + 1 : place);
        else if (c === ' ') {
          if (found === ' ' || found === JOINT) next.add(place + 1);
        } else {
          for (const way of [c, ...ways(c, base, answer[at - 1] === base)]) {
            const start = found === JOINT && way !== '' ? place + 1 : place;
            const end = start + [...way].length;
            if (given.slice(start, end).join('') === way) next.add(end);
          }
        }
      }
      places = next;
      if (!isMark(c)) base = c;
    });
    return places.has(given.length);
  }

  const OTHERS = { ß: ['ss'], æ: ['ae'], œ: ['oe'], ø: ['o', 'oe'], ł: ['l'], đ: ['d'], ð: ['d'], þ: ['th'], ı: ['i'] };

  function ways(c, base, directly) {
    if (OTHERS[c]) return OTHERS[c];
    if (c === '\u0308' && directly && 'aou'.includes(base)) return ['', 'e'];
    if (c === '\u030a' && directly && base === 'a') return ['', 'a'];
    if (c === '\u0308' && base === 'е') return [''];
    if (/[\u0300-\u036f]/.test(c) && isLatinOrGreek(base)) return [''];
    return /[\u064b-\u0652\u0670\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]/.test(c) ? [''] : [];
  }

  hornbook.answer = { accepts, number };
})();
