import { constants, createZstdCompress } from 'node:zlib';
import { PageCheck, type WalForm } from '../../../backups/wal/check-pages.ts';
import type { WalPiece } from '../../../backups/wal/drain-plan.ts';
import type { BackupStore } from '../../../core/backup-store.ts';

/** A piece of WAL on its way into a store: looked at, compressed, put. */
export type WalObject = {
  /** A promise where the store is slower than the server. Throws BrokenWal. */
  write(bytes: Buffer): Promise<void> | undefined;
  /** The store has it when this is over. */
  finish(): Promise<{ storedBytes: number }>;
  /** Nothing of it stays. */
  giveUp(cause: Error): Promise<void>;
};

/** Bits that turn later are found when it is unpacked: no record has the sum of a segment. */
const WITH_CHECKSUM = { [constants.ZSTD_c_checksumFlag]: 1 };

export function beginWalObject(store: BackupStore, key: string, piece: WalPiece, form: WalForm): WalObject {
  const check = new PageCheck(piece, form);
  const compressor = createZstdCompress({ params: WITH_CHECKSUM });
  const put = store.put(key, compressor);
  // A store that gave up takes nothing more: whoever waits for room has to be told.
  put.catch((cause: Error) => compressor.destroy(cause));
  compressor.on('error', () => undefined);
  return {
    write(bytes) {
      check.update(bytes);
      if (compressor.write(bytes)) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      compressor.once('drain', resolve);
      return Promise.race([promise, put.then(() => undefined)]);
    },
    async finish() {
      check.end();
      compressor.end();
      return { storedBytes: (await put).sizeBytes };
    },
    async giveUp(cause) {
      compressor.destroy(cause);
      await put.catch(() => undefined);
    },
  };
}
