import { lsnOf } from '../../../core/lsn.ts';
import type { SwitchoverOrder } from '../../../targets/switchover.ts';
import { startKey } from './identity.ts';
import type { Reach } from './reach.ts';

/**
 * The last checkpoint of a server, as its control file has it. One whose redo position is its own is a shutdown checkpoint: the last
 * record of a life. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA
 */
export type LastCheckpoint = {
  inRecovery: boolean;
  lsn: string;
  redoLsn: string;
  timeline: number;
  /** Whole seconds, by the clock of the server that wrote it. */
  atSeconds: number;
};

const LAST_CHECKPOINT = `
  select pg_is_in_recovery() as "inRecovery", checkpoint_lsn::text as lsn, redo_lsn::text as "redoLsn", timeline_id as timeline,
         extract(epoch from checkpoint_time)::float8 as "atSeconds"
    from pg_control_checkpoint()`;

/** Undefined where the server does not answer. */
export async function lastCheckpointOf(server: Reach): Promise<LastCheckpoint | undefined> {
  return (await server.ask<LastCheckpoint>(LAST_CHECKPOINT))?.[0];
}

/** A record of a checkpoint takes some 120 bytes; the head of a page may lie in it. */
const MOST_RECORD_BYTES = 256n;

/** Whether the new primary has everything that the old one had written; a sentence where that cannot be said. */
export type Shipped = { all: true; shutdownLsn: string } | { all: false; why: string };

/**
 * Pure: the old primary, which follows now, ended the life that was planned for with a shutdown checkpoint, and the new one left the old
 * timeline right behind that record. Nothing is written after it, so nothing is missing. A rewound server shows another checkpoint.
 */
export function shippedAll(order: SwitchoverOrder, forkLsn: string | null, last: LastCheckpoint | undefined): Shipped {
  const { from, to, identity } = order;
  const not = (why: string): Shipped => ({ all: false, why });
  if (!last?.inRecovery)
    return not(`${from} does not follow ${to} yet, so that the end of its log of writes cannot be compared.`);
  if (forkLsn === null)
    return not(`${to} was started anew since, and does not say any more where it left the old timeline.`);
  if (last.timeline !== identity['timeline'])
    return not(
      `${from} has written a restart point on the new timeline, so that its last checkpoint as primary is not seen any more.`,
    );
  const behind = lsnOf(forkLsn) - lsnOf(last.lsn);
  const isOfThisLife = last.atSeconds >= Math.floor(Date.parse(String(identity[startKey(from)])) / 1000);
  if (last.redoLsn === last.lsn && isOfThisLife && behind > 0n && behind <= MOST_RECORD_BYTES)
    return { all: true, shutdownLsn: last.lsn };
  return not(`${to} left the old timeline at ${forkLsn}, and that is not the end of what ${from} had written.`);
}
