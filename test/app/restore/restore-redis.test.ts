import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadRdb } from '../../../src/app/restore/load-rdb.ts';
import { redisPlaceOf, restoreRedis } from '../../../src/app/restore/restore-redis.ts';
import { trySnapshot } from '../../../src/app/restore/try-snapshot.ts';
import { redisTold } from '../../../src/cli/restore-redis.ts';
import type { RedisBackupRecord } from '../../../src/core/backup.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import {
  done,
  makeStore,
  withCopyLogin,
  withSnapshots,
  workIn,
  type Place,
} from '../../providers/redis-backup/backing-up.ts';

vi.setConfig({ testTimeout: 300_000 });

let redis: TestRedis;
let place: Place;
let record: RedisBackupRecord;
const directory = mkdtempSync(join(tmpdir(), 'nightshift-restored-'));
const listener = { step: () => undefined, bytes: () => undefined };
const signal = new AbortController().signal;

beforeAll(async () => {
  redis = await startTestRedis({ replica: true, settings: ['repl-diskless-sync yes'] });
  for (let n = 1; n <= 50; n += 1) await redis.call('SET', `order:${n}`, `value ${n}`);
  await redis.call('SET', 'soon', 'gone', 'PX', '60');
  await redis.call('WAIT', '1', '60000');
  place = makeStore();
  record = done(await withSnapshots(withCopyLogin(redis), (copies) => copies.snapshot(workIn(place))));
});
afterAll(async () => {
  await redis.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function restored(into: string, to: Parameters<typeof restoreRedis>[0]['to'] = { kind: 'latest' }) {
  const found = await redisPlaceOf(place.store, 'shop-cache');
  if (!found) throw new Error('a snapshot');
  return restoreRedis({ store: place.store, target: 'shop-cache', to, into: join(directory, into) }, found, listener);
}

test('a snapshot lies in a new directory afterwards, was loaded by a real server, and the words say how to start it', async () => {
  const answer = await restored('one');
  if ('refused' in answer) throw new Error(answer.refused);
  const [shard] = answer.done.shards;
  expect(shard).toMatchObject({ member: 'shop-cache-2', loaded: { keys: record.shards[0]?.keys } });
  expect(record.shards[0]?.keys).toBeGreaterThanOrEqual(50);
  expect(readFileSync(join(directory, 'one/shop-cache-2/dump.rdb')).toString('latin1', 0, 5)).toBe('REDIS');
  const told = redisTold(answer.done);
  expect(told).toMatch(/loaded by redis-server \S+ in \d/);
  expect(told).toMatch(/redis-server --port 6380 --dir \S+one\/shop-cache-2 --dbfilename dump\.rdb --appendonly no/);
});

test('it never goes over anything, and back only to what was kept', async () => {
  writeFileSync(join(directory, 'mine'), 'mine');
  expect(await restored('.')).toEqual({ refused: expect.stringMatching(/is not empty/) as string });
  expect(await restored('two', { kind: 'time', at: '2020-01-01T00:00:00.000Z' })).toEqual({
    refused: expect.stringMatching(/nothing before it was kept/) as string,
  });
  expect(await restored('two', { kind: 'lsn', lsn: '0/1' })).toEqual({
    refused: expect.stringMatching(/Redis has no log/) as string,
  });
});

test('the same is tried after each backup; a file that no server can load is told of', async () => {
  expect(await trySnapshot(place.store, record, signal)).toMatchObject({ keys: record.shards[0]?.keys });
  const wrong = { ...record, shards: record.shards.map((shard) => ({ ...shard, keys: 7 })) };
  expect(await trySnapshot(place.store, wrong, signal)).toEqual({
    problem: expect.stringMatching(/shop-cache-2: a server loaded 5\d keys of it, and there were 7/) as string,
  });
  const own = mkdtempSync(join(directory, 'spoiled-'));
  const rdb = readFileSync(join(directory, 'one/shop-cache-2/dump.rdb'));
  writeFileSync(join(own, 'dump.rdb'), rdb.subarray(0, rdb.length - 20));
  expect(await loadRdb(own, { plainBytes: rdb.length })).toEqual({
    problem: expect.stringMatching(/^no server can load it: .*(Short read|EOF|corrupt)/i) as string,
  });
});

test('a byte that changed in the store is found before anything is tried', async () => {
  const [file] = record.files;
  const path = join(place.directory, file?.key ?? '');
  const bytes = readFileSync(path);
  bytes[30] = (bytes[30] ?? 0) ^ 1;
  rmSync(path);
  writeFileSync(path, bytes);
  expect(await trySnapshot(place.store, record, signal)).toEqual({
    problem: expect.stringMatching(/is broken/) as string,
  });
  await expect(restored('three')).rejects.toMatchObject({ code: 'conflict' });
});
