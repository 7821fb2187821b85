import { bytesText } from '../../core/amount.ts';
import type { CloudSnapshot } from '../../core/cloud-snapshot.ts';
import type { TargetName } from '../../core/operation.ts';
import { emptyReport, type Fact, type Report } from '../../core/report.ts';
import type { SnapshotEnd, SnapshotOrder } from '../../targets/cloud-snapshots.ts';

type End = Exclude<SnapshotEnd, { ended: 'refused' }>;

/** Pure: what there is now, and that nothing is proved of it yet. */
export function snapshotReport(target: TargetName, { name }: SnapshotOrder, end: End, at: string): Report {
  const about = { operation: 'backup', subject: target.name, at };
  const next = [{ label: 'All backups', operation: 'backups', target: target.name, args: [], disruptive: false }];
  if (end.ended === 'failed') {
    const headline = `no backup: ${name} did not become one`;
    const report = emptyReport({ ...about, status: 'critical', headline });
    return { ...report, findings: [{ ...failed(end.why), change: 'NEW', since: at }], next };
  }
  const { snapshot } = end;
  const headline = `snapshot ${name} of ${snapshot.source}${sizeWords(snapshot)}: it is whole, and nobody has restored it yet`;
  return { ...emptyReport({ ...about, status: 'healthy', headline }), facts: factsOf(snapshot), next };
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

function sizeWords({ sizeBytes }: CloudSnapshot): string {
  return sizeBytes === null ? '' : `, ${bytesText(sizeBytes)}`;
}

function factsOf({ source, at, encrypted, id }: CloudSnapshot): Fact[] {
  return [
    { label: 'Taken from', value: source },
    { label: 'Holds', value: `everything committed until ${(at ?? '').slice(0, 19).replace('T', ' ')} UTC` },
    { label: 'Encrypted', value: encrypted === null ? 'AWS does not tell' : encrypted ? 'yes' : 'no' },
    { label: 'Its name in AWS', value: id },
    { label: 'Kept in', value: 'the same account and region as the database' },
  ];
}
