import { lsnOf } from '../../../core/lsn.ts';
import { Damage } from '../../../backups/damage.ts';
import type { CopyProgress } from '../../../targets/backups.ts';
import type { CopyTaker, ResultSet, ServerSaid } from '../replication/connection.ts';
import type { CopyPiece } from '../replication/frames.ts';
import { Refused } from './refusal.ts';

/** A position in the WAL and the timeline that it is on. */
export type Position = { lsn: string; timeline: number };

export type ReceiverOptions = {
  /** Makes what takes the archive, as soon as it is known where the backup starts. */
  archive(start: Position): { write(bytes: Buffer): Promise<void> | undefined; end(): void };
  progress(at: CopyProgress): void;
};

const [ARCHIVE, MANIFEST, DATA, PROGRESS] = [0x6e, 0x6d, 0x64, 0x70];

/**
 * Takes what BASE_BACKUP sends: two results, then messages that begin with n (an archive begins), m (the manifest begins),
 * d (a part of it) or p (how far it is), then where the backup stopped.
 * https://www.postgresql.org/docs/current/protocol-replication.html#PROTOCOL-REPLICATION-BASE-BACKUP
 */
export class BackupReceiver implements CopyTaker {
  readonly warnings: string[] = [];
  readonly #options: ReceiverOptions;
  readonly #manifest: Buffer[] = [];
  #results: readonly ResultSet[] = [];
  #archive: ReturnType<ReceiverOptions['archive']> | undefined;
  #into: 'nothing' | 'archive' | 'manifest' = 'nothing';
  #said = Buffer.alloc(0);

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** A row for each tablespace, the last one for the data directory itself. */
  begins(results: readonly ResultSet[]): void {
    this.#results = results;
    const [, spaces = []] = results;
    const outside = spaces.filter(([oid]) => oid !== null);
    if (outside.length === 0) return;
    throw new Refused(
      `It has tablespaces (${outside.map(([, path]) => path).join(', ')}), which cannot be restored from here yet. Use pg_basebackup or pgBackRest for this server.`,
    );
  }

  warned(warning: ServerSaid): void {
    this.warnings.push(warning.message);
  }

  take(piece: CopyPiece): Promise<void> | undefined {
    if (piece.kind === DATA) return this.#data(piece.bytes);
    this.#said = piece.at === 0 ? Buffer.from(piece.bytes) : Buffer.concat([this.#said, piece.bytes]);
    if (this.#said.length === piece.totalBytes) this.#heard(piece.kind);
    return undefined;
  }

  #data(bytes: Buffer): Promise<void> | undefined {
    if (this.#into === 'archive') return this.#archive?.write(bytes);
    if (this.#into === 'manifest') this.#manifest.push(Buffer.from(bytes));
    return undefined;
  }

  #heard(kind: number): void {
    if (kind === PROGRESS) this.#progress();
    if (kind === ARCHIVE) this.#begin();
    if (kind === MANIFEST) {
      this.#archive?.end();
      this.#into = 'manifest';
    }
  }

  #begin(): void {
    const name = this.#said.toString('utf8', 0, this.#said.indexOf(0));
    if (this.#archive) throw new Damage(name, 'a second archive came, and there are no tablespaces');
    this.#archive = this.#options.archive(this.start);
    this.#into = 'archive';
  }

  #progress(): void {
    const totalKib = Number(this.#results[1]?.at(-1)?.[2] ?? 0);
    this.#options.progress({ doneBytes: Number(this.#said.readBigInt64BE(0)), totalBytes: totalKib * 1024 });
  }

  get start(): Position {
    return positionIn(this.#results[0]);
  }

  /** Undefined until the server has sent everything. */
  get stop(): Position | undefined {
    return this.#results[2]?.[0] && positionIn(this.#results[2]);
  }

  get manifest(): Buffer {
    return Buffer.concat(this.#manifest);
  }
}

function positionIn(rows: ResultSet | undefined): Position {
  const [lsn, timeline] = rows?.[0] ?? [];
  if (!lsn || !timeline) throw new Damage('the backup', 'the server does not say where it starts or stops');
  lsnOf(lsn);
  return { lsn, timeline: Number(timeline) };
}
