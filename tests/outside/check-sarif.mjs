// Checks that a SARIF file follows the official JSON schema of SARIF 2.1.0.

import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { finish, readArguments, usage } from './lib.mjs';

const line = 'check-sarif.mjs FILE [FILE …]';
const { plain } = readArguments([], line);
if (plain.length === 0) usage(line);

const schema = createRequire(import.meta.url)('schemastore/schemas/json/sarif-2.1.0.json');
// One pattern of the schema, that of a language's code, has a stray "]", which
// is an error in the strict reading of patterns; so they are read loosely.
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats(ajv);
const valid = ajv.compile(schema);

let errors = 0;
for (const file of plain) {
  let log;
  try {
    log = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.log(`${file}: ${error.message}`);
    errors += 1;
    continue;
  }
  if (valid(log)) continue;
  for (const { instancePath, message, params } of valid.errors) {
    console.log(`${file}: ${instancePath || '/'}: ${message} ${JSON.stringify(params)}`);
    errors += 1;
  }
}
finish('sarif', plain.length, errors);
