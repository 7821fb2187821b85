import { durationText } from '../../checks/wording.ts';
import type { DrillLook } from '../../core/drill.ts';
import type { Finding } from '../../core/finding.ts';
import type { TargetName } from '../../core/operation.ts';
import { emptyReport, type Fact, type Report } from '../../core/report.ts';
import type { DrillBefore, RestoreLook } from '../../targets/cloud-restore.ts';
import { chartsOf, seconds, tablesOf, withStop } from './report.ts';

/** What one drill in the cloud found. Seconds count from the order to AWS. */
export type CloudDrilled = {
  /** Where it ended: AWS made nothing of it, nobody could log in, or it was looked at. */
  stage: 'restore' | 'reach' | 'looked';
  problem?: string;
  looks?: readonly DrillLook[];
  newestRowAgeSeconds?: number | null;
  restoreSeconds?: number;
  usableSeconds?: number;
  look: RestoreLook;
  to: string;
  /** What could not be taken away; null where nothing is left. */
  leftover: string | null;
  earlier: readonly DrillBefore[];
};

/** Without any of these nobody has compared what is in the copy. */
const NEEDED = /^(amcheck|indexes|tables page by page|rows|sequences) /;

/** Pure: what a drill proves; null where it failed. A moment between snapshots is L5, where all that was looked at is right. */
export function levelOf({ looks, look }: Pick<CloudDrilled, 'looks' | 'look'>): 'L3' | 'L4' | 'L5' | null {
  if (looks === undefined || looks.some(({ outcome }) => outcome === 'failed')) return null;
  if (looks.some(({ what, outcome }) => outcome === 'skipped' && NEEDED.test(what))) return 'L3';
  return look.settings['to'] === undefined ? 'L4' : 'L5';
}

/** Pure: what is wrong before anything else; what is proved now, in how long, and what is left and costs money. */
export function cloudDrillReport(target: TargetName, done: CloudDrilled, note: string | null, at: string): Report {
  const findings = findingsOf(target, done).map((finding) => ({ ...finding, change: 'NEW' as const, since: at }));
  const status = findings.length > 0 ? 'critical' : 'healthy';
  const { looks = [], earlier, restoreSeconds = null, usableSeconds = null, look } = done;
  const isMoment = look.settings['to'] !== undefined;
  return {
    ...emptyReport({ operation: 'drill', subject: target.name, status, headline: headlineOf(target, done), at }),
    findings,
    facts: factsOf(done),
    tables: tablesOf({ looks }),
    charts: chartsOf(target, { earlier, restoreSeconds, usableSeconds }, at),
    text: [
      ...skippedOf(looks),
      ...(levelOf(done) !== null && !isMoment
        ? ['Not proved: that it can be brought to any second (`drill … to=random`).']
        : []),
      ...(note === null ? [] : [note]),
      `On a bad day: restore ${target.name}, or restore ${target.name} to=<the last good second, UTC>; docs/backups.md says how to go on.`,
    ],
    next: [{ label: 'All backups', operation: 'backups', target: target.name, args: [], disruptive: false }],
  };
}

function headlineOf({ name }: TargetName, done: CloudDrilled): string {
  const { look, usableSeconds = null, stage } = done;
  const level = levelOf(done);
  if (level !== null)
    return `${look.from} comes back: restored, reached and looked at in ${seconds(usableSeconds)} (${level})`;
  const what =
    stage === 'restore' ? 'it was not restored' : stage === 'reach' ? 'nobody could log in' : 'what is in it is wrong';
  return `the drill of ${name} failed: ${look.from} is not proved, ${what}`;
}

function findingsOf(target: TargetName, { look, looks = [], stage, problem, leftover }: CloudDrilled): Finding[] {
  const wrong = [
    ...(problem === undefined ? [] : [{ what: stage, problems: [problem] }]),
    ...looks.filter(({ outcome }) => outcome === 'failed'),
  ];
  return [
    ...wrong.map(({ what, problems }): Finding => ({
      key: `drill:${what.replaceAll(/[^\w.()-]+/g, '-')}`,
      severity: 'critical',
      sentence: `${look.from}, restored: ${withStop(problems[0] ?? 'it could not be looked at')}${problems.length > 1 ? ` ${problems.length - 1} more like it.` : ''}`,
      evidence: problems.slice(0, 10),
      next: NEXT[what] ?? `See whether ${target.name} itself has the same, and mend it there first; then drill again.`,
    })),
    ...(leftover === null
      ? []
      : [
          {
            key: 'drill:leftover',
            severity: 'critical' as const,
            sentence: `After the drill ${look.as} is still there, and costs money: ${withStop(leftover)}`,
            evidence: leftover,
            next: `The bot tries again every hour (sweep ${target.name}); else delete ${look.as} in the console of AWS: it holds a copy of the database.`,
          },
        ]),
  ];
}

const NEXT: Readonly<Record<string, string>> = {
  restore:
    'Look at what AWS says of it, take another snapshot and drill again; delete no backup until a drill has passed.',
  reach:
    'See that the subnet group and the security groups of backup.drillIn let the functions of the bot in, and that the login that reads works in the original; then drill again.',
};

function factsOf(done: CloudDrilled): Fact[] {
  const { look, restoreSeconds, usableSeconds, newestRowAgeSeconds = null } = done;
  const level = levelOf(done);
  const cost = look.facts.find(({ label }) => label === 'Costs');
  return [
    { label: 'Proved', value: level === null ? 'nothing' : PROVED[level] },
    ...(restoreSeconds === undefined ? [] : [{ label: 'It answered after', value: seconds(restoreSeconds) }]),
    ...(usableSeconds === undefined ? [] : [{ label: 'It was verified after', value: seconds(usableSeconds) }]),
    ...(newestRowAgeSeconds === null
      ? []
      : [
          { label: 'Newest row', value: `${durationText(newestRowAgeSeconds)} before the moment that was restored to` },
        ]),
    { label: 'Restored', value: `${look.from}, as ${look.as}` },
    ...(cost ? [cost] : []),
  ];
}

const PROVED = {
  L3: 'L3: AWS restored it, and it answered',
  L4: 'L4: indexes, tables, sequences, roles and assertions were right',
  L5: 'L5: it was brought to a second between two snapshots, and what is in it is right',
} as const;

/** What was not looked at, and what was seen in part because a login may not see more. */
function skippedOf(looks: readonly DrillLook[]): string[] {
  const skipped = looks
    .filter(({ outcome, detail }) => outcome === 'skipped' || /may not be read/.test(detail))
    .map(({ what, detail }) => `${what} (${detail})`);
  return skipped.length > 0 ? [`Not looked at: ${skipped.join('; ')}.`] : [];
}
