import { bytesText, countText, durationText } from '../../checks/wording.ts';
import type { BackupRecord, RedisBackupRecord } from '../../core/backup.ts';
import type { Finding } from '../../core/finding.ts';
import type { TargetName, TriedSnapshot } from '../../core/operation.ts';
import { emptyReport, worst, type Fact, type Report } from '../../core/report.ts';
import type { ReadBack } from './read-back.ts';

/** What came of a backup: `why` where it is not the kind that was asked for, `tried` what a server made of a snapshot. */
export type Outcome = {
  record: BackupRecord;
  copies: readonly ReadBack[];
  why: string | null;
  tried?: TriedSnapshot | null;
};

/** Pure: one line that says what there is now and what it proves; what is wrong with it before anything else. */
export function backupReport(target: TargetName, outcome: Outcome, at: string): Report {
  const { record, copies, tried = null } = outcome;
  const found = [...copies.flatMap((copy) => spoiled(record, copy)), ...damaged(record), ...notLoaded(record, tried)];
  const findings = found.map((finding) => ({ ...finding, change: 'NEW' as const, since: at }));
  const status = worst(['healthy', ...findings.map(({ severity }) => severity)]);
  const report = emptyReport({
    operation: 'backup',
    subject: target.name,
    status,
    headline: headlineOf(record, copies, tried),
    at,
  });
  return { ...report, findings, facts: factsOf(outcome), text: textOf(outcome), next: nextOf(target) };
}

function headlineOf(record: BackupRecord, copies: readonly ReadBack[], tried: TriedSnapshot | null): string {
  const bad = copies.filter(({ problems }) => problems.length > 0);
  const good = copies.filter(({ problems }) => problems.length === 0);
  const seconds = (Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000;
  const what = `${record.kind === 'snapshot' ? 'snapshot' : `${record.kind} backup`} ${record.label}: ${bytesText(plainBytes(record))} in ${durationText(Math.max(1, seconds))}`;
  const loaded = tried && 'keys' in tried ? `, ${countText(tried.keys, 'key')} loaded from it` : '';
  const proof = `every byte read back from ${good.map(({ store }) => store).join(' and ')}${loaded}`;
  if (tried && 'problem' in tried) return `${what}, and no server can load it: it is no backup`;
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

function notLoaded(record: BackupRecord, tried: TriedSnapshot | null): Finding[] {
  if (!tried || !('problem' in tried)) return [];
  return [
    {
      key: 'backup.not-loaded',
      severity: 'critical',
      sentence: `${record.label} was read back as it was written, and ${tried.problem}.`,
      evidence: tried,
      next: `Keep the snapshots from before it (\`/db backups ${record.target}\`), and take another one: where that cannot be loaded either, ${record.member} itself is to be looked at.`,
    },
  ];
}

function textOf({ record, why }: Outcome): string[] {
  return [...(why === null ? [] : [`No increment: ${why}`]), howToRestore(record)];
}

function factsOf({ record, copies, tried }: Outcome): Fact[] {
  const parent = record.engine === 'postgres' ? record.parent : undefined;
  const facts: Fact[] = [
    { label: 'Taken from', value: record.member },
    ...(parent === undefined ? [] : [{ label: 'Builds on', value: parent }]),
    { label: 'Stored', value: `${bytesText(storedBytes(record))} (${record.compression})` },
    { label: 'Kept in', value: copies.map(({ store }) => store).join(', ') },
  ];
  if (record.engine === 'postgres') {
    const { timeline, startLsn, stopLsn } = record.wal;
    facts.push({ label: 'Own WAL', value: `${startLsn} to ${stopLsn}, timeline ${timeline}` });
    facts.push({ label: 'Checked while it went by', value: checkedText(record) });
  } else facts.push(...snapshotFacts(record, tried ?? null));
  return facts;
}

function snapshotFacts({ shards, skewMs }: RedisBackupRecord, tried: TriedSnapshot | null): Fact[] {
  const primaries = shards.filter(({ role }) => role === 'primary').map(({ member }) => member);
  const unsummed = shards.filter(({ checksum }) => checksum === 'absent').map(({ member }) => member);
  const keys = shards.some((shard) => shard.keys === undefined)
    ? null
    : shards.reduce((sum, shard) => sum + (shard.keys ?? 0), 0);
  return [
    ...(shards.length > 1
      ? [{ label: 'Shards', value: `${shards.length}, cut within ${skewMs} ms: not one moment of all of them` }]
      : []),
    ...(keys === null ? [] : [{ label: 'Keys', value: countText(keys, 'key') }]),
    ...(primaries.length === 0
      ? []
      : [{ label: 'From the primary', value: `${primaries.join(', ')}: no replica could give it` }]),
    {
      label: 'Checked while it went by',
      value:
        unsummed.length === 0
          ? 'the CRC-64 of every RDB'
          : `only beginning and end of ${unsummed.join(', ')}: rdbchecksum is off there, so nobody can see a bit that was flipped`,
    },
    { label: 'Loaded', value: loadedText(tried) },
  ];
}

function loadedText(tried: TriedSnapshot | null): string {
  if (tried === null) return 'no';
  if ('skipped' in tried) return `no: ${tried.skipped}`;
  if ('problem' in tried) return `no: ${tried.problem}`;
  return `by a redis-server ${tried.version} of its own, in ${durationText(Math.max(1, tried.seconds))}`;
}

function checkedText({ filesVerified, brokenPages }: BackupRecord & { engine: 'postgres' }): string {
  const files = countText(filesVerified, 'file');
  return brokenPages === null ? `${files} (the cluster has no page checksums)` : `${files} and their pages`;
}

/** For the night on which it is needed: nothing else has to work for it. */
function howToRestore({ target, engine }: BackupRecord): string {
  const earlier = engine === 'postgres' ? '; `--to "<the last good second, UTC>"` for an earlier moment' : '';
  return `To bring it back, in a terminal: \`npx nightshift restore ${target} --into <new directory>\`${earlier}. It goes over nothing that is there.`;
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
