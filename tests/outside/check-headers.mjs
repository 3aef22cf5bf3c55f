// Checks the Content-Security-Policy that `hornbook headers --format netlify` prints: Google's evaluator must find nothing
// of medium severity or worse in it.

import { readFileSync } from 'node:fs';
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { Severity } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import { finish, headerRules, readArguments, usage } from './lib.mjs';

const line = 'check-headers.mjs FILE …';
const { plain } = readArguments([], line);
if (plain.length === 0) usage(line);

let wrong = 0;
for (const file of plain) {
  const policy = headerRules(readFileSync(file, 'utf8'))('/')['content-security-policy'];
  if (!policy) {
    console.log(`${file}: there is no policy`);
    wrong += 1;
    continue;
  }
  for (const { severity, directive, value, description } of new CspEvaluator(new CspParser(policy).csp).evaluate()) {
    // The lower, the worse. What "may" be of medium severity is the host itself as a source of scripts, on which others
    // could put files.
    const isBad = severity < Severity.STRICT_CSP;
    const name = Object.entries(Severity).find(([, number]) => number === severity)?.[0];
    console.log(`${file}: ${isBad ? '' : 'left out: '}${name}: ${directive} ${value ?? ''}: ${description}`);
    wrong += isBad ? 1 : 0;
  }
}
finish('headers', plain.length, wrong);
