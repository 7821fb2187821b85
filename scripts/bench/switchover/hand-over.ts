import { setTimeout as sleep } from 'node:timers/promises';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import type { SwitchoverOrder } from '../../../src/targets/switchover.ts';
import type { AcknowledgedWrites } from '../../../test/servers/acknowledged-writes.ts';
import { onActing, orderOf } from '../../../test/providers/switching.ts';

type Servers = Parameters<typeof orderOf>[0];

/** What one change of the primary cost an application. */
export type Cost = { gapMs: number; lostWrites: number };

/** One way to change the primary: it gives the order, or does it by itself. */
export type Way = (order: SwitchoverOrder) => Promise<void>;

/** With some traffic before and after it. */
const TRAFFIC_MS = 1000;

/** An application that knows what it felt. */
export type Felt = Pick<AcknowledgedWrites, 'longestGapMilliseconds' | 'lost' | 'stop'>;

export type Rig = {
  servers: Servers;
  begin(): Felt;
  /** Resolves when the old primary has become a replica, and so has thrown away what the new one lacks. */
  settled(order: SwitchoverOrder): Promise<void>;
  keysOn(order: SwitchoverOrder): (key: string) => Promise<ReadonlySet<string>>;
  /** Who takes the writes next; undefined is whoever is fit. */
  next(): string | undefined;
  close(): void;
};

/** Ours, as the act room does it. */
export function ours(servers: Servers): Way {
  return async (order) => {
    const { ended, why } = await onActing(servers, (capability) => capability.carryOut(order));
    if (ended !== 'switched') throw new Error(`${ended}: ${why ?? ''}`);
  };
}

/** Changes the primary once, while an application writes, and counts what it felt. */
export async function handOver(rig: Rig, way: Way): Promise<Cost> {
  const to = rig.next();
  const order = await orderOf(rig.servers, to === undefined ? {} : { to });
  const writes = rig.begin();
  await sleep(TRAFFIC_MS);
  writes.longestGapMilliseconds();
  await way(order);
  await rig.settled(order);
  await sleep(TRAFFIC_MS);
  const gapMs = writes.longestGapMilliseconds();
  const lost = await writes.lost(rig.keysOn(order));
  await writes.stop();
  return { gapMs, lostWrites: lost.length };
}

/** One command to one member, by its name. */
export async function tell(
  servers: Servers,
  member: string,
  ...[command, ...args]: [string, ...string[]]
): Promise<void> {
  const secrets = createSecrets((name) => servers.environment[name]);
  const target = await openTarget(servers.spec, 'act', { secret: secrets.resolve });
  try {
    if (target.engine !== 'redis') throw new Error('not Redis');
    const all = [...target.members, ...(target.sentinels?.members ?? [])];
    await all.find(({ name }) => name === member)?.call(command, ...args);
  } finally {
    await target.close();
  }
}
