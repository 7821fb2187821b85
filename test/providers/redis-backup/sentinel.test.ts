import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { BackupStore, Pieces } from '../../../src/core/backup-store.ts';
import { Fault } from '../../../src/core/errors.ts';
import { aclRules } from '../../../src/providers/redis-commands.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import {
  done,
  makeStore,
  objectsIn,
  unpacked,
  untilIdle,
  withCopyLogin,
  withSnapshots,
  workIn,
  type Server,
} from './backing-up.ts';

import { after, closeWays, wayTo } from './way.ts';

vi.setConfig({ testTimeout: 300_000 });

let redis: TestRedis;
let server: Server;
beforeAll(async () => {
  redis = await startTestRedis({ replica: true, sentinels: true, settings: ['repl-diskless-sync yes'] });
  // 16 MB of text that does not compress to nothing; in parts, since a Sentinel takes a server that is busy for dead.
  for (let from = 0; from < 20_000; from += 500) await redis.call('EVAL', FILL, '0', String(from));
  await untilCaughtUp();
  server = withCopyLogin(redis);
});
beforeEach(() => untilIdle([redis.replica!]));
afterAll(async () => {
  closeWays();
  await redis.stop();
});

const FILL = `
  for i = ARGV[1] + 1, ARGV[1] + 500 do
    local parts = {}
    for n = 1, 20 do parts[n] = redis.sha1hex(i .. ':' .. n) end
    redis.call('SET', 'order:' .. i, table.concat(parts))
  end`;

async function untilCaughtUp(): Promise<void> {
  await redis.call('WAIT', '1', '60000');
}

/** Who copies whom, as the primary and the three Sentinels have it. */
async function whoCopies(): Promise<unknown> {
  const listed = async () => {
    const said = String(await redis.call('INFO', 'replication'));
    return [...said.matchAll(/^(slave\d+:ip=[^,]+,port=\d+)/gm)].map(([line]) => line);
  };
  const known = await Promise.all(
    redis.sentinels.map(async (sentinel) =>
      ((await sentinel.call('SENTINEL', 'REPLICAS', 'shop-cache')) as string[][])
        .map((fields) => String(fields[1]))
        .toSorted((one, other) => one.localeCompare(other)),
    ),
  );
  return { listed: await listed(), known };
}

test('a snapshot comes from the replica, with every key, and is what redis-check-rdb takes for one', async () => {
  const place = makeStore();
  const before = await whoCopies();
  const seen: number[] = [];
  const record = done(
    await withSnapshots(server, (copies) =>
      copies.snapshot(workIn(place, { progress: ({ doneBytes }) => seen.push(doneBytes) })),
    ),
  );
  expect(record).toMatchObject({
    engine: 'redis',
    kind: 'snapshot',
    member: 'shop-cache-2',
    skewMs: 0,
    shards: [{ member: 'shop-cache-2', role: 'replica', keys: 20_000, checksum: 'right' }],
  });
  const [file] = record.files;
  expect(file?.key).toBe(`shop-cache/redis/base/${record.label}/shop-cache-2.rdb.zst`);
  expect(unpacked(place, file!).keys).toBe(20_000);
  expect(objectsIn(place, 'done.json')).toHaveLength(1);
  expect(Math.max(...seen)).toBe(file?.plainBytes);
  // The place in the writes is that of the primary, which the replica goes on from.
  const info = String(await redis.call('INFO', 'replication'));
  expect(info).toContain(`master_replid:${record.shards[0]?.replicationId}`);
  expect(await whoCopies()).toEqual(before);
});

test('while it comes, and after it was cut off, the primary and the Sentinels list the same replicas', async () => {
  const before = await whoCopies();
  const place = makeStore();
  const controller = new AbortController();
  const during: unknown[] = [];
  const lookAndStop = async () => {
    during.push(await whoCopies());
    controller.abort(new Error('the run was stopped'));
  };
  const work = workIn(place, {
    // A quarter of a minute for the look, from the trigger to the last byte.
    maxRateBytes: 1_000_000,
    signal: controller.signal,
    progress: ({ doneBytes }) => {
      if (doneBytes > 1_000_000 && during.length === 0) {
        during.push(null);
        void lookAndStop();
      }
    },
  });
  const taken = withSnapshots(server, (copies) => copies.snapshot(work));
  await expect(taken).rejects.toMatchObject({ code: 'timed_out', message: /given up before it was whole/ });
  expect(during[1]).toEqual(before);
  expect(await whoCopies()).toEqual(before);
  expect(objectsIn(place, '.json')).toEqual([]);
  expect(objectsIn(place, '.zst')).toEqual([]);
});

