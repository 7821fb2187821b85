import { describe, expect, it } from 'vitest';
import { postgresChecks, redisChecks } from '../../src/checks/index.ts';
import type { PostgresTarget } from '../../src/targets/postgres.ts';
import type { RedisTarget } from '../../src/targets/redis.ts';
import { ask } from './looking.ts';

const inRead = ({ ask: asked }: { ask: { readonly read?: unknown } }): boolean => asked.read !== undefined;
const all = [...postgresChecks, ...redisChecks];
const unreached = [
  { name: 'x-1', role: 'primary' as const, reason: 'nothing listens', code: 'target_unreachable' as const },
];
const close = async () => {};
const deadPostgres: PostgresTarget = {
  engine: 'postgres',
  name: 'x',
  expectedReplicas: [],
  members: [],
  unreached,
  close,
};
const deadRedis: RedisTarget = { engine: 'redis', name: 'x', expectedReplicas: [], members: [], unreached, close };

describe('the checks', () => {
  it('are ten for PostgreSQL and five for Redis beside those of the cloud, named after their engine', () => {
    expect([postgresChecks.length, redisChecks.length]).toEqual([13, 7]);
    for (const { id, engine } of all) expect(id.startsWith(`${engine}.`), id).toBe(true);
    expect(new Set(all.map(({ id }) => id)).size).toBe(20);
  });

  it('have limits that all have defaults, with units in their names, and refuse names they do not know', () => {
    for (const { id, limits } of all) {
      const defaults = Object.keys(limits.parse({}) as object);
      expect(defaults.length, id).toBeGreaterThan(0);
      for (const name of defaults) {
        expect(name, id).toMatch(
          /Seconds?|Bytes|Ratio|Percent|Days|Credits|Depth|PerSecond|PerDay|PerWorker|Age|Victims|Blocks|Lookups|Rows|entinels/,
        );
      }
      expect(limits.safeParse({ noSuchLimit: 1 }).success, id).toBe(false);
    }
  });

  it('never call a target healthy that did not answer', async () => {
    for (const check of postgresChecks.filter(inRead))
      expect(await ask(check, deadPostgres), check.id).toHaveProperty('unreliable');
    const watched = redisChecks.filter((check) => inRead(check) && check.id !== 'redis.sentinel-quorum');
    for (const check of watched) expect(await ask(check, deadRedis), check.id).toHaveProperty('unreliable');
  });
});
