import { closeSync, openSync, readSync } from 'node:fs';
import type { LogFormat } from '../../../src/logs/format.ts';
import { createLogReader } from '../../../src/logs/read-log.ts';
import { PREFIX } from './made-entry.ts';

/** What a process of its own is asked: to read only, or to report. */
export type Reading = 'nothing' | 'stderr' | 'csv' | 'json';

/** The size that the command reads files by. */
const CHUNK_BYTES = 256 * 1024;
const [file = '', reading = 'nothing', prefix = PREFIX, passes = '1'] = process.argv.slice(2) as [
  string?,
  Reading?,
  string?,
  string?,
];

let entries = 0;
let lastMs = 0;
for (let pass = 0; pass < Number(passes); pass++) {
  const began = performance.now();
  entries = read();
  lastMs = performance.now() - began;
}
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({ entries, lastMs, cpuMs: (user + system) / 1_000, peakKiB: process.resourceUsage().maxRSS }),
);

function read(): number {
  const reader = reading === 'nothing' ? undefined : createLogReader(formatOf(reading));
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const opened = openSync(file, 'r');
  for (;;) {
    const length = readSync(opened, chunk, 0, CHUNK_BYTES, null);
    if (length === 0) break;
    reader?.push(chunk.subarray(0, length));
  }
  closeSync(opened);
  return reader?.end().counts.entries ?? 0;
}

function formatOf(format: 'stderr' | 'csv' | 'json'): LogFormat {
  return format === 'stderr' ? { format, prefix } : { format };
}
