import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { keepPasswords, type FleetPasswords } from '../../../src/local/fleet/fleet-passwords.ts';
import { findPostgresIdentity } from '../../../src/runtime/postgres-identity.ts';
import { reachableDirectory } from '../../../src/runtime/postgres-place.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { startPostgresPair, type PostgresPair } from '../../../src/local/fleet/postgres-pair.ts';
import type { PostgresServer } from '../../../src/local/fleet/postgres-server.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import type { Place } from '../../../src/providers/self-managed/switchover/sessions.ts';
import type { PostgresTarget } from '../../../src/targets/postgres.ts';
import type { Failover } from '../../../src/targets/failover.ts';
import type { Switchover, SwitchoverLook, SwitchoverOrder } from '../../../src/targets/switchover.ts';
import { fleetDirectory } from '../../servers/fleet.ts';
import { recordServer } from '../../servers/room.ts';

/** Two real servers as the demo has them, one following the other, with somebody on their hosts who makes a former primary a standby. */
export type StreamingPair = PostgresPair & {
  spec: TargetSpec;
  /** A session of the shop on one server. */
  shopClient(name: string): Promise<pg.Client>;
  /** Opens what the room opens, asks, and closes it. */
  inRoom<R>(room: 'read' | 'act', ask: (switchover: Switchover) => Promise<R>): Promise<R>;
  /** The same for a failover. */
  inFailoverRoom<R>(room: 'read' | 'act', ask: (failover: Failover) => Promise<R>): Promise<R>;
  /** Opens what the acting room opens, for what is told at the border of each phase. */
  onActing<R>(work: (place: Place, target: PostgresTarget) => Promise<R>): Promise<R>;
  look(): Promise<SwitchoverLook | { refused: string }>;
  /** What a plan for the best server would be. */
  order(deadlineSeconds?: number): Promise<SwitchoverOrder>;
  /** The same, once somebody could carry it out: a standby that was away streams again, a former primary was made one. */
  streaming(): Promise<SwitchoverOrder>;
  server(name: string): PostgresServer;
};

/** Throws the reason where there is nothing to order. */
export async function startStreamingPair(): Promise<StreamingPair> {
  const fleet = await fleetDirectory();
  const passwords = keepPasswords(join(fleet, 'passwords.json'));
  const directory = reachableDirectory(join(fleet, 'postgres'), findPostgresIdentity());
  const pair = await startPostgresPair({ directory, passwords, record: recordServer });
  const spec = specOf(pair.servers, passwords);
  const inRoom: StreamingPair['inRoom'] = async (room, ask) => {
    const target = await openTarget(spec, room, { secret });
    try {
      if (!target.switchover) throw new Error('no switchover');
      return await ask(target.switchover);
    } finally {
      await target.close();
    }
  };
  const inFailoverRoom: StreamingPair['inFailoverRoom'] = async (room, ask) => {
    // A primary that hangs is waited for at every look.
    const target = await openTarget(spec, room, { secret, connectTimeoutMs: 1500 });
    try {
      if (!target.failover) throw new Error('no failover');
      return await ask(target.failover);
    } finally {
      await target.close();
    }
  };
  const onActing: StreamingPair['onActing'] = async (work) => {
    const target = await openTarget(spec, 'act', { secret });
    try {
      if (target.engine !== 'postgres') throw new Error('no PostgreSQL');
      return await work({ spec, options: { secret } }, target);
    } finally {
      await target.close();
    }
  };
  const server = (name: string) => {
    const found = pair.servers.find((one) => one.name === name);
    if (!found) throw new Error(`no server ${name}`);
    return found;
  };
  const look = () => inRoom('read', (one) => one.look());
  const order = async (deadlineSeconds = 10) => {
    const seen = await look();
    if ('refused' in seen) throw new Error(seen.refused);
    const stops = seen.prechecks.filter(({ says }) => says === 'stops');
    const [best] = seen.candidates;
    if (stops.length > 0 || !best || best.unfit !== null)
      throw new Error(JSON.stringify({ stops, candidates: seen.candidates }));
    return { from: seen.primary, to: best.member, identity: seen.identity, deadlineSeconds };
  };
  return {
    ...pair,
    spec,
    inRoom,
    inFailoverRoom,
    onActing,
    look,
    shopClient: (name) => server(name).connectAs('shop-web'),
    order,
    streaming: async () => {
      for (;;) {
        const found = await order().catch(() => undefined);
        if (found) return found;
        await sleep(100);
      }
    },
    server,
  };
}

/** The reference holds the password itself. */
export async function secret(reference: { from: string; name?: string }): Promise<string> {
  return reference.name ?? '';
}

/** The target as the config would have it. */
export function specOf(
  servers: readonly (Pick<PostgresServer, 'name' | 'port'> & { host?: string })[],
  passwords: FleetPasswords,
): TargetSpec {
  const login = (room: 'read' | 'act' | 'copy' | 'canary') => ({
    user: `nightshift_${room}`,
    password: { from: 'env', name: passwords[room] } as const,
  });
  const credentials = { read: login('read'), act: login('act'), copy: login('copy'), canary: login('canary') };
  return {
    name: 'shop-db',
    engine: 'postgres',
    provider: 'self-managed',
    environment: 'laptop',
    rooms: 'default',
    database: 'shop',
    tls: false,
    members: servers.map(({ name, port, host = '127.0.0.1' }, index) => ({
      name,
      role: index === 0 ? 'primary' : 'replica',
      host,
      port,
      credentials,
    })),
    alarms: [],
  };
}
