import type { MemberSpec, TargetSpec } from '../../targets/spec.ts';
import { loginOf } from '../credentials.ts';
import type { OpenOptions } from '../open-options.ts';
import { openRedisSession } from '../redis-session.ts';
import { openCanary } from './key.ts';
import type { Find, Found } from './pen.ts';

type Address = { host: string; port: number };

/** Of the members that the config names: the first that says that it is a primary. */
export function findPrimary(spec: TargetSpec, options: OpenOptions): Find {
  const data = spec.members.filter(({ role }) => role !== 'sentinel');
  return (signal) => firstOf(data, (member) => openPrimary(spec, member, options), signal);
}

/** As a client of Sentinels does: whom one of them names, if that one says so itself. https://redis.io/docs/latest/develop/reference/sentinel-clients/ */
export function findBySentinels(spec: TargetSpec, options: OpenOptions): Find {
  const sentinels = spec.members.filter(({ role }) => role === 'sentinel');
  return async (signal) => {
    const address = await Promise.any(sentinels.map((sentinel) => addressFrom(spec, sentinel, options)));
    signal.throwIfAborted();
    return openPrimary(spec, address, options);
  };
}

/** The first that opens; those that come later are closed. */
async function firstOf(
  members: readonly MemberSpec[],
  open: (member: MemberSpec) => Promise<Found>,
  signal: AbortSignal,
): Promise<Found> {
  const tries = members.map(open);
  const found = await Promise.any(tries);
  for (const one of tries) {
    void one.then(
      (other) => (other === found ? undefined : other.session.close()),
      () => undefined,
    );
  }
  signal.throwIfAborted();
  return found;
}

async function openPrimary(spec: TargetSpec, address: Address, options: OpenOptions): Promise<Found> {
  const session = await openCanary(spec, address, options);
  if (session.roleSaid === 'master') return { session, name: nameAt(spec, address) };
  await session.close();
  throw new Error('READONLY it is a replica');
}

/** Pure: the member at an address, or the address where it is none. */
export function nameAt({ members }: TargetSpec, { host, port }: Address): string {
  const found =
    members.find((one) => one.host === host && one.port === port) ??
    only(members.filter((one) => one.port === port && one.role !== 'sentinel'));
  return found?.name ?? `${host}:${port}`;
}

/** Sentinels and clusters tell addresses where the config has names: a port that only one has tells as much. */
function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}

const PATIENCE_MS = 500;

async function addressFrom(spec: TargetSpec, sentinel: MemberSpec, options: OpenOptions): Promise<Address> {
  const role = sentinel.credentials.act ? 'act' : 'read';
  const login = await loginOf(spec, sentinel, role, options);
  const limits = { deadlineMs: 2 * PATIENCE_MS, connectTimeoutMs: PATIENCE_MS, queryTimeoutMs: PATIENCE_MS };
  const { host, port } = sentinel;
  const session = await openRedisSession({ host, port, tls: spec.tls }, login, limits);
  try {
    const said = await session.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', spec.masterName ?? '');
    const [master, at] = Array.isArray(said) ? said.map(String) : [];
    if (master === undefined || at === undefined) throw new Error('the Sentinel knows no primary');
    return { host: master, port: Number(at) };
  } finally {
    await session.close();
  }
}
