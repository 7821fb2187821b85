import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { FenceLead } from '../../targets/fence.ts';
import type { MemberSpec, PoolerSpec } from '../../targets/spec.ts';
import type { AddressesOf } from './beside.ts';
import { memberAt, type Standing } from './standing.ts';

/** To which member each pooler that answered sends its clients. */
export async function leadsOf(
  poolers: readonly PoolerSpec[],
  standings: readonly Standing[],
  members: readonly MemberSpec[],
): Promise<FenceLead[]> {
  const told = standings.flatMap(({ to }, index) => (to ? [{ through: poolers[index]?.name ?? '', to }] : []));
  const addressesOf = await addressesBy([...told.map(({ to }) => to.host), ...members.map(({ host }) => host)]);
  return told.map(({ through, to }) => ({
    through,
    to: `${to.host}:${to.port}`,
    member: memberAt(to, members, addressesOf),
  }));
}

/** The addresses of hosts as they are seen from here. */
export async function addressesBy(hosts: readonly string[]): Promise<AddressesOf> {
  const found = [...new Set(hosts)].map(async (host) => [host, await lookedUp(host)] as const);
  const addresses = new Map(await Promise.all(found));
  return (host) => addresses.get(host) ?? [];
}

async function lookedUp(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}
