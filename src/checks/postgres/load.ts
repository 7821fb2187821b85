import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { Metric } from '../../core/metric.ts';
import type { LoadShare, PostgresCloud, PostgresLoad } from '../../targets/cloud.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { through } from '../clouds.ts';
import { durationText, listText, percentText } from '../wording.ts';

type Recorded = NonNullable<PostgresLoad['recorded']> & { sessions: number };
type MemberLoad = { member: string; cpus: number | null; recorded: Recorded };
type Sample = { members: readonly MemberLoad[]; off: readonly string[] };

/** A session beyond the vCPUs waits for one, or for something else: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.MaxCPU.html */
const Limits = z.strictObject({
  warningSessionsPerCpu: z.number().positive().default(1.5).describe('Active sessions for each vCPU, mean of 15 min'),
  criticalSessionsPerCpu: z.number().positive().default(4),
});
type Limits = z.infer<typeof Limits>;

/** What does the database wait for, against the vCPUs that it has? */
export const load = defineCheck<PostgresTarget, { control: Sample }, Limits, PostgresCloud>({
  id: 'postgres.load',
  engine: 'postgres',
  title: 'Active sessions by what they wait for',
  why: 'More active sessions than vCPUs wait; what they wait for says where to look first.',
  explainedBy: ['statement', 'schema', 'keys', 'traffic', 'setting', 'machine', 'failover', 'restart', 'trouble'],
  limits: Limits,
  ask: {
    control: async (cloud) => through(await cloud.load(), sampleOf),
  },

  judge: ({ control }, _before, limits, target) => control.members.flatMap((one) => verdictOf(one, limits, target)),

  metrics: ({ control }, _before, limits) => control.members.map((one) => metricOf(one, limits)),

  facts: ({ control }) =>
    control.members.map(({ member, recorded: { sessions, waits } }) => ({
      label: `Load of ${member}`,
      value: `${rounded(sessions)} active${waits[0] ? `, most on ${waits[0].what}` : ''}`,
    })),
});

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Enabling.html: it needs no restart. */
function sampleOf(all: readonly PostgresLoad[]): Seen<Sample> {
  const off = all.filter(({ recorded }) => recorded === null);
  if (off.length > 0 && off.length === all.length) {
    const commands = off.map(
      ({ identifier }) =>
        `aws rds modify-db-instance --db-instance-identifier ${identifier} --enable-performance-insights --apply-immediately`,
    );
    return {
      skipped: `Performance Insights is off on ${listText(off.map(({ identifier }) => identifier))}`,
      fix: commands.join('; '),
    };
  }
  const silent = all.filter(({ recorded }) => recorded?.sessions === null);
  if (silent.length > 0) {
    const names = listText(silent.map(({ member }) => member));
    return { unreliable: `Performance Insights has no load of ${names} in the last minutes` };
  }
  const members = all.flatMap(({ member, cpus, recorded }) =>
    recorded && recorded.sessions !== null
      ? [{ member, cpus, recorded: { ...recorded, sessions: recorded.sessions } }]
      : [],
  );
  return { sample: { members, off: off.map(({ member }) => member) } };
}

/** Where nothing tells the number of vCPUs (serverless), the load is only shown. */
function verdictOf({ member, cpus, recorded }: MemberLoad, limits: Limits, target: string): Finding[] {
  if (cpus === null) return [];
  const perCpu = recorded.sessions / cpus;
  if (perCpu < limits.warningSessionsPerCpu) return [];
  const critical = perCpu >= limits.criticalSessionsPerCpu;
  const [severity, limit] = critical
    ? (['critical', limits.criticalSessionsPerCpu] as const)
    : (['warning', limits.warningSessionsPerCpu] as const);
  const { sessions, overSeconds, waits, statements } = recorded;
  const waited = waits.slice(0, 3).map((wait) => `${wait.what} ${shareText(wait, sessions)}`);
  return [
    {
      key: `postgres.load:${member}`,
      severity,
      sentence: `${member} had ${rounded(sessions)} active sessions on average over the last ${durationText(overSeconds)}, ${rounded(perCpu)} for each of its ${cpus} vCPUs (${severity} from ${limit}); they were on ${listText(waited)}${mostBy(statements[0], sessions)}.`,
      measure: { value: Number(perCpu.toFixed(1)), unit: 'per vCPU', limit, step: 0.5 },
      evidence: { member, cpus, sessions, waits: [...waits], statements: [...statements] },
      next: nextOf(waits[0]?.what ?? ''),
      actions: [{ label: 'Show sessions', operation: 'sessions', target, args: [], disruptive: false }],
    },
  ];
}

function mostBy(statement: LoadShare | undefined, sessions: number): string {
  return statement ? `. Most of it (${shareText(statement, sessions)}): ${statement.what}` : '';
}

function shareText({ sessions }: LoadShare, of: number): string {
  return percentText(Math.min(1, sessions / of));
}

function rounded(value: number): number {
  return Number(value.toFixed(1));
}

/** By the class of the wait event: https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE */
function nextOf(wait: string): string {
  const [type = ''] = wait.split(':');
  if (type === 'Lock') return 'Look at the lock tree and end the session at its root, not those that wait.';
  if (type === 'CPU')
    return 'Look at the statement that is on most: its plan and its indexes, before you take a larger class.';
  if (type === 'IO') return 'Find what reads or writes so much: a scan without an index, a checkpoint, a vacuum.';
  if (type === 'LWLock')
    return 'Many sessions fight for shared memory: fewer connections (a pooler) help more than a larger class.';
  if (type === 'Client') return 'The database waits for its clients: look at the network and at slow readers.';
  return 'Look at what runs (sessions), longest first, before you change anything.';
}

function metricOf(
  { member, cpus, recorded }: MemberLoad,
  { warningSessionsPerCpu, criticalSessionsPerCpu }: Limits,
): Metric {
  const limits =
    cpus === null
      ? {}
      : {
          limits: [
            { label: 'warning', value: cpus * warningSessionsPerCpu },
            { label: 'critical', value: cpus * criticalSessionsPerCpu },
          ],
        };
  return { name: `load:${member}`, value: recorded.sessions, unit: 'sessions', ...limits };
}
