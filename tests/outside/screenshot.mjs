// Takes pictures of pages of a built folder, for a person to look at, at three widths, light and dark.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  asAddress,
  builtFolder,
  cleanBase,
  namedPages,
  openWindow,
  readArguments,
  serve,
  startBrowser,
  usage,
} from './lib.mjs';

const line = 'screenshot.mjs DIR OUT [PAGE …] [--base /some/course/]';
const { plain, options } = readArguments(['base'], line);
const folder = builtFolder(plain[0], line);
if (!plain[1]) usage(line);
const out = resolve(plain[1]);
mkdirSync(out, { recursive: true });
const pages = namedPages(folder, plain.length > 2 ? plain.slice(2) : ['index.html'], line);

const server = await serve(folder, cleanBase(options.base));
const browser = await startBrowser();
for (const width of [360, 768, 1440]) {
  for (const scheme of ['light', 'dark']) {
    const context = await openWindow(browser, { width, scheme, origin: server.origin });
    const tab = await context.newPage();
    for (const page of pages) {
      await tab.goto(server.root + asAddress(page), { waitUntil: 'load', timeout: 30_000 });
      const name = `${page.replace(/\.html$/, '').replaceAll('/', '-')}-${width}-${scheme}.png`;
      await tab.screenshot({ path: join(out, name), fullPage: true });
      console.log(join(plain[1], name));
    }
    await context.close();
  }
}
await browser.close();
await server.close();
