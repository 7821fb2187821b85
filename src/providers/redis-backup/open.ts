import type { Duplex } from 'node:stream';
import { Redis } from 'ioredis';
import { Fault } from '../../core/errors.ts';
import type { MemberSpec, TargetSpec } from '../../targets/spec.ts';
import { loginOf } from '../credentials.ts';
import { limitsOf } from '../open-options.ts';
import { redisRefusal } from '../redis-refusal.ts';
import { clientOptions } from '../redis-session.ts';
import { ReplicaConnection } from './connection.ts';
import type { SnapshotSite } from './site.ts';

type Listener = (...args: readonly unknown[]) => void;

/**
 * One more connection to a member, opened and logged in by the driver (TLS, ACL), whose bytes are ours from then on. Throws a Fault
 * that says why there is none.
 */
export async function openReplica({ spec, options }: SnapshotSite, name: string): Promise<ReplicaConnection> {
  const member = placeOf(spec, name);
  const login = await loginOf(spec, member, 'copy', options);
  const limits = limitsOf(options);
  const { host, port } = member;
  const client = new Redis(clientOptions({ host, port, tls: spec.tls }, login, limits));
  let heard: unknown;
  client.on('error', (error) => (heard ??= error));
  try {
    await client.connect();
    const stream: Duplex = client.stream;
    for (const listener of stream.listeners('data') as Listener[]) stream.off('data', listener);
    return new ReplicaConnection(stream, { member: name, user: login.user ?? 'default' });
  } catch (thrown) {
    client.disconnect();
    const { connectTimeoutMs } = limits;
    const { reason, code } = redisRefusal(heard ?? thrown, { host, port, user: login.user, connectTimeoutMs });
    throw new Fault(code, `${name}: ${reason}`, { cause: thrown });
  }
}

/** A node that only its cluster names is called by its address, with the login of one that the config names. */
function placeOf(spec: TargetSpec, name: string): MemberSpec {
  const member = spec.members.find((one) => one.name === name);
  if (member) return member;
  const model = spec.members.find(({ credentials }) => credentials.copy);
  const [, host, port] = /^(.+):(\d+)$/.exec(name) ?? [];
  if (!model || host === undefined) throw new Fault('bug', `${spec.name} has no member ${name}`);
  return { ...model, name, host, port: Number(port) };
}
