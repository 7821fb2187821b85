import { expect, test } from 'vitest';
import { readLog } from '../../src/logs/read-log.ts';

const RDS = '%t:%r:%u@%d:[%p]:';
const at = (time: string, pid: number, rest: string) =>
  `2026-11-28 ${time} UTC:10.0.0.7(52110):app@shop:[${pid}]:${rest}\n`;

async function digestOf(log: string) {
  async function* chunks() {
    const bytes = Buffer.from(log);
    for (let i = 0; i < bytes.length; i += 100) yield bytes.subarray(i, i + 100);
  }
  return (await readLog(chunks(), { format: 'stderr', prefix: RDS })).digest;
}

test('durations are counted by the shape of the statement, from every protocol', async () => {
  const { statements, preparation, plans, timeline } = await digestOf(
    [
      at('15:03:20', 1, "LOG:  duration: 1.500 ms  statement: select a from t\n\twhere b = 'x'"),
      at('15:03:21', 1, 'LOG:  duration: 2.500 ms  execute <unnamed>: SELECT a FROM t WHERE b = $1'),
      at('15:03:21', 1, "DETAIL:  Parameters: $1 = 'hunter2'"),
      at('15:03:21', 1, 'LOG:  duration: 0.100 ms  bind s1: SELECT a FROM t WHERE b = $1'),
      at('15:03:21', 1, 'LOG:  duration: 0.200 ms  parse s1: SELECT a FROM t WHERE b = $1'),
      at('15:04:00', 1, 'LOG:  duration: 10 ms  execute s1/c1: commit'),
      at('15:04:00', 1, 'LOG:  duration: 10.000 ms  plan:\n\tQuery Text: select 1'),
    ].join(''),
  );
  expect(statements).toMatchObject([
    { text: 'commit', calls: 1, totalMs: 10, maxMs: 10, meanMs: 10 },
    { text: 'select a from t where b = ?', calls: 2, totalMs: 4, maxMs: 2.5, meanMs: 2, p99Ms: 2.5 },
  ]);
  expect(preparation.count).toBe(2);
  expect(preparation.totalMs).toBeCloseTo(0.3);
  expect(plans).toBe(1);
  expect(timeline).toEqual([
    { minute: '2026-11-28 15:03', statements: 2, totalMs: 4, errors: 0, connections: 0 },
    { minute: '2026-11-28 15:04', statements: 1, totalMs: 10, errors: 0, connections: 0 },
  ]);
});

test('a percentile is at most 19 % above the true one', async () => {
  const log = Array.from({ length: 1_000 }, (_, i) =>
    at('15:03:20', 1, `LOG:  duration: ${i + 1} ms  statement: select ${i}`),
  );
  const [statement] = (await digestOf(log.join(''))).statements;
  for (const [found, truth] of [
    [statement?.p50Ms, 500],
    [statement?.p95Ms, 950],
    [statement?.p99Ms, 990],
  ] as const) {
    expect(found).toBeGreaterThanOrEqual(truth);
    expect(found).toBeLessThanOrEqual(truth * 1.19);
  }
});

test('errors are counted by their message without values, with the shape that caused each, found by its process', async () => {
  const { errors, deadlocks, cancellations } = await digestOf(
    [
      at('15:03:20', 1, 'ERROR:  invalid input syntax for type integer: "hunter2" at character 15'),
      at('15:03:20', 2, 'ERROR:  relation "orders" does not exist at character 15'),
      at('15:03:20', 1, "STATEMENT:  select 'hunter2'::int"),
      at('15:03:20', 2, 'STATEMENT:  select * from orders where id = 7'),
      at('15:03:20', 3, 'ERROR:  deadlock detected'),
      at('15:03:20', 3, 'DETAIL:  Process 3 waits: update t set a = hunter2'),
      at('15:03:20', 4, 'ERROR:  canceling statement due to statement timeout'),
      at('15:03:20', 4, 'ERROR:  canceling statement due to statement timeout'),
    ].join(''),
  );
  expect(errors).toEqual([
    { name: 'canceling statement due to statement timeout', count: 2, total: 0, max: 0, statements: [] },
    {
      name: 'invalid input syntax for type integer: "?"',
      count: 1,
      total: 0,
      max: 0,
      statements: ['select ?::int'],
    },
    {
      name: 'relation "orders" does not exist',
      count: 1,
      total: 0,
      max: 0,
      statements: ['select * from orders where id = ?'],
    },
    { name: 'deadlock detected', count: 1, total: 0, max: 0, statements: [] },
  ]);
  expect(deadlocks).toBe(1);
  expect(cancellations).toMatchObject([{ name: 'canceling statement due to statement timeout', count: 2 }]);
});

