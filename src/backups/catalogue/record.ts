import * as v from 'valibot';
import { proofLevels, type BackupRecord, type OwedBackup, type Pin, type Proof } from '../../core/backup.ts';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Time = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'is no time'),
);
const Lsn = v.pipe(v.string(), v.regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i));
const OfAny = {
  version: v.literal(1),
  label: v.string(),
  target: v.string(),
  member: v.string(),
  startedAt: Time,
  endedAt: Time,
  compression: v.picklist(['none', 'gzip', 'zstd']),
  files: v.array(v.object({ key: v.string(), sizeBytes: Count, plainBytes: Count, sha256: v.string() })),
  run: v.string(),
};
const Record = v.variant('engine', [
  v.object({
    ...OfAny,
    engine: v.literal('postgres'),
    kind: v.picklist(['full', 'incremental']),
    parent: v.exactOptional(v.string()),
    systemId: v.string(),
    serverVersion: Count,
    manifestSha256: v.string(),
    wal: v.object({ timeline: Count, startLsn: Lsn, stopLsn: Lsn }),
    brokenPages: v.nullable(v.array(v.object({ file: v.string(), block: Count }))),
    filesVerified: Count,
  }),
  v.object({
    ...OfAny,
    engine: v.literal('redis'),
    kind: v.literal('snapshot'),
    shards: v.array(
      v.object({
        member: v.string(),
        replicationId: v.string(),
        offset: v.number(),
        at: Time,
        keys: v.exactOptional(Count),
        role: v.exactOptional(v.picklist(['replica', 'primary'])),
        slots: v.exactOptional(v.array(v.tuple([Count, Count]))),
        checksum: v.exactOptional(v.picklist(['right', 'absent'])),
      }),
    ),
    skewMs: v.number(),
    redisVersion: v.string(),
  }),
]);
const ProofEntry = v.object({
  version: v.literal(1),
  label: v.string(),
  store: v.string(),
  level: v.picklist(proofLevels),
  at: Time,
  run: v.string(),
  outcome: v.picklist(['passed', 'failed']),
  problems: v.array(v.string()),
  measured: v.exactOptional(
    v.object({
      restoreSeconds: v.exactOptional(v.number()),
      usableSeconds: v.exactOptional(v.number()),
      newestRowAgeSeconds: v.exactOptional(v.number()),
      reachedLsn: v.exactOptional(v.string()),
      reachedTime: v.exactOptional(v.string()),
    }),
  ),
  seen: v.exactOptional(
    v.object({ tables: v.array(v.object({ name: v.string(), rows: Count })), powers: v.array(v.string()) }),
  ),
});
const PinEntry = v.object({
  version: v.literal(1),
  label: v.string(),
  pinned: v.boolean(),
  at: Time,
  by: v.string(),
  reason: v.string(),
  until: v.nullable(Time),
});
const OwedEntry = v.union([
  v.object({ gap: v.object({ afterLsn: v.nullable(v.string()), why: v.string() }) }),
  v.object({ leftTimeline: Count }),
]);

export type Readable<T> = { read: T } | { unreadable: string };

/** Pure: what a `done.json` says, where it is whole, of a version that is known, and about this label. */
export function readRecord(text: string, label: string): Readable<BackupRecord> {
  const read = readAs(Record, text);
  if ('unreadable' in read) return read;
  if (read.read.label !== label) return { unreadable: 'it is the record of another backup' };
  return read;
}

/** Pure: what a proof says, in the same way. */
export function readProof(text: string, label: string): Readable<Proof> {
  const read = readAs(ProofEntry, text);
  if ('unreadable' in read) return read;
  return read.read.label === label ? read : { unreadable: 'it is the proof of another backup' };
}

/** Pure: what a pin says, in the same way. */
export function readPin(text: string, label: string): Readable<Pin> {
  const read = readAs(PinEntry, text);
  if ('unreadable' in read) return read;
  return read.read.label === label ? read : { unreadable: 'it is the pin of another backup' };
}

/** Pure: why a backup is owed, as it is kept until there is one. */
export function readOwed(text: string): Readable<OwedBackup> {
  return readAs(OwedEntry, text);
}

function readAs<T>(schema: v.GenericSchema<unknown, T>, text: string): Readable<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { unreadable: 'it is no JSON' };
  }
  const version: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'version') : undefined;
  if (version !== 1) return { unreadable: 'it is of a version that is not known here' };
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return { read: parsed.output };
  return { unreadable: `${v.getDotPath(parsed.issues[0]) ?? 'it'} is not as it should be` };
}
