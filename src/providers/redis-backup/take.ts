import { doneKey, type RedisPlace } from '../../backups/layout.ts';
import type { RedisBackupRecord, RedisShard } from '../../core/backup.ts';
import { Fault } from '../../core/errors.ts';
import type { CopyWork } from '../../targets/backups.ts';
import { StoppedReading } from '../self-managed/backup/sink.ts';
import type { ReplicaConnection } from './connection.ts';
import { lookAround, type ShardSource } from './look.ts';
import { openReplica } from './open.ts';
import { ShardCopy, type ReceivedShard } from './receive.ts';
import { Refused, refusalOf } from './refusal.ts';
import type { SnapshotSite } from './site.ts';

/** Takes a snapshot of every shard, all of them begun at one moment. `done.json` is written last, after every check. */
export async function takeSnapshot(
  site: SnapshotSite,
  work: CopyWork,
): Promise<{ done: RedisBackupRecord } | { refused: string }> {
  const looked = await lookAround(site);
  if ('refused' in looked) return looked;
  try {
    return { done: await copy(site, work, looked.sources) };
  } catch (thrown) {
    return refusalOf(thrown);
  }
}

async function copy(site: SnapshotSite, work: CopyWork, sources: readonly ShardSource[]): Promise<RedisBackupRecord> {
  const startedAt = new Date().toISOString();
  const place: RedisPlace = { target: site.spec.name, engine: 'redis' };
  const connections = await openAll(site, sources);
  const copies = sources.flatMap((source, at) => {
    const connection = connections[at];
    return connection ? [new ShardCopy(source, connection, work, place)] : [];
  });
  const received = await untilAborted(work.signal, receiveAll(copies, work), copies);
  const record = recordOf(site, work, startedAt, received);
  await writeDone(work, doneKey(place, work.label), record);
  return record;
}

/** All are connected and have introduced themselves before any is asked for its snapshot. */
async function openAll(site: SnapshotSite, sources: readonly ShardSource[]): Promise<ReplicaConnection[]> {
  const opened: ReplicaConnection[] = [];
  try {
    return await Promise.all(
      sources.map(async ({ facts }) => {
        const connection = await openReplica(site, facts.name);
        opened.push(connection);
        await connection.introduce();
        return connection;
      }),
    );
  } catch (thrown) {
    for (const connection of opened) connection.close();
    throw thrown;
  }
}

/** The first that fails ends the others. */
async function receiveAll(copies: readonly ShardCopy[], { progress }: CopyWork): Promise<ReceivedShard[]> {
  const say = () => {
    const known = copies.every(({ totalBytes }) => totalBytes > 0);
    const total = known ? copies.reduce((sum, { totalBytes }) => sum + totalBytes, 0) : 0;
    progress({ doneBytes: copies.reduce((sum, { doneBytes }) => sum + doneBytes, 0), totalBytes: total });
  };
  return Promise.all(copies.map(async (one) => one.receive(await one.cut(say))));
}

/** What is given up on the way leaves nothing half-written behind in the store. */
async function untilAborted(
  signal: AbortSignal,
  work: Promise<ReceivedShard[]>,
  copies: readonly ShardCopy[],
): Promise<ReceivedShard[]> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => {
    const { reason } = signal as { reason: unknown };
    reject(
      reason instanceof Fault
        ? reason
        : new Fault('timed_out', 'the backup was given up before it was whole', { cause: reason }),
    );
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } catch (thrown) {
    const said = await Promise.all(copies.map((one) => one.giveUp(thrown)));
    throw thrown instanceof StoppedReading ? (said.find((one) => one !== undefined) ?? thrown) : thrown;
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => undefined);
  }
}

function recordOf(
  { spec }: SnapshotSite,
  { label, compression, run }: CopyWork,
  startedAt: string,
  received: readonly ReceivedShard[],
): RedisBackupRecord {
  const cuts = received.map(({ cut }) => cut.atMs);
  return {
    version: 1,
    label,
    target: spec.name,
    engine: 'redis',
    kind: 'snapshot',
    member: received.map(({ source }) => source.facts.name).join(', '),
    startedAt,
    endedAt: new Date().toISOString(),
    compression,
    files: received.map(({ file }) => file),
    run,
    shards: received.map(shardOf),
    skewMs: Math.max(...cuts) - Math.min(...cuts),
    redisVersion: received[0]?.rdb.serverVersion ?? 'unknown',
  };
}

/** An RDB counts the keys of its first database only. */
function shardOf({ source: { facts, slots }, cut, rdb }: ReceivedShard): RedisShard {
  const keys = facts.databases > 1 ? undefined : rdb.keys;
  return {
    member: facts.name,
    role: facts.role,
    replicationId: cut.replicationId,
    offset: cut.offset,
    at: new Date(cut.atMs).toISOString(),
    checksum: rdb.checksum,
    ...(keys === undefined ? {} : { keys }),
    ...(slots === undefined ? {} : { slots }),
  };
}

/** After this it is a backup. */
async function writeDone({ store, signal }: CopyWork, key: string, record: RedisBackupRecord): Promise<void> {
  signal.throwIfAborted();
  const bytes = Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
  const { created } = await store.put(key, once(bytes));
  if (!created) throw new Refused(`There is a backup of the name ${record.label} already. Take it again.`);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
