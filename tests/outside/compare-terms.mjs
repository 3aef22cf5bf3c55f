// Compares the terms that Hornbook links by itself with the links that people made: the CNCF glossary in Spanish,
// French and German, whose entries link each other by hand, half of them in inflected forms.
//
// Those links are stripped, Hornbook links again (first use per page), and a link of theirs counts as found when the
// same page links to the same term. Also checked: the visible text is the same to the letter, and nothing is linked
// inside a word, a heading, code or another link.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textContent } from 'domutils';
import { parseDocument } from 'htmlparser2';
import { builtFolder, readArguments, usage } from './lib.mjs';

const line = 'compare-terms.mjs CNCF-GLOSSARY [--hornbook PROGRAM] [--least 0.80] [--show missed|made]';
const { plain, options } = readArguments(['hornbook', 'least', 'show'], line);
const corpus = builtFolder(plain[0], line);
const hornbook = options.hornbook ?? 'hornbook';
const least = Number(options.least ?? 0.8);
if (Number.isNaN(least)) usage(line, '--least needs a number');

/** `[text](/es/container/)`: a link by hand to another entry. */
const byHand = (language) => new RegExp(`\\[([^\\]]*)\\]\\((?:/${language})?/([a-z0-9-]+)/?\\)`, 'g');

/**
 * The other names of terms, as the authors of this glossary would write them into `aliases`: the corpus has none. Only
 * dictionary forms stand here; inflections are Hornbook's business. Titles alone are measured too.
 */
const aliases = {
  es: {
    'blue-green-deployment': ['blue-green'],
    'canary-deployment': ['canary'],
    'cloud-native-tech': ['nativo para la nube'],
    'horizontal-scaling': ['escalamiento horizontal'],
    'microservices-architecture': ['microservicio'],
    'reliability': ['confiabilidad'],
    'scalability': ['escalamiento'],
    'serverless': ['sin servidor'],
    'site-reliability-engineering': ['SRE'],
    'stateful-apps': ['con estado'],
    'stateless-apps': ['sin estado'],
    'tightly-coupled-architectures': ['estrechamente acoplado'],
    'virtual-machine': ['VM'],
  },
  fr: {
    'blue-green-deployment': ['bleu/vert'],
    'cloud-native-tech': ['Cloud Native'],
    'loosely-coupled-architecture': ['système faiblement couplé'],
    'microservices-architecture': ['microservice'],
    'scalability': ["mise à l'échelle", "passage à l'échelle"],
    'horizontal-scaling': ["passage à l'échelle horizontal"],
    'stateful-apps': ['avec état'],
    'stateless-apps': ['sans état'],
    'tightly-coupled-architecture': ['fortement couplé', 'étroitement couplé'],
    'virtual-machine': ['VM'],
  },
  de: {
    'application-programming-interface': ['API'],
    'cloud-native-apps': ['Cloud Native App', 'Cloud Native Anwendung'],
    'continuous-integration': ['Continuous Integration'],
  },
};

/** Writes a term's other names into its front matter. */
function withAliases(text, names) {
  if (!names) return text;
  return text.replace(/^---\n/, `---\naliases: ${JSON.stringify(names)}\n`);
}

/** What a term's page shows, and nothing else. */
const bare = '{{ page.body | safe }}';

function build(language, link, names = {}) {
  const site = mkdtempSync(join(tmpdir(), 'compare-terms-'));
  const glossary = join(site, 'content/glossary');
  const templates = join(site, 'themes/bare/templates');
  mkdirSync(glossary, { recursive: true });
  mkdirSync(templates, { recursive: true });
  for (const name of ['term', 'home', 'glossary', 'unit', 'lesson']) writeFileSync(join(templates, `${name}.html`), bare);
  writeFileSync(join(site, 'site.toml'), `language = "${language}"\ntheme = "bare"\n[glossary]\nlink = "${link}"\n`);
  for (const name of entries(language)) {
    const text = readFileSync(join(corpus, language, name), 'utf8');
    const stripped = text.replace(byHand(language), '$1');
    writeFileSync(join(glossary, name), withAliases(stripped, names[name.replace(/\.md$/, '')]));
  }
  const out = join(site, 'public');
  try {
    execFileSync(hornbook, ['build', site, '--out', out, '--keep-going', '--drafts'], { stdio: ['ignore', 'ignore', 'ignore'] });
  } catch (error) {
    // Exit status 1: the corpus has mistakes of its own.
    if (error.status !== 1) throw error;
  }
  const pages = new Map();
  for (const name of entries(language)) {
    const html = readFileSync(join(out, 'glossary', name.replace(/\.md$/, '.html')), 'utf8');
    pages.set(name, parseDocument(html));
  }
  rmSync(site, { recursive: true });
  return pages;
}

