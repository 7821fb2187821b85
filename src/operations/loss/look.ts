import { INIT_DATABASE } from '../../checks/postgres/init-database.ts';
import { asFault } from '../../core/errors.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';

/** One count. `what` without a relation: `commit` changed rows, `definition` only definitions, `upkeep` is the server's own; else `insert` and the like. */
export type Change = {
  what: string;
  relation: string | null;
  changes: number;
  firstAt: string | null;
  lastAt: string | null;
};

/** A server whose log of writes goes on after the place at which the one that takes writes now left its timeline. */
export type Former = {
  member: string;
  timeline: number;
  /** Where the timeline was left (LSN), and bytes that are only here. */
  forkLsn: string;
  bytes: number;
  /** Of these, what was received and not replayed yet: it is not among the changes. */
  unreplayedBytes: number;
  /** What is in them; a sentence where that cannot be read, with what would help. */
  changes: readonly Change[] | { unread: string; fix: string | null };
};

export type LossLook = {
  /** On the newest timeline. */
  current: { member: string; timeline: number } | null;
  formers: readonly Former[];
  /** Servers that are no standbys and on the newest timeline as well: two histories under one number, a sentence each. */
  rivals: readonly string[];
  /** Servers of which nothing can be said, with the reason. */
  unknown: readonly { member: string; reason: string }[];
};

const FIX = `run ${INIT_DATABASE} on the server that takes writes, as its superuser`;

type Standing = {
  systemIdentifier: string;
  timeline: number;
  inRecovery: boolean;
  lsn: string;
  unreplayedBytes: number;
};
type Asked = { member: PostgresMember; standing: Standing };

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP */
const STANDING = `
  select s.system_identifier::text as "systemIdentifier",
         case when pg_is_in_recovery() then greatest(c.timeline_id, (select received_tli from pg_stat_wal_receiver))
              else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end as timeline,
         pg_is_in_recovery() as "inRecovery",
         case when pg_is_in_recovery() then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
              else pg_current_wal_flush_lsn() end::text as lsn,
         case when pg_is_in_recovery() then greatest(0, pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()))
              else 0 end::float8 as "unreplayedBytes"
    from pg_control_system() s, pg_control_checkpoint() c`;

/** Made by infra/migrations/init-database.sql. */
const HISTORY = `select timeline, ended_at::text as "forkLsn", pg_wal_lsn_diff($2::pg_lsn, ended_at)::float8 as bytes
                   from nightshift.timeline_history() where timeline = $1`;
const CHANGES = `select what, relation, changes::float8 as changes, first_at::text as "firstAt", last_at::text as "lastAt"
                   from nightshift.changes_since($1::pg_lsn) order by (relation is null) desc, changes desc, relation limit 100`;

/** Compares the timelines of the servers of a target. It changes nothing. */
export async function lookAtLoss({ members, unreached }: PostgresTarget): Promise<LossLook> {
  const asked = await Promise.all(
    members.map(async (member): Promise<Asked | undefined> => {
      const [standing] = await member.query<Standing>(STANDING);
      return standing && { member, standing };
    }),
  );
  const [newest, ...others] = asked.flatMap((one) => one ?? []).toSorted(byAge);
  const unreachedNow = unreached.map(({ name, reason }) => ({ member: name, reason }));
  if (!newest) return { current: null, formers: [], rivals: [], unknown: unreachedNow };
  const compared = await Promise.all(others.map((one) => compare(newest, one)));
  return {
    current: { member: newest.member.name, timeline: newest.standing.timeline },
    formers: compared.flatMap(({ former }) => former ?? []),
    rivals: compared.flatMap(({ rival }) => rival ?? []),
    unknown: [...unreachedNow, ...compared.flatMap((one) => one.unknown ?? [])],
  };
}

type Compared = { former?: Former; rival?: string; unknown?: LossLook['unknown'][number] };

async function compare(newest: Asked, other: Asked): Promise<Compared> {
  const { name } = other.member;
  const { systemIdentifier, timeline, inRecovery } = other.standing;
  if (systemIdentifier !== newest.standing.systemIdentifier) {
    return { unknown: { member: name, reason: `it is another database (system identifier ${systemIdentifier})` } };
  }
  if (timeline < newest.standing.timeline) return compareOlder(newest.member, other);
  if (inRecovery) return {};
  const isRival = !newest.standing.inRecovery;
  const rival = `${newest.member.name} and ${name} both went on by themselves on timeline ${timeline}: these are two histories under one number, and what each has beyond the other cannot be counted here`;
  return isRival ? { rival } : {};
}

/** Nothing where it has no more than what the other one took over. */
async function compareOlder(newest: PostgresMember, { member, standing }: Asked): Promise<Compared> {
  const { timeline, lsn, unreplayedBytes } = standing;
  try {
    const [fork] = await newest.query<{ forkLsn: string; bytes: number }>(HISTORY, [timeline, lsn]);
    if (!fork) {
      return { unknown: { member: member.name, reason: `${newest.name} does not come from timeline ${timeline}` } };
    }
    if (fork.bytes <= 0) return {};
    const changes = await changesOf(member, fork.forkLsn);
    return { former: { member: member.name, timeline, ...fork, unreplayedBytes, changes } };
  } catch (thrown) {
    return { unknown: { member: member.name, reason: `${asFault(thrown).message}: ${FIX}` } };
  }
}

async function changesOf(member: PostgresMember, forkLsn: string): Promise<Former['changes']> {
  try {
    return await member.query<Change>(CHANGES, [forkLsn]);
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    const isMissing = code === 'permission_denied' || /pg_walinspect|changes_since/.test(message);
    return { unread: message, fix: isMissing ? FIX : null };
  }
}

/** The newest timeline first, and on it the server that goes on by itself. */
function byAge({ standing: one }: Asked, { standing: other }: Asked): number {
  return other.timeline - one.timeline || Number(one.inRecovery) - Number(other.inRecovery);
}
