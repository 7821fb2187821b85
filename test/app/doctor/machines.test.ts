import { expect, test } from 'vitest';
import { exposition } from '../../providers/machines/exposition.ts';
import { startStandIn, type Answering } from '../../servers/exporters.ts';
import { diagnosed, fileOf } from './installed.ts';

/** What doctor says of a target whose server is away, and whose machine is told of. */
async function asked(answer: Answering, more: object = {}) {
  const standIn = await startStandIn(answer);
  const read = { user: 'nightshift_read', password: 'env:DB_READ' };
  const file = fileOf({
    'orders-db': {
      engine: 'postgres',
      provider: 'self-managed',
      environment: 'production',
      database: 'orders',
      tls: false,
      machine: { from: 'node-exporter', url: `${standIn.url}/metrics`, ...more },
      members: { 'orders-db-1': { role: 'primary', host: '127.0.0.1', port: 1, credentials: { read } } },
    },
  });
  const answers = await diagnosed({ file, variables: { DB_READ: 'canary' }, deployed: false });
  await standIn.stop();
  return answers['target.orders-db.machines'];
}

test('a machine that is told of, with the place of its data', async () => {
  expect(await asked(() => ({ body: exposition() }), { dataDirectory: '/var/lib/postgresql/18' })).toEqual({
    ok: '1 of them, the data at /var/lib/postgresql',
  });
});

test('a server that is away does not say where its data lies; the rest is seen', async () => {
  expect(await asked(() => ({ body: exposition() }))).toMatchObject({
    skipped: 'their CPU and memory are, but no member says where its data lies',
  });
});

test('a directory that no measured file system holds is a problem, with the key', async () => {
  const body = 'node_load5 1\nnode_cpu_seconds_total{cpu="0",mode="idle"} 5\n';
  expect(await asked(() => ({ body }), { dataDirectory: '/data' })).toEqual({
    problem: 'no file system that is measured on the machine of orders-db-1 holds its data',
    fix: 'Set targets.orders-db.members.orders-db-1.machine.dataDirectory in nightshift.yaml.',
  });
});

test('an exporter that cannot be reached from here is no problem of the set-up', async () => {
  expect(await asked(() => ({ status: 503, body: '' }))).toMatchObject({
    skipped: expect.stringMatching(/answered HTTP 503/) as string,
    fix: expect.stringContaining('/db doctor') as string,
  });
});
