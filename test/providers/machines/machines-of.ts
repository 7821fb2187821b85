import { withMachines } from '../../../src/providers/machines.ts';
import type { PostgresMachines } from '../../../src/targets/machine.ts';
import type { PostgresMember, PostgresTarget } from '../../../src/targets/postgres.ts';
import type { MachineSource, TargetSpec } from '../../../src/targets/spec.ts';
import { hostedSpec } from '../../checks/in-the-cloud.ts';

const hosted = hostedSpec('postgres', 'self-managed', 'shop-db-1', 'shop-db-2');

/** Members without a server behind them: they only say where their data lies, as far as they may. */
export function machinesOf(
  sources: readonly MachineSource[],
  directory: string | null = '/var/lib/postgresql/18/main',
) {
  const spec: TargetSpec = {
    ...hosted,
    members: hosted.members.slice(0, sources.length).map((member, n) => ({ ...member, machine: sources[n]! })),
  };
  const query = (async () => {
    if (directory === null) throw new Error('must be a member of pg_read_all_settings');
    return [{ path: directory }];
  }) as PostgresMember['query'];
  const members = spec.members.map(({ name }) => ({
    name,
    role: 'primary',
    version: 180_004,
    inRecovery: false,
    query,
  }));
  const target = { engine: 'postgres', name: 'shop-db', members, unreached: [], expectedReplicas: [] };
  const { machines } = withMachines(target as unknown as PostgresTarget, spec, () => 1_795_858_000_000);
  return machines as PostgresMachines;
}
