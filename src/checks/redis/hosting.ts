import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisCloud, RedisHosting } from '../../targets/cloud.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { through } from '../clouds.ts';
import { daysText, daysUntil, dayText } from '../dates.ts';
import { machineChanges, type Given } from '../machine-changes.ts';
import { listText } from '../wording.ts';

type Sample = RedisHosting & { askedAt: string };

/** Two weeks are time to apply an update in an hour that suits; a cache without backups is a choice, one day of them is not. */
const Limits = z.strictObject({
  updateWarningDays: z.number().default(14).describe('Until the date by which an update should be applied'),
  backupDays: z.number().default(1).describe('The least that backups are kept; 0 for a cache that may be lost'),
});
type Limits = z.infer<typeof Limits>;

/** Is the group set up so that a node may fail, and which updates wait? */
export const hosting = defineCheck<RedisTarget, { control: Sample }, Limits, RedisCloud>({
  id: 'redis.hosting',
  engine: 'redis',
  title: 'Updates, failover, backups and encryption',
  why: 'A group that does not fail over by itself is down when one node is, and updates that are left waiting come by themselves.',
  explainedBy: ['machine', 'setting'],
  limits: Limits,
  ask: {
    control: async (cloud) =>
      through(await cloud.hosting(), (told) => ({
        sample: { ...told, askedAt: new Date(cloud.now()).toISOString() },
      })),
  },

  judge: ({ control }, _before, limits) => [
    ...stateOf(control),
    ...failoverOf(control),
    ...updatesOf(control, Date.parse(control.askedAt), limits),
    ...adviceOn(control, limits),
  ],

  changes: (good, now) => machineChanges([givenTo(good.samples.control)], [givenTo(now.samples.control)]),

  facts: ({ control: { nodes, version } }) => [{ label: 'Nodes', value: `${nodes}, ${version}` }],
});

function givenTo({ group, nodes, automaticFailover, multiZone }: Sample): Given {
  return {
    name: group,
    of: [
      { what: 'nodes', value: nodes },
      { what: 'automatic failover', value: automaticFailover },
      { what: 'several zones', value: multiZone },
    ],
  };
}

function stateOf({ group, status }: Sample): Finding[] {
  if (status === 'available') return [];
  return [
    {
      key: `redis.hosting:${group}:status`,
      severity: status === 'create-failed' ? 'critical' : 'warning',
      sentence: `${group} is not available to its cloud: its state is ${status}.`,
      evidence: { status },
      next: 'Look at the latest events of the group before you change anything.',
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html */
function failoverOf({ group, automaticFailover, nodes, multiZone }: Sample): Finding[] {
  if (automaticFailover && nodes > 1) return [];
  const why = nodes > 1 ? 'automatic failover is off' : 'it has one node';
  return [
    {
      key: `redis.hosting:${group}:failover`,
      severity: 'warning',
      sentence: `When the primary of ${group} fails, nobody takes over: ${why}.`,
      evidence: { automaticFailover, nodes, multiZone },
      next:
        nodes > 1
          ? 'Switch automatic failover on; no client notices.'
          : 'Add a replica, then switch automatic failover on.',
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Self-Service-Updates.html */
function updatesOf({ group, pending, maintenanceWindow }: Sample, nowMs: number, limits: Limits): Finding[] {
  if (pending.length === 0) return [];
  const [first] = pending.flatMap(({ applyBy }) => applyBy ?? []).toSorted();
  const days = daysUntil(first ?? null, nowMs);
  const soon = days !== null && days <= limits.updateWarningDays;
  const when = first === undefined ? '' : `, to be applied by ${dayText(first)} (${daysText(days ?? 0)})`;
  const names = listText(pending.map(({ name, severity, kind }) => `${name} (${severity} ${kind})`.replace(' )', ')')));
  return [
    {
      key: `redis.hosting:${group}:updates`,
      severity: soon ? 'warning' : 'info',
      sentence: `Updates wait for ${group}${when}: ${names}${soon ? ` (warning from ${limits.updateWarningDays} d before)` : ''}.`,
      evidence: { pending, maintenanceWindow },
      next: 'Apply them in a quiet hour: nodes are replaced one after the other, and clients connect anew.',
    },
  ];
}

/** One line for all that is advice and no trouble. */
function adviceOn(control: Sample, limits: Limits): Finding[] {
  const { group, encryptedAtRest, encryptedInTransit, multiZone, nodes, backupDays } = control;
  const advice = [
    ...(encryptedInTransit ? [] : ['clients speak to it without TLS']),
    ...(encryptedAtRest ? [] : ['it is not encrypted at rest']),
    ...(multiZone || nodes < 2 ? [] : ['its nodes need not lie in several zones']),
    ...(backupDays >= limits.backupDays
      ? []
      : [`backups are kept for ${backupDays} d (advice: ${limits.backupDays} d)`]),
  ];
  if (advice.length === 0) return [];
  return [
    {
      key: `redis.hosting:${group}:advice`,
      severity: 'info',
      sentence: `${group} could be set up better: ${advice.join('; ')}.`,
      evidence: { encryptedAtRest, encryptedInTransit, multiZone, backupDays },
      next: 'Plan it for a quiet hour; encryption at rest needs a new group from a backup.',
    },
  ];
}
