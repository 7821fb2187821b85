import * as fc from 'fast-check';
import {
  backupKey,
  doneKey,
  hex8,
  placeKey,
  type Place,
  type RedisPlace,
  type System,
} from '../../src/backups/layout.ts';
import { readCatalogue, readingLimits, type ReadingLimits } from '../../src/backups/catalogue/read.ts';
import type { StoreCatalogue } from '../../src/backups/catalogue/catalogue.ts';
import { segmentName } from '../../src/backups/wal/segment.ts';
import type { BackupRecord, PostgresBackupRecord, Proof } from '../../src/core/backup.ts';
import type { BackupStore } from '../../src/core/backup-store.ts';

export const SYSTEM: System = { target: 'shop-db', engine: 'postgres', systemId: '7711457467643058932', major: 18 };
export const REDIS: RedisPlace = { target: 'shop-db', engine: 'redis' };
export const SEGMENT_BYTES = 16 * 2 ** 20;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const START_MS = Date.parse('2026-10-01T00:00:00Z');

/** An hour after the beginning as an ISO time. One segment of WAL is written in each hour. */
export const hour = (hours: number): string => new Date(START_MS + hours * HOUR_MS).toISOString();
export const lsn = (bytes: number): string =>
  `${Math.floor(bytes / 2 ** 32).toString(16)}/${(bytes % 2 ** 32).toString(16)}`.toUpperCase();

type Stored = { text: string | Uint8Array; sizeBytes: number; modifiedAt: string };

/** Objects in memory, as a store lists and gives them; `asked` counts. */
export class StoredWorld {
  readonly objects = new Map<string, Stored>();
  asked = { gets: 0, lists: 0, atOnce: 0 };
  #running = 0;

  /** What fast-check prints of a counterexample. */
  [fc.toStringMethod](): string {
    return [...this.objects.keys()].filter((key) => !key.includes('/wal/')).join('\n');
  }

  put(key: string, at: string, text: string | Uint8Array = '', sizeBytes = text.length): this {
    this.objects.set(key, { text, sizeBytes, modifiedAt: at });
    return this;
  }

  /** A backup that was begun at an hour and took `tookHours`. */
  backup(
    hours: number,
    kind: 'full' | 'incremental',
    options: Partial<PostgresBackupRecord> & { tookHours?: number } = {},
  ): string {
    const { tookHours = 0.5, ...over } = options;
    const label = over.label ?? `${hour(hours).replaceAll(/[-:]|\.\d+/g, '')}-${kind}`;
    const key = `${backupKey(SYSTEM, label)}/base.tar.zst`;
    const record: PostgresBackupRecord = {
      version: 1,
      label,
      target: 'shop-db',
      member: 'shop-db-2',
      startedAt: hour(hours),
      endedAt: hour(hours + tookHours),
      compression: 'zstd',
      files: [{ key, sizeBytes: 1000, plainBytes: 5000, sha256: 'a'.repeat(64) }],
      run: 'backup-0a1b2c3d',
      engine: 'postgres',
      kind,
      systemId: SYSTEM.systemId,
      serverVersion: 180_004,
      manifestSha256: 'b'.repeat(64),
      wal: {
        timeline: 1,
        startLsn: lsn(hours * SEGMENT_BYTES + 40),
        stopLsn: lsn(Math.floor((hours + tookHours) * SEGMENT_BYTES) + 400),
      },
      brokenPages: [],
      filesVerified: 900,
      ...over,
    };
    this.put(key, hour(hours + tookHours), '', 1000);
    this.record(SYSTEM, record);
    return label;
  }

