import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { readArguments } from '../../src/core/arguments.ts';
import type { Report } from '../../src/core/report.ts';
import { memoryContext } from '../../src/app/memory-context.ts';
import { createMask } from '../../src/core/mask.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import { log } from '../../src/operations/log.ts';
import { kindOf } from '../../src/operations/log/kinds.ts';
import { logReport } from '../../src/operations/log/report.ts';
import { onPostgres, until } from '../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { createLogPositions } from '../../src/state/log-positions.ts';
import { memoryTable } from '../app/memory-table.ts';
import { asked } from './asked.ts';

describe('the arguments of log', () => {
  it('take a time up to a week back', () => {
    expect(readArguments(log.args, { since: '2h', member: 'shop-db-2' })).toHaveProperty('args');
    for (const since of ['8d', 'yesterday', '0m'])
      expect(readArguments(log.args, { since })).toMatchObject({
        problems: [{ message: 'how far back, as 15m, 2h or 1d; a week at most' }],
      });
  });
});

describe('what an entry tells of', () => {
  it.each([
    ['PANIC', 'could not write to file "pg_wal/xlogtemp.7": No space left on device', 'panic'],
    ['LOG', 'server process (PID 4711) was terminated by signal 11: Segmentation fault', 'crash'],
    ['LOG', 'client backend (PID 4711) was terminated by signal 9: Killed', 'crash'],
    ['LOG', 'database system was not properly shut down; automatic recovery in progress', 'crash'],
    ['ERROR', 'out of memory', 'out of memory'],
    ['LOG', 'could not fork new process for connection: Cannot allocate memory', 'out of memory'],
    ['FATAL', 'sorry, too many clients already', 'too many connections'],
    ['FATAL', 'too many connections for role "billing"', 'too many connections'],
    ['FATAL', 'the database system is starting up', 'restart'],
    ['LOG', 'received fast shutdown request', 'restart'],
    ['FATAL', 'password authentication failed for user "ana"', 'fatal'],
    ['ERROR', 'deadlock detected', 'deadlock'],
    ['LOG', 'process 7 still waiting for ShareLock on transaction 745 after 1000.105 ms', 'lock wait'],
    ['ERROR', 'canceling statement due to statement timeout', 'cancelled'],
    ['FATAL', 'terminating connection due to administrator command', 'ended'],
    ['WARNING', 'terminating connection because of crash of another server process', 'ended'],
    ['ERROR', 'division by zero', 'error'],
    ['LOG', 'checkpoints are occurring too frequently (9 seconds apart)', 'event'],
  ] as const)('%s %s', (severity, message, kind) => {
    expect(kindOf(severity, message)?.kind).toBe(kind);
  });

  it.each([
    ['LOG', 'duration: 1200.5 ms  statement: select out of memory'],
    ['LOG', 'checkpoint complete: wrote 3 buffers'],
    ['LOG', 'all server processes terminated; reinitializing'],
    ['LOG', 'aborting any active transactions'],
    ['STATEMENT', "insert into notes values ('deadlock detected')"],
    ['WARNING', 'there is no transaction in progress'],
  ] as const)('is nothing: %s %s', (severity, message) => {
    expect(kindOf(severity, message)).toBeUndefined();
  });

  it('has no value of anybody, and the number of a signal', () => {
    expect(kindOf('ERROR', 'invalid input syntax for type integer: "ana@example.com"')?.text).not.toContain('ana');
    expect(kindOf('LOG', 'server process (PID 4711) was terminated by signal 9: Killed')?.text).toBe(
      'server process was terminated by signal 9: Killed',
    );
  });
});

const ASKED = { from: '2026-11-28T01:45:00.000Z', until: '2026-11-28T02:00:00.000Z', member: null };
const seen = {
  position: { at: '2026-11-28T02:00:00.000Z' },
  groups: [],
  moreGroups: 0,
  entries: 100,
  foreign: 0,
  from: ASKED.from,
  until: ASKED.until,
  bytes: 9,
  unreadLines: 0,
  why: null,
};
const reportOf = (members: Parameters<typeof logReport>[1]['members']) =>
  logReport('shop-db', { members, unreached: [] }, ASKED, ASKED.until);

describe('the report', () => {
  it('is one line where nothing is out of the ordinary', () => {
    expect(reportOf([{ member: 'shop-db-1', seen: { sample: seen } }])).toMatchObject({
      headline: 'nothing out of the ordinary in the log of shop-db-1 since 01:45:00 UTC',
      items: [],
      text: [],
    });
  });

  it('says which part of the time it covers, and why', () => {
    const partly = { ...seen, from: '2026-11-28T01:48:00.000Z', why: 'Rate exceeded' };
    expect(reportOf([{ member: 'shop-db-1', seen: { sample: partly } }]).text).toEqual([
      'The log of shop-db-1 covers 80 % of the period (12 min): Rate exceeded.',
    ]);
  });

  it('of a log that cannot be read is unknown, with the fix', () => {
    const skipped = { skipped: 'nightshift_read may not read the log of shop-db-1', fix: 'GRANT it.' };
    expect(reportOf([{ member: 'shop-db-1', seen: skipped }])).toMatchObject({
      status: 'unknown',
      headline: 'the log could not be read',
      text: ['No log of shop-db-1: nightshift_read may not read the log of shop-db-1. Fix: GRANT it.'],
    });
  });

  it('says when the messages are in a language that nobody here reads', () => {
    const [note] = reportOf([{ member: 'shop-db-1', seen: { sample: { ...seen, foreign: 3 } } }]).text;
    expect(note).toContain("set lc_messages = 'C'");
  });
});

