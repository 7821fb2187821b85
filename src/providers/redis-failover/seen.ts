import { asFault } from '../../core/errors.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import type { MemberSpec } from '../../targets/spec.ts';
import type { Silent } from '../redis-switchover/group.ts';
import { strayBytes, type Standing } from '../redis-switchover/standing.ts';
import { bytesText, listText } from '../../checks/wording.ts';
import { roleOf, type Replica } from './link.ts';
import type { Primary } from './signs.ts';

/** What each data server says of itself, and which do not answer. */
export type Roles = { primaries: readonly Standing[]; replicas: readonly Replica[]; silent: readonly Silent[] };

/** Asks those that answered when the target was opened. */
export async function rolesOf({ members, unreached }: Pick<RedisTarget, 'members' | 'unreached'>): Promise<Roles> {
  const asked = await Promise.all(members.map(ask));
  return {
    primaries: asked.flatMap((one) => ('link' in one && one.link === null ? [one.standing] : [])),
    replicas: asked.flatMap((one) =>
      'link' in one && one.link !== null ? [{ standing: one.standing, link: one.link }] : [],
    ),
    silent: [
      ...asked.filter((one) => 'reason' in one),
      ...unreached.filter(({ role }) => role !== 'sentinel').map(({ name, reason }) => ({ name, reason })),
    ],
  };
}

function ask(member: RedisMember): Promise<Awaited<ReturnType<typeof roleOf>> | Silent> {
  return roleOf(member).catch((thrown: unknown) => ({ name: member.name, reason: asFault(thrown).message }));
}

/** Pure: the name of the member at an address; undefined where nobody can say. Hosts may have several names, so its port will do. */
export function memberAt(address: string, specs: readonly Place[]): string | undefined {
  const exact = specs.find((spec) => addressOf(spec) === address);
  if (exact) return exact.name;
  const [own, ...others] = specs.filter(({ port }) => address.endsWith(`:${port}`));
  return own && others.length === 0 ? own.name : undefined;
}

type Place = Pick<MemberSpec, 'name' | 'host' | 'port'>;

/** `host:port`, as Redis writes it. */
export function addressOf({ host, port }: Pick<MemberSpec, 'host' | 'port'>): string {
  return `${host}:${port}`;
}

/** Pure: who took the writes last, or one sentence why nobody can say. */
export function primaryOf(
  { primaries, replicas, silent }: Roles,
  specs: readonly Place[],
): Primary | { refused: string } {
  const [primary, second] = primaries;
  if (primary && second) return { refused: twoWriters(primary, second) };
  const followed = [...new Set(replicas.map(({ link }) => link.follows))];
  if (primary)
    return { name: primary.name, address: followed.find((one) => memberAt(one, specs) === primary.name) ?? '' };
  if (replicas.length === 0)
    return { refused: `No server answers that could take its place (${listText(silent.map(({ name }) => name))}).` };
  // One that follows another replica follows nobody who took writes.
  const places = followed.map((address) => ({ address, name: memberAt(address, specs) }));
  const dead = places.filter(({ name }) => silent.some((one) => one.name === name));
  const [only] = dead;
  if (only?.name !== undefined && dead.length === 1) return { name: only.name, address: only.address };
  return { refused: `Nobody can say who took the writes: the replicas follow ${listText(followed)}.` };
}

/** Pure: both take writes; which one came later, where its history tells. */
export function twoWriters(one: Standing, other: Standing): string {
  const [former, promoted] = strayBytes(one, other) === null ? [other, one] : [one, other];
  const stray = strayBytes(former, promoted);
  const start = `${former.name} and ${promoted.name} both take writes`;
  if (stray === null) return `${start}, and their histories cannot be compared: end that first, by hand.`;
  return `${start}: ${promoted.name} took the place of ${former.name}, which is back${stray === 0 ? '' : ` with ${bytesText(stray)} of log that ${promoted.name} lacks`}. Keep clients away from ${former.name}; REPLICAOF on it makes it follow, and discards what only it has.`;
}