  snapshot(hours: number): string {
    const label = `${hour(hours).replaceAll(/[-:]|\.\d+/g, '')}-snapshot`;
    const key = `${backupKey(REDIS, label)}/shop-cache-1.rdb.zst`;
    this.put(key, hour(hours), '', 500);
    this.record(REDIS, {
      version: 1,
      label,
      target: 'shop-db',
      member: 'shop-cache-2',
      startedAt: hour(hours),
      endedAt: hour(hours + 0.1),
      compression: 'zstd',
      files: [{ key, sizeBytes: 500, plainBytes: 900, sha256: 'c'.repeat(64) }],
      run: 'backup-0a1b2c3d',
      engine: 'redis',
      kind: 'snapshot',
      shards: [{ member: 'shop-cache-2', replicationId: 'f'.repeat(40), offset: 12, at: hour(hours), keys: 3 }],
      skewMs: 0,
      redisVersion: '7.0.15',
    });
    return label;
  }

  record(place: Place, record: BackupRecord): void {
    this.put(doneKey(place, record.label), record.endedAt, JSON.stringify(record));
  }

  proof(place: Place, label: string, hours: number, over: Partial<Proof> = {}): void {
    const proof: Proof = {
      version: 1,
      label,
      store: 'primary',
      level: 'L4',
      at: hour(hours),
      run: 'drill-0a1b2c3d',
      outcome: 'passed',
      problems: [],
      ...over,
    };
    const time = proof.at.replaceAll(/[-:]|\.\d+/g, '');
    this.put(
      `${backupKey(place, label)}/proof/${time}-${proof.store}-${proof.level}.json`,
      proof.at,
      JSON.stringify(proof),
    );
  }

  pin(label: string, hours: number, word: 'pinned' | 'unpinned' = 'pinned', place: Place = SYSTEM): void {
    const time = hour(hours).replaceAll(/[-:]|\.\d+/g, '');
    this.put(`${backupKey(place, label)}/pin/${time}-${word}.json`, hour(hours), '{}');
  }

  /** The whole segment of an hour, stored at its end. */
  wal(segment: number, timeline = 1): this {
    const name = segmentName({ timeline, startLsn: BigInt(segment) * BigInt(SEGMENT_BYTES) }, SEGMENT_BYTES);
    return this.put(`${placeKey(SYSTEM)}/wal/${hex8(timeline)}/${name}.zst`, hour(segment + 1), '', 900);
  }

  /** The beginning of a segment, up to a part of it. */
  partial(segment: number, part: number, timeline = 1): this {
    const end = Math.floor((segment + part) * SEGMENT_BYTES);
    const hex = `${hex8(Math.floor(end / 2 ** 32))}${hex8(end % 2 ** 32)}`;
    const name = segmentName({ timeline, startLsn: BigInt(segment) * BigInt(SEGMENT_BYTES) }, SEGMENT_BYTES);
    return this.put(
      `${placeKey(SYSTEM)}/wal/${hex8(timeline)}/${name}.partial.${hex}.zst`,
      hour(segment + part),
      '',
      90,
    );
  }

  history(timeline: number, text: string): this {
    return this.put(`${placeKey(SYSTEM)}/wal/${hex8(timeline)}/${hex8(timeline)}.history`, hour(0), text);
  }

  get store(): Pick<BackupStore, 'name' | 'list' | 'get'> {
    return {
      name: 'primary',
      list: (prefix) => this.#list(prefix),
      get: async (key) => {
        this.asked.gets += 1;
        this.#running += 1;
        this.asked.atOnce = Math.max(this.asked.atOnce, this.#running);
        await Promise.resolve();
        this.#running -= 1;
        const found = this.objects.get(key);
        return found && pieces(found.text);
      },
    };
  }

  async *#list(prefix: string) {
    this.asked.lists += 1;
    for (const key of [...this.objects.keys()].toSorted((a, b) => (a < b ? -1 : 1))) {
      const { sizeBytes, modifiedAt } = this.objects.get(key) ?? { sizeBytes: 0, modifiedAt: '' };
      if (key.startsWith(prefix)) yield { key, sizeBytes, modifiedAt };
    }
  }

  catalogue(hours: number, limits: ReadingLimits = readingLimits): Promise<StoreCatalogue> {
    return readCatalogue(this.store, 'shop-db', hour(hours), limits);
  }
}

async function* pieces(text: string | Uint8Array) {
  yield Buffer.from(text);
}
