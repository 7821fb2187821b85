import { bytesText, countText } from '../../checks/wording.ts';
import type { Finding } from '../../core/finding.ts';
import type { TargetName } from '../../core/operation.ts';
import { emptyReport, worst, type Report } from '../../core/report.ts';
import type { Drained, Followed } from './drain.ts';

/** The slot may let go of WAL below this many bytes of growth. */
const LITTLE_BYTES = 1024 ** 3;

/** Pure: how far the stores are, what was lost, and how long the server keeps what is not fetched. Null is: nothing was fetched. */
export function walReport(target: TargetName, drained: Drained | null, at: string): Report {
  const about = { operation: 'wal', subject: target.name, at } as const;
  if (drained === null) return emptyReport({ ...about, status: 'critical', headline: 'nothing was fetched' });
  const { done, slot } = drained;
  const found = [...gapOf(done), ...promotionOf(drained), ...slotOf(slot), ...secondOf(drained)];
  const findings = found.map((one) => ({
    ...one,
    change: 'NEW' as const,
    since: at,
  }));
  const fetched = `${countText(done.segments, 'segment')}, ${bytesText(done.storedBytes)} stored`;
  const headline = done.gap
    ? `the write-ahead log has a gap: ${done.gap.why}`
    : `the stores have the write-ahead log up to ${done.toLsn}, timeline ${done.timeline} (${fetched})`;
  const status = worst(['healthy', ...findings.map(({ severity }) => severity)]);
  const facts = [
    { label: 'From and to', value: `${done.fromLsn} to ${done.toLsn}, timeline ${done.timeline}` },
    { label: 'Slot', value: slotText(slot) },
  ];
  return { ...emptyReport({ ...about, status, headline }), findings, facts };
}

/** Pure: how far a process that follows is, and how the slot stands. */
export function followedReport(target: TargetName, { followed, slot }: Followed, at: string): Report {
  const findings = slotOf(slot).map((one) => ({ ...one, change: 'NEW' as const, since: at }));
  const headline = `a process of its own follows the write-ahead log since ${followed.since.slice(0, 19)}Z; the store has it up to ${followed.storedLsn}`;
  const status = worst(['healthy', ...findings.map(({ severity }) => severity)]);
  const facts = [{ label: 'Slot', value: slotText(slot) }];
  return { ...emptyReport({ operation: 'wal', subject: target.name, at, status, headline }), findings, facts };
}

/** The first store has it, so nothing is lost yet. */
function secondOf({ second }: Drained): Finding[] {
  if (second === null || second.why === null) return [];
  const { store, why } = second;
  return [
    {
      key: 'backup.wal-second',
      severity: 'warning',
      sentence: `The ${store} store has not all of the write-ahead log that the first one has: ${why.replace(/\.$/, '')}.`,
      evidence: { ...second },
      next: 'Look at that store. What it lacks is brought there at the next look; what came back broken is not put again.',
    },
  ];
}

function gapOf({ gap }: Drained['done']): Finding[] {
  if (gap === null) return [];
  const after = gap.afterLsn === null ? '' : ` after ${gap.afterLsn}`;
  return [
    {
      key: 'backup.wal-gap',
      severity: 'critical',
      sentence: `The stored write-ahead log has a gap${after}: ${gap.why}. Across it nothing can be brought to a second; the backups before it can still be brought to their own end.`,
      evidence: { ...gap },
      next: 'A full backup is taken now; see that it was good.',
    },
  ];
}

function promotionOf({ done, promoted }: Drained): Finding[] {
  if (promoted === null || done.gap !== null) return [];
  const { leftTimeline } = promoted;
  return [
    {
      key: 'backup.promoted',
      severity: 'info',
      sentence: `A server was promoted: timeline ${leftTimeline} became ${done.timeline}. The stored write-ahead log goes on over the switch without a gap.`,
      evidence: { leftTimeline, timeline: done.timeline },
      next: 'A full backup of the new timeline is taken now; see that it was good.',
    },
  ];
}

function slotOf(slot: Drained['slot']): Finding[] {
  const { name, status, safeBytes } = slot;
  if (status === 'reserved' && (safeBytes === null || safeBytes > LITTLE_BYTES)) return [];
  return [
    {
      key: 'backup.wal-slot',
      severity: status === 'reserved' || status === 'extended' ? 'warning' : 'critical',
      sentence: `The slot ${name} that keeps the write-ahead log until it was stored is ${slotText(slot)}.`,
      evidence: { ...slot },
      next: 'Fetch it more often (backup.walMinutes), or let the server keep more (max_slot_wal_keep_size).',
    },
  ];
}

function slotText({ name, status, safeBytes }: Drained['slot']): string {
  const left =
    safeBytes === null ? 'without a limit' : `${bytesText(safeBytes)} may still be written before it is lost`;
  return `${name}, ${status}, ${left}`;
}
