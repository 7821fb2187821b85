// Plain JavaScript without dependencies, for any Node >= 18, because it runs before anything is installed.
// Usage: node scripts/with-node24.mjs [--needs redis,browser] <program> [arguments]
// Installs packages when they differ from the lockfile, then what the program needs of the system, then runs the program
// under the project's own Node 24. A relative program is looked up from the project's root; the working directory stays.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { meetNeeds } from './bootstrap/needs.mjs';
import { ensurePackages } from './bootstrap/packages.mjs';
import { runProgram } from './bootstrap/run-program.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const words = process.argv.slice(2);
const needs = words[0] === '--needs' ? (words.splice(0, 2)[1] ?? '').split(',').filter(Boolean) : [];
const [program, ...rest] = words;

function say(line) {
  process.stderr.write(`nightshift: ${line}\n`);
}

if (program === undefined) {
  say('usage: node scripts/with-node24.mjs [--needs redis,browser] <program> [arguments]');
  process.exit(64);
}
if (!(await ensurePackages(root, say)) || !meetNeeds(needs, say)) process.exit(1);
runProgram(root, [resolve(root, program), ...rest]);
