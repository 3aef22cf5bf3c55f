// Checks that a text was written and not copied: no eight words in a row of a folder stand in one of the sources as well.
//
// Words are compared without case, signs, markup and the choice between s and z (organise, organize). A quotation that
// is meant to be there is named in QUOTATIONS, and only in a file that says where it comes from.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtFolder, filesBelow, finish, readArguments, usage } from './lib.mjs';

/** So many words in a row are no accident. */
const RUN = 8;

/** What may stand in both, each with the words that its file must also hold. */
const QUOTATIONS = [
  {
    text: 'the perceived benefits, usefulness, and importance of something',
    source: 'ITIL Foundation, ITIL 4 edition',
  },
  {
    text: 'a set of specialized organizational capabilities for enabling value for customers in the form of services',
    source: 'ITIL Foundation, ITIL 4 edition',
  },
];

const line = 'check-shared-runs.mjs DIR SOURCE …';
const { plain } = readArguments([], line);
if (plain.length < 2) usage(line);
const [name, ...sources] = plain;
const folder = builtFolder(name, line);
for (const source of sources) if (!existsSync(source)) usage(line, `${source} is not there`);

/** The words of a text as they are compared, each with the line on which it stands. */
function wordsOf(text) {
  // What is no text for readers becomes spaces, so that the lines stay.
  const blank = (match) => match.replace(/[^\n]/g, ' ');
  const bare = text
    .replace(/\r/g, '')
    .replace(/<style[\s\S]*?<\/style>|<[^<>]*>/g, blank)
    .replace(/\]\([^()\n]*?(?=[")\n])/g, blank)
    .replace(/\[\[[^[\]\n|]*\|(?=[^[\]\n]*\]\])/g, blank);
  const words = [];
  bare.split('\n').forEach((row, at) => {
    for (const [word] of row.normalize('NFKD').toLowerCase().replace(/['’\p{M}]/gu, '').matchAll(/[\p{L}\p{N}]+/gu)) {
      words.push({ word: word.replaceAll('z', 's'), line: at + 1 });
    }
  });
  return words;
}

const runsOf = (words) => words.slice(RUN - 1).map((_, at) => words.slice(at, at + RUN).map(({ word }) => word).join(' '));

/** Where each quotation stands in these words, as positions of words; none without its source. */
function quoted(words) {
  const all = ` ${words.map(({ word }) => word).join(' ')} `;
  const inside = new Set();
  for (const { text, source } of QUOTATIONS) {
    const spell = (part) => wordsOf(part).map(({ word }) => word);
    if (!all.includes(` ${spell(source).join(' ')} `)) continue;
    const wanted = spell(text);
    words.forEach((_, at) => {
      if (wanted.every((word, next) => words[at + next]?.word === word)) {
        // A run of eight words lies wholly within the quotation if it begins here.
        for (let next = 0; next + RUN <= wanted.length; next += 1) inside.add(at + next);
      }
    });
  }
  return inside;
}

const known = new Map();
for (const source of sources) {
  for (const run of runsOf(wordsOf(readFileSync(source, 'utf8')))) known.set(run, source);
}

let findings = 0;
const files = filesBelow(folder, ['.md', '.svg']);
for (const path of files) {
  const words = wordsOf(readFileSync(join(folder, path), 'utf8'));
  const allowed = quoted(words);
  runsOf(words).forEach((run, at) => {
    if (!known.has(run) || allowed.has(at)) return;
    console.log(`${path}:${words[at].line}: "${run}" stands in ${known.get(run)}`);
    findings += 1;
  });
}
finish('shared runs', files.length, findings);
