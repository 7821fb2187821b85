import { bytesText, countText, durationText } from '../../checks/wording.ts';
import type { BackupRecord } from '../../core/backup.ts';
import type { Finding } from '../../core/finding.ts';
import type { TargetName } from '../../core/operation.ts';
import { emptyReport, worst, type Fact, type Report } from '../../core/report.ts';
import type { ReadBack } from './read-back.ts';

/** Pure: one line that says what there is now and what it proves; what is wrong with it before anything else. */
export function backupReport(
  target: TargetName,
  record: BackupRecord,
  copies: readonly ReadBack[],
  why: string | null,
  at: string,
): Report {
  const found = [...copies.flatMap((copy) => spoiled(record, copy)), ...damaged(record)];
  const findings = found.map((finding) => ({ ...finding, change: 'NEW' as const, since: at }));
  const status = worst(['healthy', ...findings.map(({ severity }) => severity)]);
  const report = emptyReport({
    operation: 'backup',
    subject: target.name,
    status,
    headline: headlineOf(record, copies),
    at,
  });
  return { ...report, findings, facts: factsOf(record, copies, why), next: nextOf(target) };
}

function headlineOf(record: BackupRecord, copies: readonly ReadBack[]): string {
  const bad = copies.filter(({ problems }) => problems.length > 0);
  const good = copies.filter(({ problems }) => problems.length === 0);
  const seconds = (Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000;
  const what = `${record.kind} backup ${record.label}: ${bytesText(plainBytes(record))} in ${durationText(Math.max(1, seconds))}`;
  const proof = `every byte read back from ${good.map(({ store }) => store).join(' and ')}`;
  if (bad.length === 0) return `${what}, ${bytesText(storedBytes(record))} stored, ${proof}`;
  const failed = `the copy in ${bad.map(({ store }) => store).join(' and ')} is not what was written`;
  return good.length === 0 ? `${what}, and ${failed}: it is no backup` : `${what}, ${proof}; ${failed}`;
}

function spoiled({ label }: BackupRecord, { store, problems }: ReadBack): Finding[] {
  const [first] = problems;
  if (first === undefined) return [];
  return [
    {
      key: `backup.read-back:${store}`,
      severity: 'critical',
      sentence: `${countText(problems.length, 'object')} of ${label} in the ${store} store came back wrong: ${first}`,
      evidence: problems.slice(0, 10),
      next: 'Take another backup now, and have the store looked at: what it gives back is not what it was given.',
    },
  ];
}

function damaged(record: BackupRecord): Finding[] {
  if (record.engine !== 'postgres' || !record.brokenPages?.length) return [];
  const [first] = record.brokenPages;
  return [
    {
      key: 'backup.broken-pages',
      severity: 'critical',
      sentence: `${countText(record.brokenPages.length, 'page')} of ${record.member} had a wrong checksum, the first in ${first?.file}, block ${first?.block}: the data of the server itself is damaged.`,
      evidence: record.brokenPages.slice(0, 10).map(({ file, block }) => ({ file, block })),
      next: `Keep the backups from before it (\`/db backups ${record.target}\`), do not restart the server, and find out what the page belongs to.`,
    },
  ];
}

function factsOf(record: BackupRecord, copies: readonly ReadBack[], why: string | null): Fact[] {
  const parent = record.engine === 'postgres' ? record.parent : undefined;
  const facts: Fact[] = [
    { label: 'Taken from', value: record.member },
    ...(parent === undefined ? [] : [{ label: 'Builds on', value: parent }]),
    ...(why === null ? [] : [{ label: 'No increment', value: why }]),
    { label: 'Stored', value: `${bytesText(storedBytes(record))} (${record.compression})` },
    { label: 'Kept in', value: copies.map(({ store }) => store).join(', ') },
  ];
  if (record.engine === 'postgres') {
    const { timeline, startLsn, stopLsn } = record.wal;
    facts.push({ label: 'Own WAL', value: `${startLsn} to ${stopLsn}, timeline ${timeline}` });
    facts.push({ label: 'Checked while it went by', value: checkedText(record) });
  } else if (record.shards.length > 1) {
    facts.push({
      label: 'Shards',
      value: `${record.shards.length}, cut within ${record.skewMs} ms: not one moment of all of them`,
    });
  }
  return facts;
}

function checkedText({ filesVerified, brokenPages }: BackupRecord & { engine: 'postgres' }): string {
  const files = countText(filesVerified, 'file');
  return brokenPages === null ? `${files} (the cluster has no page checksums)` : `${files} and their pages`;
}

function nextOf(target: TargetName): Report['next'] {
  return [{ label: 'All backups', operation: 'backups', target: target.name, args: [], disruptive: false }];
}

function plainBytes({ files }: BackupRecord): number {
  return files.reduce((sum, file) => sum + file.plainBytes, 0);
}

function storedBytes({ files }: BackupRecord): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
