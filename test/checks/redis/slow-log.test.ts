import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slowLog } from '../../../src/checks/redis/slow-log.ts';
import { described } from '../../../src/checks/redis/slow-entries.ts';
import type { Json } from '../../../src/core/json.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { ask, judged, onRedis, sampleOf } from '../looking.ts';

const entry = (id: number, usec: number, what = 'HGETALL session:*') => ({ id, usec, what });
const sample = (entries: Json[], runId = 'a') => ({
  members: [{ name: 'shop-cache-1', role: 'primary', runId, entries, thresholdUsec: 10_000 }],
  unseen: [],
});
const before = { sample: sample([entry(4, 99_000_000)]), secondsAgo: 100 };

describe('the slow log', () => {
  it('says nothing without an earlier look, without a new entry, or across a restart', () => {
    const busy = sample([entry(5, 5_000_000)]);
    expect(judged(slowLog, busy)).toEqual([]);
    expect(judged(slowLog, sample([entry(4, 5_000_000)]), { before })).toEqual([]);
    expect(judged(slowLog, sample([entry(5, 5_000_000)], 'b'), { before })).toEqual([]);
  });

  it('tells of entries since the earlier look by command, as info', () => {
    const entries = [entry(7, 20_000), entry(6, 30_000), entry(5, 60_000, 'KEYS'), entry(4, 99_000_000)];
    expect(judged(slowLog, sample(entries), { before })).toMatchObject([
      {
        key: 'redis.slow-log:shop-cache-1',
        severity: 'info',
        sentence:
          '3 slow commands held up shop-cache-1 (primary) for 110 ms in the last 1 min (0.1 % of the time, warning at 5 %; longest 60 ms, warning at 1 s): `KEYS` 1× in 60 ms, `HGETALL session:*` 2× in 50 ms, longest 30 ms.',
        next: 'Replace KEYS by SCAN where it is called; an ACL can keep it from applications (-keys).',
      },
    ]);
  });

  it('warns when they took a twentieth of the time, or one took a second', () => {
    const severity = (...usecs: number[]) =>
      judged(slowLog, sample(usecs.map((usec, at) => entry(20 - at, usec))), { before })[0]?.severity;
    expect(severity(...Array.from({ length: 9 }, () => 500_000))).toBe('info');
    expect(severity(...Array.from({ length: 10 }, () => 500_000))).toBe('warning');
    expect(severity(999_999)).toBe('info');
    const short = { sample: before.sample, secondsAgo: 5 };
    const brief = (usec: number) => judged(slowLog, sample([entry(6, usec), entry(5, usec)]), { before: short })[0];
    expect(brief(499_999)?.severity).toBe('info');
    expect(brief(500_000)?.severity).toBe('warning');
    expect(severity(1_000_000)).toBe('warning');
  });

  it('counts by the ids what fell out of the log meanwhile', () => {
    expect(judged(slowLog, sample([entry(1004, 20_000)]), { before })[0]?.sentence).toContain(
      '1,000 slow commands held up shop-cache-1 (primary) for at least 20 ms',
    );
  });

  it.each([
    [['GET', 'session:8f3a9'], 'GET session:*'],
    [['EVAL', "return 'secret'", '0'], 'EVAL'],
    [['KEYS', 'customer:ana*'], 'KEYS'],
    [['config', 'get', 'requirepass'], 'CONFIG GET'],
    [['SET', 'ana@example.com', 'secret'], 'SET *'],
    [['what is\nthis', 'secret'], 'unknown command'],
  ])('shows %j without arguments: %s', (words, shown) => {
    expect(described(words)).toBe(shown);
  });
});

describe('the slow log of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    // So much that others which have to wait for the processor once are not in it.
    server = await startTestRedis({ settings: ['slowlog-log-slower-than 20000'] });
  });
  afterAll(() => server.stop());
  const look = () => onRedis(server, (target) => sampleOf(slowLog, target));

  it('names KEYS and a script, without the words that they were given', async () => {
    await server.call('EVAL', "for i=1,200000 do redis.call('SET', 'customer:' .. i, 1) end", '0');
    const first = await look();
    await server.call('KEYS', 'c*u*s*t*o*m*e*r*canary*');
    await server.call('KEYS', 'c*u*s*t*o*m*e*r*canary*');
    const seen = await look();
    const [finding] = judged(slowLog, seen, { before: { sample: first, secondsAgo: 60 } });
    expect(finding?.sentence).toMatch(/^2 slow commands held up shop-cache-1 \(primary\) .*: `KEYS` 2×/);
    expect(JSON.stringify(seen)).not.toContain('canary');
  });

  it('that is switched off is skipped, with the setting; so is one that the ACL keeps from us, with the rule', async () => {
    await server.call('CONFIG', 'SET', 'slowlog-log-slower-than', '-1');
    const off = await onRedis(server, (target) => ask(slowLog, target));
    await server.call('CONFIG', 'SET', 'slowlog-log-slower-than', '20000');
    expect(off).toMatchObject({ fix: 'CONFIG SET slowlog-log-slower-than 10000' });
    await server.call('ACL', 'SETUSER', 'default', '-slowlog', '-config');
    const denied = await onRedis(server, (target) => ask(slowLog, target));
    await server.call('ACL', 'SETUSER', 'default', '+slowlog');
    expect(denied).toEqual({
      skipped: 'default may not run SLOWLOG GET on shop-cache-1',
      fix: 'ACL SETUSER default +slowlog|get',
    });
    expect(await look()).toMatchObject({ members: [{ thresholdUsec: null }] });
  });
});
