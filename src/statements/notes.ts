import type { StatementAsk, StatementLook, StatementWindow } from '../core/statement.ts';
import { secondsOf, type Span } from './span.ts';

/** A gap of less is the time between two looks. */
const LEAST_GAP = 0.1;

/** Pure: what a reader has to know of what is not in a digest. */
export function notesOf(
  look: StatementLook,
  windows: readonly StatementWindow[],
  span: Span,
  ask: StatementAsk,
): string[] {
  const asked = secondsOf({ from: ask.since, to: ask.until });
  const covered = asked > 0 ? span.seconds / asked : 1;
  const resets = windows.flatMap(({ resetAt }) => resetAt ?? []);
  const forgotten = windows.reduce((sum, window) => sum + window.forgotten, 0);
  const isAll = windows.length === 1 && windows[0]?.from === look.resetAt && resets.length === 0;
  return [
    ...(isAll ? [`This is all that was counted since ${minute(span.from)}: no earlier look is kept.`] : []),
    ...(!isAll && covered < 1 - LEAST_GAP ? [coveredNote(span, covered)] : []),
    ...resets.map(
      (at) => `The counters were reset at ${minute(at)}: what ran between the look before and that is lost.`,
    ),
    ...(forgotten > 0 ? [forgottenNote(forgotten)] : []),
    ...(look.leastMs > 0
      ? [`Statements that took less than ${Math.round(look.leastMs)} ms in all are not told apart.`]
      : []),
    ...look.unmeasured.map(({ counter, fix }) => `${NAMES[counter] ?? counter} is not measured: ${fix}`),
  ];
}

/** Pure: that a member does now what another one did before. */
export function roleNotes({
  look: { member, role },
  since = null,
  formerly = null,
}: {
  look: Pick<StatementLook, 'member' | 'role'>;
  since?: string | null;
  formerly?: string | null;
}): string[] {
  if (since === null) return [];
  if (role === 'replica')
    return [`${member} is a replica since ${minute(since)} at the latest: what it ran before is left out.`];
  const before = formerly === null ? 'nothing is known of the time before' : `before that, ${formerly} is counted`;
  return [`${member} takes writes since ${minute(since)} or a bit later; ${before}.`];
}

function coveredNote({ from }: Span, covered: number): string {
  if (covered < 0.01) return `Only what ran since ${minute(from)} is known of the time that was asked for.`;
  return `Counted is ${percent(covered)} of the time that was asked for; of the rest nothing is kept.`;
}

function forgottenNote(times: number): string {
  const often = times === 1 ? 'once' : `${times.toLocaleString('en-US')} times`;
  return `The server forgot its rarest statements ${often} to make room: raise pg_stat_statements.max, or rare ones look new.`;
}

const NAMES: { readonly [counter: string]: string } = {
  ioMs: 'The time of reading and writing',
  planMs: 'The time of planning',
  walBytes: 'WAL',
  jitMs: 'The time of just-in-time compilation',
};

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}

function minute(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