describe('the log of a real server', () => {
  let server: TestPostgres;
  const open: pg.Client[] = [];
  beforeAll(async () => {
    server = await startTestPostgres({
      settings: {
        logging_collector: 'on',
        log_line_prefix: '%m [%p] %q%u@%d ',
        // Half an hour off, so that a wrong reckoning shows.
        log_timezone: 'Asia/Kolkata',
        deadlock_timeout: '100ms',
      },
    });
    await server.query('create table jobs as select g as id, 0 as tries from generate_series(1, 2) g');
  });
  afterAll(async () => {
    for (const one of open) void one.end().catch(() => undefined);
    await server.stop();
  });
  const client = async () => {
    const made = await server.connect();
    open.push(made);
    return made;
  };
  const told = async (what: RegExp, args = {}): Promise<Report> => {
    const look = () => onPostgres(server, (target) => asked(log, target, args));
    return until(look, (report) => what.test(JSON.stringify(report.items)));
  };

  it('tells deadlocks, lock waits and cancellations with their count, time, who and the shape of a statement', async () => {
    const [one, two] = [await client(), await client()];
    await one.query('begin; update jobs set tries = 1 where id = 1');
    await two.query('begin; update jobs set tries = 1 where id = 2');
    const first = one.query("update jobs set tries = 7711 where id = 2 and 'secret' = 'secret'").catch(() => undefined);
    await Promise.all([first, two.query('update jobs set tries = 7711 where id = 1').catch(() => undefined)]);
    // One of them has both rows now.
    for (const each of [one, two]) {
      await each.query("set statement_timeout = '300ms'").catch(() => each.query('rollback'));
    }
    const third = await client();
    await third.query("set statement_timeout = '300ms'");
    await third.query("select from jobs where 'another-secret' <> '' for update").catch(() => undefined);
    const report = await told(/statement timeout/);
    const text = JSON.stringify(report.items);
    expect(report.headline).toMatch(/deadlock × 1.*lock wait × \d.*cancelled × 1/);
    expect(text).toMatch(/deadlock: deadlock detected · at \d\d:\d\d:\d\d UTC · postgres@shop/);
    expect(text).toContain('select from jobs where ? <> ? for update');
    expect(text).not.toMatch(/secret|7711/);
    const at = /deadlock detected[^U]* at (\S+) UTC/.exec(text)?.[1] ?? '';
    const ageSeconds = (Date.parse(report.at) - Date.parse(`${report.at.slice(0, 10)}T${at}Z`)) / 1000;
    expect(Math.min(Math.abs(ageSeconds), Math.abs(ageSeconds + 86_400))).toBeLessThan(60);
  });

  it('of a member that is not there is refused', async () => {
    await expect(onPostgres(server, (target) => asked(log, target, { member: 'shop-db-9' }))).rejects.toThrow(
      /shop-db has no server called shop-db-9/,
    );
  });
});

describe.each(['csvlog', 'jsonlog'])('the log of a server that writes %s only', (format) => {
  it('tells errors with the shape of their statement, and no value', async () => {
    const server = await startTestPostgres({ settings: { logging_collector: 'on', log_destination: format } });
    try {
      const client = await server.connect('billing');
      await client.query("select 1 / 0 as \"odd\nname\" where 'secret' <> 'x'").catch(() => undefined);
      const look = () => onPostgres(server, (target) => asked(log, target));
      const report = await until(look, ({ items }) => JSON.stringify(items).includes('division by zero'));
      const text = JSON.stringify(report.items);
      expect(text).toMatch(/error: division by zero · at \d\d:\d\d:\d\d UTC · postgres@shop/);
      expect(text).toContain('select ? / ? as');
      expect(text).not.toContain('secret');
      await client.end();
    } finally {
      await server.stop();
    }
  });
});

describe('a log that a schedule asks for', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({ settings: { logging_collector: 'on' } });
  });
  afterAll(() => server.stop());

  it('is told once, across rotation and a restart, whatever is read in between', async () => {
    const positions = createLogPositions(memoryTable(Date.now));
    const scheduled = () =>
      onPostgres(server, async (target) => {
        const name = { name: 'shop-db', engine: 'postgres', environment: 'laptop' } as const;
        const tools = { target, mask: createMask([]), nowMs: Date.now(), user: 'U0ANA' };
        const context: RunContext<Steps> = {
          ...memoryContext(log, name, tools),
          trigger: { kind: 'schedule', name: 'nightly-log', scheduledAt: new Date().toISOString() },
          logPositions: () => positions.all('shop-db'),
          advanceLogs: async (_target, moves) => {
            const moved: string[] = [];
            for (const { member, from, to } of moves) {
              if (await positions.advance('shop-db', member, from ?? undefined, to)) moved.push(member);
            }
            return moved;
          },
        };
        const outcome = await log.run(context, {});
        if (!('done' in outcome)) throw new Error(JSON.stringify(outcome));
        return JSON.stringify(outcome.done.items);
      });
    const fail = async (message: string) => {
      const one = await server.connect();
      await one.query(`do $$ begin raise exception '${message}'; end $$`).catch(() => undefined);
      await one.end();
      await until(
        () => onPostgres(server, (target) => asked(log, target)),
        ({ items }) => JSON.stringify(items).includes(message),
      );
    };
    await fail('first failure');
    expect(await scheduled()).toContain('first failure');
    expect(await scheduled()).not.toContain('first failure');
    await fail('second failure');
    await server.query('select pg_rotate_logfile()');
    await fail('third failure');
    await server.primary.stop('fast');
    await server.primary.restart();
    await fail('fourth failure');
    const after = await scheduled();
    for (const message of ['second failure', 'third failure', 'fourth failure']) {
      expect(after).toMatch(new RegExp(`${message} · at \\d`));
    }
    expect(after).not.toContain('first failure');
    expect(await scheduled()).not.toMatch(/failure/);
  });
});
