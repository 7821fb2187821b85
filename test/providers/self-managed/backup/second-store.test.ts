import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { coverFrom } from '../../../../src/backups/wal/cover.ts';
import { timelinePath } from '../../../../src/backups/wal/history.ts';
import type { BackupStore } from '../../../../src/core/backup-store.ts';
import { Fault } from '../../../../src/core/errors.ts';
import { lsnOf, lsnText } from '../../../../src/core/lsn.ts';
import { startTestPostgres } from '../../../servers.ts';
import { makeStore, QUICK } from './backing-up.ts';
import { drained, SEGMENT_BYTES, slotIsFree, stored, world, write } from './draining.ts';

vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  const settings = { ...QUICK, max_slot_wal_keep_size: '1GB', autovacuum: 'off' };
  world.server = await startTestPostgres({ settings });
  world.primary = world.server.primary;
});
afterAll(async () => world.server.stop());

const reach = async (store: BackupStore, fromLsn: string) =>
  lsnText(coverFrom(lsnOf(fromLsn), timelinePath(1, undefined), await stored(store), SEGMENT_BYTES).toLsn);

test('a second store that is away holds nobody up, is told of, and is caught up with', async () => {
  const [{ store }, { store: second }] = [makeStore(), makeStore()];
  const away: BackupStore = { ...second, put: () => Promise.reject(new Fault('target_unreachable', 'it is away')) };
  await write(20);
  const first = await drained(store, away);
  await slotIsFree();
  expect(first.done.second).toMatchObject({ pieces: 0, why: 'it is away' });
  await write(20);
  const { done } = await drained(store, second);
  await slotIsFree();
  expect(done.second).toMatchObject({ why: null });
  expect(await reach(second, first.done.fromLsn)).toBe(done.toLsn);
  await write(1);
  const last = await drained(store, second);
  await slotIsFree();
  // It goes on where that store ends.
  expect(last.done.second?.pieces).toBeLessThanOrEqual(2);
  expect(await reach(second, first.done.fromLsn)).toBe(last.done.toLsn);
});

test('what comes back from the second store broken is told', async () => {
  const [{ store }, { store: second }] = [makeStore(), makeStore()];
  const flipping: BackupStore = {
    ...second,
    get: async (key) => {
      const pieces = await second.get(key);
      return pieces && flipped(pieces);
    },
  };
  await write(20);
  const { done } = await drained(store, flipping);
  await slotIsFree();
  expect(done.second).toMatchObject({ pieces: 0, why: expect.stringMatching(/\.zst came back broken|is broken/) });
});

async function* flipped(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    const copy = Buffer.from(piece);
    const at = Math.floor(copy.length / 2);
    copy[at] = (copy[at] ?? 0) ^ 1;
    yield copy;
  }
}
