// What the checks share: arguments, the files of a built folder, a server on
// 127.0.0.1 that hands them out, and a browser.

import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, relative, resolve, sep } from 'node:path';
import { createGzip } from 'node:zlib';

/** Prints how a script is called and ends with 2, the code for wrong use. */
export function usage(line, problem) {
  if (problem) console.error(problem);
  console.error(`usage: node ${line}`);
  process.exit(2);
}

/**
 * Splits the command line into plain arguments and `--name value` options.
 * `known` lists the names allowed; anything else is wrong use.
 */
export function readArguments(known, line) {
  const plain = [];
  const options = {};
  const rest = process.argv.slice(2);
  while (rest.length > 0) {
    const word = rest.shift();
    if (!word.startsWith('--')) {
      plain.push(word);
      continue;
    }
    const [name, joined] = word.slice(2).split(/=(.*)/s);
    if (!known.includes(name)) usage(line, `unknown option --${name}`);
    const value = joined ?? rest.shift();
    if (value === undefined) usage(line, `--${name} needs a value`);
    options[name] = value;
  }
  return { plain, options };
}

/** The absolute path of a built folder, which has to exist. */
export function builtFolder(name, line) {
  if (!name) usage(line);
  const folder = resolve(name);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    usage(line, `${name} is not a folder`);
  }
  return folder;
}

/** All files below a folder with one of the endings, as sorted relative paths with `/`. */
export function filesBelow(folder, endings) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.includes(extname(entry.name).toLowerCase()))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => name.split(sep).join('/'))
    .sort();
}

/**
 * What a `_headers` file says, as Netlify and Cloudflare read it: a function from a path to its headers, by lower-case name.
 * Of a header that several rules set, the values are joined; `! Name` takes back what is there.
 */
export function headerRules(text) {
  const rules = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('/')) rules.push({ pattern: line, headers: [] });
    else if (line.trim()) rules.at(-1).headers.push(/^ {2}(?:! (?=[^:]+$))?([^:]+)(?:: (.+))?$/.exec(line).slice(1));
  }
  const fits = (pattern, path) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern);
  return (path) => {
    const found = {};
    for (const [name, value] of rules.filter(({ pattern }) => fits(pattern, path)).flatMap(({ headers }) => headers)) {
      const key = name.toLowerCase();
      if (value === undefined) delete found[key];
      else found[key] = key in found ? `${found[key]}, ${value}` : value;
    }
    return found;
  };
}

/** The path of a file of the theme, whose folder is named by what it holds. */
export function themeFile(folder, name) {
  const isIt = (path) => /^[0-9a-f]{16}\//.test(path) && path.endsWith(`/${name}`);
  return `theme/${filesBelow(join(folder, 'theme'), [extname(name)]).find(isIt)}`;
}

/** `/some/course/` from whatever way a base path was written. */
export function cleanBase(base = '/') {
  const inner = base.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '/' : `/${inner}/`;
}

/** A relative file path as the path of an address. */
export function asAddress(file) {
  return file.split('/').map(encodeURIComponent).join('/');
}

const types = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
};

/** The file that an address stands for, or nothing. */
function fileFor(folder, base, address) {
  let path;
  try {
    path = decodeURIComponent(new URL(address, 'http://127.0.0.1').pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || !path.startsWith(base)) return undefined;
  let file = resolve(folder, path.slice(base.length));
  if (file !== folder && !file.startsWith(folder + sep)) return undefined;
  // A folder is found only by its address with the slash at the end: without
  // it some hosts redirect, some answer 404, and relative links go astray.
  if (path.endsWith('/')) file = join(file, 'index.html');
  return existsSync(file) && statSync(file).isFile() ? file : undefined;
}

/** Whether what is of this type is text, which hosts compress. */
const isText = (type) => /^text\/|json|svg|xml/.test(type);

/**
 * Serves a built folder under a base path on a free port of 127.0.0.1.
 * Outside the base path, and for what is not there, the answer is 404, with the folder's own page for that if it has one.
 * With `compress`, texts are sent as every usual host sends them.
 */
export async function serve(folder, base = '/', { compress = false } = {}) {
  const server = createServer((request, response) => {
    const file = fileFor(folder, base, request.url);
    if (!file) {
      const own = fileFor(folder, '/', '/404.html');
      if (own && request.url.startsWith(base)) {
        response.writeHead(404, { 'content-type': types['.html'] });
        createReadStream(own).pipe(response);
        return;
      }
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    const type = types[extname(file).toLowerCase()] ?? 'application/octet-stream';
    if (compress && isText(type) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', vary: 'accept-encoding' });
      createReadStream(file).pipe(createGzip()).pipe(response);
      return;
    }
    response.writeHead(200, { 'content-type': type, 'content-length': statSync(file).size });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  });
  await new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    root: origin + base,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

/** The pages named on the command line, all of which have to exist. */
export function namedPages(folder, names, line) {
  return names.map((name) => {
    const page = name.replace(/^\.?\//, '').replace(/(^|\/)$/, '$1index.html');
    if (!existsSync(join(folder, page))) usage(line, `${page} is not in the folder`);
    return page;
  });
}

/** Starts Debian's Chromium, or the one that the variable CHROMIUM names. */
export async function startBrowser() {
  const { chromium } = await import('playwright-core');
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    console.error(`no browser at ${executablePath}: install Debian's package chromium, or set CHROMIUM`);
    process.exit(2);
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A browser window of one width and colour scheme that reaches only `origin`. */
export async function openWindow(browser, { width, scheme, origin, refused }) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
  });
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && url.origin !== origin,
    (route) => {
      refused?.add(route.request().url());
      return route.abort();
    },
  );
  return context;
}

/** Ends a check: a closing line, and the exit code 1 when something was found. */
export function finish(name, checked, errors) {
  console.log(`${name}: ${checked} checked, ${errors} found wrong`);
  process.exitCode = errors > 0 ? 1 : 0;
}
