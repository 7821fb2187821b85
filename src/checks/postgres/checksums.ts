import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { countText } from '../wording.ts';

/** Null where checksums are off. https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW */
const FAILURES = `
  select current_setting('data_checksums') as checksums, coalesce(sum(checksum_failures), 0)::int8 as failures,
         max(checksum_last_failure) as "lastFailureAt",
         coalesce(array_agg(coalesce(datname::text, 'shared objects') order by datname) filter (where checksum_failures > 0), '{}') as databases
    from pg_stat_database`;

type Member = {
  member: string;
  checksums: string;
  failures: number;
  lastFailureAt: string | null;
  databases: readonly string[];
};
type Sample = { members: readonly Member[] };

const Limits = z.strictObject({
  /** Pages that did not hold what was written, since the statistics began. */
  criticalFailedBlocks: z.number().int().min(1).default(1),
});
type Limits = z.infer<typeof Limits>;

/** Did a member read a page that is not what was written? Each member has disks and counters of its own. */
export const checksums = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.checksums',
  engine: 'postgres',
  title: 'Checksum failures',
  why: 'A damaged page is data lost, and every backup and replica taken from then on may carry it along.',
  cannotWait: 'With every backup that runs meanwhile, an older and whole one may expire.',
  explainedBy: ['machine', 'restart'],
  limits: Limits,
  ask: { read: look },
  judge: ({ read }, _before, limits) => [
    ...read.members
      .filter(({ failures }) => failures >= limits.criticalFailedBlocks)
      .map((one) => damaged(one, limits)),
    ...unguarded(read),
  ],
});

async function look({ members }: PostgresTarget): Promise<Seen<Sample>> {
  if (members.length === 0) return { unreliable: 'no member answered' };
  const seen = await Promise.all(members.map(ofMember));
  return { sample: { members: seen.flat() } };
}

async function ofMember(member: PostgresMember): Promise<Member[]> {
  const rows = await member.query<Omit<Member, 'member'>>(FAILURES);
  return rows.map((row) => ({ member: member.name, ...row, databases: row.databases.slice(0, 10) }));
}

function damaged(one: Member, limits: Limits): Finding {
  const { member, failures, lastFailureAt, databases } = one;
  const last = lastFailureAt === null ? '' : `, the last at ${lastFailureAt.slice(0, 16).replace('T', ' ')} UTC`;
  return {
    key: `postgres.checksums:${member}`,
    severity: 'critical',
    sentence: `${member} read ${countText(failures, 'page')} whose checksum was wrong in ${databases.join(', ')}${last} (critical at ${limits.criticalFailedBlocks}).`,
    measure: { value: failures, unit: 'pages', limit: limits.criticalFailedBlocks, step: 1 },
    evidence: one,
    next: 'Keep every backup you have, look for the relation in the server log and for disk errors on the host, and check that another member reads it before you move over to that one.',
  };
}

function unguarded({ members }: Sample): Finding[] {
  const off = members.filter(({ checksums: setting }) => setting === 'off').map(({ member }) => member);
  if (off.length === 0) return [];
  return [
    {
      key: 'postgres.checksums:off',
      severity: 'info',
      sentence: `Data checksums are off on ${off.join(', ')}: 0 of the pages that a disk damages would be noticed.`,
      evidence: { members: off },
      next: 'With the next move to a new server, make it with checksums; pg_checksums --enable needs the server to be stopped.',
    },
  ];
}
