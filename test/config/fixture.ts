import * as z from 'zod';
import type { Config } from '../../src/config/config.ts';
import { parseConfig, type Addresses, type Knowledge } from '../../src/config/load.ts';
import type { Problem } from '../../src/config/problems.ts';

const Limits = z
  .strictObject({ warningSeconds: z.number().default(60), criticalSeconds: z.number().default(600) })
  .refine(({ warningSeconds, criticalSeconds }) => warningSeconds < criticalSeconds, 'warning comes before critical');

export const knowledge: Knowledge = {
  checks: [{ id: 'postgres.idle-in-transaction', limits: Limits }],
  operations: [
    { id: 'health', scope: 'environment' },
    { id: 'end', scope: 'target' },
    { id: 'failover', scope: 'target', graver: { 'accept-loss': {} } },
  ],
};

/** A small config that is right; tests replace a part of it. */
export const text = `
environments:
  production:
    channel: C0DBALERTS
    approvals: { interrupts: { people: 2 } }
    thresholds:
      postgres.idle-in-transaction: { warningSeconds: 30 }
people:
  vera: { slack: U0VERA, roles: { production: viewer } }
  omar: { slack: U0OMAR, roles: { production: operator } }
  ada: { slack: U0ADA, roles: { '*': approver } }
  ben: { slack: U0BEN, roles: { '*': approver, production: viewer } }
  cleo: { slack: U0CLEO, roles: { production: approver } }
targets:
  orders-db:
    engine: postgres
    provider: self-managed
    environment: production
    database: orders
    alarms: [orders-lag]
    thresholds:
      postgres.idle-in-transaction: { criticalSeconds: 300 }
    members:
      orders-db-1:
        role: primary
        host: db1.example.internal
        credentials: { read: { user: nightshift_read, password: env:ORDERS_READ } }
      orders-db-2: { role: replica, host: db2.example.internal, port: 5433 }
schedules:
  nightly: { operation: health, environment: production, expression: cron(0 2 * * ? *), timezone: Europe/Berlin }
thresholds:
  postgres.idle-in-transaction: { warningSeconds: 50, criticalSeconds: 500 }
`;

export function problemsOf(config: string, addresses: Addresses = {}): Problem[] {
  const parsed = parseConfig(config, knowledge, addresses);
  return 'problems' in parsed ? parsed.problems : [];
}

export function configOf(config: string, addresses: Addresses = {}): Config {
  const parsed = parseConfig(config, knowledge, addresses);
  if ('problems' in parsed) throw new Error(`the fixture has problems: ${JSON.stringify(parsed.problems)}`);
  return parsed.config;
}
