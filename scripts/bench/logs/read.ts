import { closeSync, openSync, readSync } from 'node:fs';
import type { LogFormat } from '../../../src/logs/format.ts';
import { createLogReader } from '../../../src/logs/read-log.ts';
import { PREFIX } from './made-entry.ts';

/** What a process of its own is asked: to read only, or to report. */
export type Reading = 'nothing' | 'stderr' | 'csv' | 'json';

const CHUNK_BYTES = 1024 * 1024;
const [file = '', reading = 'nothing', prefix = PREFIX] = process.argv.slice(2) as [string?, Reading?, string?];

const reader = reading === 'nothing' ? undefined : createLogReader(formatOf(reading));
const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
const opened = openSync(file, 'r');
for (;;) {
  const length = readSync(opened, chunk, 0, CHUNK_BYTES, null);
  if (length === 0) break;
  reader?.push(chunk.subarray(0, length));
}
closeSync(opened);
const entries = reader?.end().counts.entries ?? 0;
console.log(JSON.stringify({ entries, peakKiB: process.resourceUsage().maxRSS }));

function formatOf(format: 'stderr' | 'csv' | 'json'): LogFormat {
  return format === 'stderr' ? { format, prefix } : { format };
}
