import type { PostgresTarget } from '../../../targets/postgres.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { OpenOptions } from '../../open-options.ts';

/** What a backup is taken with: the target as it was opened for the room `copy`. */
export type BackupSite = { spec: TargetSpec; options: OpenOptions; target: PostgresTarget };
