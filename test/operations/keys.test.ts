import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readArguments } from '../../src/core/arguments.ts';
import { keys } from '../../src/operations/keys.ts';
import { lookAtNode } from '../../src/operations/keys/look-at-node.ts';
import { keysReport } from '../../src/operations/keys/report.ts';
import { onRedis } from '../checks/looking.ts';
import { startTestRedis, type TestRedis } from '../servers.ts';
import { about, byText, contextOn, fact, fill, nodeOf, reportOn, rowsOf, withClient } from './keys/on-keys.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.call('FLUSHALL');
  await server.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  await server.call('CONFIG', 'SET', 'maxmemory', '0');
});

describe('/db keys', () => {
  it('says which patterns hold the memory, of every type, with their expiry', async () => {
    await withClient(server.url, async (client) => {
      const pipeline = client.pipeline();
      for (let n = 0; n < 100; n += 1) {
        pipeline.set(`user:${n}:session`, 'x'.repeat(1000), 'EX', n < 50 ? 60 : 7200);
        pipeline.hset(`user:${n}:profile`, 'name', 'x', 'mail', 'y');
        pipeline.rpush(`queue:${n}`, 'a', 'b', 'c').expire(`queue:${n}`, 10 * 86_400);
        pipeline.sadd(`tag:${n}`, 'a').expire(`tag:${n}`, 100 * 86_400);
        pipeline.zadd(`board:${n}`, 1, 'a');
        pipeline.xadd(`events:${n}`, '*', 'a', '1');
      }
      await pipeline.exec();
    });
    const report = await onRedis(server, (target) => reportOn(target));
    expect(report).toMatchObject({ status: 'info', findings: [] });
    expect(report.headline).toMatch(/^\S+ kB in 600 keys of 6 patterns; events:\* holds \d+ % of it; every key/);
    expect(
      rowsOf(report, 'Patterns')
        .map(({ pattern, keys: count, type }) => [pattern, count, type])
        .toSorted(byText),
    ).toEqual([
      ['board:*', '100', 'zset'],
      ['events:*', '100', 'stream'],
      ['queue:*', '100', 'list'],
      ['tag:*', '100', 'set'],
      ['user:*:profile', '100', 'hash'],
      ['user:*:session', '100', 'string'],
    ]);
    expect(rowsOf(report, 'Expiry').find(({ pattern }) => pattern === 'user:*:session')).toEqual({
      pattern: 'user:*:session',
      'no TTL': null,
      '< 1 h': '50 %',
      '< 1 d': '50 %',
      '< 30 d': null,
      longer: null,
    });
    expect(fact(report, 'Expiry')).toBe('no TTL 50 % · < 1 h 8 % · < 1 d 8 % · < 30 d 17 % · longer 17 %');
    expect(fact(report, 'Hot keys')).toBe('unknown: maxmemory-policy is noeviction, only an lfu policy counts uses');
  });

  it('has nothing to say of a server without keys', async () => {
    const report = await onRedis(server, (target) => reportOn(target, { mode: 'full' }));
    expect(report).toMatchObject({ status: 'info', headline: 'it holds no keys', tables: [], findings: [] });
  });

  it('looks at a sample of many keys, and says how sure it is', async () => {
    await withClient(server.url, async (client) => {
      await fill(client, 'small', 45_000);
      await fill(client, 'rare', 5000);
    });
    const report = await onRedis(server, (target) => reportOn(target));
    expect(report.headline).toMatch(
      /^about \S+ MB in 50,000 keys of 2 patterns; .*; looked at 4[0-2] % of the keys as a sample$/,
    );
    expect(fact(report, 'Memory of the keys')).toMatch(/MB ± \d+(\.\d+)? (bytes|kB) \(95 %/);
    const rare = rowsOf(report, 'Patterns').find(({ pattern }) => pattern === 'rare:*');
    expect(rare?.['share']).toMatch(/^(9|10|11)(\.\d)? % ± 0\.[1-9] %$/);
    expect(Number(String(rare?.['keys']).replaceAll(/\D/g, ''))).toBeGreaterThan(4400);
    expect(report.next[0]).toMatchObject({ operation: 'keys', args: ['full'] });
    const full = await onRedis(server, (target) => reportOn(target, { mode: 'full' }));
    expect(full.headline).toMatch(/in 50,000 keys of 2 patterns; .*every key was looked at$/);
    expect(full.next.map(({ operation }) => operation)).toEqual(['health']);
  });

  it('stops at its budget and says what part of the keys it has seen', async () => {
    await withClient(server.url, (client) => fill(client, 'user', 20_000));
    const report = await onRedis(server, async (target) => {
      const node = await nodeOf(target);
      const look = await lookAtNode(contextOn(target), about, node, null, { seconds: 5, cpuSeconds: 0.01 });
      return keysReport(about, [look], [], '2026-11-28T02:00:00.000Z');
    });
    const [, part] =
      /in 20,000 keys of 1 pattern; .*; looked at ([\d.]+) % of the keys, then its share of the server/.exec(
        report.headline,
      ) ?? [];
    expect(Number(part)).toBeGreaterThan(0);
    expect(Number(part)).toBeLessThan(100);
    expect(fact(report, 'Looked at')).toContain(`(${part} %)`);
  });

  it('finds one key over 100 MB, and shows it by its pattern and a hash', async () => {
    await server.call('SETRANGE', 'report:daily', String(120 * 1024 * 1024), 'x');
    const report = await onRedis(server, (target) => reportOn(target));
    expect(report).toMatchObject({ status: 'warning', findings: [{ severity: 'warning', change: 'NEW' }] });
    // sha256 of report:daily
    expect(report.findings[0]?.sentence).toMatch(
      /^The key report:\* #[0-9a-f]{8} \(string\) holds 1[234]\d MB \(limit 100 MB/,
    );
    expect(JSON.stringify(report)).not.toContain('daily');
  });

  it('finds a pattern without a TTL that a volatile policy can never evict', async () => {
    await withClient(server.url, async (client) => {
      await fill(client, 'lasting', 1000);
      await client.set('other:1', 'x', 'EX', 100);
    });
    const quiet = await onRedis(server, (target) => reportOn(target));
    expect(quiet.findings).toEqual([]);
    await server.call('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl');
    await server.call('CONFIG', 'SET', 'maxmemory', '1gb');
    const report = await onRedis(server, (target) => reportOn(target));
    expect(report.findings.map(({ key, sentence }) => [key, sentence])).toEqual([
      [
        'redis.keys:lasting:lasting:*',
        'Keys lasting:* without a TTL hold 100 % of the memory of all keys (limit 50 %), and volatile-ttl may evict only keys with one: at maxmemory writes are refused while these stay.',
      ],
    ]);
  });

  it('names keys only where the config allows it', async () => {
    await withClient(server.url, async (client) => client.set('invoice:canary-4711', 'x'));
    const hidden = await onRedis(server, (target) => reportOn(target));
    expect(JSON.stringify(hidden)).not.toContain('canary');
    const open = { ...server, environment: server.environment, spec: { ...server.spec, showKeyNames: true } };
    const shown = await onRedis(open, (target) => reportOn(target));
    expect(rowsOf(shown, 'Biggest')[0]).toMatchObject({ key: 'invoice:canary-4711' });
  });

  it('looks into every database that has keys', async () => {
    await withClient(server.url, async (client) => {
      await fill(client, 'zero', 20);
      await client.select(3);
      await fill(client, 'three', 30);
    });
    const report = await onRedis(server, (target) => reportOn(target));
    expect(
      rowsOf(report, 'Patterns')
        .map(({ pattern, keys: count }) => [pattern, count])
        .toSorted(byText),
    ).toEqual([
      ['three:*', '30'],
      ['zero:*', '20'],
    ]);
    expect(rowsOf(report, 'Servers').map((row) => row['server'])).toEqual(['shop-cache-1', 'shop-cache-1 db3']);
  });

  it('takes `full` or nothing', () => {
    expect(readArguments(keys.args, {})).toHaveProperty('args');
    expect(readArguments(keys.args, { mode: ' FULL' })).toEqual({ args: { mode: 'full' } });
    expect(readArguments(keys.args, { mode: 'all' })).toMatchObject({ problems: [{ field: 'mode' }] });
  });
});
