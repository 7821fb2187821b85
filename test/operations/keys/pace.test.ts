import { describe, expect, it } from 'vitest';
import { createPace, loadBetween, shareOf } from '../../../src/operations/keys/pace.ts';

const budget = { keys: null, seconds: 25, cpuSeconds: 10 };
const info = (commands: number, cpuSeconds: number, more = {}) => ({
  total_commands_processed: String(commands),
  used_cpu_sys: '0',
  used_cpu_user: String(cpuSeconds),
  role: 'slave',
  ...more,
});

describe('the pace of a scan', () => {
  it('takes the whole time of a quiet server, half of a busy one at most, and a tenth of a full one', () => {
    expect(shareOf({ othersPerSecond: 400, othersBusyRatio: 0.9 })).toBe(1);
    expect(shareOf({ othersPerSecond: 5000, othersBusyRatio: 0.1 })).toBe(0.5);
    expect(shareOf({ othersPerSecond: 50_000, othersBusyRatio: 0.5 })).toBeCloseTo(0.3);
    expect(shareOf({ othersPerSecond: 90_000, othersBusyRatio: 0.95 })).toBe(0.1);
  });

  it('tells the work of others from its own by the commands that it sent', () => {
    const before = { atMs: 0, cpuSeconds: 1, commands: 1000, sent: 0 };
    const load = loadBetween(before, { atMs: 1000, cpuSeconds: 1.8, commands: 5000, sent: 3000 });
    expect(load.othersPerSecond).toBe(1000);
    expect(load.othersBusyRatio).toBeCloseTo(0.2);
    expect(load.ourCpuSeconds).toBeCloseTo(0.6);
  });

  it('rests as long as it worked until it knows the load, and longer beside a busy server', () => {
    let nowMs = 0;
    const pace = createPace(budget, 'replica', () => nowMs);
    expect(pace.decide({ sent: 100, named: 10, roundMs: 4 })).toEqual({ pauseMs: 4 });
    pace.decide({ sent: 100, named: 10, roundMs: 4, info: info(1000, 1) });
    nowMs = 1000;
    const decided = pace.decide({ sent: 200, named: 20, roundMs: 4, info: info(51_000, 1.9) });
    expect(decided).toEqual({ pauseMs: 36 });
  });

  it('does not rest on a server that nobody else uses', () => {
    let nowMs = 0;
    const pace = createPace(budget, 'replica', () => nowMs);
    pace.decide({ sent: 0, named: 0, roundMs: 4, info: info(1000, 1) });
    nowMs = 1000;
    expect(pace.decide({ sent: 50_000, named: 20, roundMs: 4, info: info(51_010, 1.2) })).toEqual({ pauseMs: 0 });
    expect(pace.spent.cpuSeconds).toBeCloseTo(0.2, 2);
  });

  it.each([
    ['enough', { ...budget, keys: 20 }, { sent: 60, named: 20, roundMs: 1 }, 0],
    ['time', budget, { sent: 60, named: 20, roundMs: 1 }, 25_000],
    ['cpu', budget, { sent: 60, named: 20, roundMs: 10_000 }, 0],
    ['promoted', budget, { sent: 60, named: 20, roundMs: 1, info: info(1, 1, { role: 'master' }) }, 0],
  ] as const)('stops at once and for good: %s', (why, limits, look, atMs) => {
    let nowMs = 0;
    const pace = createPace(limits, 'replica', () => nowMs);
    nowMs = atMs;
    expect(pace.decide(look)).toBe('stop');
    expect(pace.decide({ sent: 61, named: 20, roundMs: 0 })).toBe('stop');
    expect(pace.spent.stopped).toBe(why);
  });
});
