import { createHash } from 'node:crypto';
import { ArchiveCheck } from '../../../backups/archive/check.ts';
import { createChecksums } from '../../../backups/checksums/checksums.ts';
import { lsnOf } from '../../../core/lsn.ts';
import { readManifest } from '../../../backups/manifest/manifest.ts';
import type { BackupCompression, PostgresBackupRecord, StoredFile } from '../../../core/backup.ts';
import type { CopyWork } from '../../../targets/backups.ts';
import { ServerSaid, type ReplicationConnection } from '../replication/connection.ts';
import type { MemberFacts } from './ask-member.ts';
import { confirmedPages } from './broken-pages.ts';
import { BackupReceiver, type Position } from './receiver.ts';
import { Refused } from './refusal.ts';
import { endingOf, inGzip } from './compress.ts';
import { ArchiveSink, StoppedReading } from './sink.ts';

/** What came, all of it stored and nothing of it without agreement. */
export type Received = Pick<PostgresBackupRecord, 'files' | 'manifestSha256' | 'wal' | 'brokenPages' | 'filesVerified'>;

export type ReceiveOrder = {
  command: string;
  /** Where in the store: the key of the backup. */
  key: string;
  systemId: string;
  facts: MemberFacts;
};

const MIB = 1024 * 1024;
const SMALL = { count: 8, sizeBytes: MIB };
/** A frame of zstd begins with empty tables, which takes the longer the shorter it is; all else stays in the caches when it is small. */
const LARGE = { count: 6, sizeBytes: 2 * MIB };
const BLOCKS: Readonly<Record<BackupCompression, typeof SMALL>> = { none: SMALL, gzip: SMALL, zstd: LARGE };
const BUSY_SILENT_MS = 60_000;

/** Streams a backup into the store while it is checked, then compares it with its manifest and stores that, too. */
export async function receive(
  connection: ReplicationConnection,
  order: ReceiveOrder,
  work: Pick<CopyWork, 'store' | 'compression' | 'progress' | 'signal'>,
): Promise<Received> {
  const blocks = BLOCKS[work.compression];
  const sums = createChecksums(blocks.count, blocks.sizeBytes);
  let check: ArchiveCheck | undefined;
  let file: Promise<StoredFile> | undefined;
  let sink: ArchiveSink | undefined;
  const archive = ({ lsn }: Position) => {
    const origin = { systemId: order.systemId, startLsn: lsnOf(lsn), checksums: order.facts.dataChecksums };
    const look = (check = new ArchiveCheck(sums, origin));
    const into = (sink = new ArchiveSink(sums.blocks, work.compression, (bytes) => look.feed(bytes)));
    connection.allowSilence(BUSY_SILENT_MS);
    file = storeArchive(work, `${order.key}/base.tar${endingOf[work.compression]}`, into);
    file.catch((cause: unknown) => connection.close(cause));
    return into;
  };
  const receiver = new BackupReceiver({ archive, progress: work.progress });
  const giveUp = (): void => connection.close(work.signal.reason);
  work.signal.addEventListener('abort', giveUp);
  try {
    await connection.stream(order.command, receiver).catch((thrown: unknown) => demandAll(thrown, receiver));
    if (!check || !file) throw new Refused(`${order.facts.name} sent no archive. Take the backup again.`);
    const manifest = receiver.manifest;
    const { filesVerified, brokenPages } = check.finish(readManifest(manifest));
    const files = [await abortable(file, work.signal), await storeManifest(work, order.key, manifest)];
    const [start, stop] = [receiver.start, receiver.stop ?? receiver.start];
    return {
      files,
      manifestSha256: createHash('sha256').update(manifest).digest('hex'),
      wal: { timeline: stop.timeline, startLsn: start.lsn, stopLsn: stop.lsn },
      filesVerified,
      brokenPages: brokenPages && confirmedPages(brokenPages, receiver.warnings),
    };
  } catch (thrown) {
    connection.close(thrown);
    sink?.fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
    const stored = await file?.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    throw thrown instanceof StoppedReading ? (stored ?? thrown) : thrown;
  } finally {
    work.signal.removeEventListener('abort', giveUp);
  }
}

/** A server that found pages with a wrong checksum says so when it has sent everything, and calls that an error. */
function demandAll(thrown: unknown, receiver: BackupReceiver): void {
  if (thrown instanceof ServerSaid && thrown.code === 'XX001' && receiver.stop) return;
  throw thrown;
}

async function storeArchive({ store }: Pick<CopyWork, 'store'>, key: string, sink: ArchiveSink): Promise<StoredFile> {
  const { sizeBytes, sha256 } = created(await store.put(key, sink.pieces()), key);
  return { key, sizeBytes, plainBytes: sink.plainBytes, sha256 };
}

async function storeManifest({ store }: Pick<CopyWork, 'store'>, folder: string, bytes: Buffer): Promise<StoredFile> {
  const key = `${folder}/backup_manifest.gz`;
  const { sizeBytes, sha256 } = created(await store.put(key, once(bytes)), key);
  return { key, sizeBytes, plainBytes: bytes.length, sha256 };
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield await inGzip(bytes);
}

function created<Put extends { created: boolean }>(put: Put, key: string): Put {
  if (put.created) return put;
  throw new Refused(`There is something under ${key} already, and nothing is ever put over it. Take the backup again.`);
}

function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    promise.then(resolve, reject);
  });
}
