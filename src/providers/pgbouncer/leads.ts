import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { FenceLead } from '../../targets/fence.ts';
import type { MemberSpec, PoolerSpec } from '../../targets/spec.ts';
import { memberAt, type Standing } from './standing.ts';

/** To which member each pooler that answered sends its clients. */
export async function leadsOf(
  poolers: readonly PoolerSpec[],
  standings: readonly Standing[],
  members: readonly MemberSpec[],
): Promise<FenceLead[]> {
  const told = standings.flatMap(({ to }, index) => (to ? [{ through: poolers[index]?.name ?? '', to }] : []));
  const hosts = [...new Set([...told.map(({ to }) => to.host), ...members.map(({ host }) => host)])];
  const addresses = new Map(await Promise.all(hosts.map(async (host) => [host, await addressesOf(host)] as const)));
  return told.map(({ through, to }) => ({
    through,
    to: `${to.host}:${to.port}`,
    member: memberAt(to, members, (host) => addresses.get(host) ?? []),
  }));
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}
