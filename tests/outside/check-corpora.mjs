// Builds every corpus of a folder and checks what Hornbook made of it with the Nu Html Checker. What the authors wrote
// as HTML or SVG themselves is told apart and counted: a finding whose place stands word for word in their sources, and
// what follows from it on the same page.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { builtFolder, filesBelow, finish, readArguments } from './lib.mjs';
import { checkWithNu } from './nu.mjs';

const line = 'check-corpora.mjs CORPORA [--hornbook PROGRAM]';
const { plain, options } = readArguments(['hornbook'], line);
const corpora = builtFolder(plain[0], line);
const program = resolve(options.hornbook ?? 'target/release/hornbook');

// The error is the author's, or comes of an element that they left open.
const FOLLOWS = /^(End tag|Stray end tag|Unclosed element|Text not allowed|Element “\w+” not allowed as child)/;

const scratch = mkdtempSync(join(tmpdir(), 'hornbook-corpora-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** The folders to build: the archive's, or its courses and languages, or a book's sources. */
function sitesIn(folder) {
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (existsSync(join(folder, 'src', 'SUMMARY.md'))) return [join(folder, 'src')];
  const courses = inner.map(({ name }) => join(folder, name));
  const isCourse = (course) => ['index.md', '_index.md'].some((name) => existsSync(join(course, name)));
  return courses.length > 0 && courses.every(isCourse) ? courses : [folder];
}

const plainSpace = (text) => text.replace(/\s+/g, ' ').trim();

let checked = 0;
let ours = 0;
for (const archive of readdirSync(corpora).filter((name) => name.endsWith('.tar.xz')).sort()) {
  const unpacked = join(scratch, basename(archive, '.tar.xz'));
  mkdirSync(unpacked);
  execFileSync('tar', ['xf', join(corpora, archive), '-C', unpacked]);
  for (const folder of readdirSync(unpacked).flatMap((name) => sitesIn(join(unpacked, name)))) {
    const out = join(scratch, 'site');
    // It ends with 1 where the corpus has mistakes, and most have.
    const { status } = spawnSync(program, ['build', '--keep-going', folder, '--out', out], { stdio: 'ignore' });
    if (status > 1 || !existsSync(out)) throw new Error(`${folder} could not be built: ${status}`);
    const sources = plainSpace(
      filesBelow(folder, ['.md', '.markdown']).map((path) => readFileSync(join(folder, path), 'utf8')).join('\n'),
    );
    const files = filesBelow(out, ['.html', '.css', '.svg']);
    const authors = new Map();
    for (const finding of await checkWithNu(out, files)) {
      if (finding.type === 'info') continue;
      const copied = finding.file.endsWith('.svg') && !finding.file.startsWith('theme/');
      const isTheirs = copied || (finding.marked && sources.includes(plainSpace(finding.marked)));
      const lacking = /^Element “(\w+)” is missing a required/.exec(finding.message)?.[1];
      if (isTheirs || (lacking && sources.includes(`<${lacking}`)) || (authors.has(finding.file) && FOLLOWS.test(finding.message))) {
        authors.set(finding.file, (authors.get(finding.file) ?? 0) + 1);
        continue;
      }
      ours += 1;
      console.log(`${finding.place}: ${finding.message}  ⟨${plainSpace(finding.extract ?? '')}⟩`);
    }
    const theirs = [...authors.values()].reduce((sum, count) => sum + count, 0);
    console.log(`${folder.slice(scratch.length + 1)}: ${files.length} files, ${theirs} errors of the authors' own HTML and SVG`);
    checked += files.length;
    rmSync(out, { recursive: true });
  }
}
finish('corpora', checked, ours);
