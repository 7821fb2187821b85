import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScanKeys } from '../../../src/targets/key-scan.ts';
import type { RedisTarget } from '../../../src/targets/redis.ts';
import { onRedis } from '../../checks/looking.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { answerOf, byText, fill, nodeOf, reportOn, sliceOf, wholeBudget, withClient } from './on-keys.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.call('FLUSHALL');
  await server.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
});

/** The target with another way to look at its keys. */
function rewired(target: RedisTarget, wire: (scan: ScanKeys) => ScanKeys): RedisTarget {
  const members = target.members.map((member) => ({ ...member, scanKeys: wire(member.scanKeys as ScanKeys) }));
  return { ...target, members };
}

describe('a slice of a scan', () => {
  it('counts keys, types, members and memory as the server itself says', async () => {
    const truth = await withClient(server.url, async (client) => {
      const pipeline = client.pipeline();
      for (let n = 0; n < 3000; n += 1) {
        if (n % 3 === 0) pipeline.set(`mixed:${n}`, 'x'.repeat(n));
        else if (n % 3 === 1)
          pipeline.hset(
            `mixed:${n}`,
            Object.fromEntries(Array.from({ length: 1 + (n % 200) }, (_, k) => [`f${k}`, 'v'])),
          );
        else pipeline.zadd(`mixed:${n}`, ...Array.from({ length: 1 + (n % 50) }, (_, k) => [k, `m${k}`]).flat());
      }
      await pipeline.exec();
      const asks = client.pipeline();
      for (let n = 0; n < 3000; n += 1) asks.call('MEMORY', 'USAGE', `mixed:${n}`);
      return ((await asks.exec()) ?? []).map(([, bytes]) => Number(bytes));
    });
    const slice = await onRedis(server, (target) => sliceOf(target));
    expect(slice).toMatchObject({ cursor: '0', seen: 3000, stopped: null, membersCounted: true });
    const [only] = slice.patterns;
    const bytes = truth.reduce((sum, one) => sum + one, 0);
    expect(only).toMatchObject({
      pattern: 'mixed:*',
      stats: { keys: 3000, bytes, types: { string: 1000, hash: 1000, zset: 1000 } },
    });
    expect(slice.biggest.map((key) => key.bytes)).toEqual(truth.toSorted((a, b) => b - a).slice(0, 10));
    const most = (type: string) => slice.longest.filter((key) => key.type === type).map(({ members }) => members);
    expect([most('hash'), most('zset'), most('string')]).toEqual([
      [200, 200, 200],
      [50, 50, 50],
      [2997, 2994, 2991],
    ]);
    // A wrong expectation costs an error once a key until the pattern is known to be mixed.
    const errors = String(await server.call('INFO', 'errorstats'));
    expect(Number(/errorstat_WRONGTYPE:count=(\d+)/.exec(errors)?.[1] ?? 0)).toBeLessThan(2000);
  });

  it('knows names of any bytes', async () => {
    const names = [
      Buffer.from('ключ:1'),
      Buffer.from('🚀:1'),
      Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0x3a, 0x31]),
      Buffer.from(''),
    ];
    await withClient(server.url, async (client) => {
      for (const name of names) await client.set(name, 'x'.repeat(100));
    });
    const slice = await onRedis(server, (target) => sliceOf(target));
    expect(slice.seen).toBe(4);
    const hashes = names.map((name) => createHash('sha256').update(name).digest('hex').slice(0, 8));
    expect(slice.biggest.map(({ hash }) => hash).toSorted()).toEqual(hashes.toSorted());
    const open = { ...server, environment: server.environment, spec: { ...server.spec, showKeyNames: true } };
    const named = await onRedis(open, (target) => sliceOf(target));
    expect(named.biggest.map(({ name }) => name).toSorted(byText)).toEqual([
      '',
      '\\xff\\x00\\x0d\\x0a:1',
      'ключ:1',
      '🚀:1',
    ]);
  });

  it('goes on where the last one ended, and together they see every key', async () => {
    await withClient(server.url, (client) => fill(client, 'user', 12_000));
    const [first, second] = await onRedis(server, async (target) => {
      const half = await sliceOf(target, { budget: { ...wholeBudget, keys: 5000 } });
      return [half, await sliceOf(target, { cursor: half.cursor })];
    });
    expect([first?.stopped, second?.stopped, second?.cursor]).toEqual(['enough', null, '0']);
    expect((first?.seen ?? 0) + (second?.seen ?? 0)).toBe(12_000);
  });

  it('counts a key once however often SCAN names it', async () => {
    await withClient(server.url, (client) => fill(client, 'user', 3000));
    const slice = await onRedis(server, (target) => {
      const twice =
        (real: ScanKeys): ScanKeys =>
        (scan) =>
          real({ ...scan, see: (group, key) => [scan.see(group, key), scan.see(group, { ...key })] });
      return sliceOf(rewired(target, twice));
    });
    expect([slice.seen, slice.patterns[0]?.stats.keys]).toEqual([3000, 3000]);
  });

  it('sees every key that stays, once, while nearly all others are deleted and the table shrinks', async () => {
    await withClient(server.url, async (client) => {
      await fill(client, 'stays', 300);
      await fill(client, 'goes', 40_000);
      let deleting: Promise<unknown> | undefined;
      let isDeleted = false;
      const script = "for n = 0, 39999 do redis.call('UNLINK', 'goes:' .. n) end";
      const slice = await onRedis(server, (target) => {
        const deletes =
          (real: ScanKeys): ScanKeys =>
          (scan) =>
            real({
              ...scan,
              batchKeys: 100,
              pace(look) {
                if (look.named > 4000) deleting ??= client.eval(script, 0).then(() => (isDeleted = true));
                return deleting && !isDeleted ? { pauseMs: 20 } : scan.pace(look);
              },
            });
        return sliceOf(rewired(target, deletes));
      });
      await deleting;
      expect(slice).toMatchObject({ cursor: '0', stopped: null });
      const count = (wanted: string) => slice.patterns.find(({ pattern }) => pattern === wanted)?.stats.keys ?? 0;
      expect(count('stays:*')).toBe(300);
      expect(count('goes:*')).toBeGreaterThan(3000);
      expect(count('goes:*')).toBeLessThan(20_000);
    });
  });

  it('lets another client have its turn again and again', async () => {
    await withClient(server.url, async (client) => {
      await fill(client, 'user', 60_000);
      let [rounds, turns] = [0, 0];
      const over = new AbortController();
      const talk = async (): Promise<void> => {
        while (!over.signal.aborted) {
          await client.get('user:1');
          turns += 1;
        }
      };
      const talking = talk();
      await onRedis(server, (target) => {
        const counts =
          (real: ScanKeys): ScanKeys =>
          (scan) =>
            real({ ...scan, pace: (look) => ((rounds += 1), scan.pace(look)) });
        turns = 0;
        return sliceOf(rewired(target, counts));
      });
      over.abort();
      await talking;
      expect(rounds).toBeGreaterThan(100);
      expect(turns).toBeGreaterThan(rounds);
    });
  });

  it('keeps what it has counted when the connection is cut', async () => {
    await withClient(server.url, async (client) => {
      await fill(client, 'user', 60_000);
      const slice = await onRedis(server, (target) => {
        let killing: Promise<unknown> | undefined;
        const kills =
          (real: ScanKeys): ScanKeys =>
          (scan) =>
            real({
              ...scan,
              pace(look) {
                if (look.named > 5000) killing ??= client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
                return { pauseMs: killing ? 20 : 0 };
              },
            });
        return sliceOf(rewired(target, kills));
      });
      expect(slice).toMatchObject({ stopped: 'broken', reason: expect.stringContaining('connection') as string });
      expect(slice.seen).toBeGreaterThan(4000);
      expect(slice.seen).toBeLessThan(60_000);
    });
  });

  it('does not go on in another process, where its cursor means nothing', async () => {
    const slice = await onRedis(server, async (target) =>
      sliceOf(target, { node: { ...(await nodeOf(target)), process: 'another' } }),
    );
    expect(slice).toMatchObject({ stopped: 'broken', reason: 'it was restarted', seen: 0 });
  });

  it('leaves the connection to its member again', async () => {
    await onRedis(server, async (target) => {
      const scanning = sliceOf(target);
      await scanning;
      expect(await target.primary?.call('PING')).toBe('PONG');
      const node = await nodeOf(target);
      const second = answerOf(target, { node });
      await second;
      expect(await target.primary?.info('server')).toHaveProperty('run_id');
    });
  });

  it('counts the hottest keys where the policy is LFU', async () => {
    await server.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu');
    await withClient(server.url, async (client) => {
      await fill(client, 'page', 50);
      for (let n = 0; n < 500; n += 1) await client.get('page:7');
    });
    const slice = await onRedis(server, (target) => sliceOf(target));
    const hash = createHash('sha256').update('page:7').digest('hex').slice(0, 8);
    expect(slice.hottest[0]).toMatchObject({ pattern: 'page:*', hash });
    expect(slice.hottest[0]?.frequency).toBeGreaterThan(10);
  });

  it('does not make every key of a primary look used where that decides what is evicted', async () => {
    await server.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu');
    // Else a count falls with each minute that begins.
    await server.call('CONFIG', 'SET', 'lfu-decay-time', '0');
    await withClient(server.url, async (client) => {
      await fill(client, 'page', 50);
      const before = await client.call('OBJECT', 'FREQ', 'page:1');
      for (let n = 0; n < 30; n += 1) await onRedis(server, (target) => sliceOf(target));
      expect(await client.call('OBJECT', 'FREQ', 'page:1')).toBe(before);
    });
    const report = await onRedis(server, (target) => reportOn(target));
    const version = String(await server.call('INFO', 'server'));
    if (/redis_version:(?:6|7\.0)/.test(version)) {
      expect(report.facts).toContainEqual({
        label: 'Members',
        value: expect.stringContaining('not counted') as string,
      });
    }
  });
});
