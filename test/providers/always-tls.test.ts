import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onPostgres, onRedis } from '../checks/looking.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

describe('a hosted database', () => {
  let postgres: TestPostgres;
  let redis: TestRedis;
  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  });
  afterAll(() => Promise.all([postgres.stop(), redis.stop()]));

  it.each(['rds', 'aurora'])(
    'of %s gets no password over a wire without TLS, whatever the config says',
    async (provider) => {
      const { spec, environment } = postgres;
      const unreached = await onPostgres(
        { environment, spec: { ...spec, provider, tls: false } },
        async (target) => target.unreached,
      );
      expect(unreached).toMatchObject([{ reason: expect.stringContaining('does not speak TLS') }]);
    },
  );

  it('of elasticache gets no password over a wire without TLS, whatever the config says', async () => {
    const { spec, environment } = redis;
    const server = { environment, spec: { ...spec, provider: 'elasticache', tls: false } };
    const unreached = await onRedis(server, async (target) => target.unreached, { connectTimeoutMs: 500 });
    expect(unreached).toHaveLength(1);
    expect(await redis.call('INFO', 'commandstats')).not.toContain('cmdstat_auth:calls=2');
  });

  it('of a provider that nobody wrote is refused', async () => {
    const { spec, environment } = redis;
    const server = { environment, spec: { ...spec, provider: 'nowhere' } };
    await expect(onRedis(server, async () => null)).rejects.toMatchObject({ code: 'unsupported' });
  });
});
