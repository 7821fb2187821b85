import { maskMessage } from '../../logs/digest/mask-message.ts';
import { tellOf } from '../../logs/digest/messages.ts';
import type { Severity } from '../../logs/severity.ts';

/** What the log tells of, worst first. `error` and `event` are told last: they are there on good days, too. */
export const logKinds = [
  'panic',
  'crash',
  'out of memory',
  'too many connections',
  'fatal',
  'deadlock',
  'restart',
  'lock wait',
  'cancelled',
  'ended',
  'error',
  'event',
] as const;
export type LogKind = (typeof logKinds)[number];

/** What a message says, without a value of anybody. */
export type ToldKind = { kind: LogKind; text: string };

/** How the server words it: https://github.com/postgres/postgres/tree/master/src/backend, in English. */
const CRASH =
  /^(?:.{1,60} \(PID \d+\) was terminated by (?:signal|exception)|terminating any other active|database system was not properly shut down)/;
const SIGNAL = /^(.{1,60}?) \(PID \d+\) was terminated by (signal \d+(?:: [A-Za-z /]{1,40})?)/;
const MEMORY =
  /^(?:out of (?:shared )?memory|could not (?:fork|resize shared memory|map anonymous)|.{0,120}: Cannot allocate memory$)/;
const CONNECTIONS = /^(?:sorry, too many clients already|remaining connection slots|too many connections for)/;
const STARTING =
  /^(?:the database system is |received .* (?:shutdown|promote) request|database system is ready|starting PostgreSQL|entering standby|selected new timeline)/;
/** What stands between those lines at every start and end. */
const BETWEEN =
  /^(?:shutting down|database system (?:is|was) (?:shut down|interrupted)|all server processes terminated|aborting any active|consistent recovery state|redo |listening on)/;
const VERSION = /^starting PostgreSQL [\d.]+/;

/** Pure: what an entry tells of; undefined for what needs nobody, such as durations and checkpoints. */
export function kindOf(severity: Severity, message: string): ToldKind | undefined {
  const line = message.split('\n', 1)[0] ?? '';
  // It ends with a statement as it was typed.
  if (line.startsWith('duration: ')) return undefined;
  const grave = graveKind(severity, line);
  if (grave !== undefined) return { kind: grave, text: textOf(line) };
  switch (severity) {
    case 'FATAL':
    case 'WARNING':
      return fatalKind(severity, line);
    case 'ERROR':
      return { kind: errorKind(line), text: maskMessage(line) };
    case 'LOG':
      return happening(line);
    default:
      return undefined;
  }
}

function graveKind(severity: Severity, line: string): LogKind | undefined {
  if (severity === 'PANIC') return 'panic';
  if (severity !== 'LOG' && severity !== 'WARNING' && severity !== 'ERROR' && severity !== 'FATAL') return undefined;
  if (CRASH.test(line)) return 'crash';
  if (MEMORY.test(line)) return 'out of memory';
  return CONNECTIONS.test(line) ? 'too many connections' : undefined;
}

/** The number of a signal tells who killed a process: 9 is the kernel out of memory, as a rule, 11 a bug. */
function textOf(line: string): string {
  const [, what, signal] = SIGNAL.exec(line) ?? [];
  return signal === undefined ? maskMessage(line) : `${what} was terminated by ${signal.trim()}`;
}

function fatalKind(severity: Severity, line: string): ToldKind | undefined {
  if (line.startsWith('terminating ')) return { kind: 'ended', text: maskMessage(line) };
  if (severity === 'WARNING') return undefined;
  return { kind: STARTING.test(line) ? 'restart' : 'fatal', text: maskMessage(line) };
}

function errorKind(line: string): LogKind {
  if (line.startsWith('deadlock detected')) return 'deadlock';
  if (line.startsWith('canceling ')) return 'cancelled';
  return 'error';
}

function happening(line: string): ToldKind | undefined {
  if (BETWEEN.test(line)) return undefined;
  if (STARTING.test(line)) return { kind: 'restart', text: VERSION.exec(line)?.[0] ?? maskMessage(line) };
  const told = tellOf(line);
  if (told?.subject === 'lockWaits') return { kind: 'lock wait', text: told.name };
  return told?.subject === 'events' ? { kind: 'event', text: maskMessage(line) } : undefined;
}
