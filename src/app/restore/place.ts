import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { RestoreChoice } from '../../backups/restore/choose.ts';
import { targetText } from '../../backups/restore/target.ts';

/** Where a restore lies: the server's files, the WAL that it replays, and backups that are not yet put together. */
export type RestorePlace = { directory: string; data: string; wal: string; parts: string };

/** What a restore was begun with; another one does not go on in its place. */
const NOTE = 'restore.json';
type Note = { what: string; unpacked: string[]; isReady: boolean };

/** Takes an empty directory, or one in which the same restore was begun. */
export function takePlace(
  into: string,
  choice: RestoreChoice,
): { place: RestorePlace; note: Note } | { refused: string } {
  const directory = resolve(into);
  const what = [choice.system.systemId, ...choice.chain.map(({ label }) => label), targetText(choice.target)].join(' ');
  const place = {
    directory,
    data: join(directory, 'data'),
    wal: join(directory, 'wal'),
    parts: join(directory, 'parts'),
  };
  const known = noteIn(directory);
  if (known === undefined && isUsed(directory))
    return { refused: `${directory} is not empty: a restore never goes over anything. Name a new directory.` };
  if (known !== undefined && known.what !== what)
    return { refused: `another restore was begun in ${directory} (${known.what}). Name a new directory.` };
  if (known?.isReady)
    return { refused: `${directory} has this restore already. Start it from ${place.data}, or name a new directory.` };
  for (const path of [directory, place.wal, place.parts]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const note = known ?? { what, unpacked: [], isReady: false };
  writeNote(place, note);
  return { place, note };
}

export function writeNote({ directory }: RestorePlace, note: Note): void {
  writeFileSync(join(directory, NOTE), `${JSON.stringify(note)}\n`, { mode: 0o600 });
}

/** Why there is not room enough, a sentence; plain bytes of a chain are needed twice while it is put together. */
export async function noRoom(into: string, choice: RestoreChoice): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(existing(resolve(into)));
  const ofBackups = choice.chain.flatMap(({ files }) => files).reduce((sum, { plainBytes }) => sum + plainBytes, 0);
  const [full] = choice.chain;
  const again = choice.chain.length > 1 ? (full?.files ?? []).reduce((sum, { plainBytes }) => sum + plainBytes, 0) : 0;
  const needed = ofBackups + again + choice.wal.length * choice.segmentBytes;
  if (bavail * bsize >= needed) return undefined;
  return `there is not room enough: ${gigabytes(needed)} are needed and ${gigabytes(bavail * bsize)} are free where ${into} is to be.`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path));
}

function isUsed(directory: string): boolean {
  return existsSync(directory) && (!statSync(directory).isDirectory() || readdirSync(directory).length > 0);
}

function noteIn(directory: string): Note | undefined {
  const path = join(directory, NOTE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Note) : undefined;
}
