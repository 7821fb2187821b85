import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { BackupStore, Pieces } from '../../../../src/core/backup-store.ts';
import { drainAll, restoredSums, sumsOf } from '../../../app/restore/restored.ts';
import { collect } from '../../../contracts/backup-store.ts';
import { startTestPostgres, type TestPostgres } from '../../../servers.ts';
import { makeServerDirectory } from '../../../servers/room.ts';
import { done, makeStore, QUICK, withCopies, workIn } from './backing-up.ts';

vi.setConfig({ testTimeout: 300_000 });

let server: TestPostgres;
let promoted: TestPostgres;
const place = makeStoreLater();
let before: { lsn: string; sums: string };

/** The room of the servers is there only while tests run. */
function makeStoreLater() {
  let made: ReturnType<typeof makeStore> | undefined;
  return () => (made ??= makeStore());
}

beforeAll(async () => {
  server = await startTestPostgres({
    replica: true,
    settings: { ...QUICK, autovacuum: 'off', max_slot_wal_keep_size: '1GB', summarize_wal: 'on' },
  });
  const { replica } = server;
  if (replica === undefined) throw new Error('no replica');
  promoted = Object.assign(Object.create(replica) as TestPostgres, {
    spec: server.spec,
    environment: server.environment,
  });
  await server.query(
    'CREATE TABLE customers AS SELECT g AS id, repeat(md5(g::text), 20) AS x FROM generate_series(1, 20000) g',
  );
});
afterAll(async () => server.stop());

async function* afterThat(pieces: Pieces, that: () => Promise<unknown> | undefined): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    await that();
    yield piece;
  }
}
const records = async () => (await collect(place().store.list(''))).filter(({ key }) => key.endsWith('done.json'));
const restoreTo = (to: Parameters<typeof restoredSums>[0]['to']) =>
  restoredSums({ store: place().store, to, into: join(makeServerDirectory('restored'), 'here') });

test('a standby that is promoted in the middle gives no backup, and it is said why', async () => {
  const { store } = place();
  await drainAll(server, store);
  expect(done(await withCopies(server, (copies) => copies.full(workIn(place())))).member).toBe('shop-db-2');
  await server.query('DELETE FROM customers WHERE id % 3 = 0');
  const [row] = await server.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn');
  before = { lsn: row?.lsn ?? '', sums: await sumsOf(server.url) };
  await drainAll(server, store);

  let promoting: Promise<unknown> | undefined;
  const promote = async () => {
    await server.primary.stop();
    await promoted.query('SELECT pg_promote()');
  };
  const progress = () => void (promoting ??= promote());
  // It is not whole before the standby was promoted, however long that takes.
  const held: BackupStore = {
    ...store,
    put: (key, pieces) => store.put(key, key.includes('base.tar') ? afterThat(pieces, () => promoting) : pieces),
  };
  const work = workIn({ store: held }, { progress, maxRateBytes: 4_000_000 });
  const taken = await withCopies(server, (copies) => copies.full(work));
  await promoting;
  expect(taken).toEqual({ refused: expect.stringMatching(/promoted.*Take it again/) });
  expect(await records()).toHaveLength(1);
});

test('the WAL goes on over the switch, and a restore across it has every row', async () => {
  const { store } = place();
  await promoted.query('UPDATE customers SET x = md5(x) WHERE id % 7 = 0');
  expect(await drainAll(promoted, store)).toMatchObject({ timeline: 2, leftTimeline: 1 });
  expect(await restoreTo({ kind: 'latest' })).toBe(await sumsOf(promoted.url));
});

test('what was before the switch can still be had', async () => {
  expect(await restoreTo({ kind: 'lsn', lsn: before.lsn })).toBe(before.sums);
});

test('the next backup is of the new timeline, and is restored with its WAL', async () => {
  const { store } = place();
  const record = done(await withCopies(promoted, (copies) => copies.full(workIn(place()))));
  expect(record).toMatchObject({ member: 'shop-db-2', wal: { timeline: 2 } });
  await promoted.query('DELETE FROM customers WHERE id % 5 = 0');
  expect(await drainAll(promoted, store)).not.toHaveProperty('leftTimeline');
  const increment = done(await withCopies(promoted, (copies) => copies.incremental(workIn(place()), record)));
  await promoted.query('DELETE FROM customers WHERE id % 11 = 0');
  await drainAll(promoted, store);
  const into = join(makeServerDirectory('restored'), 'here');
  const sums = await restoredSums({ store, to: { kind: 'latest' }, into, label: increment.label });
  expect(sums).toBe(await sumsOf(promoted.url));
});
