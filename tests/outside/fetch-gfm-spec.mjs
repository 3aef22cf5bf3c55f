// Copies the GFM 0.29 specification, with its examples, out of a crate to specs/gfm-0.29.txt.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const manifest = join(here, 'gfm-spec', 'Cargo.toml');
const run = (program, ...words) =>
  execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });

// Only what this platform would need is fetched, and nothing is compiled. The
// lock file beside the manifest holds the checksum of the crate.
const host = /^host: (.*)$/m.exec(run('rustc', '-vV'))[1];
run('cargo', 'fetch', '--quiet', '--locked', '--manifest-path', manifest, '--target', host);
const { packages } = JSON.parse(
  run('cargo', 'metadata', '--format-version', '1', '--locked', '--offline', '--filter-platform', host, '--manifest-path', manifest),
);
const crate = packages.find((found) => found.name === 'cmark-gfm-sys');
mkdirSync(join(here, 'specs'), { recursive: true });
copyFileSync(join(dirname(crate.manifest_path), 'cmark-gfm', 'test', 'spec.txt'), join(here, 'specs', 'gfm-0.29.txt'));
console.log('specs/gfm-0.29.txt');
