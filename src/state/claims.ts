import { expiresAfter, type StateTable } from './table.ts';
import { keys } from './keys.ts';

/** How long a deliverer that began may take before another may begin again. Handlers that begin must end sooner. */
export const claimLeaseSeconds = 60;

/**
 * One delivery of a trigger wins, however often and in whatever order it is delivered.
 *
 * `claim` is for work that nobody delivers again (a slash command, a click, a replayed request): the first caller gets true,
 * everybody else false until `keepSeconds` have passed.
 *
 * `begin` and `finish` are for triggers that are delivered again after a crash (alarms, events, schedules). `begin` answers
 * - `mine`: do the work, then `finish`;
 * - `done`: answer the deliverer "fine", there is nothing left to do;
 * - `busy`: somebody began less than 60 s ago: fail the delivery, so that it is delivered again.
 *
 * A handler that was killed between `begin` and `finish` leaves `begun`; a delivery after the lease is `mine` again and repeats
 * the work, which is why the work must be repeatable: a run is started by name, an incident is folded, a message has a slot.
 */
export type Claims = {
  claim(key: string, keepSeconds: number): Promise<boolean>;
  begin(key: string, keepSeconds: number): Promise<'mine' | 'busy' | 'done'>;
  finish(key: string): Promise<void>;
};

export function createClaims(table: StateTable): Claims {
  return {
    claim: (key, keepSeconds) =>
      table.putNew(keys.claim(key), { status: 'done', ttl: expiresAfter(table.now, keepSeconds) }),
    begin: (key, keepSeconds) => begin(table, key, keepSeconds),
    finish: (key) => finish(table, key),
  };
}

function begin(table: StateTable, key: string, keepSeconds: number): Promise<'mine' | 'busy' | 'done'> {
  return table.decide<'mine' | 'busy' | 'done'>(keys.claim(key), (item) => {
    if (item?.['status'] === 'done') return { answer: 'done' };
    const leaseUntilMs = item?.['leaseUntilMs'];
    if (typeof leaseUntilMs === 'number' && leaseUntilMs > table.now()) return { answer: 'busy' };
    return {
      answer: 'mine',
      write: {
        status: 'begun',
        leaseUntilMs: table.now() + claimLeaseSeconds * 1000,
        ttl: expiresAfter(table.now, Math.max(keepSeconds, claimLeaseSeconds)),
      },
    };
  });
}

function finish(table: StateTable, key: string): Promise<void> {
  return table.decide(keys.claim(key), (item) => {
    if (item === undefined || item['status'] === 'done') return { answer: undefined };
    return { answer: undefined, write: { status: 'done', ttl: item.ttl } };
  });
}
