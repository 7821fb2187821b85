import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latency } from '../../../src/checks/redis/latency.ts';
import type { Json } from '../../../src/core/json.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { ask, judged, onRedis, sampleOf } from '../looking.ts';

const NOW = 1_800_000_000;
const event = (at: number, latestMs: number, name = 'fork') => ({ event: name, at, latestMs, maxMs: 900 });
const sample = (events: Json[], runId = 'a') => ({
  members: [{ name: 'shop-cache-1', role: 'primary', runId, nowSeconds: NOW, thresholdMs: 100, events }],
  unseen: [],
});

describe('latency events', () => {
  it('are told when they are new since the earlier look, once', () => {
    const before = { sample: sample([event(NOW - 500, 200)]), secondsAgo: 300 };
    expect(judged(latency, sample([event(NOW - 500, 200)]), { before })).toEqual([]);
    expect(judged(latency, sample([event(NOW - 60, 200)]), { before })).toMatchObject([
      {
        key: 'redis.latency:shop-cache-1:fork',
        severity: 'info',
        sentence:
          'shop-cache-1 (primary) stood still for 200 ms 1 min ago: the fork for a snapshot or a rewrite (warning at 500 ms; most since the start 900 ms).',
      },
    ]);
  });

  it('are a warning from 500 ms on', () => {
    expect(judged(latency, sample([event(NOW - 60, 499)]))[0]?.severity).toBe('info');
    expect(judged(latency, sample([event(NOW - 60, 500)]))[0]?.severity).toBe('warning');
  });

  it('count without an earlier look, or after a restart, when they are ten minutes old at most', () => {
    const before = { sample: sample([event(NOW - 60, 200)], 'b'), secondsAgo: 300 };
    expect(judged(latency, sample([event(NOW - 601, 200)]))).toEqual([]);
    expect(judged(latency, sample([event(NOW - 600, 200)]))).toHaveLength(1);
    expect(judged(latency, sample([event(NOW - 60, 200)]), { before })).toHaveLength(1);
  });

  it('of a kind that we do not know are told all the same', () => {
    expect(judged(latency, sample([event(NOW, 200, 'new-kind')]))[0]?.sentence).toContain('an event called new-kind');
  });
});

/** 0.4 s by the server's clock, so that others which have to wait for the processor once are far from it; never without an end. */
const BUSY = `
  local function now() local t = redis.call('TIME') return t[1] + t[2] / 1000000 end
  local began, rounds = now(), 0
  repeat rounds = rounds + 1 until now() - began > 0.4 or rounds > 1000000`;

describe('latency of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ settings: ['latency-monitor-threshold 200'] });
  });
  afterAll(() => server.stop());

  it('names the event that held it up', async () => {
    expect(judged(latency, await onRedis(server, (target) => sampleOf(latency, target)))).toEqual([]);
    await server.call('EVAL', BUSY, '0');
    const seen = await onRedis(server, (target) => sampleOf(latency, target));
    expect(judged(latency, seen)).toMatchObject([{ key: 'redis.latency:shop-cache-1:command' }]);
  });

  it('that is not watched is skipped with the setting; where nothing is known of it, with the rule', async () => {
    await server.call('CONFIG', 'SET', 'latency-monitor-threshold', '0');
    expect(await onRedis(server, (target) => ask(latency, target))).toEqual({
      skipped: 'shop-cache-1 does not watch its latency (latency-monitor-threshold is 0, as Redis comes)',
      fix: 'CONFIG SET latency-monitor-threshold 100',
    });
    await server.call('LATENCY', 'RESET');
    await server.call('ACL', 'SETUSER', 'default', '-config|get');
    expect(await onRedis(server, (target) => ask(latency, target))).toEqual({
      skipped: 'default may not run CONFIG GET on shop-cache-1',
      fix: 'ACL SETUSER default +config|get',
    });
    await server.call('ACL', 'SETUSER', 'default', '-latency');
    expect(await onRedis(server, (target) => ask(latency, target))).toMatchObject({
      fix: 'ACL SETUSER default +latency|latest',
    });
  });
});
