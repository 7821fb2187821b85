import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

let database: TestPostgres;
let house: House;
const sessions: pg.Client[] = [];
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
  await Promise.all(sessions.map((session) => session.end().catch(() => undefined)));
  await database.stop();
});

/** A session with an open transaction, and the pid to end it by. */
async function victim(): Promise<{ client: pg.Client; pid: number; isThere(): Promise<boolean> }> {
  const url = new URL(database.url);
  Object.assign(url, { username: 'shop', password: 'shop-password' });
  const client = new pg.Client({ connectionString: url.href, application_name: 'billing' });
  // Being ended from outside is what this session is for.
  client.on('error', () => {});
  await client.connect();
  sessions.push(client);
  await client.query("begin; select 'canary-literal'");
  const pid = Number((await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid);
  const isThere = async () => (await database.query('select 1 from pg_stat_activity where pid = $1', [pid])).length > 0;
  return { client, pid, isThere };
}

/** Asks for it and waits for the plan with its two buttons. */
async function plan(pid: number, by = 'omar') {
  const { ack } = await house.slack.command(by, 'database-alerts', `/db end shop-db ${pid}`);
  const runId = house.runIn(ack.text);
  const message = await house.slack.waitFor(
    ({ fromBot, metadata, blocks }) =>
      fromBot && JSON.stringify(metadata ?? null).includes(runId) && buttonsIn(blocks).length === 2,
    60_000,
  );
  return { runId, message, approve: buttonsIn(message.blocks)[0] ?? '', refuse: buttonsIn(message.blocks)[1] ?? '' };
}

function buttonsIn(blocks: readonly Json[]): string[] {
  return [...JSON.stringify(blocks).matchAll(/"action_id":"((?:approve|refuse)[^"]*)"/g)].map(
    (match) => match[1] ?? '',
  );
}

const click = (user: string, messageTs: string, actionId: string) => house.slack.click({ user, messageTs, actionId });
const ended = async (runId: string) => {
  await house.settled();
  const message = house.posted().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
  return blockText(message?.blocks ?? []);
};
const told = (user: string) => house.slack.messages().findLast((message) => message.ephemeralFor === user)?.text ?? '';

describe('ending a session, from the command to the audit', () => {
  it('shows the plan with what is lost, asks an approver, ends it, and keeps it on record', async () => {
    const { pid, isThere } = await victim();
    const { runId, message, approve } = await plan(pid);
    expect(blockText(message.blocks)).toMatch(/waits for 1 approval.*rolled back.*Application "billing"/s);
    expect(await isThere()).toBe(true);
    const atWork = house.slack.waitFor(
      ({ ts, blocks }) => ts === message.ts && JSON.stringify(blocks).includes('task_card'),
      60_000,
    );
    await click('ada', message.ts, approve);
    expect((await atWork).blocks[1]).toMatchObject({
      tasks: [
        { title: 'Approved by ada', status: 'complete' },
        { title: `End pid ${pid}`, status: 'in_progress' },
      ],
    });
    expect(await ended(runId)).toMatch(new RegExp(`pid ${pid} \\(app "billing"\\) on shop-db-1 was ended`));
    expect(await isThere()).toBe(false);
    const steps = (await house.state.audit.byRun(runId)).map(({ what }) => what);
    expect(steps).toEqual(['requested', 'planned', 'approved', 'acted', 'acted', 'finished']);
    // What shows up on the target now may be its doing: health says so.
    const acts = await house.state.acts.recent('shop-db', new Date().toISOString());
    expect(acts).toMatchObject([{ runId, operation: 'end', endedAt: expect.any(String) as string }]);
  });

  it('is not approved by somebody without the role, who is told who can', async () => {
    const { pid, isThere } = await victim();
    const { message, approve, refuse } = await plan(pid);
    await click('vera', message.ts, approve);
    expect(told('U0VERA')).toMatch(/needs the role approver\. Who can: ada or anyone in database-people/);
    expect(await isThere()).toBe(true);
    await click('ben', message.ts, refuse);
    await house.settled();
    expect(await isThere()).toBe(true);
  });

  it('does nothing when an approver says no, and a yes after it does not count', async () => {
    const { pid, isThere } = await victim();
    const { runId, message, approve, refuse } = await plan(pid);
    await click('ben', message.ts, refuse);
    expect(await ended(runId)).toMatch(/said no; nothing was done/);
    await house.slack.click({ user: 'ada', messageTs: message.ts, actionId: approve });
    expect(await isThere()).toBe(true);
  });

  it('does nothing when the session runs another statement by then', async () => {
    const { client, pid, isThere } = await victim();
    const { runId, message, approve } = await plan(pid);
    await client.query('select 1 as something_else');
    await click('ada', message.ts, approve);
    expect(await ended(runId)).toMatch(/runs another statement than the one that was planned.*nothing was done/);
    expect(await isThere()).toBe(true);
  });

  it('refuses its own sessions and those that are not there, before any plan', async () => {
    const { ack } = await house.slack.command('omar', 'database-alerts', '/db end shop-db 2147483647');
    const runId = house.runIn(ack.text);
    expect(await ended(runId)).toMatch(/there is no session with pid 2147483647/);
  });

  it('is refused in the acting room when it is called with a step name alone', async () => {
    const { pid, isThere } = await victim();
    const call = { runId: 'end-forged', operation: 'end', step: 'terminate', target: 'shop-db', mode: 'run' };
    const args = { pid, backendStartMicros: '0', queryId: null };
    const bare = await house.call('act', { ...call, args });
    expect(bare).toMatchObject({ fault: { code: 'invalid_request' } });
    const grant = { runId: 'end-forged', planHash: 'f'.repeat(64), fence: 1, by: ['U0ADA'] };
    const forged = await house.call('act', { ...call, args, grant });
    expect(forged).toMatchObject({ fault: { code: 'permission_denied' } });
    expect(await isThere()).toBe(true);
  });
});
