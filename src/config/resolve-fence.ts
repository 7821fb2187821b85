import type { FenceSpec, PoolerSpec } from '../targets/spec.ts';
import type { FenceEntry } from './fence-schema.ts';
import { credential } from './resolve-credential.ts';

/** What closes a target. A pooler's console is spoken to like the target where nothing else stands. */
export function fenceSpec(
  { by, coversAllClients, poolers }: FenceEntry,
  tls: boolean,
  addresses: Readonly<Record<string, Pick<PoolerSpec, 'host' | 'port'>>>,
): FenceSpec {
  return {
    by,
    coversAllClients,
    poolers: Object.entries(poolers).map(([name, entry]) => ({
      name,
      host: entry.host,
      port: entry.port,
      ...addresses[name],
      database: entry.database,
      tls: entry.tls ?? tls,
      credentials: {
        ...(entry.credentials.read === undefined ? {} : { read: credential(entry.credentials.read) }),
        ...(entry.credentials.act === undefined ? {} : { act: credential(entry.credentials.act) }),
      },
    })),
  };
}
