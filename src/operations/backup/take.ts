import type { BackupRecord, PostgresBackupRecord } from '../../core/backup.ts';
import type { Copying } from '../../core/operation.ts';
import type { BackupStore } from '../../core/backup-store.ts';
import type { BackupTool, BackupToolName } from '../../core/backup-tool.ts';
import { Fault } from '../../core/errors.ts';
import type { BackupLook, CopyWork, RedisBackups, SnapshotLook } from '../../targets/backups.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { Place } from '../../backups/layout.ts';
import { recordAt, recordsIn } from './records.ts';
import { takenBefore } from './taken-before.ts';
import { whyTooBig } from './too-big.ts';

/** What is known before a byte is copied; `parent` is the newest backup that an increment can build on. */
export type Looked = {
  engine: 'postgres' | 'redis';
  look: BackupLook | null;
  /** Of Redis: who would give the snapshot. */
  snapshot?: SnapshotLook;
  parent: { label: string; endedAt: string } | null;
  stores: readonly string[];
};
/** Another tool makes the backups; `after` is the label of its newest one. */
export type LookedAtTool = { tool: BackupToolName; after: string | null };
export type TakeArgs = { kind: 'full' | 'incremental' | 'snapshot'; label: string; parent: string | null };
export type Refused = { refused: string };

/** Where the backup would come from, how big it is, and on what an increment would build. */
export async function look(target: AnyTarget, _args: null, copying: Copying): Promise<Looked | LookedAtTool | Refused> {
  if (copying.tool !== undefined) return lookAtTool(copying.tool);
  // What is replicated has not come yet: it is read back later, by `verify`.
  const stores = copying.stores.filter(({ replicated }) => replicated !== true).map(({ name }) => name);
  if (!target.backups) return { refused: whyNone(target) };
  if (target.engine === 'redis') {
    const seen = await target.backups.look();
    return 'refused' in seen ? seen : { engine: 'redis', look: null, snapshot: seen.done, parent: null, stores };
  }
  const said = await target.backups.look();
  if ('refused' in said) return said;
  const newest = await newestOf(primaryStore(copying), target.name, said.done);
  const parent = newest ? { label: newest.label, endedAt: newest.endedAt } : null;
  return { engine: 'postgres', look: said.done, parent, stores };
}

async function lookAtTool(tool: BackupTool): Promise<LookedAtTool | Refused> {
  const said = await tool.newest();
  return 'refused' in said ? said : { tool: tool.name, after: said.label };
}

/** Pure: from whom a snapshot comes, in a few words. */
export function snapshotFrom({ snapshot }: Pick<Looked, 'snapshot'>): string | undefined {
  return snapshot?.shards
    .map(({ member, role }) => (role === 'primary' ? `${member}, the primary` : member))
    .join(', ');
}

/** Takes it. What was begun and not finished has no record, and counts for nothing. */
export async function take(
  target: AnyTarget,
  { kind, label, parent }: TakeArgs,
  copying: Copying,
): Promise<BackupRecord | Refused> {
  if (!target.backups) return { refused: whyNone(target) };
  const asked = workOf(label, copying);
  if (target.engine === 'redis') return takeSnapshot(target.name, target.backups, asked);
  const backups = target.backups;
  const said = await backups.look();
  if ('refused' in said) return said;
  const place = placeOf(target.name, said.done);
  const before = await takenBefore(asked, place, new Date());
  if ('record' in before) return before.record;
  const work = { ...asked, label: before.label };
  if (kind !== 'incremental') {
    const tooBig = await whyNotFull(said.done, target.name, copying);
    return tooBig === undefined ? unwrapped(await backups.full(work)) : { refused: tooBig };
  }
  const found = parent === null ? undefined : await recordAt(work.store, place, parent);
  if (found?.engine !== 'postgres') return { refused: `${parent} is not in the ${work.store.name} store any more.` };
  return unwrapped(await backups.incremental(work, found));
}

async function takeSnapshot(target: string, backups: RedisBackups, work: CopyWork): Promise<BackupRecord | Refused> {
  const before = await takenBefore(work, { target, engine: 'redis' }, new Date());
  return 'record' in before ? before.record : unwrapped(await backups.snapshot({ ...work, label: before.label }));
}

/** Said before the server is asked for a byte: one that is given up after its time has cost all of it. */
async function whyNotFull(
  seen: BackupLook,
  target: string,
  { seconds, policy: { maxRateBytes }, stores }: Copying,
): Promise<string | undefined> {
  const [store] = stores;
  if (seconds === undefined || store === undefined) return undefined;
  const records = await recordsIn(store, placeOf(target, seen));
  const last = records
    .flatMap((record) => (record.kind === 'full' && record.engine === 'postgres' ? record : []))
    .at(-1);
  const known = { target, sizeBytes: seen.sizeBytes, seconds, maxRateBytes };
  return whyTooBig(last === undefined ? known : { ...known, last });
}

function workOf(label: string, copying: Copying): CopyWork {
  const { runId: run, progress, signal } = copying;
  const { compression, maxRateBytes } = copying.policy;
  const rate = maxRateBytes === null ? {} : { maxRateBytes };
  return { store: primaryStore(copying), label, run, compression, ...rate, progress, signal };
}

export function primaryStore({ stores: [first] }: Pick<Copying, 'stores'>): BackupStore {
  if (!first) throw new Fault('unsupported', 'nightshift.yaml names no place for backups: write backups.primary.');
  return first;
}

/** Where the backups of a server lie. */
export function placeOf(
  target: string,
  { systemId, serverVersion }: Pick<BackupLook, 'systemId' | 'serverVersion'>,
): Place {
  return { target, engine: 'postgres', systemId, major: Math.floor(serverVersion / 10_000) };
}

export function placeOfRecord(record: BackupRecord): Place {
  return record.engine === 'redis' ? { target: record.target, engine: 'redis' } : placeOf(record.target, record);
}

async function newestOf(
  store: BackupStore,
  target: string,
  seen: BackupLook,
): Promise<PostgresBackupRecord | undefined> {
  const records = await recordsIn(store, placeOf(target, seen));
  return records.flatMap((record) => (record.engine === 'postgres' ? record : [])).at(-1);
}

function unwrapped<R extends BackupRecord>(said: { done: R } | Refused): R | Refused {
  return 'done' in said ? said.done : said;
}

function whyNone({ name, engine, members, unreached }: AnyTarget): string {
  const [silent] = unreached;
  if (members.length === 0 && silent) return `no server of ${name} answers: ${silent.reason}`;
  return engine === 'postgres'
    ? `${name} gives nobody its replication protocol: its host makes the backups. /db backups ${name} policy says which.`
    : `${name} gives nobody a replica's stream: its host makes the snapshots. /db backups ${name} policy says which.`;
}
