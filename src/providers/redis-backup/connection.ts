import type { Duplex } from 'node:stream';
import { Fault } from '../../core/errors.ts';
import { frame } from '../redis-scan/replies.ts';
import { PayloadReader, type RdbTaker } from './payload.ts';
import { serverNo } from './refusal.ts';

/** Where in the writes a snapshot was cut, and when that was heard. */
export type Cut = { replicationId: string; offset: number; atMs: number };

/** A server that owes us something says so once in `repl-ping-replica-period` (10 s); one that is silent for longer is gone. */
const SILENT_MS = 60_000;

/**
 * A connection to a server that takes us for a replica which only wants a snapshot. One thing at a time; every method throws `Refused`
 * where the server says no, `target_unreachable` where it goes away, `timed_out` where it is silent.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/replication/
 */
export class ReplicaConnection {
  readonly #stream: Duplex;
  readonly #who: { member: string; user: string };
  readonly #reader = new PayloadReader((line) => this.#heard(line));
  readonly #lines: string[] = [];
  #waiting: { wanted(): boolean; resolve(): void; reject(cause: unknown): void } | undefined;
  #silence: NodeJS.Timeout | undefined;
  #ended: unknown;
  #progress: (() => void) | undefined;

  constructor(stream: Duplex, who: { member: string; user: string }) {
    this.#stream = stream;
    this.#who = who;
    // A server hangs up when it has sent everything, which may not be taken yet.
    const cut = () =>
      this.#reader.isOver ||
      this.close(new Fault('target_unreachable', `${who.member} cut the connection of the backup`));
    stream.on('data', (bytes: Buffer) => this.#received(bytes));
    stream.on('close', cut).on('error', cut);
  }

  get totalBytes(): number {
    return this.#reader.totalBytes;
  }

  get doneBytes(): number {
    return this.#reader.doneBytes;
  }

  /** Says what we are: a snapshot may come without a length, and no writes are wanted after it. */
  async introduce(): Promise<void> {
    await this.#ask('REPLCONF', 'capa', 'eof', 'capa', 'psync2');
    await this.#ask('REPLCONF', 'rdb-only', '1');
  }

  /**
   * Asks for a snapshot; comes back when the server has cut it. What it sends then goes to `taker`, which must not wait for us;
   * `progress` is called often.
   */
  async cut(taker: RdbTaker, progress: () => void): Promise<Cut> {
    this.#progress = progress;
    this.#reader.expect(taker);
    const said = await this.#ask('PSYNC', '?', '-1');
    const [, replicationId = '', offset] = /^\+FULLRESYNC (\S+) (\d+)$/.exec(said) ?? [];
    if (offset === undefined) throw serverNo(this.#who.member, this.#who.user, said);
    return { replicationId, offset: Number(offset), atMs: Date.now() };
  }

  /** Comes back when all of the snapshot was taken. */
  async received(): Promise<void> {
    await this.#until(() => this.#reader.isOver);
  }

  /** Ends it at once; whatever waits is given up with this cause. */
  close(cause: unknown = new Fault('target_unreachable', 'the connection of the backup was closed')): void {
    if (this.#ended !== undefined) return;
    this.#ended = cause;
    clearTimeout(this.#silence);
    this.#stream.destroy();
    this.#waiting?.reject(cause);
    this.#waiting = undefined;
  }

  async #ask(...words: readonly string[]): Promise<string> {
    if (this.#ended !== undefined) throw this.#ended;
    this.#stream.write(frame(...words), 'latin1');
    await this.#until(() => this.#lines.length > 0);
    const said = this.#lines.shift() ?? '';
    if (said.startsWith('-')) throw serverNo(this.#who.member, this.#who.user, said);
    return said;
  }

  #until(wanted: () => boolean): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (wanted()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting = { wanted, resolve, reject };
      this.#listen();
    });
  }

  #heard(line: string): void {
    this.#lines.push(line);
  }

  #received(bytes: Buffer): void {
    if (this.#ended !== undefined) return;
    try {
      const wait = this.#reader.feed(bytes);
      this.#progress?.();
      if (wait) void this.#goOn(wait);
      else this.#settle();
    } catch (cause) {
      this.close(cause);
    }
  }

  /** The server sends nothing more until what came was taken. */
  async #goOn(wait: Promise<void>): Promise<void> {
    // Whoever waits for us is not silent.
    clearTimeout(this.#silence);
    this.#stream.pause();
    try {
      await wait;
      this.#settle();
      this.#stream.resume();
    } catch (cause) {
      this.close(cause);
    }
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    if (!waiting.wanted()) return this.#listen();
    clearTimeout(this.#silence);
    this.#waiting = undefined;
    waiting.resolve();
  }

  #listen(): void {
    clearTimeout(this.#silence);
    if (this.#ended !== undefined) return;
    const reason = `${this.#who.member} said nothing on the connection of the backup for ${SILENT_MS / 1000} s`;
    this.#silence = setTimeout(() => this.close(new Fault('timed_out', reason)), SILENT_MS);
  }
}
