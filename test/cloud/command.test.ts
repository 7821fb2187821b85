import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { botToken, signingSecret } from '../house.ts';
import { commandBody } from '../slack/signed-request.ts';
import { startCloud, stateOf, type Cloud } from './cloud.ts';
import { testPasswords } from '../servers/passwords.ts';

let database: TestPostgres;
let cloud: Cloud;
beforeAll(async () => {
  database = await startTestPostgres();
  const shop = `127.0.0.1:${database.port}`;
  cloud = await startCloud({ addresses: { 'shop-db-1': shop, 'shop-db-2': '127.0.0.1:1' } });
});
afterAll(async () => {
  await cloud?.stop();
  await database?.stop();
});

describe('a signed command at the function URL', () => {
  it('is acknowledged, and the report of the real database comes into the channel', async () => {
    const { ack } = await cloud.slack.command('omar', 'database-alerts', '/db health shop-db');
    expect(ack.text).toMatch(/^On it: health shop-db, run health-[0-9a-f]{8}\./);
    const report = await cloud.posted((text) => text.includes('checks answered'));
    expect(report).toMatch(/shop-db-2 \(replica\) does not answer/);
    expect(report).toMatch(/\d+ of \d+ checks answered/);
  });

  it('counts once when it is replayed, also at the same moment in three processes', async () => {
    const before = cloud.aws.durable.executions().length;
    const body = commandBody({ text: 'health shop-db', trigger: 'replayed.1' });
    const answers = await Promise.all([cloud.send(body), cloud.send(body), cloud.send(body)]);
    // The process that has seen it refuses it; another one finds out by the claim and has nothing to say.
    for (const { statusCode } of answers) expect([200, 401]).toContain(statusCode);
    expect(answers.filter(({ body: said }) => said?.includes('On it'))).toHaveLength(1);
    await cloud.aws.idle();
    expect(cloud.aws.durable.executions()).toHaveLength(before + 1);
  });

  it('with a signature of somebody else is refused, and nothing is started', async () => {
    const before = cloud.aws.durable.executions().length;
    const { statusCode } = await cloud.send(commandBody({ text: 'health shop-db' }), 'another-secret');
    expect(statusCode).toBe(401);
    expect(cloud.aws.durable.executions()).toHaveLength(before);
  });
});

describe('an approved step in the room act', () => {
  it('ends the session on the real database, and every step of it stands in the audit record', async () => {
    await database.query("create role shop login password 'shop-password'");
    const url = new URL(database.url);
    Object.assign(url, { username: 'shop', password: 'shop-password' });
    const victim = new pg.Client({ connectionString: url.href, application_name: 'billing' });
    // Being ended from outside is what this session is for.
    victim.on('error', () => {});
    await victim.connect();
    await victim.query('begin; select 1');
    const pid = Number((await victim.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid);
    await cloud.slack.command('omar', 'database-alerts', `/db end shop-db ${pid}`);
    const plan = await cloud.slack.waitFor(({ fromBot, blocks }) => fromBot && approveIn(blocks) !== undefined, 30_000);
    // A click in the moment before the run waits wakes nobody: it is seen when the run looks again, a minute later.
    await cloud.aws.idle();
    await cloud.slack.click({ user: 'ada', messageTs: plan.ts, actionId: approveIn(plan.blocks) ?? '' });
    expect(await cloud.posted((text) => text.includes('was ended'))).toContain(`pid ${pid} (app "billing")`);
    expect(await database.query('select 1 from pg_stat_activity where pid = $1', [pid])).toEqual([]);
    const { audit } = stateOf(cloud);
    const [run] = cloud.aws.durable.executions().filter(({ name }) => name.startsWith('end-'));
    await cloud.aws.idle();
    const steps = (await audit.byRun(run?.name ?? '')).map(({ what }) => what);
    expect(steps).toEqual(['requested', 'planned', 'approved', 'acted', 'acted', 'finished']);
    await victim.end().catch(() => undefined);
  });
});

describe('the rights of the roles', () => {
  it('were enough for all of this, inside the boundary: the log has no denial', () => {
    const log = cloud.emulator.log();
    expect(log).toMatch(/worker spawned for nightshift-dev-slack[^]*worker spawned for nightshift-dev-act/);
    expect(log).not.toMatch(/AccessDenied|not authorized/i);
  });

  it('let no secret into the log of the emulator or a message', () => {
    const said = cloud.emulator.log() + JSON.stringify(cloud.slack.messages());
    for (const secret of [botToken, signingSecret, testPasswords.read, testPasswords.act]) {
      expect(said).not.toContain(secret);
    }
  });
});

function approveIn(blocks: readonly Json[]): string | undefined {
  return /"action_id":"(approve[^"]*)"/.exec(JSON.stringify(blocks))?.[1];
}
