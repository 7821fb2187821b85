import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../../src/app/run-here.ts';
import { renderTextOutcome } from '../../src/cli/report.ts';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

let database: TestPostgres;
let house: House;
const backups = mkdtempSync(join(tmpdir(), 'nightshift-backups-'));
beforeAll(async () => {
  database = await startTestPostgres({ settings: { summarize_wal: 'on', max_slot_wal_keep_size: '1GB' } });
  const canary = readFileSync(new URL('../../infra/migrations/canary.sql', import.meta.url), 'utf8');
  await database.query(`CREATE SCHEMA IF NOT EXISTS nightshift; ${canary}`);
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${database.port}`;
  house = await startHouse({
    environment: {
      ...nowhere,
      ...database.environment,
      NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses),
      NIGHTSHIFT_BACKUPS_DIRECTORY: backups,
    },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  await house.stop();
  await database.stop();
  rmSync(backups, { recursive: true, force: true });
});

/** What the run of a command said in the end, and what people saw of it on the way. */
async function said(command: string): Promise<string> {
  const { ack } = await house.slack.command('omar', 'database-alerts', command);
  const runId = house.runIn(ack.text);
  await house.settled();
  const message = house.posted().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
  return blockText(message?.blocks ?? []);
}

/** Those that people asked for; the minute's tick may have taken one of its own, when it made the slot. */
const labels = () => {
  const [place = ''] = readdirSync(join(backups, 'shop-db'));
  const all = readdirSync(join(backups, 'shop-db', place, 'base'));
  return all.filter((label) => !label.endsWith('-after-gap')).toSorted();
};

describe('a backup, from the command to the store', () => {
  it('is taken, read back, and told in one line', async () => {
    const text = await said('/db backup shop-db full');
    expect(text).toMatch(/full backup \d{8}T\d{6}Z-full: .* stored, every byte read back from primary/);
    expect(labels()).toEqual([expect.stringMatching(/-full$/)]);
  });

  it('is an increment of the one before, where nothing else is asked for', async () => {
    await database.query('create table later as select generate_series(1, 1000) as id');
    const text = await said('/db backup shop-db');
    expect(text).toMatch(/incremental backup \d{8}T\d{6}Z-incremental/);
    expect(text).toMatch(/Builds on.*-full/s);
    expect(labels()).toHaveLength(2);
  });

  it('has the write-ahead log beside it, up to now', async () => {
    await database.query('create table last as select generate_series(1, 1000) as id');
    expect(await said('/db wal shop-db')).toMatch(/the write-ahead log/);
    const [place = ''] = readdirSync(join(backups, 'shop-db'));
    const names = readdirSync(join(backups, 'shop-db', place, 'wal', '00000001'));
    expect(names.filter((name) => name.startsWith('00000001')).length).toBeGreaterThan(0);
  });

  it('comes back, from the command to the drill and to what is known of it', { timeout: 240_000 }, async () => {
    const text = await said('/db drill shop-db');
    expect(text).toMatch(/\d{8}T\d{6}Z-\S+ comes back: restored, started and verified in \d+ s \(L4\)/);
    expect(text).toMatch(/Not proved: that it can be brought to any second/);
    expect(await said('/db backups shop-db')).toMatch(/could we restore now\? Yes: about .*, proven \d+ s ago \(L4\)/);
    expect(await said('/db drill shop-db')).toMatch(/comes back/);
    expect(JSON.stringify(house.posted())).toMatch(/how long a restore takes/);
  });

  it(
    'is taken and proved by a process of its own, too, for what is too big for a function',
    { timeout: 240_000 },
    async () => {
      const steps: string[] = [];
      const here = async (id: string, args = {}) =>
        renderTextOutcome(await runHere(id, 'shop-db', args, (step) => steps.push(step)), {
          colour: false,
          width: 200,
        });
      const before = labels().length;
      expect(await here('backup', { kind: 'full' })).toMatch(/full backup \S+-full: .* read back from primary/s);
      expect(labels()).toHaveLength(before + 1);
      expect(await here('drill')).toMatch(/comes back: restored, started and verified/);
      expect(steps).toContainEqual(expect.stringMatching(/^Copy shop-db-1 \(full\)$/));
      expect(await runHere('backup', 'shop-cache', { kind: 'incremental' }, () => undefined)).toHaveProperty('refused');
      await expect(runHere('backup', 'shop-bd', {}, () => undefined)).rejects.toThrow('shop-bd is none');
    },
  );

  it('is for operators', async () => {
    const { ack } = await house.slack.command('vera', 'database-alerts', '/db backup shop-db');
    expect(ack.text ?? blockText(ack.blocks ?? [])).toMatch(/operator/);
    expect(labels()).toHaveLength(3);
  });
});
