#!/usr/bin/env node
// The `nightshift` command: the terminal's door, under the project's own Node 24.
process.argv.splice(2, 0, 'src/cli/main.ts');
await import('./with-node24.mjs');
