import {
  alarmName,
  channelId,
  environmentCount,
  environmentName,
  targetName,
  type ScaleOptions,
} from './scale-options.ts';

/** The text of a nightshift.yaml (JSON is YAML) with so many targets; nothing listens at their addresses. */
export function scaleConfig(options: ScaleOptions): string {
  const environments = numbers(environmentCount(options));
  return JSON.stringify({
    environments: Object.fromEntries(environments.map((n) => [environmentName(n), { channel: channelId(n) }])),
    people: {
      omar: { slack: 'U0OMAR', roles: { '*': 'operator' } },
      ada: { slack: 'U0ADA', roles: { '*': 'approver' } },
      ben: { slack: 'U0BEN', roles: { '*': 'approver' } },
    },
    targets: Object.fromEntries(
      numbers(options.targets).map((n) => [targetName(n), targetEntry(n, environmentName(environmentOf(n, options)))]),
    ),
    schedules: Object.fromEntries([
      ...environments.map(environmentName).flatMap((environment) => [
        [`nightly-${environment}`, { operation: 'health', environment, expression: 'cron(0 2 * * ? *)' }],
        [`watch-${environment}`, { operation: 'watch', environment, expression: 'rate(5 minutes)' }],
        [`statements-${environment}`, { operation: 'statements', environment, expression: 'rate(1 hour)' }],
      ]),
      ...numbers(options.targets)
        .map(targetName)
        .filter((target) => target.startsWith('db'))
        .map((target) => [`log-${target}`, { operation: 'log', target, expression: 'rate(1 hour)' }]),
    ]),
  });
}

/** The environment of a target, counted from 0. */
export function environmentOf(target: number, { environmentSize }: ScaleOptions): number {
  return Math.floor(target / environmentSize);
}

function targetEntry(n: number, environment: string) {
  const name = targetName(n);
  const member = (role: 'primary' | 'replica', k: number) => ({
    [`${name}-${k}`]: {
      role,
      host: '127.0.0.1',
      port: 1,
      credentials: { read: { user: 'nightshift_read', password: 'env:SCALE_PASSWORD' } },
    },
  });
  const engine = name.startsWith('db')
    ? { engine: 'postgres', provider: 'self-managed', database: 'app' }
    : { engine: 'redis', provider: 'standalone' };
  return {
    ...engine,
    environment,
    tls: false,
    alarms: [alarmName(n)],
    members: { ...member('primary', 1), ...member('replica', 2) },
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
