import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runThroughDoor } from '../../src/app/terminal.ts';
import { renderTextOutcome } from '../../src/cli/report.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { expectPublished } from '../published-json.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

let database: TestPostgres;
let house: House;
beforeAll(async () => {
  database = await startTestPostgres();
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${database.port}`;
  const environment = { ...nowhere, ...database.environment, NIGHTSHIFT_USER: 'U0OMAR' };
  house = await startHouse({ environment: { ...environment, NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) } });
});
afterAll(async () => {
  await house.stop();
  await database.stop();
});

describe('a verb from the terminal', () => {
  it('prints the whole report of its run, whatever the verb', async () => {
    const root = await database.connect('billing');
    await root.query('create table jobs (id int)');
    await root.query('begin; lock table jobs');
    const waiter = await database.connect('web');
    const waited = waiter.query('select * from jobs').catch(() => {});
    while ((await database.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).length === 0);
    const outcome = await runThroughDoor('sessions', 'shop-db', {}, () => {});
    expectPublished(outcome);
    const text = renderTextOutcome(outcome, { colour: false, width: 100 });
    expect(text).toMatch(/^● shop-db \d+ of 100 sessions on shop-db-1: [^]*?1 waits for\s+locks/);
    expect(text).toMatch(
      /\n {2}pid \d+ billing · idle in transaction for \d+ s · .*\n {2}└─ pid \d+ web · waits \d+ s · /,
    );
    await root.end();
    await waited;
    await waiter.end();
  });

  it('prints why it was refused', async () => {
    const outcome = await runThroughDoor('cancel', 'shop-db', { pid: '2147483646' }, () => {});
    expect(outcome).toEqual({ refused: expect.stringContaining('there is no session with pid 2147483646') as string });
  });
});
