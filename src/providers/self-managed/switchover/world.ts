import type { Phase } from '../../../targets/switchover.ts';
import type { Ask } from './sessions.ts';

/** The parts of the work, in order. After `Promote` has begun nothing is rolled back. */
export const phaseNames = [
  'Get ready',
  'Hold the writes',
  'Catch up',
  'Close the old primary',
  'Promote',
  'Prove',
] as const;
export type PhaseName = (typeof phaseNames)[number];

/** Measures the parts of the work. `begin` is called at the border of each; what it awaits is not counted. */
export type Stopwatch<Name extends string = PhaseName> = { begin(name: Name): Promise<void>; phases(): Phase[] };

export function startStopwatch<Name extends string>(watch: (phase: Name) => Promise<void>): Stopwatch<Name> {
  const done: Phase[] = [];
  let open: { name: Name; atMs: number } | undefined;
  const close = () => {
    if (open) done.push({ name: open.name, milliseconds: Math.round(performance.now() - open.atMs) });
    open = undefined;
  };
  return {
    begin: async (name) => {
      close();
      await watch(name);
      open = { name, atMs: performance.now() };
    },
    phases: () => {
      close();
      return done;
    },
  };
}

/** Where a server stands: its timeline by the name of the file it writes, or by what it receives. */
export type Standing = {
  inRecovery: boolean;
  systemIdentifier: string;
  timeline: number;
  receives: boolean;
  /** All that it has received is replayed; null where nothing was received. It says nothing of a primary. */
  replayed: boolean | null;
};

/**
 * The control file may still name the old timeline just after a promotion; the name of the file that is written does not.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP
 */
const STANDING = `
  select pg_is_in_recovery() as "inRecovery", s.system_identifier::text as "systemIdentifier",
         case when pg_is_in_recovery() then greatest(c.timeline_id, (select received_tli from pg_stat_wal_receiver))
              else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end as timeline,
         coalesce((select status = 'streaming' from pg_stat_wal_receiver), false) as receives,
         pg_last_wal_replay_lsn() = pg_last_wal_receive_lsn() as replayed
    from pg_control_system() s, pg_control_checkpoint() c`;

export async function standingOf(ask: Ask): Promise<Standing> {
  const [row] = await ask<Standing>(STANDING);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row;
}
