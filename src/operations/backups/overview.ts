import { bytesText, durationText } from '../../core/amount.ts';
import type { BackupsSeen, StoreSeen } from '../../core/backups-seen.ts';
import { emptyReport, worst, type Chart, type Report, type Status } from '../../core/report.ts';

type Seen = Extract<StoreSeen, { rows: unknown }>;
/** `seconds` is null where a cloud does not say how long it took. */
type Point = { at: string; sizeBytes: number; seconds: number | null };

/** What is told of one target in the overview; `points` are its full backups or snapshots, oldest first. */
export type OverviewRow = {
  target: string;
  status: Status;
  couldRestore: boolean | null;
  restore: string;
  points: readonly Point[];
  missing: readonly string[];
};

/** As many lines as can be told apart: a chart has so many colours. */
const MOST_LINES = 4;
/** What a person counts long times in, from so many seconds on. */
const TIME_UNITS = [
  { unit: 'h', seconds: 3600, from: 36_000 },
  { unit: 'min', seconds: 60, from: 600 },
  { unit: 's', seconds: 1, from: 0 },
] as const;
const MOST_POINTS = 30;
const MOST_MISSING = 12;

/** Pure: what counts of a look at the stores of a target. */
export function overviewRow(target: string, { policy, whyNone, stores, findings }: BackupsSeen): OverviewRow {
  const [primary] = stores;
  const seen: Seen | undefined = primary && 'rows' in primary ? primary : undefined;
  const missing = findings.filter(({ severity }) => severity !== 'info').map(({ sentence }) => sentence);
  if (policy === null || whyNone !== null)
    return {
      target,
      status: 'info',
      couldRestore: null,
      restore: whyNone ?? 'nobody asks for backups',
      points: [],
      missing: [],
    };
  if (seen === undefined)
    return { target, status: 'unknown', couldRestore: null, restore: 'nobody knows', points: [], missing };
  const points = seen.rows
    .filter(({ kind }) => kind !== 'incremental')
    .slice(0, MOST_POINTS)
    .map(({ endedAt, sizeBytes, seconds }) => ({ at: endedAt, sizeBytes, seconds }))
    .toReversed();
  return {
    target,
    status: worst(findings.map(({ severity }) => severity)),
    couldRestore: seen.restore.from !== null,
    restore: seen.restore.sentence,
    points,
    missing,
  };
}

/** Pure: could we restore now, how do sizes and times go, and what is missing, over all targets. */
export function overviewReport(subject: string, rows: readonly OverviewRow[], at: string): Report {
  const wanted = rows.filter(({ status, couldRestore }) => status !== 'info' || couldRestore !== null);
  const able = wanted.filter(({ couldRestore }) => couldRestore === true).length;
  const unable = wanted.filter(({ couldRestore }) => couldRestore === false).map(({ target }) => target);
  const missing = wanted.flatMap((row) => row.missing.map((sentence) => `${row.target}: ${sentence}`));
  const headline =
    wanted.length === 0
      ? 'nobody asks for backups'
      : `${able} of ${wanted.length} targets could be restored now, ${missing.length === 0 ? whatIsMissing(unable) : `and ${missing.length} ${missing.length === 1 ? 'thing is' : 'things are'} missing`}`;
  // Where backups are made by hand, none is missed, and yet there is none.
  const statuses = [...wanted.map(({ status }) => status), ...(unable.length > 0 ? ['info' as const] : [])];
  return {
    ...emptyReport({ operation: 'backups', subject, status: worst(statuses), headline, at }),
    tables: [
      {
        title: 'Could we restore now',
        columns: [
          { key: 'target', label: 'Target' },
          { key: 'restore', label: 'Restore' },
          { key: 'size', label: 'Newest' },
          { key: 'took', label: 'Took' },
        ],
        rows: wanted.map(({ target, restore, points }) => {
          const newest = points.at(-1);
          return {
            target,
            restore,
            size: newest === undefined ? 'none' : bytesText(newest.sizeBytes),
            took: newest?.seconds == null ? '' : durationText(newest.seconds),
          };
        }),
      },
    ],
    charts: chartsOf(wanted),
    text: [
      ...missing.slice(0, MOST_MISSING),
      ...(missing.length > MOST_MISSING ? [`And ${missing.length - MOST_MISSING} more: /db backups ${subject}.`] : []),
    ],
  };
}

function whatIsMissing(unable: readonly string[]): string {
  return unable.length === 0 ? 'and nothing is missing' : `and ${unable.join(', ')} could not`;
}

/** The largest, where there are too many to be told apart. */
function chartsOf(rows: readonly OverviewRow[]): Chart[] {
  const drawn = rows.filter(({ points }) => points.length > 1);
  const largest = drawn.toSorted((one, other) => lastSize(other) - lastSize(one)).slice(0, MOST_LINES);
  if (largest.length === 0) return [];
  const which = drawn.length > MOST_LINES ? `, the ${MOST_LINES} largest of ${drawn.length}` : '';
  const longest = Math.max(...largest.flatMap(({ points }) => points.map(({ seconds }) => seconds ?? 0)));
  const time = TIME_UNITS.find(({ from }) => longest >= from) ?? TIME_UNITS[2];
  const series = (valueOf: (point: Point) => number | null): Chart['series'] =>
    largest.map(({ target, points }) => ({
      name: target,
      points: points.flatMap((point) => {
        const value = valueOf(point);
        return value === null ? [] : [{ at: point.at, value }];
      }),
    }));
  const times = series(({ seconds }) => (seconds === null ? null : seconds / time.seconds));
  return [
    { title: `Size of backups${which}`, unit: 'bytes', limits: [], series: series(({ sizeBytes }) => sizeBytes) },
    { title: `Duration of backups${which}`, unit: time.unit, limits: [], series: times },
  ];
}

function lastSize({ points }: OverviewRow): number {
  return points.at(-1)?.sizeBytes ?? 0;
}
