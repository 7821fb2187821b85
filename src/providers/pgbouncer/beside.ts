import { isIP } from 'node:net';
import type { PoolerSpec } from '../../targets/spec.ts';
import { hostsOf, numberIn } from './entry.ts';
import type { Row } from './console.ts';

/** The addresses of a host name, as they are seen from here; none where nobody knows it. */
export type AddressesOf = (host: string) => readonly string[];

/**
 * Pure: what another entry of the same pooler says against a fence, as the end of a sentence; undefined where all that lead to the same
 * server, whatever database of it, are closed too. What cannot be compared is taken for the same where port and database are.
 */
export function openBeside(
  row: Row,
  databases: readonly Row[],
  poolerHost: string,
  addressesOf: AddressesOf,
): string | undefined {
  const ours = hostsOf(row, poolerHost);
  const open = othersOpen(row, databases).map((other) => ({
    name: String(other['name']),
    same: sameServer(ours, hostsOf(other, poolerHost), addressesOf),
    sameDatabase: other['database'] === row['database'],
  }));
  const surely = open.find(({ same }) => same === 'yes');
  if (surely) return `${surely.name} leads to the same server and is open`;
  const perhaps = open.find(({ same, sameDatabase }) => same === 'unknown' && sameDatabase);
  return perhaps && `${perhaps.name} may lead to the same server and is open`;
}

/** Pure: the hosts whose addresses have to be known to compare; none while the entry itself is open, or where no other is. */
export function hostsToCompare({ host, database }: PoolerSpec, databases: readonly Row[]): string[] {
  const row = databases.find((one) => one['name'] === database);
  const others = row && isShut(row) ? othersOpen(row, databases) : [];
  return row && others.length > 0 ? [row, ...others].flatMap((one) => hostsOf(one, host)) : [];
}

/** Those at the same port that are not closed. The console itself is an entry, and leads to no server. */
function othersOpen(row: Row, databases: readonly Row[]): Row[] {
  return databases.filter(
    (one) =>
      one !== row && one['name'] !== 'pgbouncer' && numberIn(one['port']) === numberIn(row['port']) && !isShut(one),
  );
}

function isShut(row: Row): boolean {
  const [paused, disabled, connections] = ['paused', 'disabled', 'current_connections'].map((key) =>
    numberIn(row[key]),
  );
  return paused === 1 && disabled === 1 && connections === 0;
}

function sameServer(ours: readonly string[], theirs: readonly string[], addressesOf: AddressesOf) {
  const here = ours.map((host) => knownAs(host, addressesOf));
  const there = theirs.map((host) => knownAs(host, addressesOf));
  if (here.flat().some((one) => there.flat().includes(one))) return 'yes';
  const resolved = [...here, ...there].every((names) => familiesOf(names).length > 0);
  // One server may have an address of either family: two that share none say nothing.
  const shared = familiesOf(here.flat()).some((family) => familiesOf(there.flat()).includes(family));
  return resolved && shared ? 'no' : 'unknown';
}

function familiesOf(names: readonly string[]): number[] {
  return names.map((name) => isIP(name)).filter((family) => family !== 0);
}

function knownAs(host: string, addressesOf: AddressesOf): string[] {
  const name = host.toLowerCase();
  return [name, ...(isIP(name) === 0 ? addressesOf(host) : [])];
}
