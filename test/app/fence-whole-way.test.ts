import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, root, startHouse, type House } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { hasPgbouncer, startPgbouncer, type TestPgbouncer } from '../servers/pgbouncer.ts';
import { testPasswords } from '../servers/passwords.ts';
import { makeServerDirectory } from '../servers/room.ts';

describe.skipIf(!hasPgbouncer)('/db fence and /db unfence (Debian package pgbouncer; skipped without it)', () => {
  let database: TestPostgres;
  let pool: TestPgbouncer;
  let house: House;
  beforeAll(async () => {
    database = await startTestPostgres();
    const entry = `shop = host=127.0.0.1 port=${database.port} dbname=shop`;
    pool = await startPgbouncer([entry], ['admin_users = nightshift_act', 'stats_users = nightshift_read']);
    const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
    addresses['shop-db-1'] = `127.0.0.1:${database.port}`;
    house = await startHouse({
      configPath: configWithFence(pool.port),
      environment: { ...nowhere, ...database.environment, NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) },
      messagePace: { burst: 100, perSecond: 100 },
    });
  });
  afterAll(async () => {
    await house.stop();
    await pool.stop();
    await database.stop();
  });

  /** Asks, says yes to the plan, and reads the plan and what came of it. */
  async function done(words: string): Promise<{ plan: string; outcome: string }> {
    const { ack } = await house.slack.command('omar', 'database-alerts', `/db ${words}`);
    const runId = house.runIn(ack.text);
    const message = await house.slack.waitFor(
      ({ metadata, blocks }) =>
        JSON.stringify(metadata ?? null).includes(runId) && JSON.stringify(blocks).includes('"approve'),
      60_000,
    );
    const actionId = /"action_id":"(approve[^"]*)"/.exec(JSON.stringify(message.blocks))?.[1] ?? '';
    const plan = blockText(message.blocks);
    await house.slack.click({ user: 'ada', messageTs: message.ts, actionId });
    await house.settled();
    const after = house.slack.messages().find(({ ts }) => ts === message.ts);
    return { plan, outcome: blockText(after?.blocks ?? []) };
  }
  /** What is said of a command that asks nobody. */
  async function told(words: string): Promise<string> {
    const { ack } = await house.slack.command('omar', 'database-alerts', `/db ${words}`);
    await house.settled();
    const runId = house.runIn(ack.text);
    const message = house.slack.messages().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
    return blockText(message?.blocks ?? []);
  }
  const shopper = async () => {
    const login = { host: '127.0.0.1', port: pool.port, user: 'postgres', password: testPasswords.superuser };
    const client = new pg.Client({ ...login, database: 'shop', connectionTimeoutMillis: 60_000 });
    client.on('error', () => {});
    await client.connect();
    await client.query('select 1');
    await client.end();
    return 'served';
  };

  test('one yes keeps the shop away, another lets it in again', async () => {
    expect(await shopper()).toBe('served');
    const fenced = await done('fence shop-db');
    expect(fenced.plan).toMatch(/plan for fence waits for 1 approval/);
    expect(fenced.plan).toMatch(/1\. PgBouncer pool-1 \(database shop\) drops its clients and lets none in/);
    expect(fenced.plan).toMatch(/Can be lost: No acknowledged write/);
    expect(fenced.plan).toMatch(/Only if still: pool-1 leads to shop-db-1 \(127\.0\.0\.1:\d+\)/);
    expect(fenced.outcome).toMatch(/closed, as far as clients come through the pooler/);
    await expect(shopper()).rejects.toThrow('database "shop" is disabled');
    await pool.restart();
    await expect.poll(() => shopper().catch(String), { timeout: 60_000 }).toBe('served');
    const watched = await told('watch shop-db');
    expect(watched).toMatch(/clients come in, though they were to be kept away/);
    expect(watched).toMatch(/closed to clients at .* by fence-[0-9a-f]{8} and is not any more: pool-1 lets clients in/);
    expect(await told('unfence shop-db')).toMatch(/open already, and no longer kept as closed/);
    expect(await told('watch shop-db')).toMatch(/shop-db-1 takes the writes/);
    await done('fence shop-db');
    const open = await done('unfence shop-db');
    expect(open.outcome).toMatch(/clients come in again, to shop-db-1/);
    expect(await shopper()).toBe('served');
  });
});

function configWithFence(port: number): string {
  const login = (room: string) =>
    `${room}: { user: nightshift_${room}, password: env:SHOP_DB_${room.toUpperCase()}_PASSWORD }`;
  const pooler = `{ host: 127.0.0.1, port: ${port}, database: shop, credentials: { ${login('read')}, ${login('act')} } }`;
  const alarms = '    alarms: [shop-db-replica-lag';
  const text = readFileSync(join(root, 'nightshift.yaml'), 'utf8');
  const path = join(makeServerDirectory('config'), 'nightshift.yaml');
  writeFileSync(path, text.replace(alarms, `    fence: { by: pgbouncer, poolers: { pool-1: ${pooler} } }\n${alarms}`));
  return path;
}
