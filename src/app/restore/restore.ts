import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { combineBackups } from '../../backups/combine/combine.ts';
import { Damage } from '../../backups/damage.ts';
import { chooseRestore, type RestoreChoice, type RestoreSource } from '../../backups/restore/choose.ts';
import { recoverySettings, withoutOtherPlaces } from '../../backups/restore/settings.ts';
import type { RestoreTarget } from '../../backups/restore/target.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import { postgresBinariesOf } from '../../runtime/postgres-versions.ts';
import { fetchWal, moveOwnWal } from './fetch-wal.ts';
import { noRoom, takePlace, writeNote, type RestorePlace } from './place.ts';
import { readSources } from './read-sources.ts';
import { startRestored, type Started } from './start.ts';
import { unpackBackup } from './unpack.ts';

export type RestoreRequest = {
  store: ReadableStore;
  /** As the config calls it. */
  target: string;
  to: RestoreTarget;
  /** The backup to begin with; the newest that fits when absent. */
  label?: string;
  into: string;
};
/** Hears of a restore while it goes on: sentences, and how many bytes of the store were read. */
export type RestoreListener = { step(sentence: string): void; bytes(doneBytes: number, totalBytes: number): void };
export type Restored = { choice: RestoreChoice; place: RestorePlace; started: Started | { notStarted: string } };

/**
 * Brings a database back into a directory of its own: chooses, fetches, compares, puts together, and starts it where this machine has the
 * programs. Goes on where it was interrupted. Throws `conflict` for what is broken in the store.
 */
export async function restore(
  request: RestoreRequest,
  listener: RestoreListener,
): Promise<{ done: Restored } | { refused: string }> {
  const { store, target, to, label, into } = request;
  listener.step(`looking at what the store ${store.name} has of ${target}`);
  const sources = await readSources(store, target);
  const chosen = chooseRestore(sources, to, label);
  if ('refused' in chosen) return chosen;
  const { choice } = chosen;
  const brought = await bring({ store, sources, choice, into }, listener);
  if ('refused' in brought) return brought;
  const { place } = brought;
  const binaries = postgresBinariesOf(choice.system.major);
  if (binaries === undefined)
    return {
      done: { choice, place, started: { notStarted: `this machine has no PostgreSQL ${choice.system.major}` } },
    };
  listener.step('replaying WAL');
  return { done: { choice, place, started: await startRestored(place, to, binaries) } };
}

export type Bringing = {
  store: ReadableStore;
  sources: readonly RestoreSource[];
  choice: RestoreChoice;
  into: string;
};

/** Fetches and puts together what was chosen: a directory from which a server recovers. Throws as `restore` does. */
export async function bring(
  { store, sources, choice, into }: Bringing,
  listener: RestoreListener,
): Promise<{ place: RestorePlace } | { refused: string }> {
  const room = await noRoom(into, choice);
  if (room !== undefined) return { refused: room };
  const taken = takePlace(into, choice);
  if ('refused' in taken) return taken;
  const { place } = taken;
  await fetchAll(store, choice, sources, taken, listener);
  listener.step('putting the files together');
  await prepare(place, choice);
  rmSync(place.parts, { recursive: true, force: true });
  writeNote(place, { ...taken.note, isReady: true });
  return { place };
}

type Taken = Extract<ReturnType<typeof takePlace>, { place: RestorePlace }>;

async function fetchAll(
  store: ReadableStore,
  choice: RestoreChoice,
  sources: readonly RestoreSource[],
  { place, note }: Taken,
  { step, bytes }: RestoreListener,
): Promise<void> {
  const total = [...choice.chain.flatMap(({ files }) => files), ...choice.wal].reduce(
    (sum, { sizeBytes }) => sum + sizeBytes,
    0,
  );
  let done = 0;
  const count = (sizeBytes: number) => bytes((done += sizeBytes), total);
  step(`fetching ${choice.chain.map(({ label }) => label).join(', ')} and ${choice.wal.length} segments of WAL`);
  await Promise.all(
    choice.chain.map(async (record) => {
      const into = join(place.parts, record.label);
      if (note.unpacked.includes(record.label)) return;
      rmSync(into, { recursive: true, force: true });
      await unpackBackup(store, record, into, count);
      note.unpacked.push(record.label);
      writeNote(place, note);
    }),
  );
  const source = sources.find(
    ({ place: { place: of } }) => of.engine === 'postgres' && of.systemId === choice.system.systemId,
  );
  await fetchWal(store, choice, source?.histories ?? new Map(), place.wal, count);
}

/** Makes a data directory of the unpacked backups that a server recovers from when it starts; `backup_label` stays as it is. */
async function prepare(place: RestorePlace, choice: RestoreChoice): Promise<void> {
  const parts = choice.chain.map(({ label }) => join(place.parts, label));
  const [part] = parts;
  if (parts.length > 1) await putTogether(parts, place.data);
  // Where it is not there any more it was moved before an interruption.
  else if (part !== undefined && existsSync(part)) {
    rmSync(place.data, { recursive: true, force: true });
    renameSync(part, place.data);
  }
  await moveOwnWal(place.data, place.wal, choice);
  // A backup of a standby says that it is one; this is a copy that goes its own way.
  rmSync(join(place.data, 'standby.signal'), { force: true });
  const configuration = join(place.data, 'postgresql.conf');
  if (existsSync(configuration)) writeFileSync(configuration, withoutOtherPlaces(readFileSync(configuration, 'utf8')));
  appendFileSync(join(place.data, 'postgresql.auto.conf'), recoverySettings(choice, place.wal));
  writeFileSync(join(place.data, 'recovery.signal'), '', { mode: 0o600 });
}

/** The parts stay until all is done: an interruption costs only this. */
async function putTogether(parts: readonly string[], into: string): Promise<void> {
  rmSync(into, { recursive: true, force: true });
  try {
    await combineBackups(parts, into);
  } catch (thrown) {
    if (!(thrown instanceof Damage)) throw thrown;
    throw new Fault('conflict', `the backups are broken and cannot be put together: ${thrown.message}.`, {
      cause: thrown,
    });
  }
}
