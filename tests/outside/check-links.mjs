// Checks that every link, asset and #anchor inside a built folder resolves, with linkinator.

import { LinkChecker, LinkState } from 'linkinator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asAddress,
  builtFolder,
  cleanBase,
  filesBelow,
  finish,
  readArguments,
  serve,
} from './lib.mjs';

const line = 'check-links.mjs DIR [--base /some/course/] [--site https://example.org/some/course/]';
const { plain, options } = readArguments(['base', 'site'], line);
const folder = builtFolder(plain[0], line);
const base = cleanBase(options.base);
const files = filesBelow(folder, ['.html', '.css']);

// Links are only ever followed to the server started here.
for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']) {
  delete process.env[name];
}
const server = await serve(folder, base);

// The site's own public address, when given, stands for the folder.
const rewrite = options.site
  ? [
      {
        pattern: new RegExp(`^${options.site.replace(/\/*$/, '/').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
        replacement: server.root,
      },
    ]
  : [];

/** An address of the server as the path of a file with its query and anchor. */
function asPath(address) {
  let path = address;
  if (path.startsWith(server.root)) path = path.slice(server.root.length) || './';
  else if (path.startsWith(server.origin)) path = path.slice(server.origin.length);
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

// Each page is a run of its own, not one crawl from the first page: a crawl
// looks at the anchors of a page once, and misses those asked for later; it
// also never comes to a page that nothing links to.
const outside = new Set();
const findings = new Set();
let followed = 0;
for (const file of files) {
  const start = server.root + asAddress(file);
  const checker = new LinkChecker();
  const { links } = await checker.check({
    path: [start],
    recurse: false,
    checkCss: true,
    checkFragments: true,
    concurrency: 20,
    timeout: 20_000,
    urlRewriteExpressions: rewrite,
    linksToSkip: async (address) => !address.startsWith(`${server.origin}/`),
  });
  for (const { url, state, status, failureDetails } of links) {
    if (state === LinkState.SKIPPED) {
      outside.add(url);
      continue;
    }
    followed += 1;
    if (state === LinkState.OK) continue;
    const anchor = status === 200 && url.includes('#');
    // The HTML standard: "#top" is the top of the page where no element has that id.
    if (anchor && url.toLowerCase().endsWith('#top')) continue;
    const reason = anchor
      ? 'no such anchor'
      : status === 404
        ? 'not found'
        : [status || '', ...(failureDetails ?? []).map((detail) => detail.message ?? '')].join(' ').trim() ||
          'not an address';
    findings.add(`${file}: ${asPath(url)}: ${reason}`);
  }
  // linkinator looks for no anchors in a page that says both words to robots.
  const text = readFileSync(join(folder, file), 'utf8');
  if (text.includes('content="noindex') && text.includes('nofollow')) {
    console.log(`${file}: note: says noindex and nofollow, so links to its anchors are not checked`);
  }
}
await server.close();

for (const finding of [...findings].sort()) console.log(finding);
if (files.length === 0) {
  console.log('no HTML file in the folder');
  findings.add('');
}
console.log(`links: ${outside.size} addresses outside the folder not fetched`);
finish('links', followed, findings.size);
