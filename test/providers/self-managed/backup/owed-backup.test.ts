import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { collect } from '../../../contracts/backup-store.ts';
import { startTestPostgres } from '../../../servers.ts';
import { done, makeStore, QUICK, withCopies, workIn, type Place } from './backing-up.ts';
import { drained, dropSlot, slotIsFree, world } from './draining.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
beforeAll(async () => {
  world.server = await startTestPostgres({ settings: { ...QUICK, max_slot_wal_keep_size: '512MB' } });
  world.primary = world.server.primary;
});
afterAll(() => world.server.stop());

/** A drain whose answer nobody heard: its process was killed when all was stored. */
async function unheard({ store }: Place): Promise<void> {
  await dropSlot();
  const { done: met } = await drained(store);
  expect(met).toMatchObject({ gap: { afterLsn: null } });
  await slotIsFree();
}

test('a gap of which nobody heard is told by the next drain, until there is a backup after it', async () => {
  const place = makeStore();
  await unheard(place);
  expect((await drained(place.store)).done).toMatchObject({ owed: { gap: { afterLsn: null } } });
  await slotIsFree();
  done(await withCopies(world.server, (copies) => copies.full(workIn(place))));
  expect((await drained(place.store)).done).not.toHaveProperty('owed');
  await slotIsFree();
});

test('while a backup is under way none is asked for', async () => {
  const place = makeStore();
  await unheard(place);
  const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { put } = place.store;
  const held: typeof put = async (key, pieces) => {
    begun.resolve();
    await goOn.promise;
    return put(key, pieces);
  };
  const taking = withCopies(world.server, (copies) =>
    copies.full(workIn({ store: { ...place.store, put: held } }, { compression: 'none' })),
  );
  await begun.promise;
  expect((await drained(place.store)).done).not.toHaveProperty('owed');
  goOn.resolve();
  done(await taking);
  await slotIsFree();
});

test('what is owed for longer than half an hour is left to the policy', async () => {
  const place = makeStore();
  await unheard(place);
  for (const { key } of await collect(place.store.list('')))
    if (key.includes('/owed/')) utimesSync(join(place.directory, key), new Date(), new Date(Date.now() - 1_900_000));
  expect((await drained(place.store)).done).not.toHaveProperty('owed');
  await slotIsFree();
});
