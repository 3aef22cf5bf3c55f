// Runs the CI files of the manual as their runners would: in a clean clone of a course, in an environment with nothing
// but what the runner sets, step by step. What needs the network is played: Cargo and rustup "install" the program that
// HORNBOOK names, if they are asked for just what the manual says, and a host's own actions look at what they are given.

import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { finish, headerRules, readArguments, usage } from './lib.mjs';

const line = 'check-ci.mjs   (with HORNBOOK=PROGRAM)';
if (readArguments([], line).plain.length > 0) usage(line);
if (!process.env.HORNBOOK) usage(line, 'HORNBOOK does not say which program to install');
const program = resolve(process.env.HORNBOOK);
const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const manual = join(repository, 'docs/content/03-publishing');
const scratch = mkdtempSync(join(tmpdir(), 'hornbook-ci-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const commit = '0123456789abcdef0123456789abcdef01234567';
const install = `install --git https://github.com/someone/hornbook --rev ${commit} --locked`;

/** The files that the manual's blocks of code stand for, by the name in their first line. */
function filesOf(page) {
  const text = readFileSync(join(manual, page), 'utf8');
  const blocks = [...text.matchAll(/^```\w+\n# (\S+)\n([\s\S]*?)^```$/gm)];
  return blocks.map(([, name, body]) => [name, body.replaceAll('OWNER', 'someone').replaceAll('COMMIT', commit)]);
}

const files = Object.fromEntries(
  ['03-in-ci.md', '06-publish-from-ci.md']
    .flatMap(filesOf)
    // The variable keeps its name.
    .map(([name, body]) => [name, body.replaceAll(`HORNBOOK_${commit}`, 'HORNBOOK_COMMIT')]),
);

class Failure extends Error {}
const expect = (holds, what) => {
  if (!holds) throw new Failure(what);
};

/** A fresh machine: a clone of the course, a home, and the programs that the network would bring. */
function machine({ hasCargo = true, breakIt = false } = {}) {
  const root = mkdtempSync(join(scratch, 'runner-'));
  const [course, home, bin] = ['course', 'home', 'bin'].map((name) => join(root, name));
  const git = (...words) => execFileSync('git', ['-c', 'safe.directory=*', ...words], { stdio: 'ignore' });
  git('clone', '--quiet', repository, course);
  mkdirSync(home);
  mkdirSync(bin);
  const script = (name, text) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const cargo = [
    `[ "$*" = "${install}" ] || { echo "cargo was asked for: $*" >&2; exit 97; }`,
    'bin="${CARGO_HOME:-$HOME/.cargo}/bin"',
    `mkdir -p "$bin" && ln -sf "${program}" "$bin/hornbook"`,
  ].join('\n');
  const rustup = `mkdir -p "$HOME/.cargo/bin"; cat > "$HOME/.cargo/bin/cargo" <<'END'\n#!/bin/sh\n${cargo}\nEND\nchmod +x "$HOME/.cargo/bin/cargo"`;
  if (hasCargo) script('cargo', cargo);
  script('curl', `case "$*" in *https://sh.rustup.rs) cat <<'RUSTUP'\n${rustup}\nRUSTUP\n;; *) exit 98;; esac`);
  if (breakIt) appendFileSync(join(course, 'content/index.md'), '\nSee [[a lesson that nobody wrote]].\n');
  return { root, course, home, path: `${home}/.cargo/bin:${bin}:/usr/local/bin:/usr/bin:/bin` };
}

/** Runs a piece of shell as a runner does, and gives its status and all that it has said. */
function shell({ course, home, path }, words, variables) {
  const env = { HOME: home, PATH: path, CI: 'true', LANG: 'C.UTF-8', ...variables };
  const { status, stdout, stderr } = spawnSync(words[0], words.slice(1), { cwd: course, env, encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

/** A folder is a site that may be published: whole, and at the address that it was built for. */
function expectSite(on, address) {
  const folder = join(on.course, 'public');
  expect(existsSync(join(folder, 'index.html')), 'there is no site');
  execFileSync(program, ['verify', folder], { stdio: 'ignore' });
  const home = readFileSync(join(folder, 'index.html'), 'utf8');
  if (address) expect(home.includes(`<link rel="canonical" href="${address}">`), `the site is not at ${address}`);
}

function expectHeaders(on) {
  const { 'content-security-policy': policy } = headerRules(readFileSync(join(on.course, 'public/_headers'), 'utf8'))('/');
  expect(policy?.includes("default-src 'self'"), 'there are no headers');
}

// GitHub -------------------------------------------------------------------------------------------------------------

const pagesAddress = 'https://someone.github.io/course';

/** What each action that the manual uses does, as far as a course can tell. */
const actions = {
  'actions/checkout@v5': () => {},
  'actions/cache@v4': (on, { path, key }) => expect(path === '~/.cargo/bin/hornbook' && key.includes(commit), 'cache'),
  'actions/configure-pages@v5': () => ({ base_url: pagesAddress }),
  'actions/upload-pages-artifact@v4': (on, { path }) => {
    expect(path === 'public', 'another folder than the site is published');
    expectSite(on, `${pagesAddress}/`);
    on.uploaded = true;
  },
  'actions/deploy-pages@v4': (on) => {
    expect(on.uploaded, 'nothing was uploaded');
    return { page_url: `${pagesAddress}/` };
  },
  'github/codeql-action/upload-sarif@v4': (on, { sarif_file: file }) => {
    on.findings = JSON.parse(readFileSync(join(on.course, file), 'utf8')).runs[0].results.length;
  },
};

/** Fills in `${{ … }}`. What this script does not know is a mistake. */
function fillIn(text, known) {
  return String(text).replaceAll(/\$\{\{\s*([\w.]+)\s*\}\}/g, (all, name) => {
    expect(name in known, `${name} is not known`);
    return known[name];
  });
}

/** Runs a workflow's jobs, each after those it needs. Gives all that was said, and whether it failed. */
function workflow(name, on) {
  const { env = {}, jobs } = parseYaml(files[name]);
  let said = '';
  const failed = new Set();
  for (const [id, job] of Object.entries(jobs)) {
    const needs = [job.needs ?? []].flat();
    expect(needs.every((need) => Object.keys(jobs).indexOf(need) < Object.keys(jobs).indexOf(id)), 'order of jobs');
    if (needs.some((need) => failed.has(need))) {
      failed.add(id);
      continue;
    }
    const known = { 'runner.os': 'Linux' };
    for (const [key, value] of Object.entries(env)) known[`env.${key}`] = value;
    for (const step of job.steps) {
      expect([undefined, 'always()'].includes(step.if), `the condition ${step.if} is not known`);
      if (failed.has(id) && step.if !== 'always()') continue;
      const filled = (table = {}) =>
        Object.fromEntries(Object.entries(table).map(([key, value]) => [key, fillIn(value, known)]));
      if (step.uses) {
        expect(step.uses in actions, `the action ${step.uses} is not known`);
        const outputs = actions[step.uses](on, filled(step.with)) ?? {};
        for (const [key, value] of Object.entries(outputs)) known[`steps.${step.id}.outputs.${key}`] = value;
        continue;
      }
      const file = join(on.root, 'step.sh');
      writeFileSync(file, fillIn(step.run, known));
      const variables = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: on.course, ...env, ...filled(step.env) };
      const { status, text } = shell(on, ['bash', '-e', file], variables);
      said += text;
      if (status !== 0) failed.add(id);
    }
  }
  return { said, failed: failed.size > 0 };
}

// GitLab -------------------------------------------------------------------------------------------------------------

const gitlabAddress = 'https://someone.gitlab.io/course';

/** Runs one job: its lines in one shell, which ends at the first that fails. */
function gitlab(job, on) {
  const file = parseYaml(files['.gitlab-ci.yml']);
  const variables = { CI_PROJECT_DIR: on.course, CI_PAGES_URL: gitlabAddress, GITLAB_CI: 'true' };
  for (const [name, value] of Object.entries(file.variables)) {
    variables[name] = value.replaceAll(/\$(\w+)/g, (all, other) => variables[other]);
  }
  const lines = [...file.before_script, ...file[job].script];
  const { status, text } = shell(on, ['bash', '-c', `set -eo pipefail\n${lines.join('\n')}`], variables);
  if (status === 0) for (const path of file[job].artifacts?.paths ?? []) expect(existsSync(join(on.course, path)), path);
  return { said: text, failed: status !== 0 };
}

// Netlify and Cloudflare Pages -----------------------------------------------------------------------------------------

function hosted(on, command, variables) {
  writeFileSync(join(on.course, 'publish.sh'), files['publish.sh']);
  const { status, text } = shell(on, ['bash', '-c', command], variables);
  return { said: text, failed: status !== 0 };
}

const netlify = (on, context, variables) => {
  const file = parseToml(files['netlify.toml']);
  expect(file.build.publish === 'public', 'another folder than the site is published');
  return hosted(on, (file.context[context] ?? file.build).command, { NETLIFY: 'true', ...variables });
};

/** The command that the manual's table gives. */
const cloudflareCommand = () =>
  /\| build command \| `([^`]+)` \|/.exec(readFileSync(join(manual, '06-publish-from-ci.md'), 'utf8'))[1];

// What is run --------------------------------------------------------------------------------------------------------

const isMarked = (said) => /^::error file=content\/index\.md,line=\d+/m.test(said);
const runs = {
  'GitHub: the check of a good course passes': (on) => {
    const { failed, said } = workflow('.github/workflows/check.yml', on);
    expect(!failed && on.findings === 0, said);
  },
  'GitHub: the check of a broken course marks the line, fails, and still tells code scanning': (on) => {
    const { failed, said } = workflow('.github/workflows/check.yml', on);
    expect(failed && isMarked(said) && on.findings === 1, said);
  },
  'GitHub Pages: a good course is published': (on) => {
    const { failed, said } = workflow('.github/workflows/pages.yml', on);
    expect(!failed && on.uploaded, said);
  },
  'GitHub Pages: a broken course is not published': (on) => {
    const { failed, said } = workflow('.github/workflows/pages.yml', on);
    expect(failed && isMarked(said) && !on.uploaded, said);
  },
  'GitLab Pages: a good course is checked and published': (on) => {
    for (const job of ['check', 'pages']) {
      const { failed, said } = gitlab(job, on);
      expect(!failed, said);
    }
    expectSite(on, `${gitlabAddress}/`);
  },
  'GitLab Pages: a broken course is not published': (on) => {
    for (const job of ['check', 'pages']) expect(gitlab(job, on).failed, job);
    expect(!existsSync(join(on.course, 'public')), 'there is a site');
  },
  'Netlify: a good course is published with its headers': (on) => {
    const address = 'https://course.example';
    const { failed, said } = netlify(on, 'production', { URL: address, DEPLOY_PRIME_URL: 'https://main--x.netlify.app' });
    expect(!failed, said);
    expectSite(on, `${address}/`);
    expectHeaders(on);
  },
  'Netlify: a preview has its own address': (on) => {
    const address = 'https://deploy-preview-1--x.netlify.app';
    const { failed, said } = netlify(on, 'deploy-preview', { URL: 'https://course.example', DEPLOY_PRIME_URL: address });
    expect(!failed, said);
    expectSite(on, `${address}/`);
  },
  'Cloudflare Pages: a good course is published with its headers, where Cargo has to be installed': (on) => {
    const { failed, said } = hosted(on, cloudflareCommand(), { CF_PAGES: '1', CF_PAGES_URL: 'https://x.pages.dev' });
    expect(!failed, said);
    expectSite(on);
    expectHeaders(on);
  },
  'Cloudflare Pages: a broken course is not published': (on) => {
    expect(hosted(on, cloudflareCommand(), { CF_PAGES: '1' }).failed, 'it passes');
    expect(!existsSync(join(on.course, 'public')), 'there is a site');
  },
};

let wrong = 0;
for (const [name, run] of Object.entries(runs)) {
  const on = machine({ hasCargo: !name.startsWith('Cloudflare'), breakIt: name.includes('broken') });
  try {
    run(on);
    console.log(`ok: ${name}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.log(`${name}: ${error.message}`);
    wrong += 1;
  }
  rmSync(on.root, { recursive: true, force: true });
}
finish('ci', Object.keys(runs).length, wrong);
