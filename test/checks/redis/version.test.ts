import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../../src/checks/redis/version.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf } from '../looking.ts';

const at = (day: string) => Date.parse(day) / 1000;
const member = (product: string, said: string, day = '2026-11-28', name = 'shop-cache-1') => ({
  name,
  role: 'primary',
  product,
  version: said,
  nowSeconds: at(day),
});
const sample = (...members: object[]) => ({ members, unseen: [] }) as never;
const found = (...given: Parameters<typeof member>) => judged(version, sample(member(...given)))[0];

describe('the version', () => {
  it('is told as info after the end of its release, with the day and the source', () => {
    expect(found('Redis', '7.0.15')).toMatchObject({
      key: 'redis.version:Redis 7.0',
      severity: 'info',
      sentence: 'Redis 7.0 on shop-cache-1 has had no security fixes since 2024-07-29, 852 d ago.',
      next: expect.stringContaining('https://endoflife.date/redis') as string,
    });
    expect(found('Redis', '3.2.12')?.sentence).toContain('since 2020-04-30');
  });

  it('is told 90 days before the end, and not before', () => {
    expect(found('Valkey', '8.0.12', '2027-06-16')).toBeUndefined();
    expect(found('Valkey', '8.0.12', '2027-06-17')?.sentence).toBe(
      'Valkey 8.0 on shop-cache-1 gets no security fixes from 2027-09-15 on, in 90 d (told 90 d before).',
    );
  });

  it('is left alone where a distribution mends it, for as long as the config says', () => {
    const old = sample(member('Redis', '7.0.15'));
    expect(judged(version, old, { limits: { graceSeconds: 3 * 365 * 86_400 } })).toEqual([]);
    expect(judged(version, old, { limits: { graceSeconds: 86_400 } })).toHaveLength(1);
  });

  it('whose end nobody has announced is no finding', () => {
    expect(found('Redis', '8.6.1')).toBeUndefined();
    expect(found('Valkey', '12.0.0', '2035-01-01')).toBeUndefined();
  });

  it('of the members differs: that is told, one release once', () => {
    const mixed = sample(
      member('Redis', '8.4.1'),
      member('Redis', '8.4.1', '2026-11-28', 'shop-cache-2'),
      member('Redis', '8.6.0', '2026-11-28', 'shop-cache-3'),
    );
    expect(judged(version, mixed)).toMatchObject([
      {
        key: 'redis.version:mixture',
        sentence: 'The members run 2 versions: Redis 8.4.1 on shop-cache-1, shop-cache-2, Redis 8.6.0 on shop-cache-3.',
      },
    ]);
    const old = sample(member('Redis', '7.0.15'), member('Redis', '7.0.15', '2026-11-28', 'shop-cache-2'));
    expect(judged(version, old)).toHaveLength(1);
  });
});

describe('the version of a real server', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());

  it('is read, whether it is Redis or Valkey', async () => {
    const seen = await onRedis(server, (target) => sampleOf(version, target));
    const info = String(await server.call('INFO', 'server'));
    const said = /(?:valkey|redis)_version:(\S+)/.exec(info)?.[1] ?? '';
    expect(seen).toMatchObject({ members: [{ product: expect.stringMatching(/^(?:Redis|Valkey)$/) as string }] });
    expect(version.facts({ read: seen })[0]?.value).toContain(said.split('.')[0]);
  });
});
