import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handler } from '../../handlers/logs.ts';
import { CLOUD_NOW, startTestCloud, type TestCloud } from '../checks/in-the-cloud.ts';
import { healthyRds } from '../local/aws/cloud/orders.ts';

const CONFIG = `
environments:
  production: { channel: C0DBALERTS }
people:
  ada: { slack: U0ADA, roles: { production: approver } }
  ben: { slack: U0BEN, roles: { production: approver } }
targets:
  orders-db:
    engine: postgres
    provider: rds
    environment: production
    region: eu-central-1
    database: orders
    members:
      orders-1: { role: primary, host: orders-1.abc.eu-central-1.rds.amazonaws.com }
`;

const LOG = [
  '2026-11-28 01:50:00 UTC:10.0.0.7(55812):billing@orders:[7]:FATAL:  remaining connection slots are reserved',
  `2026-11-28 01:51:00 UTC:10.0.0.7(55813):billing@orders:[8]:ERROR:  invalid input syntax for type integer: "ana@example.com"`,
  `2026-11-28 01:51:00 UTC:10.0.0.7(55813):billing@orders:[8]:STATEMENT:  select * from people where id = 'ana@example.com'`,
  '',
].join('\n');

const folder = mkdtempSync(join(tmpdir(), 'nightshift-logs-'));
const before = { ...process.env };
let cloud: TestCloud;
beforeAll(async () => {
  writeFileSync(join(folder, 'nightshift.yaml'), CONFIG);
  cloud = await startTestCloud();
  const files = () => [{ name: 'error/postgresql.log.2026-11-28-01', writtenMs: CLOUD_NOW, bytes: Buffer.from(LOG) }];
  cloud.becomes({
    ...healthyRds('orders-1'),
    logs: [{ instance: 'orders-1', group: '/aws/rds/instance/orders-1/postgresql', files }],
  });
  process.env['NIGHTSHIFT_CONFIG'] = join(folder, 'nightshift.yaml');
  process.env['NIGHTSHIFT_TABLE'] = 'none';
  process.env['NIGHTSHIFT_FUNCTION_PREFIX'] = 'nightshift-test-';
});
afterAll(async () => {
  await cloud.stop();
  process.env = before;
  rmSync(folder, { recursive: true });
});

const ask = (target: string, step = 'kept') =>
  handler({
    runId: 'log-1',
    operation: 'log',
    step,
    target,
    args: { from: '2026-11-28T01:45:00.000Z', until: '2026-11-28T02:00:00.000Z', member: null },
    mode: 'run',
  });

describe('the room for logs', () => {
  it('fetches what RDS keeps, and lets only groups out of it, without a value of anybody', async () => {
    const answer = await ask('orders-db');
    expect(answer).toMatchObject({
      result: {
        members: [
          {
            member: 'orders-1',
            seen: {
              sample: {
                entries: 3,
                groups: [
                  {
                    kind: 'too many connections',
                    count: 1,
                    who: ['billing@orders'],
                    first: '2026-11-28T01:50:00.000Z',
                  },
                  { kind: 'error', count: 1, statement: 'select * from people where id = ?' },
                ],
              },
            },
          },
        ],
      },
    });
    expect(JSON.stringify(answer)).not.toContain('ana@example.com');
  });

  it('has no other step, and knows no target that the config does not name', async () => {
    expect(await ask('orders-db', 'server')).toMatchObject({ fault: { code: 'invalid_request' } });
    expect(await ask('other-db')).toMatchObject({ fault: { message: 'nightshift.yaml has no target other-db' } });
  });
});
