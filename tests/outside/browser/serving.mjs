// A course that `hornbook serve` shows, for tests that edit it and look at the browser.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { program } from './helpers.mjs';

/** Milliseconds after which an event will not come any more. */
const PATIENCE = 10_000;

/** Writes these files into a temporary folder and serves it: `origin`, and what can be done to it. */
export async function serving(files) {
  const folder = mkdtempSync(join(tmpdir(), 'hornbook-serve-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const course = new Served(folder);
  for (const [path, text] of Object.entries(files)) course.write(path, text);
  await course.start();
  return course;
}

class Served {
  #process;
  #events = [];
  #waiting = [];
  port = 0;

  constructor(folder) {
    this.folder = folder;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the server; again at the port that it had. */
  async start() {
    const port = this.port ? ['--port', this.port] : ['--port', '0'];
    this.#events = [];
    this.#process = spawn(program(), ['serve', this.folder, '--json', ...port], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#events.push(JSON.parse(line));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    const ready = await this.event('ready');
    this.port = new URL(ready.address).port;
  }

  /** Ends the server as Ctrl-C does, and returns its exit status. */
  stop() {
    return new Promise((done) => {
      this.#process.once('exit', done);
      this.#process.kill('SIGINT');
    });
  }

  /** Waits for the next event of this name. */
  async event(name) {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const at = this.#events.findIndex(({ event }) => event === name);
      if (at >= 0) return this.#events.splice(0, at + 1).at(-1);
      const rest = deadline - Date.now();
      assert.ok(rest > 0, `the event ${name} does not come`);
      await new Promise((wake) => {
        const timer = setTimeout(wake, rest);
        this.#waiting.push(() => (clearTimeout(timer), wake()));
      });
    }
  }

  write(path, text) {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.tmp`, text);
    renameSync(`${file}.tmp`, file);
  }

  /** Saves a file as editors do, and waits for the build of it. */
  async save(path, text) {
    this.#events = [];
    this.write(path, text);
    return this.event('built');
  }
}
