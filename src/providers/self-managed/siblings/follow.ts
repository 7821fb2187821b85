import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { bytesText } from '../../../checks/wording.ts';
import { asFault } from '../../../core/errors.ts';
import { bytesBetween } from '../../../core/lsn.ts';
import { holdSession, type Ask, type HeldSession, type Place } from '../switchover/sessions.ts';
import { pointedAt } from './conninfo.ts';
import { siblingState, whyNotPointed, type SiblingState } from './state.ts';

/** What became of another standby: `says` is one sentence. */
export type SiblingEnd = { member: string; follows: boolean; says: string };

/** The server that takes the writes now, and where its timeline left the one before; null where nobody knows. */
export type Lead = { to: string; timeline: number; forkLsn: string | null; ask: Ask };

/** A receiver that reads its new settings connects within moments, or after wal_retrieve_retry_interval (5 s). */
const PATIENCE_MS = 12_000;
const STATEMENT_SECONDS = 5;

/**
 * Points the other standbys at the server that takes the writes, each by its own settings: host and port alone, never one that has what
 * the new primary does not have. What follows already is left alone, so that it may be done again. It never throws.
 */
export function pointSiblings(
  place: Place,
  members: readonly string[],
  lead: Lead,
  application: string,
): Promise<SiblingEnd[]> {
  return Promise.all(
    members.map(async (member) => {
      try {
        const session = await holdSession(place, member, STATEMENT_SECONDS, application);
        return await pointOne(place, session, lead).finally(() => void session.close());
      } catch (thrown) {
        return {
          member,
          follows: false,
          says: `${member} was not asked (${asFault(thrown).message}): ${byHand(member, lead)}`,
        };
      }
    }),
  );
}

async function pointOne(place: Place, { member, ask }: HeldSession, lead: Lead): Promise<SiblingEnd> {
  const state = await stateOf(ask);
  if (state.receives && state.timeline === lead.timeline) return followed(member, lead, 'already');
  const why = whyNotPointed(state) ?? whyAhead(state, lead) ?? (await whyNoSlot(state, lead));
  const next = why === undefined ? nextConninfo(place, state, lead) : { unfit: why };
  if ('unfit' in next) {
    const says = `${member} does not follow ${lead.to}: ${next.unfit}. Otherwise ${byHand(member, lead)}`;
    return { member, follows: false, says };
  }
  await writeConninfo(ask, next.conninfo);
  if (await untilFollowing(ask, lead)) return followed(member, lead, 'now');
  const says = `${member} is pointed at ${lead.to} and did not receive from it within ${PATIENCE_MS / 1000} s: its log says why.`;
  return { member, follows: false, says };
}

function nextConninfo({ spec }: Place, { conninfo }: SiblingState, { to }: Lead): ReturnType<typeof pointedAt> {
  const target = spec.members.find(({ name }) => name === to);
  if (!target || conninfo === null) return { unfit: `nightshift.yaml has no address of ${to}` };
  return pointedAt(conninfo, target.host, target.port);
}

async function stateOf(ask: Ask): Promise<SiblingState> {
  const [row] = await ask<{ version: number; acting: string }>(
    `select current_setting('server_version_num')::int as version, current_user::text as acting`,
  );
  return siblingState(ask, row?.version ?? 0, row?.acting ?? '');
}

/** What has replayed more than the new primary has is on another history. */
function whyAhead({ reached }: SiblingState, { to, forkLsn }: Lead): string | undefined {
  if (forkLsn === null || reached === null) return `nobody knows whether it has more than ${to}`;
  const ahead = bytesBetween(forkLsn, reached);
  return ahead > 0
    ? `it has ${bytesText(ahead)} that ${to} does not have, and has to be rewound or copied anew`
    : undefined;
}

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION */
const SLOT = `
  select pg_create_physical_replication_slot($1, true) where not exists (select from pg_replication_slots where slot_name = $1)`;

/** A receiver that names a slot gets nothing without it. */
async function whyNoSlot({ slot }: SiblingState, { to, ask }: Lead): Promise<string | undefined> {
  if (slot === '') return undefined;
  try {
    await ask(SLOT, [slot]);
    return undefined;
  } catch (thrown) {
    return `its slot ${slot} is not on ${to} and could not be made there (${asFault(thrown).message})`;
  }
}

/** https://www.postgresql.org/docs/current/sql-altersystem.html: no parameters, and no transaction around it. */
async function writeConninfo(ask: Ask, conninfo: string): Promise<void> {
  await ask(`alter system set primary_conninfo = ${pg.escapeLiteral(conninfo)}`);
  await ask('select pg_reload_conf()');
}

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-RECEIVER-VIEW: on the new timeline it can be no other server. */
const FOLLOWS = `select count(*)::int as n from pg_stat_wal_receiver where status = 'streaming' and received_tli = $1`;

async function untilFollowing(ask: Ask, { timeline }: Lead): Promise<boolean> {
  for (const untilMs = performance.now() + PATIENCE_MS; performance.now() < untilMs;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const [row] = await ask<{ n: number }>(FOLLOWS, [timeline]);
    if (row && row.n > 0) return true;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(100);
  }
  return false;
}

function followed(member: string, { to, timeline }: Lead, when: string): SiblingEnd {
  return {
    member,
    follows: true,
    says: `${member} follows ${to} ${when}: it receives from it on timeline ${timeline}.`,
  };
}

function byHand(member: string, { to }: Lead): string {
  return `point primary_conninfo of ${member} at ${to} and reload, or copy it anew where it is ahead (docs/runbooks/failover-postgres.md).`;
}
