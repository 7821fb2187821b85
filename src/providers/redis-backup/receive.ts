import { backupKey, type RedisPlace } from '../../backups/layout.ts';
import { RdbCheck, type CheckedRdb } from '../../backups/rdb/check.ts';
import { createCrc64 } from '../../backups/rdb/crc64.ts';
import type { StoredFile } from '../../core/backup.ts';
import type { CopyWork } from '../../targets/backups.ts';
import { endingOf } from '../self-managed/backup/compress.ts';
import { ArchiveSink } from '../self-managed/backup/sink.ts';
import type { Cut, ReplicaConnection } from './connection.ts';
import type { ShardSource } from './look.ts';
import { paced } from './pace.ts';
import { Refused } from './refusal.ts';

/** A shard that came, all of it stored. */
export type ReceivedShard = { source: ShardSource; cut: Cut; file: StoredFile; rdb: CheckedRdb };
type Work = Pick<CopyWork, 'store' | 'label' | 'compression' | 'maxRateBytes'>;

const BLOCKS = 3;
const BLOCK_BYTES = 1024 * 1024;

/** The way of one shard from its server into the store. */
export class ShardCopy {
  readonly #source: ShardSource;
  readonly #connection: ReplicaConnection;
  readonly #sink: ArchiveSink;
  readonly #check: RdbCheck;
  readonly #rate: number | undefined;
  readonly #file: Promise<StoredFile>;

  /** Opens the way into the store; the server is asked for nothing yet. */
  constructor(source: ShardSource, connection: ReplicaConnection, work: Work, place: RedisPlace) {
    const name = `${fileNameOf(source.facts.name)}.rdb`;
    const sum = createCrc64(BLOCKS, BLOCK_BYTES);
    const check = new RdbCheck(name, sum);
    this.#source = source;
    this.#connection = connection;
    this.#check = check;
    this.#sink = new ArchiveSink(sum.blocks, work.compression, (bytes) => check.feed(bytes));
    this.#rate = work.maxRateBytes;
    const key = `${backupKey(place, work.label)}/${name}${endingOf[work.compression]}`;
    this.#file = store(work, key, this.#sink);
    this.#file.catch((cause: unknown) => connection.close(cause));
  }

  get doneBytes(): number {
    return this.#connection.doneBytes;
  }

  /** 0 where the server does not know it before its end. */
  get totalBytes(): number {
    return this.#connection.totalBytes;
  }

  async cut(progress: () => void): Promise<Cut> {
    return this.#connection.cut(paced(this.#sink, this.#rate), progress);
  }

  async receive(cut: Cut): Promise<ReceivedShard> {
    await this.#connection.received();
    this.#connection.close();
    this.#sink.end();
    const rdb = this.#check.finish();
    return { source: this.#source, cut, file: await this.#file, rdb };
  }

  /** Gives it up, and waits until the store has let go of it. Gives what the store itself said, where that was the reason. */
  async giveUp(cause: unknown): Promise<unknown> {
    this.#connection.close(cause);
    this.#sink.fail(cause instanceof Error ? cause : new Error(String(cause)));
    const said = await this.#file.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return said;
  }
}

async function store({ store: into }: Work, key: string, sink: ArchiveSink): Promise<StoredFile> {
  const { created, sizeBytes, sha256 } = await into.put(key, sink.pieces());
  if (created) return { key, sizeBytes, plainBytes: sink.plainBytes, sha256 };
  throw new Refused(`There is something under ${key} already, and nothing is ever put over it. Take the backup again.`);
}

/** Pure: a node that only its cluster names is called by its address, which is no name of a file. */
export function fileNameOf(member: string): string {
  if (/^[a-z][a-z0-9-]*$/.test(member)) return member;
  return `node-${member.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
}
