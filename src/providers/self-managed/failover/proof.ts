import type { DeathSign, FailoverOrder } from '../../../targets/failover.ts';
import type { Ask } from '../switchover/sessions.ts';
import { standingOf } from '../switchover/world.ts';
import { EMIT } from '../switchover/write-hold.ts';
import { holdSession } from '../switchover/sessions.ts';
import { askStandby } from './ask-standby.ts';
import { probe } from './probe.ts';
import { APPLICATION, type Site } from './site.ts';

/** What was read after the promotion. `lastCommitAt`: of what the new primary has of the old one (ISO). */
export type Proof = {
  timeline: number;
  forkLsn: string | null;
  lastCommitAt: string | null;
  /** A commit of ours was acknowledged; else why not. */
  wrote: true | string;
  readOnly: boolean;
  archives: boolean;
  /** Whether the old primary has come back. */
  former: DeathSign;
  others: readonly Other[];
};

/** Another server of the target: how far it has come on the old timeline, or null where it was not asked. */
export type Other = { member: string; received: string | null };

/** After recovery the end of what was replayed stays as it was. https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL */
const FORK = `
  select pg_last_wal_replay_lsn()::text as "forkLsn", pg_last_xact_replay_timestamp() as "lastCommitAt",
         current_setting('default_transaction_read_only') = 'on' as "readOnly", current_setting('archive_mode') <> 'off' as archives`;

export async function proofOf(site: Site, order: FailoverOrder, ask: Ask): Promise<Proof> {
  const configured = site.spec.members.find(({ name }) => name === order.from);
  const wrote = await writes(ask);
  const [{ timeline }, rows, former, others] = await Promise.all([
    standingOf(ask),
    ask<Pick<Proof, 'forkLsn' | 'lastCommitAt' | 'readOnly' | 'archives'>>(FORK),
    configured ? probe(site, configured, site.room) : unknownSign,
    Promise.all(othersOf(site, order).map((member) => askOther(site, member))),
  ]);
  const [fork] = rows;
  if (!fork) throw new TypeError('a query without a condition has a row');
  return { timeline, ...fork, wrote, former, others };
}

const unknownSign: DeathSign = { from: 'nightshift', says: 'unknown', sentence: 'it is not in the config any more.' };

/** Does it acknowledge a commit? */
async function writes(ask: Ask): Promise<true | string> {
  try {
    await ask(EMIT);
    return true;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

export function othersOf({ spec }: Site, { from, to }: FailoverOrder): string[] {
  return spec.members.map(({ name }) => name).filter((name) => name !== from && name !== to);
}

async function askOther(site: Site, member: string): Promise<Other> {
  try {
    const session = await holdSession(site, member, 5, APPLICATION);
    const state = await askStandby(session.ask).finally(() => void session.close());
    return { member, received: state.received };
  } catch {
    return { member, received: null };
  }
}
