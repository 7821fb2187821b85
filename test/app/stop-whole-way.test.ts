import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { shortRun } from '../../src/core/run.ts';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

let database: TestPostgres;
let house: House;
beforeAll(async () => {
  database = await startTestPostgres();
  await database.query("create role shop login password 'shop-password'");
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${database.port}`;
  house = await startHouse({
    environment: { ...nowhere, ...database.environment, NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  await house.stop();
  await database.stop();
});

const say = (user: string, words: string) => house.slack.command(user, 'database-alerts', `/db ${words}`);
/** Asks, and reads what the run posted when it had ended. */
async function outcome(user: string, words: string): Promise<string> {
  const { ack } = await say(user, words);
  await house.settled();
  return shown(house.runIn(ack.text));
}
function shown(runId: string): string {
  const message = house.posted().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
  return blockText(message?.blocks ?? []);
}
/** What is answered at once, to the person alone. */
async function answered(user: string, words: string): Promise<string> {
  const { ack } = await say(user, words);
  return `${ack.text ?? ''} ${blockText(ack.blocks ?? [])}`;
}
/** A session of the shop; it ends with the database. */
async function victim(): Promise<number> {
  const url = new URL(database.url);
  Object.assign(url, { username: 'shop', password: 'shop-password' });
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return Number(rows[0]?.pid);
}
const isThere = async (pid: number) =>
  (await database.query('select from pg_stat_activity where pid = $1', [pid])).length > 0;

/** The run that waits for the approval of its end. */
async function planned(pid: number) {
  const { ack } = await say('omar', `end shop-db ${pid}`);
  const runId = house.runIn(ack.text);
  const message = await house.slack.waitFor(
    ({ metadata, blocks }) =>
      JSON.stringify(metadata ?? null).includes(runId) && JSON.stringify(blocks).includes('"approve'),
    60_000,
  );
  const approve = /"action_id":"(approve[^"]*)"/.exec(JSON.stringify(message.blocks))?.[1] ?? '';
  const yes = () => house.slack.click({ user: 'ada', messageTs: message.ts, actionId: approve });
  return { runId, yes, short: shortRun(runId) };
}

test('a freeze stops a plan that was shown before it, and new ones, until an approver ends it', async () => {
  const pid = await victim();
  const before = await planned(pid);
  expect(await outcome('omar', 'freeze shop-db we look by hand')).toMatch(/frozen by omar: we look by hand/);
  await before.yes();
  await house.settled();
  expect(shown(before.runId)).toMatch(/omar has frozen shop-db at .*: we look by hand/);
  expect(await outcome('omar', `end shop-db ${pid}`)).toMatch(/omar has frozen shop-db/);
  expect(await isThere(pid)).toBe(true);
  const { ack } = await say('omar', 'unfreeze shop-db');
  expect(ack.text).toMatch(/needs the role approver/);
  expect(await outcome('ada', 'unfreeze shop-db')).toMatch(/not frozen any more; it was, by omar since/);
  const after = await planned(pid);
  await after.yes();
  await house.settled();
  expect(await isThere(pid)).toBe(false);
});

test('a run that waits for people is stopped by its id, says so in its message, and its plan is worth nothing', async () => {
  const pid = await victim();
  const { runId, short, yes } = await planned(pid);
  expect(await answered('omar', `run ${short}`)).toMatch(/end started.*not ended yet/s);
  expect(await answered('vera', `abort ${short}`)).toMatch(/needs the role operator/);
  expect(await answered('omar', `abort ${short}`)).toMatch(/is stopped; nothing was done, and nothing will be/);
  await house.settled();
  expect(shown(runId)).toMatch(/omar said no; nothing was done/);
  await yes();
  await house.settled();
  expect(await isThere(pid)).toBe(true);
  expect(await answered('vera', 'runs shop-db')).toMatch(new RegExp(`${short}.*refused`, 's'));
  expect(await answered('vera', `run ${short}`)).toMatch(/requested.*omar.*planned.*aborted.*finished|refused/s);
});

test('whoever may see nothing of a target is told nothing of its runs', async () => {
  const { short } = await planned(await victim());
  expect(await answered('eve', `run ${short}`)).not.toMatch(/omar/);
  expect(await answered('omar', `abort ${short}`)).toMatch(/is stopped/);
  await house.settled();
});

test('a step that lost its room and its run is asked after by the minute, and the answer is posted', async () => {
  const { runId, short, yes } = await planned(await victim());
  await yes();
  await house.settled();
  const known = await house.state.approvals.plan(runId);
  const args = known?.plan.identity ?? {};
  const at = new Date(Date.now() - 200_000).toISOString();
  await house.state.intents.begin({ runId, operation: 'end', step: 'terminate', target: 'shop-db', args, at });
  await house.call('schedule', { tick: 'minute' });
  const isTold = ({ blocks }: { blocks: readonly Json[] }) => blockText(blocks).includes('was cut off');
  const message = await house.slack.waitFor(isTold, 60_000);
  expect(blockText(message.blocks)).toMatch(new RegExp(`end\\.terminate of ${short} was cut off: ended`));
  await house.settled();
  expect(await house.state.intents.open()).toEqual([]);
});
