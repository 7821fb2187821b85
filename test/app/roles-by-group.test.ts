import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createStarts } from '../../src/app/start-run.ts';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import type { SlackUserGroup } from '../../src/local/slack/options.ts';
import { nowhere, root, startHouse, type House } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightshift-groups-'));
const configPath = join(folder, 'nightshift.yaml');

/** Groups of the workspace whose members tests change, and that count how often they are looked at. */
function group(id: string, handle: string): SlackUserGroup & { members: string[]; asked: number } {
  return {
    id,
    handle,
    name: handle,
    members: [],
    asked: 0,
    get users() {
      this.asked += 1;
      return this.members;
    },
  };
}
const approvers = group('S0DATABASE', 'database-people');
const watchers = group('S0WATCH', 'watchers');

let database: TestPostgres;
let house: House;
const sessions: pg.Client[] = [];
beforeAll(async () => {
  const shipped = readFileSync(join(root, 'nightshift.yaml'), 'utf8');
  const watching = "groups:\n  watchers: { slack: S0WATCH, roles: { '*': viewer } }\n";
  writeFileSync(
    configPath,
    shipped.replace('interrupts: { people: 1 }', 'interrupts: { people: 2 }').replace('groups:\n', watching),
  );
  database = await startTestPostgres();
  await database.query("create role shop login password 'shop-password'");
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${database.port}`;
  house = await startHouse({
    configPath,
    environment: { ...nowhere, ...database.environment, NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) },
    messagePace: { burst: 100, perSecond: 100 },
    userGroups: [approvers, watchers],
  });
});
afterAll(async () => {
  await house.stop();
  await Promise.all(sessions.map((session) => session.end().catch(() => undefined)));
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  approvers.asked = 0;
  watchers.asked = 0;
});

const ask = async (user: string, text: string) => (await house.slack.command(user, 'database-alerts', text)).ack;
const told = (user: string) => house.slack.messages().findLast((message) => message.ephemeralFor === user)?.text ?? '';

/** A session to end, and the message with the plan for it, shown to everybody. */
async function plan(by: string) {
  const url = new URL(database.url);
  Object.assign(url, { username: 'shop', password: 'shop-password' });
  const client = new pg.Client({ connectionString: url.href, application_name: 'billing' });
  // Being ended from outside is what this session is for.
  client.on('error', () => {});
  await client.connect();
  sessions.push(client);
  const pid = Number((await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid);
  const runId = house.runIn((await ask(by, `/db end shop-db ${pid}`)).text);
  const { ts, blocks } = await house.slack.waitFor(
    (message) =>
      message.fromBot && JSON.stringify(message.metadata ?? null).includes(runId) && approveIn(message.blocks) !== '',
    60_000,
  );
  const approve = (user: string) => house.slack.click({ user, messageTs: ts, actionId: approveIn(blocks) });
  const isThere = async () => (await database.query('select 1 from pg_stat_activity where pid = $1', [pid])).length > 0;
  return { runId, approve, isThere };
}

function approveIn(blocks: readonly Json[]): string {
  return /"action_id":"(approve[^"]*)"/.exec(JSON.stringify(blocks))?.[1] ?? '';
}

async function ended(runId: string): Promise<string> {
  await house.settled();
  const message = house.posted().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
  return blockText(message?.blocks ?? []);
}

describe('a role through a user group', () => {
  it('is not looked up where the own name suffices', async () => {
    for (const text of ['/db', '/db health shop-cache', '/db help health', '/db end shop-db']) await ask('ada', text);
    await ask('vera', '/db health shop-cache');
    await house.settled();
    expect({ approvers: approvers.asked, watchers: watchers.asked }).toEqual({ approvers: 0, watchers: 0 });
  });

  it('gives a person whom the config does not name the fleet, the Home tab, and what the role allows', async () => {
    watchers.members = ['U0EVE'];
    expect((await ask('eve', '/db')).text).toMatch(/2 targets/);
    await house.slack.openHome('eve');
    const shown = async () => (await fetch(`${house.slack.url}/api/view?user=U0EVE`)).text();
    await expect.poll(shown).toMatch(/shop-cache/);
    expect((await ask('eve', '/db health shop-cache')).text).toMatch(/On it: health shop-cache/);
    expect((await ask('eve', '/db end shop-db 1')).text).toMatch(/You are viewer in laptop; .*Who can: omar, ada or/);
    expect((await ask('eve', '/db help end')).text ?? '').not.toMatch(/you may run this/);
    expect(watchers.asked).toBe(1);
  });

  it('lets its member approve, each person once, together with one who is named', async () => {
    approvers.members = ['U0BEN'];
    const { runId, approve, isThere } = await plan('omar');
    await approve('ben');
    expect(told('U0BEN')).toMatch(/Your yes counts; 1 more needed/);
    await approve('ben');
    expect(told('U0BEN')).toMatch(/Your approval counts already; one more person is needed/);
    expect(await isThere()).toBe(true);
    await approve('ada');
    expect(await ended(runId)).toMatch(/was ended/);
    expect(await isThere()).toBe(false);
    const approved = (await house.state.audit.byRun(runId)).filter(({ what }) => what === 'approved');
    expect(approved.map(({ who }) => who)).toEqual(['U0BEN', 'U0ADA']);
    expect(approved[0]?.detail).toMatchObject({ groups: ['database-people'] });
  });

  it('does not let a member approve what the same person asked for, where two people are needed', async () => {
    const { approve, isThere } = await plan('ben');
    await approve('ben');
    expect(told('U0BEN')).toMatch(/2 people other than the one who asked for it, and that is you/);
    expect(await isThere()).toBe(true);
  });

  it('is gone for an approver who was taken out of the group between the plan and the click', async () => {
    const { approve, isThere } = await plan('omar');
    approvers.members = [];
    await approve('ben');
    expect(told('U0BEN')).toMatch(/You are viewer in laptop; this needs the role approver\. Who can: ada or anyone in/);
    expect(await isThere()).toBe(true);
    approvers.members = ['U0BEN'];
    await approve('ben');
    expect(told('U0BEN')).toMatch(/Your yes counts/);
  });

  it('is asked for again by the run itself, whoever started it', async () => {
    const runs = createStarts('nightshift-dev-', undefined);
    const start = (user: string, n: number) =>
      runs.start(
        { operation: 'end', subject: 'shop-db', args: { pid: '4711' }, trigger: { kind: 'terminal', user } },
        `terminal:${n}`,
      );
    const refused = await start('U0EVE', 1);
    const allowed = await start('U0BEN', 2);
    await house.settled();
    expect(await house.state.runs.get(refused)).toMatchObject({
      status: 'refused',
      headline: expect.stringMatching(/You are viewer in laptop; this needs the role operator/) as string,
    });
    expect((await house.state.runs.get(allowed))?.headline).toMatch(/there is no session with pid 4711/);
  });
});
