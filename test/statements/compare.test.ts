import { describe, expect, it } from 'vitest';
import {
  COUNTERS,
  type Counter,
  type StatementLook,
  type StatementWindow,
  type WindowRow,
} from '../../src/core/statement.ts';
import { compareStatements } from '../../src/statements/compare.ts';

const HOUR_MS = 3_600_000;
const until = Date.parse('2026-11-24T08:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();

type Doing = { calls: number; ms: number } & { [C in Counter]?: number };

/** `calls` of so many milliseconds each; other counters are of one call. */
function row(shape: string, { calls, ms, ...more }: Doing): WindowRow {
  const counted = { ...more, calls, totalMs: calls * ms };
  const value = (counter: Counter) =>
    counter === 'calls' || counter === 'totalMs' ? counted[counter] : (more[counter] ?? 0) * calls;
  return [shape, 'shop', 'app', ...COUNTERS.map(value)];
}

function hour(endMs: number, shapes: { [shape: string]: Doing }, more: Partial<StatementWindow> = {}): StatementWindow {
  const rows = Object.entries(shapes).map(([shape, doing]) => row(shape, doing));
  const sum = (place: number) => rows.reduce((total, one) => total + (one[place] as number), 0);
  return {
    from: iso(endMs - HOUR_MS),
    to: iso(endMs),
    calls: sum(3),
    totalMs: sum(4),
    rows,
    others: 0,
    forgotten: 0,
    ...more,
  };
}

const look: StatementLook = {
  member: 'shop-db-1',
  role: 'primary',
  at: iso(until),
  resetAt: null,
  forgotten: 0,
  leastMs: 0,
  all: { calls: 0, totalMs: 0, statements: 0 },
  unmeasured: [],
  rows: [],
  running: [],
};

/** Every hour of 8 days as usual, and the last one as given. */
function lastHour(
  now: { [shape: string]: Doing },
  usual: (day: number, hourOfDay: number) => { [shape: string]: Doing },
) {
  const windows: StatementWindow[] = [];
  for (let back = 8 * 24 - 1; back > 0; back--) {
    const endMs = until - back * HOUR_MS;
    windows.push(hour(endMs, usual(Math.floor(back / 24), new Date(endMs).getUTCHours())));
  }
  windows.push(hour(until, now));
  return compareStatements(
    { look, windows, shapes: new Map() },
    { since: iso(until - HOUR_MS), until: iso(until), by: 'total', leastLoadRatio: 0.002 },
  );
}

const told = (comparison: ReturnType<typeof lastHour>) =>
  comparison.moved.map(({ line, kind }) => `${kind} ${line.shape}`);
const busy = { a: { calls: 10_000, ms: 2 }, b: { calls: 500, ms: 30 }, c: { calls: 90_000, ms: 0.1 } };

describe('commands that ran in an hour', () => {
  it('are those of others, not what our migration makes', () => {
    const texts = {
      a: 'drop index orders_customer',
      b: 'create or replace function nightshift.read_log(name text) returns bytea',
      c: 'alter role nightshift_read set statement_timeout = ?',
    };
    const shapes = new Map(
      Object.entries(texts).map(([shape, text]) => [shape, { text, tags: {}, applications: [] }] as const),
    );
    const doing = { calls: 1, ms: 5 };
    const windows = [hour(until, { a: doing, b: doing, c: doing })];
    const ask = { since: iso(until - HOUR_MS), until: iso(until), by: 'total', leastLoadRatio: 0.002 } as const;
    expect(compareStatements({ look, windows, shapes }, ask).commands).toEqual([
      { text: 'drop index orders_customer', calls: 1 },
    ]);
  });
});

describe('an hour of statements', () => {
  it('is compared with the same hour of the days before', () => {
    expect(lastHour(busy, () => busy)).toMatchObject({ against: 'the same hours of the 7 days before', moved: [] });
  });

  it('is no news where every morning is as busy, though the night was not', () => {
    const night = { ...busy, a: { calls: 100, ms: 2 } };
    expect(told(lastHour(busy, (_, at) => (at === 8 ? busy : night)))).toEqual([]);
    expect(told(lastHour(busy, () => night))).toEqual(['oftener a']);
  });

  it('names what takes longer by the load that is new, not by the ratio', () => {
    const now = { ...busy, b: { calls: 500, ms: 120, hitPages: 9_000 }, c: { calls: 90_000, ms: 0.5, hitPages: 40 } };
    expect(told(lastHour(now, () => busy))).toEqual(['slower b', 'slower c']);
  });

  it('is silent of what jumps but costs nearly nothing', () => {
    const now = { ...busy, tiny: { calls: 30, ms: 9 } };
    expect(told(lastHour(now, () => ({ ...busy, tiny: { calls: 30, ms: 0.1 } })))).toEqual([]);
  });

  it('is silent of a statement that varies as much every day', () => {
    const usual = (day: number) => ({ ...busy, b: { calls: 500, ms: 30 + (day % 4) * 40 } });
    expect(told(lastHour({ ...busy, b: { calls: 500, ms: 150 } }, usual))).toEqual([]);
  });

  it('is silent of a job that runs on some days', () => {
    const job = { ...busy, job: { calls: 3, ms: 20_000 } };
    expect(told(lastHour(job, (day) => (day % 3 === 0 ? job : busy)))).toEqual([]);
    expect(told(lastHour(job, () => busy))).toEqual(['new job']);
  });

  it('blames the machine where all statements take longer, and still names the one that takes far longer', () => {
    const usual = { ...busy, d: { calls: 900, ms: 8 }, e: { calls: 700, ms: 11 } };
    const slower = Object.fromEntries(Object.entries(usual).map(([shape, one]) => [shape, { ...one, ms: one.ms * 3 }]));
    expect(lastHour(slower, () => usual)).toMatchObject({ common: { mean: 3, calls: 1 }, moved: [] });
    expect(told(lastHour({ ...slower, d: { calls: 900, ms: 240 } }, () => usual))).toEqual(['slower d']);
  });

  it('asks for a clearer jump where one stretch of time is all that is known', () => {
    const now = hour(until, { ...busy, b: { calls: 500, ms: 70 } });
    const ask = { since: iso(until - HOUR_MS), until: iso(until), by: 'total', leastLoadRatio: 0.002 } as const;
    const kept = { look, windows: [hour(until - HOUR_MS, busy), now], shapes: new Map() };
    expect(compareStatements(kept, ask)).toMatchObject({ against: 'the time right before', moved: [] });
  });

  it('says how much of the asked time is known, and what was reset or forgotten', () => {
    const windows = [hour(until, busy, { resetAt: iso(until - HOUR_MS / 2), forgotten: 2 })];
    const ask = { since: iso(until - 24 * HOUR_MS), until: iso(until), by: 'total', leastLoadRatio: 0.002 } as const;
    expect(compareStatements({ look, windows, shapes: new Map() }, ask).notes).toEqual([
      'Counted is 4 % of the time that was asked for; of the rest nothing is kept.',
      'The counters were reset at 2026-11-24 07:30 UTC: what ran between the look before and that is lost.',
      'The server forgot its rarest statements 2 times to make room: raise pg_stat_statements.max, or rare ones look new.',
    ]);
  });
});

describe('the reason of a statement that takes longer', () => {
  const usual = { ...busy, q: { calls: 1_000, ms: 10, rows: 10, hitPages: 100, readPages: 1 } };
  const sign = (now: Partial<Doing>) => {
    const { moved } = lastHour({ ...busy, q: { ...usual.q, ms: 50, ...now } }, () => usual);
    return moved[0]?.signs[0]?.what;
  };

  it.each([
    ['pages', { hitPages: 9_000 }],
    ['rows', { rows: 60, hitPages: 700 }],
    ['pages', { rows: 30, hitPages: 30_000 }],
    ['readPages', { hitPages: 40, readPages: 61 }],
    ['tempPages', { tempPages: 500, hitPages: 150 }],
    ['planMs', { planMs: 40 }],
    ['jitMs', { jitMs: 30 }],
    ['walBytes', { walBytes: 90_000 }],
    ['waits', {}],
  ] as const)('is %s where those grew: %j', (what, now) => {
    expect(sign(now)).toBe(what);
  });
});

describe('the databases of a thousand tenants', () => {
  it('are named up to twenty, so that the answer fits into a checkpoint', () => {
    const window = hour(until, {});
    const rows = Array.from({ length: 1_000 }, (_, n): WindowRow => {
      const [shape, , ...rest] = row('q1', { calls: 10, ms: 5 });
      return [shape, `tenant_${n}`, ...rest] as unknown as WindowRow;
    });
    const ask = { since: iso(until - HOUR_MS), until: iso(until), by: 'total', leastLoadRatio: 0.002 } as const;
    const compared = compareStatements({ look, windows: [{ ...window, rows }], shapes: new Map() }, ask);
    expect(compared.lines[0]).toMatchObject({ calls: 10_000 });
    expect(compared.lines[0]?.databases).toHaveLength(20);
  });
});
