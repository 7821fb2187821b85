import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/core/arguments.ts';
import { mute } from '../../src/operations/mute.ts';
import { secondsOf } from '../../src/operations/mute/duration.ts';
import { muting } from './muting.ts';

const root = { key: 'postgres.locks:root', severity: 'critical' } as const;
const args = { what: 'postgres.locks:root', for: '4h', reason: 'known batch' };

describe('muting', () => {
  it('keeps a finding quiet until a time, up to the severity that it has', async () => {
    const { kept, run } = muting(mute, [root]);
    expect(await run(args)).toMatchObject({
      done: {
        status: 'info',
        headline: 'postgres.locks:root is muted until 2026-11-24 06:00 UTC by omar: known batch',
        next: [{ label: 'Unmute', operation: 'unmute', args: ['postgres.locks:root'] }],
      },
    });
    expect(kept).toEqual([
      {
        target: 'shop-db',
        what: 'postgres.locks:root',
        reason: 'known batch',
        until: '2026-11-24T06:00:00.000Z',
        upTo: 'critical',
      },
    ]);
  });

  it('of a statement calls it as reports do', async () => {
    const { run } = muting(mute, []);
    expect(await run({ ...args, what: 'postgres.statements:7f3a12bc55d0e1' })).toMatchObject({
      done: { headline: 'q:7f3a12 is muted until 2026-11-24 06:00 UTC by omar: known batch' },
    });
  });

  it('of a whole check takes the worst of its findings, and a warning where there is none yet', async () => {
    const { kept, run } = muting(mute, [
      { ...root, severity: 'warning' },
      { key: 'postgres.locks:b', severity: 'info' },
    ]);
    await run({ ...args, what: 'postgres.locks' });
    await run({ ...args, what: 'postgres.connections' });
    expect(kept.map(({ what, upTo }) => `${what} ${upTo}`)).toEqual([
      'postgres.locks warning',
      'postgres.connections warning',
    ]);
  });

  it('knows checks without their engine, members that do not answer, and objects of any name', async () => {
    const { kept, run } = muting(mute);
    const names = ['locks', 'postgres.reachable:shop-db-2', 'postgres.replication-slots:odd "slot": 😀'];
    for (const what of names) await run({ ...args, what });
    expect(kept.map(({ what }) => what)).toEqual(['postgres.locks', ...names.slice(1)]);
  });

  it('refuses what no check can find, and names what the last report found', async () => {
    const { kept, run } = muting(mute, [root]);
    expect(await run({ ...args, what: 'lokcs' })).toEqual({
      refused:
        'there is no check or finding "lokcs" of postgres. The last report of shop-db found postgres.locks:root.',
    });
    expect(await run({ ...args, what: 'redis.memory' })).toHaveProperty('refused');
    expect(await run({ ...args, what: 'postgres.locks:' })).toHaveProperty('refused');
    expect(kept).toEqual([]);
  });

  it('wants a time of at most 90 days and a reason', () => {
    const problems = (more: object) => {
      const read = readArguments(mute.args, { ...args, ...more });
      return 'problems' in read ? read.problems.map(({ field }) => field) : [];
    };
    expect(problems({})).toEqual([]);
    expect(problems({ for: '91d' })).toEqual(['for']);
    expect(problems({ for: 'forever' })).toEqual(['for']);
    expect(problems({ reason: ' x ' })).toEqual(['reason']);
  });

  it('counts minutes, hours, days and weeks', () => {
    expect(['30m', '30 min', '4H', '2d', '1w', '90d'].map(secondsOf)).toEqual([
      1_800, 1_800, 14_400, 172_800, 604_800, 7_776_000,
    ]);
    expect(['', '0h', '-1h', '4', '1.5h', '13w', '99999w', '4hours'].map(secondsOf)).toEqual(
      Array.from({ length: 8 }, () => undefined),
    );
  });
});
