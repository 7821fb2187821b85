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
  it('are named after their engine, each with a name of its own', () => {
    expect(postgresChecks.length).toBeGreaterThan(20);
    for (const { id, engine } of all) expect(id.startsWith(`${engine}.`), id).toBe(true);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('have limits that all have defaults, with units in their names, and refuse names they do not know', () => {
    for (const { id, limits } of all) {
      const defaults = Object.keys(limits.parse({}) as object);
      expect(defaults.length, id).toBeGreaterThan(0);
      for (const name of defaults) {
        expect(name, id).toMatch(
          /Seconds?|Bytes|Ratio|PerSecond|PerDay|PerWorker|Age|Victims|Blocks|Lookups|Rows|Keys|Clients|Replicas|Settings|entinels|PerHour|Milliseconds|Deadlocks|Queries|Sessions|Releases|Percent|Days|Credits|Depth|PerCore/,
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