test('the user of the room needs what the docs say, and no more; who lacks it is told the line', async () => {
  for (const member of [redis.primary, redis.replica!]) {
    const rules = aclRules('copy', { isManaged: false }).split(' ');
    await member.call('ACL', 'SETUSER', 'room_copy', 'reset', 'on', '>canary-copy', '-@all', ...rules);
    await member.call('ACL', 'SETUSER', 'room_less', 'reset', 'on', '>canary-copy', '-@all', '+info', '+ping');
  }
  const password = { from: 'env', name: 'COPY' } as const;
  const as = (user: string) => ({
    ...withCopyLogin(redis, { user, password }),
    environment: { ...redis.environment, COPY: 'canary-copy' },
  });
  const place = makeStore();
  expect(done(await withSnapshots(as('room_copy'), (copies) => copies.snapshot(workIn(place)))).files).toHaveLength(1);
  await untilIdle([redis.replica!]);
  expect(await withSnapshots(as('room_less'), (copies) => copies.snapshot(workIn(place)))).toEqual({
    refused: expect.stringMatching(/ACL SETUSER room_less \+psync \+replconf/) as string,
  });
  expect(objectsIn(place, 'done.json')).toHaveLength(1);
});

test('the primary is not asked where Sentinels watch, whatever the config says', async () => {
  const spec = server.spec;
  const alone = { ...spec, members: spec.members.filter(({ name }) => name !== 'shop-cache-2') };
  const said = await withSnapshots({ ...server, spec: alone }, (copies) => copies.look());
  expect(said).toEqual({ refused: expect.stringMatching(/Sentinels would take us for a replica/) as string });
});

test('a connection that is cut in the middle is a fault, and leaves no backup', async () => {
  const place = makeStore();
  const cut = await wayTo(
    server,
    redis.replica!,
    after(3_000_000, (_piece, transform) => {
      transform.destroy(new Error('cut'));
      return undefined;
    }),
  );
  const taken = withSnapshots(cut, (copies) => copies.snapshot(workIn(place)));
  await expect(taken).rejects.toMatchObject({ code: 'target_unreachable', message: /cut the connection/ });
  expect(objectsIn(place, '.json')).toEqual([]);
  expect(objectsIn(place, '.zst')).toEqual([]);
});

test('a bit that is flipped on the way is found, and there is no backup', async () => {
  const place = makeStore();
  const flipped = await wayTo(
    server,
    redis.replica!,
    after(3_000_000, (piece) => {
      const copy = Buffer.from(piece);
      copy[100] = (copy[100] ?? 0) ^ 4;
      return copy;
    }),
  );
  const taken = await withSnapshots(flipped, (copies) => copies.snapshot(workIn(place)));
  expect(taken).toEqual({ refused: expect.stringMatching(/shop-cache-2\.rdb: its CRC-64 is wrong/) as string });
  expect(objectsIn(place, '.json')).toEqual([]);
});

/** A store to which something happens while an RDB is put. */
function storeThat({ store }: { store: BackupStore }, take: (pieces: Pieces) => Pieces): { store: BackupStore } {
  return { store: { ...store, put: (key, pieces) => store.put(key, key.includes('.rdb') ? take(pieces) : pieces) } };
}

test('a store that is full ends it with its own fault', async () => {
  const place = makeStore();
  const full = storeThat(place, async function* (pieces) {
    let bytes = 0;
    for await (const piece of pieces) {
      bytes += piece.length;
      if (bytes > 500_000) throw new Fault('conflict', 'the store is full');
      yield piece;
    }
  });
  const taken = withSnapshots(server, (copies) => copies.snapshot(workIn(full)));
  await expect(taken).rejects.toMatchObject({ code: 'conflict', message: 'the store is full' });
  expect(objectsIn(place, '.json')).toEqual([]);
});

test('a store that is slow holds the server back, and gets all of it', async () => {
  const place = makeStore();
  const slow = storeThat(place, async function* (pieces) {
    for await (const piece of pieces) {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      yield piece;
    }
  });
  const record = done(await withSnapshots(server, (copies) => copies.snapshot(workIn(slow, { compression: 'none' }))));
  expect(unpacked(place, record.files[0]!).keys).toBe(20_000);
});

test('a replica that dies in the middle leaves no backup', async () => {
  const place = makeStore();
  let isKilled = false;
  const work = workIn(place, {
    maxRateBytes: 4_000_000,
    progress: ({ doneBytes }) => {
      if (doneBytes < 1_000_000 || isKilled) return;
      isKilled = true;
      void redis.replica?.stop('SIGKILL');
    },
  });
  const taken = withSnapshots(server, (copies) => copies.snapshot(work));
  await expect(taken).rejects.toMatchObject({ code: 'target_unreachable' });
  expect(objectsIn(place, '.json')).toEqual([]);
  const now = await withSnapshots(server, (copies) => copies.look());
  expect(now).toEqual({ refused: expect.stringMatching(/Nobody can give a snapshot .*shop-cache-2/) as string });
});
