import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerWithin } from '../../src/providers/redis-switchover/answer-within.ts';
import { onPostgres, onRedis } from '../checks/looking.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

let postgres: TestPostgres;
let redis: TestRedis;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
});
afterAll(() => Promise.all([postgres.stop(), redis.stop()]));

/** As where others have the processor: nothing of this process goes on, and what it is sent waits. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

it('a PostgreSQL that has answered while this process stood still is not silent', async () => {
  const work = onPostgres(
    postgres,
    async ({ primary }) => {
      const asked = primary?.query('select 1 as one from pg_sleep(0.2)');
      await turn();
      standStill(2500);
      return asked;
    },
    { queryTimeoutMs: 500 },
  );
  expect(await work).toEqual([{ one: 1 }]);
});

it('nor is one of which an answer is waited for briefly', async () => {
  const work = onRedis(redis, async ({ primary }) => {
    const answer = answerWithin(50, Promise.resolve(primary?.call('PING')));
    // It is sent, and nothing that has come is read yet.
    for (let n = 0; n < 20; n += 1) await Promise.resolve();
    standStill(1000);
    return answer;
  });
  expect(await work).toBe('PONG');
});
