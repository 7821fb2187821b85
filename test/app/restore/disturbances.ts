import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupStore, Pieces } from '../../../src/core/backup-store.ts';
import { asFault, Fault } from '../../../src/core/errors.ts';
import { after, wayThrough } from '../../providers/self-managed/backup/ways.ts';
import type { TestPostgres } from '../../servers.ts';

/** What befalls the making of backups. What it makes fail counts for nothing; what goes well all the same has to be good. */
export type Disturbance = {
  during<R>(
    around: { server: TestPostgres; store: BackupStore },
    work: (server: TestPostgres, store: BackupStore) => Promise<R>,
  ): Promise<R | undefined>;
};

/** Nothing befalls it, and nothing may fail. */
export const calm: Disturbance = { during: async ({ server, store }, work) => await work(server, store) };

/** Connections that are cut, and a store that fails, is full, is slow, or whose answer is lost. */
export function storm(below: (limit: number) => number): Disturbance {
  return {
    async during({ server, store }, work) {
      const way = below(3) === 0 ? await wayThrough(server, cutAfter(below(25_000_000))) : undefined;
      try {
        return await work(way?.server ?? server, below(2) === 0 ? unreliable(store, below) : store);
      } catch (thrown) {
        demandExpected(thrown);
        return undefined;
      } finally {
        way?.close();
      }
    },
  };
}

const cutAfter = (bytes: number) =>
  after(bytes, (_piece, transform) => {
    transform.destroy(new Error('cut'));
    return undefined;
  });

function unreliable(store: BackupStore, below: (limit: number) => number): BackupStore {
  const puts: BackupStore['put'][] = [
    (key, pieces) => store.put(key, endsAfter(below(3_000_000), pieces, new Fault('target_unreachable', 'it is away'))),
    (key, pieces) => store.put(key, endsAfter(below(3_000_000), pieces, new Fault('conflict', 'it is full'))),
    (key, pieces) => store.put(key, slowly(pieces)),
    async (key, pieces) => {
      await store.put(key, pieces);
      throw new Fault('target_unreachable', 'its answer was lost');
    },
  ];
  const asUsual: BackupStore['put'] = (key, pieces) => store.put(key, pieces);
  return { ...store, put: (key, pieces) => (puts[below(8)] ?? asUsual)(key, pieces) };
}

async function* endsAfter(limitBytes: number, pieces: Pieces, fault: Fault): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.byteLength;
    if (bytes > limitBytes) throw fault;
    yield piece;
  }
}

async function* slowly(pieces: Pieces): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    await sleep(2);
    yield piece;
  }
}

/** A refusal, or a fault of who was disturbed; never one of our own. */
function demandExpected(thrown: unknown): void {
  if (thrown instanceof Error && thrown.name === 'Refused') return;
  if (['target_unreachable', 'timed_out', 'conflict'].includes(asFault(thrown).code)) return;
  throw thrown;
}
