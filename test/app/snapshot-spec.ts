import type { TargetSpec } from '../../src/targets/spec.ts';

/** A target that AWS hosts, of which no server is ever asked. */
export function hostedSpec(
  provider: 'rds' | 'aurora' | 'elasticache',
  names: readonly string[],
  change: Partial<TargetSpec> = {},
): TargetSpec {
  const engine = provider === 'elasticache' ? 'redis' : 'postgres';
  return {
    name: engine === 'redis' ? 'shop-cache' : 'shop-db',
    engine,
    provider,
    environment: 'production',
    region: 'eu-central-1',
    rooms: 'default',
    tls: true,
    alarms: [],
    members: names.map((name, at) => ({
      name,
      role: at === 0 ? 'primary' : 'replica',
      host: `${name}.c1a2b3.eu-central-1.rds.amazonaws.com`,
      port: 5432,
      identifier: name,
      credentials: {},
    })),
    ...change,
  };
}
