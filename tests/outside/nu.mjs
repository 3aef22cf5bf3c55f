// The Nu Html Checker, run on files of a folder.

import { spawn } from 'node:child_process';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import vnu from 'vnu-jar';

/**
 * What the checker says of these files: `type`, `message`, `file`, `place` (file, line and column), the `extract` around
 * it, and what is `marked` in that. It ends the process with 2 where the checker does not run.
 */
export async function checkWithNu(folder, files) {
  // One start for the whole folder. The checker writes its report to stderr.
  const checker = spawn(
    'java',
    [
      '-Dfile.encoding=UTF-8',
      '-Dsun.jnu.encoding=UTF-8',
      '-Xss2m',
      '-jar',
      String(vnu),
      '--format',
      'json',
      '--exit-zero-always',
      '--also-check-css',
      '--also-check-svg',
      // Named one by one: given the folder, the checker reads every file in it as HTML.
      ...files.map((file) => join(folder, file)),
    ],
    { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'inherit', 'pipe'] },
  );
  checker.on('error', (error) => {
    console.error(`java could not be started: ${error.message}`);
    process.exit(2);
  });
  let report = '';
  checker.stderr.setEncoding('utf8').on('data', (text) => {
    report += text;
  });
  const code = await new Promise((done) => checker.on('close', done));
  try {
    // Lines before the report are Java's own remarks.
    return JSON.parse(report.slice(Math.max(0, report.indexOf('{"messages"')))).messages.map((message) => read(message, folder));
  } catch {
    console.error(report);
    console.error(`the checker ended with ${code} and without a report`);
    return process.exit(2);
  }
}

function read({ type, subType, url, lastLine, firstColumn, lastColumn, message, extract, hiliteStart, hiliteLength }, folder) {
  const file = url ? relative(folder, fileURLToPath(url)).split(sep).join('/') : '';
  return {
    type,
    kind: type === 'info' ? (subType ?? 'info') : type,
    file,
    place: [file, lastLine, firstColumn ?? lastColumn].filter((part) => part !== undefined).join(':'),
    message,
    extract,
    marked: extract?.slice(hiliteStart, hiliteStart + hiliteLength),
  };
}
