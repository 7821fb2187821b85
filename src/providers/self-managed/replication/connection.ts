import { Fault } from '../../../core/errors.ts';
import type { Pieces } from '../../../core/backup-store.ts';
import type { Login } from '../../credentials.ts';
import { cellsOf, fieldsOf, frame, FrameReader, type CopyPiece } from './frames.ts';
import { logIn, type OpenSocket, type ReplicationAddress } from './login.ts';

/** Rows of one result, each of its cells as text. */
export type ResultSet = (string | null)[][];

/** What the server says no with, or warns of: SQLSTATE, the sentence, the function of the server that said it. */
export class ServerSaid extends Error {
  readonly code: string;
  readonly detail: string | undefined;
  readonly routine: string | undefined;
  constructor({ C = '', M = '', D, R }: Record<string, string>) {
    super(M);
    this.name = 'ServerSaid';
    this.code = C;
    this.detail = D;
    this.routine = R;
  }
}

/** What takes a stream. What it throws, or what its promises reject with, ends the connection and comes out of the command. */
export type CopyTaker = {
  /** The results that came before the stream. */
  begins?(results: readonly ResultSet[]): void;
  /** The server sends nothing more until a promise that comes back is kept. */
  take(piece: CopyPiece): Promise<void> | undefined;
  warned?(warning: ServerSaid): void;
};

type Command = {
  results: ResultSet[];
  taker: CopyTaker | undefined;
  /** Called when the server wants to be sent something. */
  copyIn: (() => void) | undefined;
  refusal: ServerSaid | undefined;
  direction: 'none' | 'out' | 'both' | 'finished';
  settle: { resolve(results: ResultSet[]): void; reject(cause: unknown): void };
};

/**
 * One connection for replication: a command at a time. Every method throws `ServerSaid` where the server refuses,
 * `target_unreachable` where it goes away and `timed_out` where it says nothing for `silentMs` while it is asked.
 */
export class ReplicationConnection {
  readonly #socket: OpenSocket;
  readonly #frames: FrameReader;
  #silentMs: number;
  #silence: NodeJS.Timeout | undefined;
  #command: Command | undefined;
  #ended: unknown;

  constructor(socket: OpenSocket, silentMs: number) {
    this.#socket = socket;
    this.#silentMs = silentMs;
    this.#frames = new FrameReader({
      message: (type, body) => this.#message(type, body),
      copied: (piece) => this.#command?.taker?.take(piece),
    });
    socket.listen(
      (bytes) => this.#received(bytes),
      () => this.#end(new Fault('target_unreachable', 'the server cut the replication connection')),
    );
  }

  /** How long the server may be silent from now on: some commands take their time before they say anything. */
  allowSilence(silentMs: number): void {
    this.#silentMs = silentMs;
    this.#listen();
  }

  /** Runs a command that answers with rows. */
  async ask(command: string): Promise<ResultSet[]> {
    return await this.#run(command, {});
  }

  /** Runs a command that streams, out or both ways, and gives all the rows that came before and after. */
  async stream(command: string, taker: CopyTaker): Promise<ResultSet[]> {
    return await this.#run(command, { taker });
  }

  /** Runs a command that takes a stream. What the pieces throw, it throws. */
  async send(command: string, pieces: Pieces): Promise<void> {
    await this.#run(command, { copyIn: () => void this.#upload(pieces).catch((cause: unknown) => this.#end(cause)) });
  }

  /** Says something to the server while it streams both ways. */
  async reply(body: Uint8Array): Promise<void> {
    await this.#socket.write(frame('d', body));
  }

  /** Ends a stream of both ways; what the server still sends is taken until the command is over. */
  finish(): void {
    const command = this.#command;
    if (command?.direction !== 'both') return;
    command.direction = 'finished';
    this.#write(frame('c'));
  }

  /** Ends it at once; a command that runs is given up with this cause. */
  close(cause: unknown = new Fault('target_unreachable', 'the replication connection was closed')): void {
    if (this.#ended === undefined) this.#write(frame('X'));
    this.#end(cause);
  }

  #run(text: string, { taker, copyIn }: Partial<Pick<Command, 'taker' | 'copyIn'>>): Promise<ResultSet[]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const settle = { resolve, reject };
      this.#command = { results: [], taker, copyIn, refusal: undefined, direction: 'none', settle };
      this.#write(frame('Q', Buffer.from(`${text}\0`)));
      this.#listen();
    });
  }

  async #upload(pieces: Pieces): Promise<void> {
    for await (const piece of pieces) await this.#socket.write(frame('d', piece));
    this.#write(frame('c'));
  }

  #write(bytes: Buffer): void {
    // A socket that fails says so when it closes.
    this.#socket.write(bytes).catch(() => undefined);
  }

  #received(bytes: Buffer): 'more' | 'wait' {
    if (this.#ended !== undefined) return 'more';
    this.#silence?.refresh();
    try {
      const wait = this.#frames.feed(bytes);
      if (!wait) return 'more';
      // Whoever waits for us is not silent.
      clearTimeout(this.#silence);
      void this.#goOn(wait);
      return 'wait';
    } catch (cause) {
      this.#end(cause);
      return 'more';
    }
  }

  async #goOn(wait: Promise<void>): Promise<void> {
    try {
      await wait;
      this.#listen();
      this.#socket.resume();
    } catch (cause) {
      this.#end(cause);
    }
  }

  #listen(): void {
    clearTimeout(this.#silence);
    if (!this.#command || this.#ended !== undefined) return;
    const silentMs = this.#silentMs;
    const reason = `the server said nothing on its replication connection for ${silentMs / 1000} s`;
    this.#silence = setTimeout(() => this.#end(new Fault('timed_out', reason)), silentMs);
  }

  #message(type: string, body: Buffer): void {
    const command = this.#command;
    if (!command) return;
    if (type === 'T') command.results.push([]);
    else if (type === 'D') command.results.at(-1)?.push(cellsOf(body));
    else if (type === 'N') command.taker?.warned?.(new ServerSaid(fieldsOf(body)));
    else if (type === 'E') command.refusal = new ServerSaid(fieldsOf(body));
    else if (type === 'Z') this.#over(command);
    else this.#copyMessage(type, command);
  }

  #copyMessage(type: string, command: Command): void {
    if (type === 'G') command.copyIn?.();
    if (type === 'H' || type === 'W') {
      command.direction = type === 'H' ? 'out' : 'both';
      command.taker?.begins?.(command.results);
    }
    // The server ends what goes both ways where a timeline ends, and waits for us to agree.
    if (type === 'c') this.finish();
  }

  #over(command: Command): void {
    this.#command = undefined;
    clearTimeout(this.#silence);
    if (command.refusal) command.settle.reject(command.refusal);
    else command.settle.resolve(command.results);
  }

  #end(cause: unknown): void {
    if (this.#ended !== undefined) return;
    const command = this.#command;
    this.#ended = command?.refusal ?? cause;
    this.#command = undefined;
    clearTimeout(this.#silence);
    this.#socket.destroy();
    command?.settle.reject(this.#ended);
  }
}

/** Opens one; throws whatever the driver throws where there is none to be had. `silentMs` as for allowSilence. */
export async function openReplication(
  address: ReplicationAddress,
  login: Login,
  silentMs: number,
): Promise<ReplicationConnection> {
  return new ReplicationConnection(await logIn(address, login), silentMs);
}
