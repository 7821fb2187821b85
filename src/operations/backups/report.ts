import { bytesText, durationText } from '../../core/amount.ts';
import type { BackupRow, BackupsSeen, StoreSeen } from '../../core/backups-seen.ts';
import type { NextAction } from '../../core/finding.ts';
import { emptyReport, worst, type Chart, type Fact, type Report, type Table } from '../../core/report.ts';

type Seen = Extract<StoreSeen, { rows: unknown }>;
export type About = { target: string; at: string };

/** As many as can be read on a phone. */
const LISTED = 14;

/** Pure: whether a restore would work now, and what it would be from. */
export function backupsReport({ target, at }: About, seen: BackupsSeen): Report {
  const about = { operation: 'backups', subject: target, at };
  if (seen.policy === null || seen.whyNone !== null) {
    const headline =
      seen.whyNone ?? `nobody asks for backups of ${target}: nightshift.yaml names no store, or switches them off`;
    return { ...emptyReport({ ...about, status: 'info', headline }), next: [policyAction(target)] };
  }
  const looked = seen.stores.filter((store): store is Seen => 'rows' in store);
  const [primary] = seen.stores;
  const status = primary && 'rows' in primary ? worst(seen.findings.map(({ severity }) => severity)) : 'unknown';
  return {
    ...emptyReport({ ...about, status, headline: headlineOf(primary) }),
    findings: seen.findings.map((finding) => ({ ...finding, change: 'NEW', since: at })),
    facts: looked.flatMap((store) => factsOf(store)),
    tables: looked.filter(({ rows }) => rows.length > 0).map(tableOf),
    charts: looked.slice(0, 1).flatMap(({ rows }) => chartsOf(target, rows)),
    text: looked.flatMap(({ store, notes }) => notes.map((note) => `${store}: ${note}.`)),
    next: [{ label: 'Back up now', operation: 'backup', target, args: [], disruptive: false }, policyAction(target)],
  };
}

function headlineOf(primary: StoreSeen | undefined): string {
  if (primary === undefined) return 'no store is named';
  if ('unseen' in primary) return `nobody knows: the ${primary.store} store could not be looked at`;
  return `could we restore now? ${primary.restore.sentence.replace(/\.$/, '')}`;
}

function policyAction(target: string): NextAction {
  return { label: 'Policy', operation: 'backups', target, args: ['policy'], disruptive: false };
}

function factsOf({ store, count, sizeBytes, restore, rows, retention }: Seen): Fact[] {
  const from = rows.findLast(({ anySecondUntil }) => anySecondUntil !== null);
  const until = rows.find(({ anySecondUntil }) => anySecondUntil !== null)?.anySecondUntil;
  return [
    {
      label: `In the ${store} store`,
      value: `${count} ${count === 1 ? 'backup' : 'backups'}${sizeBytes === null ? '' : `, ${bytesText(sizeBytes)}`}`,
    },
    ...(restore.from === null ? [] : [{ label: `Restored from (${store})`, value: restore.from }]),
    ...(from && until
      ? [
          {
            label: `By the second (${store})`,
            value: `${timeText(from.endedAt)} to ${timeText(until)} UTC, but for the gaps below`,
          },
        ]
      : []),
    ...(retention === null ? [] : [{ label: `Retention (${store})`, value: retentionWords(retention) }]),
  ];
}

function retentionWords({ remove, walObjects, freedBytes, heldBack }: NonNullable<Seen['retention']>): string {
  if (heldBack !== null) return heldBack;
  if (remove.length + walObjects === 0) return 'everything there is wanted';
  const wal = walObjects > 0 ? ` and ${walObjects} objects of WAL` : '';
  return `would delete ${remove.length} ${remove.length === 1 ? 'backup' : 'backups'}${wal}${freedBytes === null ? '' : `: ${bytesText(freedBytes)}`}`;
}

function tableOf({ store, rows, count }: Seen): Table {
  return {
    title: count > LISTED ? `The newest ${LISTED} of ${count} in the ${store} store` : `In the ${store} store`,
    columns: [
      { key: 'label', label: 'Backup' },
      { key: 'size', label: 'Size' },
      { key: 'took', label: 'Took' },
      { key: 'proof', label: 'Proved' },
      { key: 'note', label: 'Note' },
    ],
    rows: rows.slice(0, LISTED).map((row) => ({
      label: row.label,
      size: bytesText(row.sizeBytes),
      took: row.seconds === null ? 'not told' : durationText(row.seconds),
      proof: row.proof,
      note: noteOf(row),
    })),
  };
}

function noteOf({ problems, pinned, anySecondUntil, copy }: BackupRow): string {
  const [problem] = problems;
  if (problem !== undefined) return `no good: ${problem}`;
  const words = [
    ...(pinned === null ? [] : [pinned]),
    ...(copy === undefined ? [] : [copy]),
    ...(anySecondUntil === null ? ['to its own end'] : []),
  ];
  return words.join(', ');
}

function chartsOf(target: string, rows: readonly BackupRow[]): Chart[] {
  const oldestFirst = rows.toReversed();
  const kinds = [...new Set(oldestFirst.map(({ kind }) => kind))];
  const series = (value: (row: BackupRow) => number | null): Chart['series'] =>
    kinds.map((kind) => ({
      name: kind,
      points: pointsOf(
        oldestFirst.filter((row) => row.kind === kind),
        value,
      ),
    }));
  // Snapshots of a cloud say neither what they take up nor how long they took.
  if (rows.length < 2 || rows.every(({ seconds }) => seconds === null)) return [];
  return [
    { title: `${target} · size of backups`, unit: 'bytes', limits: [], series: series(({ sizeBytes }) => sizeBytes) },
    { title: `${target} · duration of backups`, unit: 's', limits: [], series: series(({ seconds }) => seconds) },
  ];
}

function pointsOf(rows: readonly BackupRow[], value: (row: BackupRow) => number | null) {
  return rows.flatMap((row) => {
    const read = value(row);
    return read === null ? [] : [{ at: row.endedAt, value: read }];
  });
}

function timeText(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
