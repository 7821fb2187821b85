import { bytesText, durationText } from '../../checks/wording.ts';
import type { Proof } from '../../core/backup.ts';
import type { Finding, NextAction } from '../../core/finding.ts';
import type { TargetName } from '../../core/operation.ts';
import { emptyReport, type Chart, type Fact, type Report, type Table } from '../../core/report.ts';
import type { DrillDone } from './carry-out.ts';

/** What a level of proof is in words. */
const PROVED: Readonly<Record<Proof['level'], string>> = {
  L1: 'every checksum was right in the stream',
  L2: 'it was read back from the store',
  L3: 'it was put together and started',
  L4: 'indexes, tables, sequences, roles and assertions were right',
  L5: 'it was brought to a random second',
};

/** Pure: what is wrong before anything else; what is proved now, in how long, and what is not. */
export function drillReport(target: TargetName, done: DrillDone, at: string): Report {
  const findings = findingsOf(target, done).map((finding) => ({ ...finding, change: 'NEW' as const, since: at }));
  const status = findings.some(({ severity }) => severity === 'critical')
    ? 'critical'
    : findings.length > 0
      ? 'warning'
      : 'healthy';
  return {
    ...emptyReport({ operation: 'drill', subject: target.name, status, headline: headlineOf(target, done), at }),
    findings,
    facts: factsOf(done),
    tables: tablesOf(done),
    charts: chartsOf(target, done, at),
    text: [...notProved(done), byHand(target)],
    next: nextOf(target, status === 'critical'),
  };
}

function headlineOf({ name }: TargetName, done: DrillDone): string {
  const { label, proofs, usableSeconds, isRandom, to } = done;
  const [failed] = proofs.filter(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return `the drill failed: ${label} of ${name} is not proved (${failed.level})`;
  const best = proofs.at(-1)?.level ?? 'nothing';
  const where = isRandom ? ` to a random second (${to})` : '';
  return `${label} comes back: restored${where}, started and verified in ${seconds(usableSeconds)} (${best})`;
}

function findingsOf(target: TargetName, done: DrillDone): Finding[] {
  const { problems, looks, leftover, stage, label, to } = done;
  const again = `backup ${target.name} full, then drill ${target.name}`;
  const next =
    stage === 'verify'
      ? `See whether ${target.name} itself has the same, and mend it there first; then ${again}.`
      : `Take another and prove it, ${again}; delete nothing until one has passed.`;
  const wrong = [
    ...(problems.length > 0 ? [{ what: stage, problems }] : []),
    ...looks.filter(({ outcome }) => outcome === 'failed'),
  ];
  return [
    ...wrong.map(({ what, problems: found }): Finding => ({
      key: `drill:${what.replaceAll(/[^\w.()-]+/g, '-')}`,
      severity: 'critical',
      sentence: `${label}, restored to ${to}: ${withStop(found[0] ?? 'it could not be looked at')}${found.length > 1 ? ` ${found.length - 1} more like it.` : ''}`,
      evidence: found.slice(0, 10),
      next,
      actions: [backupNow(target)],
    })),
    ...(leftover === null
      ? []
      : [
          {
            key: 'drill:leftover',
            severity: 'warning' as const,
            sentence: `After the drill something was left: ${withStop(leftover)}`,
            evidence: leftover,
            next: 'Remove the folder by hand: it holds a copy of the database.',
          },
        ]),
  ];
}

function factsOf(done: DrillDone): Fact[] {
  const { chain, walSegments, plainBytes, to, store, restoreSeconds, usableSeconds, newestRowAgeSeconds } = done;
  const proved = done.proofs.filter(({ outcome }) => outcome === 'passed');
  return [
    { label: 'Proved', value: proved.map(({ level }) => `${level}: ${PROVED[level]}`).join('; ') || 'nothing' },
    ...(restoreSeconds === null ? [] : [{ label: 'It answered after', value: seconds(restoreSeconds) }]),
    ...(newestRowAgeSeconds === null
      ? []
      : [
          { label: 'Newest row', value: `${durationText(newestRowAgeSeconds)} before the moment that was restored to` },
        ]),
    ...(usableSeconds === null ? [] : [{ label: 'It was verified after', value: seconds(usableSeconds) }]),
    { label: 'Restored', value: `${chain.join(' + ')} and ${walSegments} segments of WAL, to ${to}` },
    { label: 'From', value: `the ${store} store, ${bytesText(plainBytes)}` },
  ];
}

/** Pure: what was looked at, the worst first. */
export function tablesOf({ looks }: Pick<DrillDone, 'looks'>): Table[] {
  if (looks.length === 0) return [];
  const order = ['failed', 'skipped', 'passed'];
  return [
    {
      title: 'What was looked at',
      columns: [
        { key: 'what', label: 'What' },
        { key: 'outcome', label: 'Outcome' },
        { key: 'detail', label: 'Seen' },
      ],
      rows: looks
        .toSorted((one, other) => order.indexOf(one.outcome) - order.indexOf(other.outcome))
        .slice(0, 30)
        .map(({ what, outcome, detail }) => ({ what, outcome, detail })),
    },
  ];
}

/** Every drill before this one and this one, where there are two. */
export function chartsOf(
  { name }: TargetName,
  { earlier, restoreSeconds, usableSeconds }: Pick<DrillDone, 'earlier' | 'restoreSeconds' | 'usableSeconds'>,
  at: string,
): Chart[] {
  const now = restoreSeconds === null || usableSeconds === null ? [] : [{ at, restoreSeconds, usableSeconds }];
  const all = [...earlier, ...now];
  if (all.length < 2) return [];
  const series = [
    { name: 'until it answered', points: all.map((one) => ({ at: one.at, value: one.restoreSeconds })) },
    { name: 'until it was verified', points: all.map((one) => ({ at: one.at, value: one.usableSeconds })) },
  ];
  return [{ title: `${name} · how long a restore takes`, unit: 's', limits: [], series }];
}

function notProved({ looks, proofs, isRandom }: DrillDone): string[] {
  const skipped = looks.filter(({ outcome }) => outcome === 'skipped').map(({ what, detail }) => `${what} (${detail})`);
  const isGood = proofs.every(({ outcome }) => outcome === 'passed');
  return [
    ...(skipped.length > 0 ? [`Not looked at: ${skipped.join('; ')}.`] : []),
    ...(isGood && !isRandom ? ['Not proved: that it can be brought to any second (`drill … to=random`).'] : []),
  ];
}

/** For the night on which it is needed: nothing else has to work for it. */
function byHand({ name }: TargetName): string {
  return `On a bad day: nightshift restore ${name} --to "<the last good second, UTC>" --into <new directory> --keep; docs/backups.md says how to go on.`;
}

function nextOf(target: TargetName, isBad: boolean): NextAction[] {
  const all = { label: 'All backups', operation: 'backups', target: target.name, args: [], disruptive: false };
  return isBad ? [backupNow(target), all] : [all];
}

function backupNow({ name }: TargetName): NextAction {
  return { label: 'Back up now (full)', operation: 'backup', target: name, args: ['full'], disruptive: false };
}

export function seconds(value: number | null): string {
  return value === null ? 'an unknown time' : durationText(Math.max(1, Math.round(value)));
}

export function withStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}
