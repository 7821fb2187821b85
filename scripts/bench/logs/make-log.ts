import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { csvLine, jsonLine, stderrLines, type MadeEntry } from './made-entry.ts';
import { madeEntries } from './made-traffic.ts';

/** The same entries as the three formats write them, each in its file. */
export type MadeLog = { stderr: string; csv: string; json: string };

/** So many entries are written at once. */
const BATCH = 2_000;

/** Makes a log whose stderr has at least so many megabytes (of 10^6 bytes) below `cacheFolder`, once. */
export function makeLog(cacheFolder: string, megabytes: number): MadeLog {
  const folder = join(cacheFolder, `mixed-log-${megabytes}`);
  if (!existsSync(folder)) {
    // Under another name until it is whole.
    const unfinished = `${folder}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    write(filesIn(unfinished), megabytes * 1_000_000);
    renameSync(unfinished, folder);
  }
  return filesIn(folder);
}

function filesIn(folder: string): MadeLog {
  return { stderr: join(folder, 'made.log'), csv: join(folder, 'made.csv'), json: join(folder, 'made.json') };
}

function write(files: MadeLog, bytes: number): void {
  const entries = madeEntries();
  const opened = [
    [openSync(files.stderr, 'w'), stderrLines],
    [openSync(files.csv, 'w'), csvLine],
    [openSync(files.json, 'w'), jsonLine],
  ] as const;
  while (statSync(files.stderr).size < bytes) {
    const batch: MadeEntry[] = Array.from({ length: BATCH }, () => entries.next().value);
    for (const [file, format] of opened) writeSync(file, batch.map(format).join(''));
  }
  for (const [file] of opened) closeSync(file);
}
