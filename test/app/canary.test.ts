import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { botToken, nowhere, signingSecret, startHouse, type House } from '../house.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

const LITERAL = 'canary-literal-7f3a';
const KEY = 'canary-key-91bc';
const VALUE = 'canary-value-55de';

let database: TestPostgres;
let cache: TestRedis;
let house: House;
let session: pg.Client;
const written: string[] = [];
const streams = [process.stdout, process.stderr] as const;
const originals = streams.map((stream) => stream.write);

beforeAll(async () => {
  [database, cache] = await Promise.all([
    startTestPostgres({ replica: true }),
    startTestRedis({ replica: true, sentinels: true }),
  ]);
  house = await startHouse({
    environment: {
      ...nowhere,
      ...database.environment,
      ...cache.environment,
      NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses()),
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
    },
    messagePace: { burst: 100, perSecond: 100 },
  });
  listen();
  await plant();
});
afterAll(async () => {
  for (const [n, stream] of streams.entries()) stream.write = originals[n] as typeof stream.write;
  await session.end().catch(() => undefined);
  await house.stop();
  await Promise.all([database.stop(), cache.stop()]);
});

function addresses(): { [member: string]: string } {
  const members = [...database.spec.members, ...cache.spec.members];
  return Object.fromEntries(members.map(({ name, host, port }) => [name, `${host}:${port}`]));
}

/** Everything that the handlers print, for the search; the lines still reach the terminal's reader. */
function listen(): void {
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array) => (written.push(String(chunk)), true);
  }
}

/** Literals in an open transaction and in its lock, keys and values in Redis. */
async function plant(): Promise<void> {
  await database.query(`create table canaries (note text primary key)`);
  await database.query(`create role shop login password 'shop-${LITERAL}'`);
  await database.query('grant all on canaries to shop');
  const url = new URL(database.url);
  Object.assign(url, { username: 'shop', password: `shop-${LITERAL}` });
  session = new pg.Client({ connectionString: url.href, application_name: 'billing' });
  session.on('error', () => {});
  await session.connect();
  await session.query(`begin; insert into canaries values ('${LITERAL}')`);
  await cache.primary.call('SET', `${KEY}:1`, VALUE);
}

async function everythingWritten(): Promise<{ where: string; text: string }[]> {
  const files = filesBelow(house.dataDir).map((path) => ({ where: path, text: readFileSync(path, 'latin1') }));
  const messages = { where: 'messages', text: JSON.stringify(house.slack.messages()) };
  return [
    ...files,
    messages,
    { where: 'state table', text: await house.stateText() },
    { where: 'log', text: written.join('') },
  ];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

async function pidOf(application: string): Promise<number> {
  const rows = await database.query<{ pid: number }>('select pid from pg_stat_activity where application_name = $1', [
    application,
  ]);
  return rows[0]?.pid ?? 0;
}

describe('secrets, literals and key names', () => {
  it('are in nothing that is written: messages, checkpoints, state, logs', async () => {
    const ask = (text: string) => house.slack.command('omar', 'database-alerts', text);
    await ask('/db health shop-db');
    await ask('/db health shop-cache');
    await ask(`/db end shop-db ${await pidOf('billing')}`);
    await ask(`/db health ${botToken}`);
    await house.slack.waitFor(({ blocks }) => JSON.stringify(blocks).includes('"action_id":"approve'), 60_000);
    await house.call('alarm', { source: 'aws.cloudwatch', detail: { note: `password=${LITERAL}` } });
    await house.settled();

    const secrets = [
      LITERAL,
      KEY,
      VALUE,
      signingSecret,
      ...Object.values(database.environment),
      ...Object.values(cache.environment),
    ];
    const places = await everythingWritten();
    expect(places.length).toBeGreaterThan(4);
    expect(places.find(({ where }) => where === 'log')?.text).toContain('level');
    expect(places.find(({ where }) => where === 'state table')?.text).toContain('canaries');
    for (const { where, text } of places) {
      for (const secret of secrets) expect(text.includes(secret), `${secret.slice(0, 8)}… in ${where}`).toBe(false);
    }
  });
});
