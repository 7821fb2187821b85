import { readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRestore } from '../../src/cli/restore-arguments.ts';
import { restore } from '../../src/cli/restore.ts';
import { blockText } from '../../src/local/block-text.ts';
import { createDrills, type Drill } from '../../src/local/drills/index.ts';
import type { Laptop } from '../../src/local/laptop.ts';
import { startTestLaptop } from '../servers/fleet.ts';
import { makeServerDirectory, recordServer } from '../servers/room.ts';

const TIME_MS = 300_000;
let laptop: Laptop;
let lose: Drill;
let directory: string;
beforeAll(async () => {
  directory = makeServerDirectory('restored-orders');
  await chmod(directory, 0o755);
  laptop = await startTestLaptop();
  const drill = createDrills(laptop.fleet).find(({ name }) => name === 'orders-lost');
  if (!drill) throw new Error('there is no such drill');
  lose = drill;
}, TIME_MS);
afterAll(async () => {
  await laptop.stop();
  rmSync(directory, { recursive: true, force: true });
}, TIME_MS);

/** What the run of a command said in the end. */
async function said(words: string, end: RegExp): Promise<string> {
  await laptop.slack.command('omar', 'database-alerts', words);
  await laptop.aws.idle();
  const text = laptop.slack
    .messages()
    .map(({ blocks, text: plain }) => `${blockText(blocks)} ${plain}`)
    .findLast((one) => end.test(one));
  if (text === undefined) throw new Error(`${words} did not say ${end}`);
  return text;
}

async function query<Row extends Record<string, unknown>>(sql: string): Promise<Row[]> {
  const primary = await laptop.fleet.postgres.primary();
  return (await primary?.query<Row>(sql)) ?? [];
}
const orders = async () =>
  (await query<{ n: number }>('SELECT count(*)::int AS n FROM orders WHERE id <= 20000'))[0]?.n;

describe('all orders are lost on the primary and its replica', () => {
  let command = '';

  it('after a drill that has said how to restore', { timeout: TIME_MS }, async () => {
    // The first look for WAL makes the slot, and a full backup behind it.
    await said('/db wal shop-db', /full backup \d{8}T\d{6}Z-full-after-gap/);
    const text = await said('/db drill shop-db', /comes back: restored, started and verified/);
    command = /nightshift (restore shop-db --to "[^"]+" --into <new directory> --keep)/.exec(text)?.[1] ?? '';
    expect(command).not.toBe('');
  });

  it('and come back from the last good second', { timeout: TIME_MS }, async () => {
    expect(await orders()).toBe(20_000);
    const [now] = await query<{ at: string }>(
      "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') AS at, pg_sleep(0.01)",
    );
    await lose.on();
    expect([await lose.isOn(), await orders()]).toEqual([true, 0]);
    await said('/db wal shop-db', /the stores have the write-ahead log up to/);
    const words = ['shop-db', '--to', `${now?.at}Z`, '--into', join(directory, 'shop-db'), '--keep', '--json'];
    const asked = readRestore(words);
    if ('problem' in asked) throw new Error(asked.problem);
    let told = '';
    const streams = { out: (text: string) => (told += text), err: () => undefined };
    expect(await restore(asked, streams as unknown as Parameters<typeof restore>[1]), told).toBe(0);
    const { port, pid } = JSON.parse(told) as { port: number; pid: number };
    recordServer(pid, 'restored orders');
    await bringBack(port);
    expect([await lose.isOn(), await orders()]).toEqual([false, 20_000]);
    process.kill(pid, 'SIGQUIT');
    await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
    expect(command).toContain('--keep');
  });
});

/** As docs/backups.md says it: the tables of the restored server beside those of the shop, and the rows over. */
async function bringBack(port: number): Promise<void> {
  const file = join(laptop.logPath, '..', 'fleet', 'passwords.json');
  const { superuser } = JSON.parse(readFileSync(file, 'utf8')) as { superuser: string };
  const page = readFileSync(new URL('../../docs/backups.md', import.meta.url), 'utf8');
  const sql = /```sql\n([^`]*IMPORT FOREIGN SCHEMA[^`]*)```/.exec(page)?.[1] ?? '';
  await query(sql.replace("'5433'", `'${port}'`).replace('<password>', superuser));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
