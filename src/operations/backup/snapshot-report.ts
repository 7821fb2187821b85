import { bytesText } from '../../core/amount.ts';
import type { CloudSnapshot } from '../../core/cloud-snapshot.ts';
import type { TargetName } from '../../core/operation.ts';
import { emptyReport, type Fact, type Report } from '../../core/report.ts';
import type { SnapshotEnd, SnapshotOrder } from '../../targets/cloud-snapshots.ts';
import type { CopyEnd } from './in-cloud.ts';

type End = Exclude<SnapshotEnd, { ended: 'refused' }>;

/** Pure: what there is now, and that nothing is proved of it yet. `copied` is null where the policy asks for no copy. */
export function snapshotReport(
  target: TargetName,
  { name }: Pick<SnapshotOrder, 'name'>,
  end: End,
  { at, copied }: { at: string; copied: CopyEnd | null },
): Report {
  const about = { operation: 'backup', subject: target.name, at };
  const next = [{ label: 'All backups', operation: 'backups', target: target.name, args: [], disruptive: false }];
  if (end.ended === 'failed') {
    const headline = `no backup: ${name} did not become one`;
    const report = emptyReport({ ...about, status: 'critical', headline });
    return { ...report, findings: [{ ...failed(end.why), change: 'NEW', since: at }], next };
  }
  const { snapshot } = end;
  const isCopied = copied === null || copied.end.ended === 'taken';
  const headline = `snapshot ${name} of ${snapshot.source}${sizeWords(snapshot)}: it is whole, and nobody has restored it yet${copyWords(copied)}`;
  return {
    ...emptyReport({ ...about, status: isCopied ? 'healthy' : 'warning', headline }),
    findings: copied === null ? [] : notCopied(target, copied, at),
    facts: factsOf(snapshot, copied),
    next,
  };
}

/** Pure: what became of a copy that was asked for by itself. */
export function copyReport(target: TargetName, copied: CopyEnd, at: string): Report {
  const { name, where, end } = copied;
  const isCopied = end.ended === 'taken';
  const headline = isCopied ? `a copy of ${name} is in ${where}: it is whole` : `${name} is not in ${where}`;
  return {
    ...emptyReport({
      operation: 'backup',
      subject: target.name,
      at,
      status: isCopied ? 'healthy' : 'warning',
      headline,
    }),
    findings: notCopied(target, copied, at),
    facts: isCopied ? copyFacts(end.snapshot, where) : [],
    next: [{ label: 'All backups', operation: 'backups', target: target.name, args: [], disruptive: false }],
  };
}

function failed(why: string) {
  return {
    key: 'backup.snapshot',
    severity: 'critical' as const,
    sentence: why,
    evidence: null,
    next: 'Look at the snapshot in the console of AWS, and at the state of what it is of; then take another one.',
  };
}

function notCopied(target: TargetName, { where, name, end }: CopyEnd, at: string): Report['findings'] {
  if (end.ended === 'taken') return [];
  return [
    {
      key: 'backup.copy',
      severity: 'warning',
      sentence: `${name} is whole, and its copy in ${where} is not there: ${end.why}`,
      evidence: { snapshot: name, where },
      next: `Put right what is named there, and bring it there: backup ${target.name} copy.`,
      actions: [{ label: 'Copy it now', operation: 'backup', target: target.name, args: ['copy'], disruptive: false }],
      change: 'NEW',
      since: at,
    },
  ];
}

function sizeWords({ sizeBytes }: CloudSnapshot): string {
  return sizeBytes === null ? '' : `, ${bytesText(sizeBytes)}`;
}

function copyWords(copied: CopyEnd | null): string {
  if (copied === null) return '';
  return copied.end.ended === 'taken' ? `; a copy is in ${copied.where}` : `; it has no copy in ${copied.where}`;
}

function factsOf({ source, at, encrypted, id }: CloudSnapshot, copied: CopyEnd | null): Fact[] {
  const copy = copied?.end.ended === 'taken' ? copyFacts(copied.end.snapshot, copied.where) : [];
  return [
    { label: 'Taken from', value: source },
    { label: 'Holds', value: `everything committed until ${(at ?? '').slice(0, 19).replace('T', ' ')} UTC` },
    { label: 'Encrypted', value: encrypted === null ? 'AWS does not tell' : encrypted ? 'yes' : 'no' },
    { label: 'Its name in AWS', value: id },
    { label: 'Kept in', value: 'the same account and region as the database' },
    ...copy,
  ];
}

function copyFacts(copy: CloudSnapshot, where: string): Fact[] {
  const size =
    copy.sizeBytes === null
      ? 'AWS is done with it; its size could not be looked at'
      : `${bytesText(copy.sizeBytes)}, under the same account`;
  return [
    { label: `Copy in ${where}`, value: size },
    { label: 'Its name there', value: copy.id },
  ];
}
