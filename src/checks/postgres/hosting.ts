import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresCloud, PostgresHosting, PostgresUpkeep } from '../../targets/cloud.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { both, through } from '../clouds.ts';
import { daysText, daysUntil, dayText } from '../dates.ts';
import { machineChanges, type Given } from '../machine-changes.ts';
import { listText } from '../wording.ts';

type Sample = { askedAt: string; members: readonly (PostgresHosting & PostgresUpkeep)[] };

/** A week to move forced work to a better hour; two months to renew a certificate in every client; 7 d is what AWS advises to keep. */
const Limits = z.strictObject({
  forcedWarningDays: z.number().default(7).describe('Until maintenance is done whether it suits or not'),
  certificateWarningDays: z.number().default(60),
  certificateCriticalDays: z.number().default(14),
  backupDays: z.number().default(7).describe('The least that backups are kept'),
});
type Limits = z.infer<typeof Limits>;

/** Is the instance set up so that nothing is lost, and what will the cloud do to it by itself? */
export const hosting = defineCheck<PostgresTarget, { control: Sample }, Limits, PostgresCloud>({
  id: 'postgres.hosting',
  engine: 'postgres',
  title: 'Maintenance, certificate, backups and protection',
  why: 'Forced maintenance, an expired certificate and a missing backup all come as a surprise at the worst hour.',
  explainedBy: ['machine', 'setting'],
  limits: Limits,
  ask: {
    control: async (cloud) =>
      through(await both(cloud.hosting(), cloud.upkeep()), ([told, upkeep]) => ({
        sample: { askedAt: new Date(cloud.now()).toISOString(), members: joined(told, upkeep) },
      })),
  },

  judge: ({ control }, _before, limits) => {
    const nowMs = Date.parse(control.askedAt);
    return control.members.flatMap((member) => [
      ...stateOf(member),
      ...maintenanceOf(member, nowMs, limits),
      ...certificateOf(member, nowMs, limits),
      ...backupsOf(member, limits),
      ...exposureOf(member),
      ...adviceOn(member, control.members.length),
    ]);
  },

  changes: (good, now) =>
    machineChanges(good.samples.control.members.map(givenTo), now.samples.control.members.map(givenTo)),

  facts: ({ control: { members } }) => {
    const [first] = members;
    return first ? [{ label: 'Backups', value: `${first.backupDays} d, ${first.backupWindow ?? 'no window'}` }] : [];
  },
});

type Member = Sample['members'][number];

function givenTo({ member, memoryBytes, disk, multiZone }: Member): Given {
  return {
    name: member,
    of: [
      { what: 'memory', value: memoryBytes, bytes: true },
      { what: 'disk', value: disk?.sizeBytes ?? null, bytes: true },
      { what: 'kind of disk', value: disk?.kind ?? null },
      { what: 'standby in another zone', value: multiZone },
    ],
  };
}

function joined(told: readonly PostgresHosting[], upkeep: readonly PostgresUpkeep[]): Member[] {
  return told.flatMap((one) => {
    const waiting = upkeep.find(({ member }) => member === one.member);
    return waiting ? [{ ...one, ...waiting }] : [];
  });
}

