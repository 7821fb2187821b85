import { countText } from '../../checks/wording.ts';
import type { FenceState } from '../../targets/fence.ts';
import type { MemberSpec, PoolerSpec } from '../../targets/spec.ts';
import { openBeside, type AddressesOf } from './beside.ts';
import type { Row } from './console.ts';
import { leadOf, numberIn, type Lead } from './entry.ts';

/** How one process says that it stands. */
export type Standing = Pick<FenceState, 'says' | 'sentence' | 'letsAllIn'> & {
  /** Host and port to which it sends clients, as they are reached from here; null where it did not say one. */
  to: Lead | null;
};

/** What the console was asked: `SHOW DATABASES`, and of `SHOW CONFIG` whether others share its port; and what its host names are. */
export type Said = { databases: readonly Row[]; sharesPort: boolean; addressesOf: AddressesOf };

/**
 * Pure: how a process stands. `paused` alone says that nobody gets a new connection to the server, `disabled` alone that nobody
 * new may log in, and both stand while somebody still works: so it is closed only when both stand and no connection to the server is left.
 * https://www.pgbouncer.org/usage.html#show-databases
 */
export function standingOf(pooler: PoolerSpec, said: Said): Standing {
  const { name, host, database } = pooler;
  const { databases, sharesPort } = said;
  const row = databases.find((one) => one['name'] === database);
  if (row === undefined) {
    return { says: 'unknown', to: null, sentence: `${name} has no database ${database} of its own in [databases]` };
  }
  const to = leadOf(row, host);
  if (sharesPort) {
    const sentence = `several processes may share the port of ${name} (so_reuseport), and only one of them answered`;
    return { says: 'unknown', to, sentence };
  }
  return { to, ...judged(pooler, row, said) };
}

function judged(
  { name, host, database }: PoolerSpec,
  row: Row,
  { databases, addressesOf }: Said,
): Omit<Standing, 'to'> {
  const [paused, disabled, connections] = [row['paused'], row['disabled'], row['current_connections']].map(numberIn);
  if (paused === undefined || disabled === undefined || connections === undefined) {
    return { says: 'unknown', sentence: `${name} does not say whether ${database} is paused` };
  }
  if (paused === 0 && disabled === 0) {
    return { says: 'open', letsAllIn: true, sentence: `${name} lets clients in to ${database}` };
  }
  if (paused === 0) {
    return { says: 'open', sentence: `${name} refuses new clients of ${database}, and those it has may go on` };
  }
  if (connections > 0) {
    const left = countText(connections, 'connection');
    return { says: 'open', sentence: `${name} has paused ${database}, and ${left} to the server are still in use` };
  }
  if (disabled === 0) {
    return { says: 'open', sentence: `${name} has ${database} paused only: a RESUME lets all in` };
  }
  const beside = openBeside(row, databases, host, addressesOf);
  if (beside !== undefined) {
    return { says: 'open', sentence: `${name} keeps clients off ${database}, but ${beside}` };
  }
  return { says: 'closed', sentence: `${name} keeps clients off ${database}, with no connection to the server` };
}

/** Pure: what all of them together keep away. One that lets clients in is an answer; one that says nothing is none. */
export function togetherOf(standings: readonly Omit<Standing, 'to'>[]): Omit<FenceState, 'leads'> {
  const all = standings.map(({ says }) => says);
  const says = all.includes('open') ? 'open' : all.includes('unknown') || all.length === 0 ? 'unknown' : 'closed';
  const sentence = `${standings.map((one) => one.sentence).join('; ')}.`;
  return {
    says,
    sentence,
    ...(standings.every(({ letsAllIn }) => letsAllIn) ? { letsAllIn: true } : {}),
    ...(says === 'open' && all.includes('unknown') ? { someSilent: true } : {}),
  };
}

/** Pure: the member at an address; `addressesOf` gives the addresses of a host name. */
export function memberAt(
  { host, port }: Lead,
  members: readonly MemberSpec[],
  addressesOf: AddressesOf,
): string | null {
  const here = new Set([host, ...addressesOf(host)]);
  const found = members.filter(
    (member) => member.port === port && [member.host, ...addressesOf(member.host)].some((one) => here.has(one)),
  );
  return found.length === 1 ? (found[0]?.name ?? null) : null;
}
