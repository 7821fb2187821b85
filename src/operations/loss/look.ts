import { INIT_DATABASE } from '../../checks/postgres/init-database.ts';
import { asFault } from '../../core/errors.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';

/** What one table, database or transaction count lost. `what`: `commit`, `catalog`, `insert`, `update`, `delete`, `truncate`. */
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
  /** What is in them; a sentence where that cannot be read, with what would help. */
  changes: readonly Change[] | { unread: string; fix: string | null };
};

export type LossLook = {
  /** On the newest timeline. */
  current: { member: string; timeline: number } | null;
  formers: readonly Former[];
  /** Servers of which nothing can be said, with the reason. */
  unknown: readonly { member: string; reason: string }[];
};

const FIX = `run ${INIT_DATABASE} on the server that takes writes, as its superuser`;

type Standing = { systemIdentifier: string; timeline: number; lsn: string };
type Asked = { member: PostgresMember; standing: Standing };

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP */
const STANDING = `
  select s.system_identifier::text as "systemIdentifier",
         case when pg_is_in_recovery() then greatest(c.timeline_id, (select received_tli from pg_stat_wal_receiver))
              else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end as timeline,
         case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end::text as lsn
    from pg_control_system() s, pg_control_checkpoint() c`;

/** Made by infra/migrations/init-database.sql. */
const HISTORY = `select timeline, ended_at::text as "forkLsn", pg_wal_lsn_diff($2::pg_lsn, ended_at)::float8 as bytes
                   from nightshift.timeline_history() where timeline = $1`;
const CHANGES = `select what, relation, changes::float8 as changes, first_at::text as "firstAt", last_at::text as "lastAt"
                   from nightshift.changes_since($1::pg_lsn) order by changes desc, relation limit 100`;

/** Compares the timelines of the servers of a target. It changes nothing. */
export async function lookAtLoss({ members, unreached }: PostgresTarget): Promise<LossLook> {
  const asked = await Promise.all(
    members.map(async (member): Promise<Asked | undefined> => {
      const [standing] = await member.query<Standing>(STANDING);
      return standing && { member, standing };
    }),
  );
  const [newest, ...others] = asked
    .flatMap((one) => one ?? [])
    .toSorted((one, other) => other.standing.timeline - one.standing.timeline);
  const unknown = unreached.map(({ name, reason }) => ({ member: name, reason }));
  if (!newest) return { current: null, formers: [], unknown };
  const behind = others.filter(
    ({ standing }) =>
      standing.timeline < newest.standing.timeline && standing.systemIdentifier === newest.standing.systemIdentifier,
  );
  const compared = await Promise.all(behind.map((one) => compare(newest.member, one)));
  return {
    current: { member: newest.member.name, timeline: newest.standing.timeline },
    formers: compared.flatMap(({ former }) => former ?? []),
    unknown: [...unknown, ...compared.flatMap((one) => one.unknown ?? [])],
  };
}

/** Nothing where it has no more than what the other one took over. */
async function compare(
  newest: PostgresMember,
  { member, standing }: Asked,
): Promise<{ former?: Former; unknown?: LossLook['unknown'][number] }> {
  const { timeline, lsn } = standing;
  try {
    const [fork] = await newest.query<{ forkLsn: string; bytes: number }>(HISTORY, [timeline, lsn]);
    if (!fork) {
      return { unknown: { member: member.name, reason: `${newest.name} does not come from timeline ${timeline}` } };
    }
    if (fork.bytes <= 0) return {};
    const changes = await changesOf(member, fork.forkLsn);
    return { former: { member: member.name, timeline, ...fork, changes } };
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
