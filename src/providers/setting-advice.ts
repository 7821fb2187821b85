import type { TargetSpec } from '../targets/spec.ts';

/**
 * Hosts that let nobody write the configuration of a server: it stands in a parameter group. They can be asked about the machine
 * (cloud.ts, which loads their clients and so belongs to `run` alone).
 */
const MANAGED = ['rds', 'aurora', 'elasticache'];

export function isManaged({ provider }: Pick<TargetSpec, 'provider'>): boolean {
  return MANAGED.includes(provider);
}

/** How a PostgreSQL setting is changed where the target is hosted. `restart` where a reload is not enough. */
export function settingAdvice(spec: TargetSpec, name: string, value: string, effect: 'reload' | 'restart'): string {
  if (isManaged(spec)) {
    return `Set ${name} = ${value} in the parameter group of ${spec.name}${effect === 'restart' ? ' and reboot it' : ''}.`;
  }
  const quoted = /^\w+$/.test(value) ? value : `'${value}'`;
  const then = effect === 'restart' ? 'then restart the server.' : 'SELECT pg_reload_conf();';
  return `ALTER SYSTEM SET ${name} = ${quoted}; ${then}`;
}

/** What gives a room's role the right to be a source of WAL, by host. */
export function replicationGrant(spec: TargetSpec, role: string): string {
  return isManaged(spec) ? `GRANT rds_replication TO ${role};` : `ALTER ROLE ${role} REPLICATION;`;
}
