#!/usr/bin/env node
// The `nightshift` command: the terminal's door, under the project's own Node 24. Where no environment is set and a demo runs
// on this machine, it speaks to the demo; a server never does.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The environment that a running demo left for the terminal, or nothing. */
function runningDemo() {
  try {
    const { pid, environment } = JSON.parse(readFileSync(join(root, '.nightshift', 'environment.json'), 'utf8'));
    process.kill(pid, 0);
    return environment;
  } catch {
    return {};
  }
}

const isServer = process.argv[2] === 'serve';
if (!isServer && process.env.NIGHTSHIFT_TABLE === undefined) Object.assign(process.env, runningDemo());
process.argv.splice(2, 0, 'src/cli/main.ts');
await import('./with-node24.mjs');
