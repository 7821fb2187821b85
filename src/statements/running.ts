import type { Moved, RunningStatement, StatementLine } from '../core/statement.ts';
import { countedOf, type Span } from './span.ts';
import { shareOf, usualOf } from './usual.ts';

/** Long enough for a person to wait for it. */
const LEAST_SECONDS = 5;
/** So many times its usual time of a call. */
const LEAST_RATIO = 10;

/**
 * Pure: what runs now and has run for far longer than usual, with the load of the asked time that it is. What always takes
 * long, like a report or a backup, is no news.
 */
export function runningMoved(running: readonly RunningStatement[], span: Span, spans: readonly Span[]): Moved[] {
  return [...Map.groupBy(running, ({ shape }) => shape).values()].flatMap((all) => movedOf(all, span, spans) ?? []);
}

function movedOf(all: readonly RunningStatement[], span: Span, spans: readonly Span[]): Moved | undefined {
  const [first] = all;
  if (!first) return undefined;
  const usual = usualOf(first.shape, [...spans, span]);
  const longestSeconds = Math.max(...all.map((one) => one.longestSeconds));
  const usualMs = usual?.meanMs ?? 0;
  if (longestSeconds < LEAST_SECONDS || longestSeconds * 1_000 < LEAST_RATIO * usualMs) return undefined;
  const sessions = all.reduce((sum, one) => sum + one.sessions, 0);
  const busySeconds = all.reduce((sum, one) => sum + Math.min(one.totalSeconds, one.sessions * span.seconds), 0);
  return {
    line: { ...lineOf(first, all, span), ...(usual ? { usual } : {}) },
    kind: 'running',
    extraLoad: span.seconds > 0 ? busySeconds / span.seconds : sessions,
    ratio: usualMs > 0 ? (longestSeconds * 1_000) / usualMs : 0,
    signs: [],
    running: { sessions, longestSeconds, lockWaits: all.reduce((sum, one) => sum + one.lockWaits, 0) },
  };
}

/** With what is counted of it already. */
function lineOf({ shape, text }: RunningStatement, all: readonly RunningStatement[], span: Span): StatementLine {
  const total = span.shapes.get(shape);
  const applications = all.map(({ application }) => application).filter((name) => name !== '');
  return {
    ...(total?.counted ?? countedOf([])),
    shape,
    text,
    databases: [...(total?.databases ?? [])],
    roles: [...(total?.roles ?? [])],
    applications: [...new Set(applications)],
    tags: {},
    share: shareOf(total, span),
  };
}
