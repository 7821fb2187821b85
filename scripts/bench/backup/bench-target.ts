import type { TargetSpec } from '../../../src/targets/spec.ts';

/** The server of the benchmark, as the config would have it; the password is in the environment. */
export function benchTarget(port: number, way: 'plain' | 'tls' = 'plain'): TargetSpec {
  return {
    name: 'bench',
    engine: 'postgres',
    provider: 'self-managed',
    environment: 'laptop',
    rooms: 'default',
    database: 'postgres',
    tls: way === 'tls',
    members: [
      {
        name: 'bench-1',
        role: 'primary',
        host: '127.0.0.1',
        port,
        credentials: { copy: { user: 'nightshift_copy', password: { from: 'env', name: 'PGPASSWORD' } } },
      },
    ],
    alarms: [],
  };
}
