import { createSecrets, openTarget } from '../../src/providers/index.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseRoom } from '../../src/core/room.ts';
import type { CanaryRecord } from '../../src/targets/canary.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import type { Switchover, SwitchoverLook, SwitchoverOrder } from '../../src/targets/switchover.ts';
import { expect } from 'vitest';

const READY_MILLISECONDS = 60_000;

/** The same servers, where the config asks for a canary. */
export function withCanary<S extends Servers>(servers: S): Servers {
  return { spec: { ...servers.spec, canary: { by: 'members' } }, environment: servers.environment };
}

/** The new server acknowledged writes, and none is missing of those that the old one had, where it had any in time. */
export function expectMeasured(
  record: CanaryRecord | undefined,
  { from, to }: Pick<SwitchoverOrder, 'from' | 'to'>,
): void {
  const members = canaryMembers(record);
  expect(members.at(-1)).toBe(to);
  expect({ members, lost: record?.lost }).toEqual(
    members.length > 1 ? { members: [from, to], lost: 0 } : { members: [to], lost: null },
  );
}

/** By whom canary writes were acknowledged, in order. */
export function canaryMembers(record: CanaryRecord | undefined): string[] {
  return [...new Set(record?.attempts.flatMap(({ member }) => member ?? []))];
}

type Servers = { spec: TargetSpec; environment: Record<string, string> };

/** Opens the servers as a room does, hands the capability over, and closes them. */
async function onSwitchover<R>(
  servers: Servers,
  room: DatabaseRoom,
  work: (capability: Switchover) => Promise<R>,
): Promise<R> {
  const secrets = createSecrets((name) => servers.environment[name]);
  const target = await openTarget(servers.spec, room, { secret: secrets.resolve });
  try {
    if (!target.switchover) throw new Error('its writes cannot be moved');
    return await work(target.switchover);
  } finally {
    await target.close();
  }
}

export function onActing<R>(servers: Servers, work: (capability: Switchover) => Promise<R>): Promise<R> {
  return onSwitchover(servers, 'act', work);
}

export function onReading<R>(servers: Servers, work: (capability: Switchover) => Promise<R>): Promise<R> {
  return onSwitchover(servers, 'read', work);
}

/** What the read room sees. */
export async function lookOf(servers: Servers, to?: string): Promise<SwitchoverLook> {
  const look = await onReading(servers, (capability) => capability.look(to));
  if ('refused' in look) throw new Error(look.refused);
  return look;
}

/** An order for a server, or for the first that is fit, as a plan would make it, once nothing stops or refuses it. */
export async function orderOf(servers: Servers, about: { to?: string } = {}): Promise<SwitchoverOrder> {
  const look = await readyLook(servers, about.to);
  const to = about.to ?? look.candidates.find(({ unfit }) => unfit === null)?.member ?? '';
  return { from: look.primary, to, identity: look.identity, deadlineSeconds: 10 };
}

/** Right after a change of roles the servers may know less of each other than a moment later: what is refused is asked again, too. */
async function readyLook(servers: Servers, to: string | undefined): Promise<SwitchoverLook> {
  const last = Date.now() + READY_MILLISECONDS;
  for (;;) {
    const look = await onReading(servers, (capability) => capability.look(to));
    if (!('refused' in look) && isReady(look)) return look;
    if (Date.now() > last) throw new Error(`not ready to switch over: ${JSON.stringify(look)}`);
    await sleep(30);
  }
}

/** Nothing stops it, and somebody could take the writes. */
export function isReady({ prechecks, candidates }: SwitchoverLook): boolean {
  return prechecks.every(({ says }) => says !== 'stops') && candidates.some(({ unfit }) => unfit === null);
}
