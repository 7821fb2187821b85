import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { postgresChecks, redisChecks } from '../../src/checks/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { problemLines } from '../../src/config/problems.ts';
import { operations } from '../../src/operations/index.ts';
import { configOf, knowledge, problemsOf, text } from './fixture.ts';

test('a right file becomes targets, people, schedules and the hash of its text', () => {
  const config = configOf(text);
  expect(config.hash).toBe(createHash('sha256').update(text).digest('hex'));
  expect(config.environments).toEqual([
    {
      name: 'production',
      channel: 'C0DBALERTS',
      approvals: {
        writes: { by: 'policy' },
        interrupts: { by: 'people', count: 2 },
        destroys: { by: 'people', count: 2 },
        breakGlass: false,
        verbs: {},
      },
      failover: { minOutageSeconds: 120, lossBytes: 0, lossSeconds: null },
    },
  ]);
  expect(config.targets[0]).toEqual({
    name: 'orders-db',
    engine: 'postgres',
    provider: 'self-managed',
    environment: 'production',
    database: 'orders',
    tls: true,
    rooms: 'default',
    alarms: ['orders-lag'],
    members: [
      {
        name: 'orders-db-1',
        role: 'primary',
        host: 'db1.example.internal',
        port: 5432,
        credentials: { read: { user: 'nightshift_read', password: { from: 'env', name: 'ORDERS_READ' } } },
      },
      { name: 'orders-db-2', role: 'replica', host: 'db2.example.internal', port: 5433, credentials: {} },
    ],
  });
  expect(config.schedules).toEqual([
    {
      name: 'nightly',
      operation: 'health',
      subject: 'production',
      expression: 'cron(0 2 * * ? *)',
      timezone: 'Europe/Berlin',
    },
  ]);
});

test('a failover may lose no byte, unless another bound is written', () => {
  const failoverOf = (said: string) =>
    configOf(text.replace('environments:\n  production:\n', `environments:\n  production:\n    failover: ${said}\n`))
      .environments[0]?.failover;
  expect(failoverOf('{ minOutageSeconds: 60 }')).toEqual({ minOutageSeconds: 60, lossBytes: 0, lossSeconds: null });
  expect(failoverOf('{ lossSeconds: 5 }')).toEqual({ minOutageSeconds: 120, lossBytes: null, lossSeconds: 5 });
  expect(failoverOf('{ lossSeconds: 5, lossBytes: 1024 }')).toMatchObject({ lossBytes: 1024, lossSeconds: 5 });
});

test('limits of the target count before those of its environment, and these before the global ones', () => {
  const limits = configOf(text).limits('orders-db', 'postgres.idle-in-transaction');
  expect(limits).toEqual({ warningSeconds: 30, criticalSeconds: 300 });
  expect(configOf(text).limits('orders-db', 'postgres.connections')).toEqual({});
});

test('addresses are laid over the hosts and ports of the members they name', () => {
  const [target] = configOf(text, { 'orders-db-1': '127.0.0.1:40001', 'orders-db-2': '[::1]:40002' }).targets;
  expect(target?.members.map(({ host, port }) => ({ host, port }))).toEqual([
    { host: '127.0.0.1', port: 40001 },
    { host: '::1', port: 40002 },
  ]);
});

test('an address for an unknown member, or without a port, is a problem', () => {
  expect(problemsOf(text, { 'orders-db-11': '127.0.0.1:1', 'orders-db-2': 'localhost' })).toEqual([
    {
      path: 'NIGHTSHIFT_ADDRESSES.orders-db-11',
      message: 'no target has a member of this name',
      suggestion: 'orders-db-1',
    },
    { path: 'NIGHTSHIFT_ADDRESSES.orders-db-2', message: 'an address is written host:port' },
  ]);
});

test('every problem is named at once, in the order of the file, with its line and what was meant', () => {
  const broken = text
    .replace('{ people: 2 }', '{ person: 2 }')
    .replace('production: viewer', 'prodution: viewer')
    .replace('engine: postgres', 'engin: postgres')
    .replace('role: replica', 'role: relica')
    .replace('operation: health', 'operation: helth')
    .replace('cron(0 2', 'cron(0 25');
  expect(problemLines(problemsOf(broken))).toMatchInlineSnapshot(`
    "line 5 · environments.production.approvals.interrupts: write \`policy\` (nobody is asked) or \`{ people: N }\`
    line 9 · people.vera.roles.prodution: there is no environment of this name (did you mean production?)
    line 15 · targets.orders-db.engine: is missing; known are postgres, redis
    line 16 · targets.orders-db.engin: unknown key; known are engine, provider, environment, database, masterName, tls, showKeyNames, hideNames, rooms, account, region, machine, patroni, members, fence, backup, alarms, thresholds, hysteresis (did you mean engine?)
    line 28 · targets.orders-db.members.orders-db-2.role: is not one of the known words; known are primary, replica, sentinel (did you mean replica?)
    line 30 · schedules.nightly.operation: there is no operation of this name (did you mean health?)
    line 30 · schedules.nightly.expression: cron: "25" does not fit the field hours (0 to 23)"
  `);
});

test('a password in clear is refused without being repeated', () => {
  const lines = problemLines(problemsOf(text.replace('env:ORDERS_READ', 'hunter2')));
  expect(lines).toContain(
    'targets.orders-db.members.orders-db-1.credentials.read.password: a password is not written here',
  );
  expect(lines).not.toContain('hunter2');
  expect(problemLines(problemsOf(text.replace('env:ORDERS_READ', '20252025')))).not.toContain('20252025');
});

test('a text that is not YAML is a problem with its line, and is not quoted', () => {
  const problems = problemsOf('environments:\n  laptop: { password: hunter2\ntargets: [');
  expect(problems.length).toBeGreaterThan(0);
  expect(problems[0]?.line).toBeGreaterThan(1);
  expect(problemLines(problems)).not.toContain('hunter2');
  expect(problemsOf('environments: *nowhere')[0]?.message).toContain('not valid YAML');
});

test('an empty file misses its sections instead of breaking', () => {
  expect(problemsOf('')).toEqual([{ path: '', message: 'must be a map' }]);
  expect(problemsOf('people: {}').map(({ path }) => path)).toEqual(['environments', 'targets']);
});

test('a file that does not exist is a problem', () => {
  expect(loadConfig('/nonexistent/nightshift.yaml', knowledge)).toEqual({
    problems: [{ path: '', message: '/nonexistent/nightshift.yaml cannot be read' }],
  });
});

test('the shipped nightshift.yaml is right', () => {
  const path = fileURLToPath(new URL('../../nightshift.yaml', import.meta.url));
  const loaded = loadConfig(path, { checks: [...postgresChecks, ...redisChecks], operations });
  expect('problems' in loaded ? loaded.problems : []).toEqual([]);
});