test('waits, files, work of the server, sessions and events are counted', async () => {
  const digest = await digestOf(
    [
      at('15:03:20', 1, 'LOG:  process 1 still waiting for ShareLock on transaction 745 after 1000.1 ms'),
      at('15:03:22', 1, 'LOG:  process 1 acquired ShareLock on transaction 745 after 2500.5 ms'),
      at('15:03:22', 1, 'STATEMENT:  update t set a = 5'),
      at('15:03:22', 1, 'LOG:  temporary file: path "base/pgsql_tmp/pgsql_tmp1.0", size 14016512'),
      at('15:03:22', 1, 'STATEMENT:  select a from t order by 1'),
      at(
        '15:03:22',
        9,
        'LOG:  checkpoint complete: wrote 44 buffers (0.3%); 0 WAL file(s) added; write=4.3 s, sync=0.01 s, total=4.5 s; sync files=11',
      ),
      at(
        '15:03:22',
        9,
        'LOG:  automatic vacuum of table "shop.public.t": index scans: 0\n\tpages: 0 removed\n\tsystem usage: CPU: user: 0.00 s, elapsed: 0.25 s',
      ),
      at(
        '15:03:22',
        9,
        'LOG:  automatic analyze of table "shop.public.t"\n\tsystem usage: CPU: user: 0.00 s, elapsed: 0.50 s',
      ),
      at('15:03:22', 1, 'LOG:  connection received: host=10.0.0.7 port=52110'),
      at('15:03:22', 1, 'LOG:  connection authorized: user=app database=shop application_name=psql'),
      at('15:03:22', 1, 'LOG:  disconnection: session time: 0:01:00.500 user=app database=shop host=10.0.0.7 port=5'),
      at('15:03:22', 1, 'LOG:  database system was not properly shut down; automatic recovery in progress'),
    ].join(''),
  );
  const one = (name: string, amount: number, statements: string[] = []) => ({
    name,
    count: 1,
    total: amount,
    max: amount,
    statements,
  });
  expect(digest.lockWaits).toEqual([
    one('waiting for ShareLock on transaction', 0),
    one('had ShareLock on transaction', 2_500.5, ['update t set a = ?']),
  ]);
  expect(digest.tempFiles).toEqual([one('temporary file', 14_016_512, ['select a from t order by ?'])]);
  expect(digest.checkpoints).toEqual([one('checkpoint', 4_500)]);
  expect(digest.vacuums).toEqual([one('shop.public.t', 250)]);
  expect(digest.analyzes).toEqual([one('shop.public.t', 500)]);
  expect(digest.connections).toEqual([one('received', 0), one('authorized app@shop', 0)]);
  expect(digest.disconnections).toEqual([one('app@shop', 60_500)]);
  expect(digest.events).toEqual([one('database system was not properly shut down; automatic recovery in progress', 0)]);
});

test('no planted secret of a message, a parameter or a statement is in the digest', async () => {
  const secret = 'hunter2';
  const log = [
    `ERROR:  duplicate key value violates unique constraint "t_pkey"`,
    `DETAIL:  Key (email)=(${secret}) already exists.`,
    `ERROR:  syntax error at or near "${secret}"`,
    `ERROR:  invalid input value for enum mood: "${secret}"`,
    `ERROR:  date/time field value out of range: "${secret}"`,
    `CONTEXT:  SQL statement "select '${secret}'"`,
    `STATEMENT:  select '${secret}', $$${secret}$$, E'\\'${secret}'`,
    `LOG:  statement: select '${secret}'`,
    `LOG:  duration: 1 ms  statement: select '${secret}`,
    `LOG:  duration: 1 ms  execute x: select '${secret}' /*user='${secret}'*/`,
    `WARNING:  ${secret}`,
    `LOG:  parameter "x" changed to "${secret}"`,
  ].map((rest) => at('15:03:20', 1, rest));
  expect(JSON.stringify(await digestOf(log.join('')))).not.toContain(secret);
});

test('the timeline is in UTC where the zone is told by its name, and a clock that is set back is counted', async () => {
  const line = (time: string) => `${time}:10.0.0.7(52110):app@shop:[1]:LOG:  duration: 1 ms  statement: select 1\n`;
  const digest = await digestOf(
    [
      line('2026-10-25 02:30:00 CEST'),
      line('2026-10-25 02:30:00 CET'),
      line('2026-10-25 07:15:00 +0530'),
      line('2026-10-25 01:46:00 UTC'),
      line('2026-10-25 01:10:00 UTC'),
      line('2026-10-25 01:10:10 UTC'),
      line('2026-10-25 02:00:00 IST'),
    ].join(''),
  );
  expect(digest.timeline.map(({ minute, statements }) => [minute, statements])).toEqual([
    ['2026-10-25 00:30', 1],
    ['2026-10-25 01:10', 2],
    ['2026-10-25 01:30', 1],
    ['2026-10-25 01:45', 1],
    ['2026-10-25 01:46', 1],
    ['2026-10-25 02:00', 1],
  ]);
  expect(digest.clockJumps).toBe(1);
  expect(digest.unknownZones).toEqual(['IST']);
});

test('who ran statements and met errors is counted, and in which hours a statement ran', async () => {
  const line = (time: string, who: string, rest: string) =>
    `2026-11-28 ${time} UTC:10.0.0.7(52110):${who}:[1]:${rest}\n`;
  const { sessions, statements } = await digestOf(
    [
      line('15:03:20', 'app@shop', 'LOG:  duration: 1.5 ms  statement: select 1'),
      line('15:03:20', 'report@shop', 'LOG:  duration: 5 ms  statement: select 2'),
      line('16:03:20', 'app@shop', 'LOG:  duration: 2 ms  statement: select 3'),
      line('16:03:20', 'app@shop', 'ERROR:  division by zero'),
      line('16:03:20', 'idle@shop', 'LOG:  connection authorized: user=idle database=shop'),
    ].join(''),
  );
  expect(sessions).toEqual([
    { user: 'report', database: 'shop', application: '', calls: 1, totalMs: 5, errors: 0 },
    { user: 'app', database: 'shop', application: '', calls: 2, totalMs: 3.5, errors: 1 },
  ]);
  const hours = Array.from({ length: 24 }, (_, hour) => (hour === 15 ? 2 : hour === 16 ? 1 : 0));
  expect(statements).toMatchObject([{ hours, users: ['app', 'report'], databases: ['shop'], applications: [] }]);
});

test('entries that Amazon cut off are counted, and what they hold of a literal stays out', async () => {
  const cut = "LOG:  duration: 1 ms  statement: select 'hunter2 [Your log message was truncated]";
  const digest = await digestOf(at('15:03:20', 1, cut));
  expect(digest.truncated).toBe(1);
  expect(digest.statements).toMatchObject([{ text: 'select ? …' }]);
});
