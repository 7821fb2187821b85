import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import type { Json } from '../../src/core/json.ts';
import { aclRules } from '../../src/providers/redis-commands.ts';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

let database: TestPostgres;
let cache: TestRedis;
let house: House;
const open: pg.Client[] = [];
const sockets: Socket[] = [];
beforeAll(async () => {
  [database, cache] = await Promise.all([startTestPostgres(), startTestRedis()]);
  await database.query("create role shop login password 'shop-password'");
  await database.query('create table jobs as select g as id, 0 as tries from generate_series(1, 3) g');
  await database.query('grant all on jobs to shop');
  // Each room has a user that may no more than what is printed for it.
  await cache.call('ACL', 'SETUSER', 'test', 'on', '>test', '~*', '&*', '+@all');
  for (const room of ['read', 'act'] as const) {
    const rules = ['reset', 'on', `>canary-${room}`, ...aclRules(room, { isManaged: false }).split(' ')];
    await cache.call('ACL', 'SETUSER', `nightshift_${room}`, ...rules);
  }
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${database.port}`;
  addresses['shop-cache-1'] = `127.0.0.1:${cache.port}`;
  const cachePasswords = { SHOP_CACHE_READ_PASSWORD: 'canary-read', SHOP_CACHE_ACT_PASSWORD: 'canary-act' };
  const places = { NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) };
  house = await startHouse({
    environment: { ...nowhere, ...database.environment, ...cachePasswords, ...places },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  await house.stop();
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.map((one) => one.end().catch(() => undefined)));
  await Promise.all([database.stop(), cache.stop()]);
});

type Client = pg.Client & { processID: number };
async function client(application: string): Promise<Client> {
  const url = new URL(database.url);
  Object.assign(url, { username: 'shop', password: 'shop-password' });
  const made = new pg.Client({ connectionString: url.href, application_name: application });
  made.on('error', () => {});
  await made.connect();
  open.push(made);
  return made as Client;
}

/** A Redis client under a name, that the server has seen. */
async function redisClient(name: string, command: string): Promise<{ id: number; isThere(): Promise<boolean> }> {
  const socket = connect(cache.port, '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  const heard = new Promise<number>((resolve) => {
    let said = '';
    socket.on('data', (bytes) => {
      said += bytes.toString();
      const id = /:(\d+)\r\n/.exec(said)?.[1];
      if (id !== undefined) resolve(Number(id));
    });
  });
  socket.write(`AUTH test test\r\nCLIENT SETNAME ${name}\r\nCLIENT ID\r\n`);
  const id = await heard;
  socket.write(`${command}\r\n`);
  return { id, isThere: async () => (await clients()).includes(`id=${id} `) };
}

/** The list as a user sees it that may. */
function clients(): Promise<string> {
  const socket = connect(cache.port, '127.0.0.1');
  return new Promise((resolve) => {
    let said = '';
    socket.on('data', (bytes) => {
      said += bytes.toString();
      if (!said.includes('+PONG')) return;
      socket.destroy();
      resolve(said);
    });
    socket.write('AUTH test test\r\nCLIENT LIST\r\nPING\r\n');
  });
}

type Posted = ReturnType<House['posted']>[number];

/** Asks, waits for all work to end, and gives the run's message. */
async function asked(text: string, by = 'omar'): Promise<Posted> {
  const { ack } = await house.slack.command(by, 'database-alerts', text);
  const runId = house.runIn(ack.text);
  await house.settled();
  const message = house.posted().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
  if (!message) throw new Error(`no message of ${text}: ${ack.text}`);
  return message;
}

type Button = { action_id: string; value: string; text: { text: string }; confirm?: { text: { text: string } } };
function buttonsIn(value: Json): Button[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(buttonsIn);
  const here = (value as { type?: Json }).type === 'button' ? [value as unknown as Button] : [];
  return [...here, ...Object.values(value).flatMap((one) => buttonsIn(one))];
}
const button = (message: Posted, label: string, holding = '') =>
  buttonsIn(message.blocks as Json).find(({ text, value }) => text.text === label && value.includes(holding));

/** Clicks what a report offers, waits for its plan, has it approved, and gives the outcome. */
async function carriedOut(message: Posted, label: string, holding = ''): Promise<{ plan: string; outcome: string }> {
  const before = new Set(house.posted().map(({ ts }) => ts));
  const { action_id: actionId = '' } = button(message, label, holding) ?? {};
  await house.slack.click({ user: 'omar', messageTs: message.ts, actionId });
  const planned = await house.slack.waitFor(
    ({ ts, fromBot, blocks }) => fromBot && !before.has(ts) && JSON.stringify(blocks).includes('"approve'),
    60_000,
  );
  const approve = button(planned, 'Approve')?.action_id ?? '';
  const plan = blockText(planned.blocks);
  await house.slack.click({ user: 'ada', messageTs: planned.ts, actionId: approve });
  await house.settled();
  return { plan, outcome: blockText(house.posted().find(({ ts }) => ts === planned.ts)?.blocks ?? []) };
}

describe('from the lock tree to a queue that goes on', () => {
  it('shows the tree, cancels what its root runs by a button, and says what that freed', async () => {
    const root = await client('billing');
    await root.query("begin; update jobs set tries = 1 where id = 1 and 'canary' <> ''");
    const slow = root.query("select pg_sleep(600), 'canary'").catch(String);
    const waiter = await client('web');
    const waited = waiter.query('update jobs set tries = 2 where id = 1');
    await until(
      async () => (await database.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).length > 0,
    );
    const report = await asked('/db sessions shop-db');
    const text = blockText(report.blocks);
    expect(text).toMatch(new RegExp(`pid ${root.processID} \\(app billing, user shop, active for .*blocks 1 session`));
    expect(text).toMatch(/└─ pid \d+ web · waits/);
    expect(JSON.stringify(report.blocks)).not.toContain('canary');
    expect(button(report, 'Cancel statement…', String(root.processID))?.confirm?.text.text).toMatch(
      new RegExp(`This asks for: /db cancel shop-db ${root.processID} shop-db-1 \\d{16}`),
    );
    const { plan, outcome } = await carriedOut(report, 'Cancel statement…', String(root.processID));
    expect(plan).toMatch(
      /plan for cancel waits for 1 approval.*session stays connected.*One session that waits for it goes on/s,
    );
    expect(outcome).toMatch(
      new RegExp(`the statement of pid ${root.processID} \\(app "billing"\\) on shop-db-1 was cancelled`),
    );
    expect(outcome).toMatch(/The one session that waited for it goes on/);
    expect(await slow).toMatch(/canceling statement/);
    await waited;
    const runs = await house.state.runs.recent('shop-db', 1);
    const steps = (await house.state.audit.byRun(runs[0]?.runId ?? '')).map(({ what }) => what);
    expect(steps).toEqual(['requested', 'planned', 'approved', 'acted', 'acted', 'finished']);
  });

  it('has a finding of locks lead to the tree and to the end of its root', async () => {
    const root = await client('billing');
    await root.query('begin; update jobs set tries = 1 where id = 2');
    const waiters = await Promise.all([client('web'), client('web'), client('web')]);
    const waited = waiters.map((one) => one.query('update jobs set tries = 2 where id = 2'));
    await until(
      async () => (await database.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).length === 3,
    );
    const report = await asked('/db health shop-db');
    expect(button(report, 'Show tree')?.value).toBe(JSON.stringify({ o: 'sessions', t: 'shop-db', a: [] }));
    const before = house.posted().length;
    await house.slack.click({
      user: 'omar',
      messageTs: report.ts,
      actionId: button(report, 'Show tree')?.action_id ?? '',
    });
    await house.settled();
    expect(house.posted().length).toBe(before + 1);
    expect(blockText(house.posted().at(-1)?.blocks ?? [])).toMatch(/└─ pid \d+ web · waits/);
    const { outcome } = await carriedOut(report, 'End session…', String(root.processID));
    expect(outcome).toMatch(/was ended.*Rolled back: a transaction of \d+ s.*All 3 sessions that waited for it go on/s);
    await Promise.all(waited);
  });
});

describe('a session that is not the one that was meant any more', () => {
  it('is refused by a sentence before any plan, when its pid is used by another', async () => {
    const { processID } = await client('billing');
    const refused = await asked(`/db end shop-db ${processID} shop-db-1 1764000000000000`);
    expect(blockText(refused.blocks)).toMatch(/is not the session that was seen: this one began at 20\d\d-/);
    const cancelled = await asked(`/db cancel shop-db ${processID}`);
    expect(blockText(cancelled.blocks)).toMatch(/runs no statement now \(idle for .*nothing to cancel/);
    const gone = await asked('/db cancel shop-db 2147483646');
    expect(blockText(gone.blocks)).toMatch(/there is no session with pid 2147483646/);
  });
});

describe('the acting room', () => {
  it('refuses a cancel and a kill that come with a step name alone, or with a forged grant', async () => {
    const { id, isThere } = await redisClient('checkout', 'PING');
    const identity = { member: 'shop-cache-1', serverRunId: '', id, addr: '', name: 'checkout', kind: 'normal' };
    const kill = { operation: 'end', step: 'kill', target: 'shop-cache', args: { ...identity, leastAgeSeconds: 0 } };
    const statement = { member: 'shop-db-1', pid: 1, backendStartMicros: '0', queryStartMicros: '0' };
    const cancel = { operation: 'cancel', step: 'cancel', target: 'shop-db', args: statement };
    const grant = { runId: 'forged-1', planHash: 'f'.repeat(64), fence: 1, by: ['U0ADA'] };
    for (const call of [kill, cancel]) {
      const bare = await house.call('act', { runId: 'forged-1', mode: 'run', ...call });
      expect(bare).toMatchObject({ fault: { code: 'invalid_request' } });
      const forged = await house.call('act', { runId: 'forged-1', mode: 'run', ...call, grant });
      expect(forged).toMatchObject({ fault: { code: 'permission_denied' } });
    }
    expect(await isThere()).toBe(true);
  });
});

describe('a client of Redis', () => {
  it('is ended by a button after approval, by a user that may do no more than is printed', async () => {
    const { id, isThere } = await redisClient('curious', 'MONITOR');
    await until(async () => /name=curious .*flags=O/.test(await clients()));
    const report = await asked('/db sessions shop-cache');
    expect(blockText(report.blocks)).toMatch(new RegExp(`Client ${id} on shop-cache-1 \\(curious, .*in MONITOR`));
    const { plan, outcome } = await carriedOut(report, 'End client…', `"${id}"`);
    expect(plan).toMatch(/plan for end waits for 1 approval/);
    expect(outcome).toMatch(new RegExp(`client ${id} \\("curious"\\) on shop-cache-1 was ended`));
    expect(await isThere()).toBe(false);
  });

  it('that subscribes is said to lose what is published meanwhile', async () => {
    const { id, isThere } = await redisClient('reader', 'SUBSCRIBE news');
    await until(async () => /name=reader .*sub=1/.test(await clients()));
    const report = await asked('/db sessions shop-cache app=reader');
    const { plan, outcome } = await carriedOut(report, 'End client…', `"${id}"`);
    expect(plan).toMatch(/is a subscriber: what is published until it subscribes again is lost/);
    expect(outcome).toMatch(/Lost: 1 subscription/);
    expect(await isThere()).toBe(false);
  });

  it('that is a Sentinel, or has another address than the one that was seen, is left alone', async () => {
    const sentinel = await redisClient('sentinel-0123abcd-cmd', 'PING');
    const watched = await asked(`/db end shop-cache ${sentinel.id}`);
    expect(blockText(watched.blocks)).toMatch(/is a Sentinel that watches shop-cache-1/);
    const other = await redisClient('checkout', 'PING');
    const refused = await asked(`/db end shop-cache ${other.id} shop-cache-1 00000000@127.0.0.1:1`);
    expect(blockText(refused.blocks)).toMatch(/is not the one that was seen/);
    expect(await other.isThere()).toBe(true);
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()));
}
