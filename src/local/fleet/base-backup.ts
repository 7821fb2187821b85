import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import pg from 'pg';
import tar from 'tar-stream';
import { Fault } from '../../core/errors.ts';

/** From where, as which role: it needs REPLICATION. */
export type BackupSource = { host: string; port: number; user: string; password: string };

/**
 * https://www.postgresql.org/docs/18/protocol-replication.html#PROTOCOL-REPLICATION-BASE-BACKUP
 * CHECKPOINT 'fast' so that it begins at once, WAL so that the copy is complete in itself.
 */
const BASE_BACKUP = `BASE_BACKUP (LABEL 'nightshift standby', CHECKPOINT 'fast', WAL true, MANIFEST 'no')`;

/** The part of pg's connection that a query of our own needs. */
type Connection = { query(sql: string): void; stream: { pause(): void; resume(): void } };

/** Copies a running server into an empty directory: tar archives over the replication protocol, unpacked as they arrive. */
export async function copyServer(source: BackupSource, directory: string): Promise<void> {
  const client = new pg.Client({ ...source, replication: 'true' } as pg.ClientConfig);
  client.on('error', () => {});
  await client.connect();
  try {
    const unpacker = tar.extract();
    const unpacked = unpack(unpacker, directory);
    await Promise.all([unpacked, receive(client, unpacker)]);
  } finally {
    await client.end();
  }
}

/** The first byte of each CopyData message says what it is: n(ew archive), d(ata), p(rogress). */
function receive(client: pg.Client, unpacker: tar.Extract): Promise<void> {
  let isWaiting = false;
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      unpacker.destroy(cause);
      reject(new Fault('target_unreachable', `the base backup broke off: ${cause.message}`, { cause }));
    };
    client.once('end', () => fail(new Error('the server closed the connection')));
    client.query({
      submit: (connection: Connection) => connection.query(BASE_BACKUP),
      handleCopyData: ({ chunk }: { chunk: Buffer }, { stream }: Connection) => {
        // A copy: pg's parser moves later bytes over this view while the unpacker still has it queued.
        if (chunk[0] !== 0x64 || unpacker.write(Buffer.from(chunk.subarray(1))) || isWaiting) return;
        // What pg has read already still comes; only the first such message asks to be told.
        isWaiting = true;
        stream.pause();
        unpacker.once('drain', () => {
          isWaiting = false;
          stream.resume();
        });
      },
      handleError: fail,
      handleReadyForQuery: () => {
        unpacker.end(undefined);
        resolve();
      },
      handleRowDescription: () => {},
      handleDataRow: () => {},
      handleCommandComplete: () => {},
    } as unknown as pg.Submittable);
  });
}

async function unpack(unpacker: tar.Extract, directory: string): Promise<void> {
  for await (const entry of unpacker) {
    const { name, type, mode } = entry.header;
    const path = join(directory, normalize(join('/', name)));
    mkdirSync(type === 'directory' ? path : dirname(path), { recursive: true, mode: 0o700 });
    if (type === 'directory') entry.resume();
    else await writeEntry(entry, path, mode);
  }
}

/** A cluster has a thousand small files: plain writes into the page cache take a fifth of a stream's time. */
async function writeEntry(entry: AsyncIterable<unknown>, path: string, mode: number): Promise<void> {
  const file = openSync(path, 'w', mode);
  try {
    for await (const chunk of entry) if (chunk instanceof Uint8Array) writeSync(file, chunk);
  } finally {
    closeSync(file);
  }
}
