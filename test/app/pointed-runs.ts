import { emptyCloud, type CloudModel } from '../../src/local/aws/cloud/model.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { PointerSpec, TargetSpec } from '../../src/targets/spec.ts';
import type { TestRedis } from '../servers.ts';
import { openSwitchoverRuns, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

export const ZONE = 'Z0SHOPINTERNAL';
export const RECORD = 'cache.shop.internal';
export const PARAMETER = '/shop/cache/host';
export const FIRST = 'shop-cache-1.internal';
export const SECOND = 'shop-cache-2.internal';

export const record: PointerSpec = { by: 'route53', name: RECORD, zone: ZONE, type: 'CNAME' };
export const parameter: PointerSpec = { by: 'parameter-store', name: PARAMETER };

/** Repoints over the stand-in of AWS, of a target whose first server takes the writes. */
export type PointedRuns = SwitchoverRuns & { ask(to?: string): Promise<Outcome> };

/** A zone in which the record names a host. */
export function pointsTo(host: string, more: object = {}): CloudModel['zones'] {
  return { [ZONE]: [{ Name: `${RECORD}.`, Type: 'CNAME', TTL: 30, ResourceRecords: [{ Value: host }], ...more }] };
}

/** Where the parameter holds a value, the last of its versions. */
export function holds(...values: string[]): CloudModel['kept'] {
  return { [PARAMETER]: { type: 'String', values } };
}

/** Where both name the second server, as after a way back of which nobody told the clients. */
export function ledAstray(): CloudModel {
  return { ...emptyCloud(), zones: pointsTo(SECOND), kept: holds('old.internal', SECOND) };
}

export async function openPointedRuns(
  servers: TestRedis,
  pointer: PointerSpec,
  behind: Partial<Behind> & { model: CloudModel },
): Promise<PointedRuns> {
  const hosts = [FIRST, SECOND];
  const members = servers.spec.members.map((member, at) => ({ ...member, host: hosts[at] ?? '' }));
  const inControl: TargetSpec = { ...servers.spec, region: 'eu-central-1', members, pointer };
  const runs = await openSwitchoverRuns({ spec: servers.spec, inControl, secrets: servers.environment, ...behind });
  return { ...runs, ask: (to) => runs.run('repoint', to === undefined ? {} : { to }) };
}