function finding(
  { member }: Member,
  what: string,
  about: Pick<Finding, 'severity' | 'sentence' | 'next' | 'evidence'> & Pick<Finding, 'measure'>,
): Finding[] {
  return [{ key: `postgres.hosting:${member}:${what}`, ...about }];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status */
function stateOf(member: Member): Finding[] {
  const { status } = member;
  if (status === 'available') return [];
  return finding(member, 'status', {
    severity: /fail|incompatible|storage-full|inaccessible/.test(status) ? 'critical' : 'warning',
    sentence: `${member.member} is not available to its cloud: its state is ${status}.`,
    evidence: { status },
    next: 'Look at the latest events of the instance before you change anything.',
  });
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html */
function maintenanceOf(member: Member, nowMs: number, limits: Limits): Finding[] {
  const { pending, maintenanceWindow } = member;
  if (pending.length === 0) return [];
  const dates = pending.flatMap(({ forcedAt, optedInFor }) => forcedAt ?? optedInFor ?? []).toSorted();
  const [first] = dates;
  const days = daysUntil(first ?? null, nowMs);
  const soon = days !== null && days <= limits.forcedWarningDays;
  const names = listText(pending.map(({ what, description }) => (description === '' ? what : description)));
  const when =
    first === undefined ? 'without a date' : `on ${dayText(first)} (${daysText(days ?? 0)}), whether it suits or not`;
  return finding(member, 'maintenance', {
    severity: soon ? 'warning' : 'info',
    sentence: `Maintenance waits for ${member.member} ${when}: ${names}${soon ? ` (warning from ${limits.forcedWarningDays} d before)` : ''}.`,
    evidence: { pending, maintenanceWindow },
    next: 'Apply it in an hour that suits you: most maintenance restarts the server or fails it over.',
  });
}

function certificateOf(member: Member, nowMs: number, limits: Limits): Finding[] {
  const ends = [member.certificateUntil, member.authorityUntil].flatMap((at) => at ?? []).toSorted();
  const [first] = ends;
  const days = daysUntil(first ?? null, nowMs);
  if (first === undefined || days === null || days > limits.certificateWarningDays) return [];
  const critical = days <= limits.certificateCriticalDays;
  const limit = critical ? limits.certificateCriticalDays : limits.certificateWarningDays;
  return finding(member, 'certificate', {
    severity: critical ? 'critical' : 'warning',
    sentence: `The certificate of ${member.member} (${member.authority ?? 'unknown authority'}) ends on ${dayText(first)}, ${daysText(days)} (${critical ? 'critical' : 'warning'} from ${limit} d before).`,
    measure: { value: days, unit: 'd', limit, step: 7 },
    evidence: { authority: member.authority, ends },
    next: 'See that every client trusts the new authority, then change it: clients that verify are refused when it has ended.',
  });
}

/** A replica has its primary's backups. */
function backupsOf(member: Member, limits: Limits): Finding[] {
  const { backupDays, replica } = member;
  if (replica || backupDays >= limits.backupDays) return [];
  const none = backupDays === 0;
  return finding(member, 'backups', {
    severity: none ? 'warning' : 'info',
    sentence: none
      ? `${member.member} has no automated backups: nothing can be restored to a point in time.`
      : `Backups of ${member.member} are kept for ${backupDays} d (advice: ${limits.backupDays} d).`,
    evidence: { backupDays },
    next: 'Set a retention of backups; the first snapshot is taken at once and needs no restart.',
  });
}

function exposureOf(member: Member): Finding[] {
  if (!member.publicAddress) return [];
  return finding(member, 'public', {
    severity: 'warning',
    sentence: `${member.member} has a public address: only its security group stands between it and the internet.`,
    evidence: { publicAddress: true },
    next: 'Switch public access off, once every client reaches it from inside.',
  });
}

/** One line for all that is advice and no trouble, so that it does not crowd out what is. */
function adviceOn(member: Member, members: number): Finding[] {
  const advice = [
    ...(member.encrypted ? [] : ['its storage is not encrypted']),
    ...(member.deletionProtected || member.replica ? [] : ['it can be deleted by mistake']),
    ...(member.multiZone || member.replica || members > 1 ? [] : ['it has no standby in another zone']),
    ...(member.newerMinor === null ? [] : [`it runs ${member.version} although ${member.newerMinor} is out`]),
  ];
  if (advice.length === 0) return [];
  const { encrypted, deletionProtected, multiZone, version, newerMinor } = member;
  return finding(member, 'advice', {
    severity: 'info',
    sentence: `${member.member} could be set up better: ${advice.join('; ')}.`,
    evidence: { encrypted, deletionProtected, multiZone, version, newerMinor },
    next: 'Plan it for a quiet hour: a minor version restarts the server, and encryption needs a copy of it.',
  });
}
