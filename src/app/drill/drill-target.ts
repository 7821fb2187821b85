import { lsnOf, lsnText } from '../../core/lsn.ts';
import { restoreTarget, type RestoreTarget } from '../../backups/restore/target.ts';
import type { RestoreChoice, RestoreSource } from '../../backups/restore/choose.ts';
import type { Reached } from '../restore/start.ts';

/** Between the first and the last second that a backup promises; every second of all of them is as likely. `random` is from 0 to 1. */
export function randomSecond(
  sources: readonly RestoreSource[],
  { days, nowMs }: { days: number; nowMs: number },
  random: number,
): RestoreTarget | { refused: string } {
  const sinceMs = nowMs - days * 86_400_000;
  const spans = sources
    .flatMap(({ place }) => place.backups)
    .flatMap(({ endedAt, anySecondUntil }) => {
      const fromMs = Math.max(sinceMs, Math.ceil(Date.parse(endedAt) / 1000) * 1000);
      const toMs = Math.floor(Date.parse(anySecondUntil ?? endedAt) / 1000) * 1000;
      return toMs > fromMs ? [{ fromMs, toMs }] : [];
    });
  const merged = withoutOverlaps(spans);
  let leftMs = random * merged.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  for (const { fromMs, toMs } of merged) {
    if (leftMs < toMs - fromMs) return timeOf(fromMs + leftMs);
    leftMs -= toMs - fromMs;
  }
  return {
    refused: 'there is no second between backups to go to: no WAL is stored after a backup (`/db wal` fetches it).',
  };
}

function withoutOverlaps(spans: readonly { fromMs: number; toMs: number }[]): { fromMs: number; toMs: number }[] {
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const span of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = merged.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs);
    else merged.push({ ...span });
  }
  return merged;
}

function timeOf(atMs: number): RestoreTarget {
  return { kind: 'time', at: new Date(Math.floor(atMs / 1000) * 1000).toISOString() };
}

/** What is typed after `to=`; `random` is a second that is drawn. */
export function drillTarget(
  to: string,
  sources: readonly RestoreSource[],
  since: { days: number; nowMs: number },
): RestoreTarget | { refused: string } {
  if (to === 'random') return randomSecond(sources, since, Math.random());
  const target = restoreTarget(to);
  return 'problem' in target ? { refused: target.problem } : target;
}

/** The moment that a restored copy is of, in milliseconds: what was written later is not in it. */
export function momentOf({ target, wal, chain }: RestoreChoice, reached: Reached): number {
  const endedAt = chain.at(-1)?.endedAt ?? '';
  if (target.kind === 'time') return Date.parse(target.at);
  if (target.kind === 'end') return Date.parse(endedAt);
  if (target.kind === 'latest') return Math.max(Date.parse(endedAt), Date.parse(wal.at(-1)?.storedAt ?? endedAt));
  return timeReached(reached) ?? Date.parse(endedAt);
}

/** The last transaction by the server's log, which it writes as 2026-11-29 02:00:00.123+00. */
export function timeReached({ time }: Reached): number | undefined {
  const atMs = Date.parse((time ?? '').replace(' ', 'T').replace(/\+00$/, 'Z'));
  return Number.isNaN(atMs) ? undefined : atMs;
}

/**
 * Why it did not end where it should have. What came after the wanted moment is what somebody wanted to be rid of; where a server
 * ends its recovery long before the end of what is stored, it found a record there that is broken.
 */
export function wrongEnd({ target, wal, segmentBytes }: RestoreChoice, reached: Reached): string[] {
  const reachedMs = timeReached(reached);
  if (target.kind === 'time' && reachedMs !== undefined && reachedMs > Date.parse(target.at))
    return [`it was to end at ${target.at}, and has a transaction of ${new Date(reachedMs).toISOString()}.`];
  const last = wal.at(-1);
  const isToEnd = target.kind === 'latest' || reached.ranOut === true;
  if (!isToEnd || last === undefined || reached.lsn === undefined) return [];
  // One record may be as long as a segment, and the last may be there in part.
  if (lsnOf(reached.lsn) + BigInt(segmentBytes) >= last.endLsn) return [];
  return [
    `recovery ended at ${reached.lsn}, long before the end of the WAL that is stored (${lsnText(last.endLsn)}): what lies behind it is broken.`,
  ];
}
