import { Fault } from '../core/errors.ts';
import type { PostgresLogs } from '../targets/logs.ts';
import type { TargetSpec } from '../targets/spec.ts';
import type { CloudAccess } from './cloud-access.ts';

type Keeper = { openLogs(spec: TargetSpec, access: CloudAccess): PostgresLogs };

/** Providers that keep the logs of their servers; only the room for logs may import this file. */
const keepers: { readonly [provider: string]: () => Promise<Keeper> } = {
  aurora: () => import('./aurora/logs.ts'),
  rds: () => import('./rds/logs.ts'),
};

/** Opens the logs that the host of a target keeps; nothing is asked yet. Throws `unsupported` where it keeps none. */
export async function openLogs(spec: TargetSpec, access: CloudAccess): Promise<PostgresLogs> {
  const load = keepers[spec.provider];
  if (!load) throw new Fault('unsupported', `nobody but its own servers keeps the log of ${spec.name}`);
  return (await load()).openLogs(spec, access);
}
