import type { Ask } from '../switchover/sessions.ts';

/** A standby that is not the one which takes over, as far as it matters for following that one. Positions are LSNs as text. */
export type SiblingState = {
  inRecovery: boolean;
  timeline: number;
  /** Up to where it has replayed, or will: what is received beyond it is half a record. */
  reached: string | null;
  receives: boolean;
  /** Null where there is a secret in it, which stays on the server, or where the login may not read it. */
  conninfo: string | null;
  hasSecret: boolean;
  /** '' where it uses none. */
  slot: string;
  followsLatest: boolean;
  /** The acting login may write the setting and have it read again. */
  may: boolean;
};

/**
 * 13+ takes another primary_conninfo without a restart. A connection string with a password is never read: what is written is in the
 * text of a statement, which servers log. https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-PRIMARY-CONNINFO,
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS-TABLE
 */
const STATE = (mayAlter: string) => `
  select pg_is_in_recovery() as "inRecovery",
         greatest(c.timeline_id, w.received_tli) as timeline,
         case when (select wait_event in ('RecoveryWalStream', 'RecoveryRetrieveRetryInterval')
                      from pg_stat_activity where backend_type = 'startup') then pg_last_wal_replay_lsn()
              else greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) end::text as reached,
         coalesce(w.status = 'streaming', false) as receives,
         case when not i.secret then i.setting end as conninfo, coalesce(i.secret, false) as "hasSecret",
         current_setting('primary_slot_name') as slot,
         current_setting('recovery_target_timeline') = 'latest' as "followsLatest",
         coalesce((select (r.rolsuper or ${mayAlter}) and has_function_privilege(r.oid, 'pg_reload_conf()', 'execute')
                     from pg_roles r where r.rolname = $1), false) as may
    from pg_control_checkpoint() c
         left join pg_stat_wal_receiver w on true
         left join (select setting, setting ~* '(password|passwd|^\\s*postgres(ql)?://)' as secret
                      from pg_settings where name = 'primary_conninfo') i on true`;

/** 15+ lets an administrator give a single setting away; before, only a superuser may write it. */
const MAY_ALTER = `has_parameter_privilege(r.oid, 'primary_conninfo', 'alter system')`;

/** `acting`: the login of the act room there. */
export async function siblingState(ask: Ask, version: number, acting: string): Promise<SiblingState> {
  const [row] = await ask<SiblingState>(STATE(version >= 150_000 ? MAY_ALTER : 'false'), [acting]);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row;
}

/** Pure: why a standby is not pointed elsewhere from here, in words without an end; undefined where it is. */
export function whyNotPointed(state: SiblingState): string | undefined {
  if (!state.inRecovery) return 'it is no standby';
  if (state.hasSecret)
    return 'its primary_conninfo has a password in it, or is a URL: keep the password in a file there (passfile), so that the rest may be changed';
  if (state.conninfo === null || !state.may)
    return 'the login that acts may not write primary_conninfo there: GRANT ALTER SYSTEM ON PARAMETER primary_conninfo (15 and later; infra/migrations/init-database.sql)';
  if (state.conninfo === '') return 'it receives from no server, but from an archive';
  return state.followsLatest ? undefined : 'its recovery_target_timeline is not latest';
}
