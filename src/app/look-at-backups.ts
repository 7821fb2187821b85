import { readCatalogue } from '../backups/catalogue/read.ts';
import { seenOf, type Looked } from '../backups/questions/seen.ts';
import type { ReadableStore } from '../core/backup-store.ts';
import type { BackupsSeen } from '../core/backups-seen.ts';
import { asFault, Fault } from '../core/errors.ts';
import { backupsGiven } from '../providers/backups-given.ts';
import type { WriterSample } from '../core/writers.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { whyNoBackups } from './why-no-backups.ts';

/** How long all that a store is asked for may take. */
const PATIENCE_MS = 60_000;

/** What is looked at: the stores, the primary one first, and the last that was heard of the server that takes writes. */
export type BackupSources = {
  stores(): readonly ReadableStore[];
  lastWriter(target: string): Promise<WriterSample | undefined>;
};

/** Lists the stores of the config, in the control room: no database is asked. A store that does not answer is told of as unseen. */
export async function lookAtBackups(spec: TargetSpec, sources: BackupSources, at: string): Promise<BackupsSeen> {
  const { name, engine, backup: policy } = spec;
  if (policy === undefined) return { policy: null, whyNone: null, stores: [], findings: [], table: [] };
  const table = backupsGiven(spec, policy);
  const whyNone = whyNoBackups(spec);
  if (whyNone !== null) return { policy, whyNone, stores: [], findings: [], table };
  const [looked, heard] = await Promise.all([
    Promise.all(sources.stores().map((store) => look(store, name, at))),
    sources.lastWriter(name).catch(() => undefined),
  ]);
  const seen = seenOf({ target: name, engine, policy, nowMs: Date.parse(at), heard: heard ?? null }, looked);
  return { policy, whyNone: null, ...seen, table };
}

async function look(store: ReadableStore, target: string, at: string): Promise<Looked> {
  try {
    return { catalogue: await inTime(readCatalogue(store, target, at)) };
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    if (code === 'bug') throw thrown;
    return { store: store.name, unseen: message };
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Fault('timed_out', `it did not answer within ${PATIENCE_MS / 1000} s`)),
    PATIENCE_MS,
  );
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
