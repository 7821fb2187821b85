import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDirectoryStore } from '../../src/state/backup-store/directory.ts';
import { restoredSums, sumsOf } from '../app/restore/restored.ts';
import { QUICK } from '../providers/self-managed/backup/backing-up.ts';
import { nowhere } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { makeServerDirectory } from '../servers/room.ts';
import { endServeProcesses, startProcess } from './serve-process.ts';

vi.setConfig({ testTimeout: 300_000 });

let server: TestPostgres;
let directory: string;
beforeAll(async () => {
  directory = join(makeServerDirectory('followed'), 'store');
  server = await startTestPostgres({ settings: { ...QUICK, max_slot_wal_keep_size: '1GB' } });
  await server.query('CREATE TABLE orders (id int, what text)');
});
afterAll(async () => {
  await endServeProcesses();
  await server.stop();
});

function follow() {
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${server.port}`;
  return startProcess(
    {
      ...nowhere,
      ...server.environment,
      NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses),
      NIGHTSHIFT_BACKUPS_DIRECTORY: directory,
    },
    ['wal', 'shop-db', '--follow'],
  );
}

const insert = (from: number) =>
  server.query(`INSERT INTO orders SELECT g, md5(g::text) FROM generate_series(${from}, ${from + 999}) g`);
/** The store is as far as the server is now, because the follower has said so. */
async function untilStored(): Promise<void> {
  await server.query("SET synchronous_commit = on; SELECT pg_logical_emit_message(true, 'flush', '')");
  const [row] = await server.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  const STORED = "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'nightshift' AND restart_lsn >= $1::pg_lsn";
  await expect.poll(() => server.query(STORED, [row?.lsn]), { timeout: 120_000, interval: 200 }).toHaveLength(1);
}
async function comesBack(): Promise<void> {
  const store = createDirectoryStore({ name: 'primary', directory });
  const into = join(makeServerDirectory('restored'), 'here');
  expect(await restoredSums({ store, to: { kind: 'latest' }, into })).toBe(await sumsOf(server.url));
}

test('it takes a full backup first, follows through a kill and a crash of the server, and stops in order', async () => {
  const first = follow();
  await first.says(/full backup \S+-full-after-gap/);
  await first.says(/the store has the write-ahead log up to/);
  await insert(1);
  await untilStored();
  await comesBack();

  await insert(1000);
  await first.end('SIGKILL');
  await insert(2000);
  const second = follow();
  await untilStored();
  await comesBack();
  expect(second.said()).not.toMatch(/gap/);

  await insert(3000);
  await server.primary.stop('immediate');
  await second.says(/once more in \d+ s/);
  await server.primary.restart();
  await insert(4000);
  await untilStored();
  expect(await second.end('SIGTERM')).toBe(0);
  expect(second.said()).toMatch(/nothing waited longer than \d+ s\n(.*\n)*.*stopped$/);
  await comesBack();
});
