import type { Operation } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Report } from '../core/report.ts';
import type { ExitCode } from './exit-code.ts';
import type { LogsWords } from './logs/arguments.ts';
import type { RestoreWords } from './restore-arguments.ts';
import type { SetUpWords } from './set-up-arguments.ts';
import type { ServeWords } from './serve-arguments.ts';

/** Strings by field name, as typed. */
export type TypedArguments = Readonly<Record<string, string>>;

/** What the terminal needs from the rest of the house. */
export type TerminalPorts = {
  operations: readonly Operation[];
  /** Names of the targets and environments that the config knows, for "did you mean". */
  subjects(): Promise<readonly string[]>;
  /** An operation of risk `reads` on a bare URL, in this process: no state is kept, no config is needed. */
  runReads(operation: string, url: URL, args: TypedArguments): Promise<Outcome>;
  /** Starts a run as a trigger would and waits for its end. `onProgress` hears one sentence a step. */
  runThroughDoor(
    operation: string,
    subject: string,
    args: TypedArguments,
    onProgress: (step: string) => void,
  ): Promise<Outcome>;
  /** An operation that copies, in this process and for as long as it takes; nothing of it stands in the state table. */
  runHere(
    operation: string,
    target: string,
    args: TypedArguments,
    onProgress: (step: string) => void,
  ): Promise<Outcome>;
  /** A verb that is answered at once, from what is known. */
  answer(operation: string, args: TypedArguments): Promise<Report>;
  /** `init`, `doctor` and `manifest`: they are about the installation, not about a target. */
  setUp(words: SetUpWords, streams: Streams): Promise<ExitCode>;
  /** Reads logs of PostgreSQL and reports on them: neither config nor targets are needed. */
  logs(words: LogsWords, streams: Streams): Promise<ExitCode>;
  /** Brings a database back from its backups; only the stores of the config are needed. */
  restore(words: RestoreWords, streams: Streams): Promise<ExitCode>;
  /** The whole bot in this process, until a signal ends it. */
  serve(words: ServeWords, say: (sentence: string) => void): Promise<ExitCode>;
  /** Streams the write-ahead log of a target into the stores, until a signal ends it. */
  follow(target: string, say: (sentence: string) => void): Promise<ExitCode>;
  /** Every problem of a config file, one a line; an empty list when it is right. Without a path: the usual file. */
  configProblems(path: string | undefined): { file: string; problems: readonly string[] };
};

/** Where the terminal speaks. */
export type Streams = {
  out(text: string): void;
  err(text: string): void;
  colour: boolean;
  /** Columns of the terminal. */
  width: number;
  /** Columns of the terminal that `err` goes to; undefined when it is none. */
  errColumns?: number;
};
