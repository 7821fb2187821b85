import { Fault } from '../../core/errors.ts';
import type { AnyCloud } from '../../targets/cloud.ts';
import type { CloudDrill } from '../../targets/cloud-restore.ts';

/** Where the cloud has nothing that could be drilled from here. */
export const NO_DRILL = { refused: 'the bot drills PostgreSQL of RDS and Aurora alone (docs/backups.md)' };

export function drillOf(cloud: AnyCloud): CloudDrill | undefined {
  return cloud.drill;
}

/** Throws `unsupported` where there is none. */
export function demandDrill(cloud: AnyCloud): CloudDrill {
  if (cloud.drill) return cloud.drill;
  throw new Fault('unsupported', NO_DRILL.refused);
}
