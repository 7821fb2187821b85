import { bytesText } from '../../../checks/wording.ts';
import type { HandPhase, HandState, RejoinOrder, RejoinResult } from '../../../targets/rejoin.ts';
import { handName, slotOf, type Site } from './site.ts';
import { follows, standings, writerOf, type Seen } from './standings.ts';

/** A server that was made anew replays before it receives. */
const PATIENCE_MS = 600_000;

const PAGE = 'docs/runbooks/rejoin.md';

/** Asks the hand how far it is, and the servers whether the one follows the other. Repeatable. */
export async function settle(site: Site, order: RejoinOrder): Promise<RejoinResult | 'unknown'> {
  const state = site.hands?.state(handName(site, order.member));
  if (state?.ended === null) return { ended: 'under-way', phase: phaseWords(order.member, state.phase) };
  const seen = await standings(site);
  const writer = writerOf(seen);
  if ('refused' in writer) return 'unknown';
  const one = seen.find(({ member }) => member === order.member);
  if (one && writer.member === order.primary && follows(one, writer)) return rejoined(site, order);
  return notYet(site, order, state, one);
}

/** Asks the servers alone whether the one follows the other; `unknown` where it does not yet. Repeatable. */
export async function followsNow(site: Site, order: RejoinOrder): Promise<RejoinResult | 'unknown'> {
  const seen = await standings(site);
  const writer = writerOf(seen);
  if ('refused' in writer || writer.member !== order.primary) return 'unknown';
  const one = seen.find(({ member }) => member === order.member);
  return one && follows(one, writer) ? rejoined(site, order) : 'unknown';
}

/** Pure: what the list of steps says meanwhile. */
export function phaseWords(member: string, phase: HandPhase): string {
  return {
    stop: `${member} is stopped`,
    keep: `the log of writes of ${member} is kept`,
    follow: `${member} is made a standby`,
  }[phase];
}

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW */
const RECEIVER = `
  select pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, pg_current_wal_lsn()))::float8 as "behindBytes"
    from pg_stat_replication where application_name = $1 and state = 'streaming'`;
const SLOT = `select active from pg_replication_slots where slot_name = $1`;

async function rejoined({ target }: Site, { member, primary }: RejoinOrder): Promise<RejoinResult> {
  const server = target.members.find(({ name }) => name === primary);
  const [receivers = [], slots = []] = server
    ? await Promise.all([
        server.query<{ behindBytes: number }>(RECEIVER, [member]),
        server.query<{ active: boolean }>(SLOT, [slotOf(member)]),
      ])
    : [];
  const behind = receivers[0] === undefined ? '' : `, ${bytesText(Math.max(0, receivers[0].behindBytes))} behind`;
  const isKept = slots.some(({ active }) => active);
  return {
    ended: 'rejoined',
    why: null,
    evidence: [`${member} receives from ${primary} on its timeline${behind}.`],
    left: isKept
      ? []
      : [
          `Make a slot for ${member} on ${primary}, where you use slots: select pg_create_physical_replication_slot('${slotOf(member)}', true); and primary_slot_name on ${member}.`,
        ],
  };
}

function notYet(
  { now }: Site,
  { member, primary }: RejoinOrder,
  state: HandState | undefined,
  seen: Seen | undefined,
): RejoinResult {
  const left = [`See how ${member} stands on its host, and make it a standby of ${primary} by hand (${PAGE}).`];
  if (!state)
    return {
      ended: 'needs-a-human',
      why: `${member} does not follow ${primary}, and the process that had a hand on it is gone: a command may still be at work on its host.`,
      evidence: [],
      left,
    };
  const { phase, ended } = state;
  if (ended && !ended.ok)
    return {
      ended: 'not-done',
      why: `the command of ${member} failed at \`${phase}\`: ${ended.said}`,
      evidence: [],
      left,
    };
  if (ended && now() - ended.atMs < PATIENCE_MS)
    return { ended: 'under-way', phase: `${member} starts, and catches up` };
  const stands = seen && 'silent' in seen ? `it does not answer: ${seen.silent}` : 'it receives nothing';
  return {
    ended: 'not-done',
    why: `the command of ${member} ended well, and after 10 min ${stands}.`,
    evidence: [],
    left,
  };
}
