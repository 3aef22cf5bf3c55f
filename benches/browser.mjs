// A browser that nobody watches: only its processor is slowed down.
//
// What drives browsers for tests listens to their network, and telling of each request costs more in the page than the
// request itself. This speaks to Chromium through a pipe and asks for nothing but what is measured.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts Chromium with one page. `close` ends it. */
export async function startQuietBrowser(program) {
  const profile = mkdtempSync(join(tmpdir(), 'hornbook-bench-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  const more = ['--disable-component-update', '--disable-sync', '--remote-debugging-pipe', `--user-data-dir=${profile}`];
  const browser = spawn(program, [...flags, ...more, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [, , , writer, reader] = browser.stdio;
  const waiting = new Map();
  const events = new Map();
  let last = 0;
  let rest = '';
  reader.setEncoding('utf8');
  reader.on('data', (chunk) => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop();
    for (const { id, method, result, error } of messages.map((message) => JSON.parse(message))) {
      if (method) events.get(method)?.();
      else if (error) waiting.get(id)?.fail(new Error(error.message));
      else waiting.get(id)?.done(result);
      waiting.delete(id);
    }
  });
  const tell = (method, params = {}, sessionId = undefined) =>
    new Promise((done, fail) => {
      waiting.set(++last, { done, fail });
      writer.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });

  const { targetInfos } = await tell('Target.getTargets');
  const { targetId } = targetInfos.find(({ type }) => type === 'page');
  const { sessionId } = await tell('Target.attachToTarget', { targetId, flatten: true });
  const ask = (method, params) => tell(method, params, sessionId);
  await ask('Page.enable');

  return {
    /** Opens an address with the processor at full speed, and slows it down when the page is there. */
    async open(address, slow) {
      await ask('Emulation.setCPUThrottlingRate', { rate: 1 });
      const loaded = new Promise((done) => events.set('Page.loadEventFired', done));
      await ask('Page.navigate', { url: address });
      await loaded;
      await ask('Emulation.setCPUThrottlingRate', { rate: slow });
    },
    /** What a function of the page returns. */
    async evaluate(task, argument) {
      const expression = `(${task})(${JSON.stringify(argument)})`;
      const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    async close() {
      await tell('Browser.close');
      await new Promise((done) => browser.once('exit', done));
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
