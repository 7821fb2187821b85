/** An object as a listing shows it. `modifiedAt` is an ISO time. */
export type StoredObject = { key: string; sizeBytes: number; modifiedAt: string };

/**
 * Where bytes come from or go to, piece by piece: a backup is never whole in memory. A piece is good until the next one is asked for:
 * whoever keeps it longer copies it.
 */
export type Pieces = AsyncIterable<Uint8Array>;

/**
 * Port: where backups are kept. Keys are paths of plain names. Nothing is ever put over something else, and a put is over only when
 * the store has it for good. Throws `target_unreachable` where the store does not answer, `permission_denied` where it may not,
 * `throttled` where it asks for patience and `conflict` where it is full.
 */
export type BackupStore = {
  /** As the config calls it: `primary` or `secondary`. */
  name: string;
  /**
   * False where there is something under this key already, which stays; size and sum are always those of the pieces, which are all
   * read. What the pieces throw, it throws, and leaves nothing behind.
   */
  put(key: string, pieces: Pieces): Promise<{ created: boolean; sizeBytes: number; sha256: string }>;
  /** Undefined where there is nothing. `from` and `to` are byte positions, `to` not included; beyond the end there are no bytes. */
  get(key: string, range?: { from: number; to?: number }): Promise<Pieces | undefined>;
  /** Every object whose key begins so, in the order of their keys. */
  list(prefix: string): AsyncIterable<StoredObject>;
};

/** The store as those see it who only look. */
export type ReadableStore = Pick<BackupStore, 'name' | 'get' | 'list'>;

/** The store as the room that deletes expired backups sees it; no other has it. */
export type PrunableStore = BackupStore & {
  remove(keys: readonly string[]): Promise<void>;
  /** Uploads that were begun and never finished. */
  unfinished(prefix: string): AsyncIterable<{ key: string; begunAt: string; abandon(): Promise<void> }>;
};
