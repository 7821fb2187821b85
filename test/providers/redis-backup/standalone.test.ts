import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { done, makeStore, unpacked, withCopyLogin, withSnapshots, workIn } from './backing-up.ts';

vi.setConfig({ testTimeout: 300_000 });

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis({ settings: ['repl-diskless-sync no', 'rdbchecksum no'] });
  await redis.call('SET', 'one', '1');
});
afterAll(() => redis.stop());

test('a server without a replica is asked only where the config says so', async () => {
  const said = await withSnapshots(withCopyLogin(redis), (copies) => copies.look());
  expect(said).toEqual({
    refused: expect.stringMatching(/add a replica, or write backup: \{ snapshotFrom: any \}/) as string,
  });
});

test('one that writes its RDB to its disk first says how long it is; without a sum of its own that is said', async () => {
  const place = makeStore();
  const server = withCopyLogin(redis, undefined, { backup: { ...usualBackupPolicy, snapshotFrom: 'any' } });
  const totals: number[] = [];
  const record = done(
    await withSnapshots(server, (copies) =>
      copies.snapshot(workIn(place, { progress: ({ totalBytes }) => totals.push(totalBytes) })),
    ),
  );
  expect(record.shards).toMatchObject([{ member: 'shop-cache-1', role: 'primary', keys: 1, checksum: 'absent' }]);
  expect(totals.at(-1)).toBe(record.files[0]?.plainBytes);
  expect(unpacked(place, record.files[0]!).keys).toBe(1);
});
