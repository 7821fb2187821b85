import { asFault, Fault } from '../../../core/errors.ts';
import type { Prepared, RejoinOrder, RejoinResult } from '../../../targets/rejoin.ts';
import { identityOf } from './look.ts';
import { handName, slotOf, type Site } from './site.ts';
import { follows, standings, writerOf } from './standings.ts';

/** Looks again, makes the slot, and begins what the config names for the host. Throws a Fault where it cannot begin. */
export async function carryOut(site: Site, order: RejoinOrder): Promise<RejoinResult> {
  const { spec, hands } = site;
  const changed = await whyNotStill(site, order);
  if (changed !== undefined) return { ended: 'not-done', why: `${changed} Nothing was done.`, evidence: [], left: [] };
  const configured = spec.members.find(({ name }) => name === order.member);
  const primary = spec.members.find(({ name }) => name === order.primary);
  const command = configured?.hands?.rejoin;
  if (!hands || !command || !primary)
    throw new Fault('unsupported', `nobody has a hand on the host of ${order.member}`);
  const slot = await makeSlot(site, order);
  hands.begin({
    name: handName(site, order.member),
    command,
    tells: {
      NIGHTSHIFT_TARGET: spec.name,
      NIGHTSHIFT_MEMBER: order.member,
      NIGHTSHIFT_PRIMARY: order.primary,
      NIGHTSHIFT_PRIMARY_HOST: primary.host,
      NIGHTSHIFT_PRIMARY_PORT: String(primary.port),
      NIGHTSHIFT_SLOT: slot ?? '',
    },
  });
  return { ended: 'under-way', phase: `${order.member} is stopped` };
}

/** Looks again, and makes the slot, for a hand that the control room asks. It is done again without harm. */
export async function prepare(site: Site, order: RejoinOrder): Promise<Prepared> {
  const changed = await whyNotStill(site, order);
  if (changed !== undefined) return { ended: 'not-done', why: `${changed} Nothing was done.` };
  return { ended: 'prepared', slot: await makeSlot(site, order) };
}

async function whyNotStill(site: Site, { member, primary, identity }: RejoinOrder): Promise<string | undefined> {
  const seen = await standings(site);
  const writer = writerOf(seen);
  if ('refused' in writer) return `${writer.refused}.`;
  if (writer.member !== primary) return `${writer.member} takes the writes now, not ${primary}.`;
  const now = identityOf(site, writer);
  const differs = Object.keys({ ...identity, ...now }).find((name) => now[name] !== identity[name]);
  if (differs !== undefined) return `${differs} was ${identity[differs]} and is ${now[differs]} now.`;
  const one = seen.find((other) => other.member === member);
  return one && follows(one, writer) ? `${member} follows ${primary} by itself.` : undefined;
}

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION: the server keeps from now on what the standby will need. */
const SLOT = `
  select pg_create_physical_replication_slot($1, true) where not exists (select from pg_replication_slots where slot_name = $1)`;

/** The name of the slot that is there now; null where the login may make none, or none is left. */
async function makeSlot({ target }: Site, { member, primary }: RejoinOrder): Promise<string | null> {
  const slot = slotOf(member);
  const server = target.members.find(({ name }) => name === primary);
  try {
    await server?.query(SLOT, [slot]);
    return slot;
  } catch (thrown) {
    // A standby without a slot follows too, as long as the server has what it needs.
    if (asFault(thrown).code === 'target_unreachable') throw thrown;
    return null;
  }
}
