import { isIPv4 } from 'node:net';
import { hostName } from '../core/pointer.ts';
import type { Misfit } from './problems.ts';
import type { TargetEntry } from './schema.ts';

/** A pointer names a server by its host: each needs one of its own, and of the kind that the record can hold. */
export function pointerProblems({ pointer, provider, members }: TargetEntry): Misfit[] {
  if (pointer === undefined) return [];
  if (provider === 'cluster')
    return [{ at: ['pointer'], message: 'names one server that takes the writes, and a cluster has many' }];
  const servers = Object.entries(members).filter(([, { role }]) => role !== 'sentinel');
  return [...sharedHosts(servers), ...unfitHosts(servers, pointer.route53?.type)];
}

type Servers = [string, TargetEntry['members'][string]][];

function sharedHosts(servers: Servers): Misfit[] {
  return servers.flatMap(([name, { host }], index) => {
    const other = servers.slice(0, index).find(([, before]) => hostName(before.host) === hostName(host));
    if (!other) return [];
    const message = `is that of ${other[0]} too: the pointer of the target could not tell them apart`;
    return [{ at: ['members', name, 'host'], message }];
  });
}

function unfitHosts(servers: Servers, type: 'A' | 'CNAME' | undefined): Misfit[] {
  if (type === undefined) return [];
  const message =
    type === 'A'
      ? 'is no IPv4 address, and the pointer is a record of type A; write type: CNAME'
      : 'is an address, and the pointer is a CNAME, which holds a name; write type: A';
  const isAddress = (host: string): boolean => isIPv4(host) || host.includes(':');
  const isUnfit = (host: string): boolean => (type === 'A' ? !isIPv4(host) : isAddress(host));
  return servers.filter(([, { host }]) => isUnfit(host)).map(([name]) => ({ at: ['members', name, 'host'], message }));
}
