import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { countText, durationText } from '../wording.ts';
import { nobodyAnswered, numberOf } from './info.ts';

type MemberPersistence = {
  name: string;
  role: string;
  loading: boolean;
  rdbOk: boolean;
  aofEnabled: boolean;
  aofOk: boolean;
  savedSecondsAgo: number;
  changesSinceSave: number;
  /** Are snapshots configured? Null where CONFIG is not allowed. */
  snapshots: boolean | null;
};
type Sample = { members: readonly MemberPersistence[] };

const Limits = z.strictObject({
  /** Age of the last snapshot while changes wait and no append-only file keeps them. */
  warningSaveSeconds: z.number().min(0).default(86_400),
});
type Limits = z.infer<typeof Limits>;

/** Would a restart bring the data back? https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ */
export const persistence = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.persistence',
  engine: 'redis',
  title: 'Persistence status',
  why: 'A snapshot or append-only file that cannot be written means refused writes now and lost data at the next restart.',
  cannotWait: 'The server itself says that it could not write; a restart in the meantime loses data.',
  limits: Limits,
  ask: {
    async read(target) {
      if (target.members.length === 0) return nobodyAnswered;
      return { sample: { members: await Promise.all(target.members.map(lookAt)) } };
    },
  },

  judge: ({ read }, _before, limits) => read.members.flatMap((member) => verdictOf(member, limits) ?? []),

  facts: ({ read }) =>
    read.members
      .filter(({ role }) => role === 'primary')
      .map((member) => ({ label: 'Persistence', value: modeText(member) })),
});

async function lookAt(member: RedisMember): Promise<MemberPersistence> {
  const [said, server, snapshots] = await Promise.all([
    member.info('persistence'),
    member.info('server'),
    snapshotsConfigured(member),
  ]);
  const nowSeconds = (numberOf(server, 'server_time_usec') ?? Date.now() * 1000) / 1e6;
  return {
    name: member.name,
    role: member.role,
    loading: said['loading'] === '1',
    rdbOk: said['rdb_last_bgsave_status'] !== 'err',
    aofEnabled: said['aof_enabled'] === '1',
    aofOk: said['aof_last_write_status'] !== 'err' && said['aof_last_bgrewrite_status'] !== 'err',
    savedSecondsAgo: Math.max(0, nowSeconds - (numberOf(said, 'rdb_last_save_time') ?? nowSeconds)),
    changesSinceSave: numberOf(said, 'rdb_changes_since_last_save') ?? 0,
    snapshots,
  };
}

async function snapshotsConfigured(member: RedisMember): Promise<boolean | null> {
  try {
    const reply = await member.call('CONFIG', 'GET', 'save');
    return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] !== '' : null;
  } catch {
    // Managed servers and narrow ACLs do not offer CONFIG; what INFO says is enough to judge failures.
    return null;
  }
}

function verdictOf(member: MemberPersistence, limits: Limits): Finding | undefined {
  const { name, role, savedSecondsAgo, changesSinceSave } = member;
  if (member.loading) {
    return finding(
      member,
      'critical',
      `${name} (${role}) is still loading its data set and answers nothing else.`,
      'Wait until it is done; a restart begins again from nothing.',
    );
  }
  if (member.aofEnabled && !member.aofOk) {
    return finding(
      member,
      'critical',
      `${name} (${role}) cannot write its append-only file; writes are refused meanwhile.`,
      'Look at the disk of that server: space first, then permissions.',
    );
  }
  if (!member.rdbOk) {
    const since = `the last good one is ${durationText(savedSecondsAgo)} old`;
    return finding(
      member,
      'critical',
      `The last snapshot of ${name} (${role}) failed; ${since}, ${countText(changesSinceSave, 'change')} since, and writes may be refused.`,
      'Look at the log of that server: disk space and memory for the fork are the usual causes.',
    );
  }
  const waits = member.snapshots === true && !member.aofEnabled && changesSinceSave > 0;
  if (!waits || savedSecondsAgo < limits.warningSaveSeconds) return undefined;
  return finding(
    member,
    'warning',
    `The last snapshot of ${name} (${role}) is ${durationText(savedSecondsAgo)} old with ${countText(changesSinceSave, 'change')} since (warning at ${durationText(limits.warningSaveSeconds)}).`,
    'Run BGSAVE at a quiet hour and look at the save rules.',
  );
}

function finding(member: MemberPersistence, severity: 'critical' | 'warning', sentence: string, next: string): Finding {
  return { key: `redis.persistence:${member.name}`, severity, sentence, evidence: member, next };
}

function modeText({ aofEnabled, snapshots }: MemberPersistence): string {
  if (aofEnabled) return snapshots ? 'append-only file and snapshots' : 'append-only file';
  if (snapshots === null) return 'no append-only file; snapshots not visible to us';
  return snapshots ? 'snapshots' : 'off: a restart begins empty';
}