/** The files of a language that are entries of the glossary. */
function entries(language) {
  const left = ['_index.md', '_TEMPLATE.md', 'search.md'];
  return readdirSync(join(corpus, language)).filter((name) => name.endsWith('.md') && !left.includes(name)).sort();
}

/** The links to terms in a page: target, text, and what stands around them. */
function termLinks(document) {
  const links = [];
  const visit = (node, around) => {
    if (node.name === 'a' && (node.attribs.class ?? '').split(' ').includes('term')) {
      links.push({ target: node.attribs.href.replace(/\.html$/, ''), text: textContent(node), node, around });
    }
    for (const child of node.children ?? []) visit(child, node.name ? [...around, node.name] : around);
  };
  visit(document, []);
  return links;
}

/** What is wrong with the place of a link, if anything. */
function misplaced({ node, text, around }) {
  const forbidden = around.find((name) => /^(h[1-6]|a|code|pre)$/.test(name));
  if (forbidden) return `"${text}" is linked inside <${forbidden}>`;
  const letter = /[\p{L}\p{N}]/u;
  const before = node.prev?.data ?? '';
  const after = node.next?.data ?? '';
  const possessive = /^['’]s\b/.test(after);
  if (letter.test(before.slice(-1)) || (letter.test(after.slice(0, 1)) && !possessive)) return `"${text}" is linked inside a word`;
  return undefined;
}

/** The terms that people linked in an entry, each with the first text they used. */
function linkedByHand(language, name, known) {
  const text = readFileSync(join(corpus, language, name), 'utf8');
  const human = new Map();
  for (const [, shown, target] of text.matchAll(byHand(language))) {
    const isOwn = target === name.replace(/\.md$/, '');
    if (known.has(target) && !isOwn && !human.has(target)) human.set(target, shown);
  }
  return human;
}

/** Counts what was found again; prints what the caller wants to see and what is out of place. */
function compare(language, pages, show) {
  const known = new Set(entries(language).map((name) => name.replace(/\.md$/, '')));
  const found = { human: 0, matched: 0, made: 0, misplaced: 0 };
  for (const [name, page] of pages) {
    const human = linkedByHand(language, name, known);
    const links = termLinks(page);
    const made = new Map(links.map((link) => [link.target, link.text]));
    found.human += human.size;
    found.made += made.size;
    for (const [target, shown] of human) {
      if (made.has(target)) found.matched += 1;
      else if (show === 'missed') console.log(`${language}/${name}: missed "${shown}" -> ${target}`);
    }
    if (show === 'made') {
      for (const [target, shown] of made) console.log(`${language}/${name}: made "${shown}" -> ${target}`);
    }
    for (const problem of links.map(misplaced).filter(Boolean)) {
      console.log(`${language}/${name}: ${problem}`);
      found.misplaced += 1;
    }
  }
  return found;
}

let failed = false;
for (const language of ['es', 'fr', 'de']) {
  const unlinked = build(language, 'never');
  const byTitle = compare(language, build(language, 'lesson'));
  const pages = build(language, 'lesson', aliases[language]);
  const found = compare(language, pages, options.show);
  for (const [name, page] of pages) {
    if (textContent(page) !== textContent(unlinked.get(name))) {
      console.log(`${language}/${name}: the visible text has changed`);
      failed = true;
    }
  }
  const recall = found.matched / found.human;
  const titles = byTitle.matched / byTitle.human;
  console.log(
    `${language}: ${found.matched} of ${found.human} links by hand found again, recall ${recall.toFixed(3)}` +
      ` (by titles alone ${titles.toFixed(3)}); ${found.made} links made, ${found.misplaced} out of place`,
  );
  if (recall < least || found.misplaced > 0) failed = true;
}
process.exit(failed ? 1 : 0);
