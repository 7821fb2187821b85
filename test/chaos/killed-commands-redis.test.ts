import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../checks/looking.ts';
import { startWorker, type Halt, type HaltedWorker } from '../providers/start-worker.ts';
import { onActing, orderOf } from '../providers/switching.ts';
import { startTestRedis, type TestRedis } from '../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../servers/acknowledged-writes.ts';
import { sentinelApplication } from '../servers/applications.ts';
import { every } from './rounds.ts';

let group: TestRedis;
let writes: AcknowledgedWrites;
beforeAll(async () => {
  group = await startTestRedis({ replica: true, sentinels: true });
  writes = writeAcknowledged(
    'app',
    [1, 2, 3, 4].map(() => sentinelApplication(group)),
  );
});
afterAll(async () => {
  await writes.stop();
  await group.stop('SIGKILL');
});

const serverOf = (name: string) => (name === 'shop-cache-1' ? group.primary : group.replica);

/** Undefined where it had ended before. */
async function workerAt(halt: Halt, order: Awaited<ReturnType<typeof orderOf>>): Promise<HaltedWorker | undefined> {
  return startWorker({ servers: group, order, halt }).catch((thrown: unknown) => {
    if (/did not halt/.test(String(thrown))) return undefined;
    throw thrown;
  });
}

async function moreWrites(): Promise<void> {
  const before = writes.count();
  await until(
    async () => writes.count(),
    (count) => count > before + 100,
  );
}

describe.each(['before', 'after'] as const)('killed %s each command', (moment) => {
  it(
    'a switchover by Sentinels ends where all was, or done, and no acknowledged write is lost',
    { timeout: 7_200_000 },
    async () => {
      const ends: { [ended: string]: number } = {};
      for (let nth = 1; ; nth += every) {
        await moreWrites();
        const order = await orderOf(group);
        const worker = await workerAt({ moment, command: '', nth }, order);
        if (!worker) break;
        await worker.kill();
        const result = await until(
          () => onActing(group, (capability) => capability.settle(order)),
          (said) => said !== 'unknown',
        );
        const { ended } = result === 'unknown' ? { ended: 'unknown' } : result;
        expect(ended, `${moment} command ${nth}: ${JSON.stringify(result)}`).toMatch(/^(switched|rolled-back)$/);
        ends[ended] = (ends[ended] ?? 0) + 1;
        await moreWrites();
        const primary = ended === 'switched' ? order.to : order.from;
        const has = async (key: string) => new Set((await serverOf(primary)?.call('SMEMBERS', key)) as string[]);
        expect(await writes.lost(has), `${moment} command ${nth}`).toEqual([]);
      }
      process.stderr.write(`switchover by Sentinels, killed ${moment}: ${JSON.stringify(ends)}\n`);
    },
  );
});
