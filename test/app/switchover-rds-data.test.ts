import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import {
  bindPostgres,
  type PostgresEngine,
  type PostgresEngines,
} from '../../src/local/aws/cloud/engines/postgres-engines.ts';
import { copyRole, startPairOfEngines, through } from '../local/aws/cloud/engines.ts';
import { healthyRds } from '../local/aws/cloud/orders.ts';
import { NIGHT_MS, ZONES } from '../local/aws/cloud/states/acting.ts';
import { openBook, startShopWriter } from '../providers/self-managed/shop-writer.ts';
import type { TestPostgres } from '../servers.ts';
import { auroraPair } from './aurora-pair.ts';
import { ALLOWED } from './multi-zone.ts';
import { openSwitchoverRuns, reportOf, type Behind } from './switchover-runs.ts';

/** Two real servers, one the synchronous standby of the other, behind one endpoint; an application writes all the time. */
let pair: TestPostgres;
let one: PostgresEngine;
let two: PostgresEngine;
beforeAll(async () => {
  ({ pair, one, two } = await startPairOfEngines());
  await pair.query('CREATE ROLE shop LOGIN');
  await openBook(pair);
  await pair.query('GRANT SELECT, INSERT ON book TO PUBLIC');
});
afterAll(() => pair.stop('immediate'));

async function switchedWhileWriting(engines: PostgresEngines, behind: Omit<Behind, 'secrets'>) {
  const runs = await openSwitchoverRuns({ ...behind, secrets: pair.environment });
  const url = through(pair.url, engines.endpoint.port);
  const connectAs = async (application_name: string) => {
    const client = new pg.Client({ connectionString: url, application_name, connectionTimeoutMillis: 2000 });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const writer = startShopWriter([{ connectAs }], behind.spec.provider);
  try {
    await writer.more(50);
    const report = reportOf(await runs.switchover());
    await writer.more(50);
    await writer.stop();
    return { report, acknowledged: writer.acknowledged(), failures: writer.failures(), orders: runs.orders() };
  } finally {
    await writer.stop();
    await engines.rejoined();
    engines.endpoint.close();
    await runs.stop();
  }
}

const rows = async (server: PostgresEngine) =>
  new Set((await server.query<{ id: string }>('SELECT id FROM book')).map(({ id }) => id));

describe('a switchover in the cloud, while clients write', () => {
  it('of an instance with a standby moves the data and loses no acknowledged write', async () => {
    const members = { 'eu-central-1a': one, 'eu-central-1b': two };
    const engines = await bindPostgres({ members, copy: copyRole });
    const [member] = pair.spec.members;
    if (!member) throw new TypeError('a target has a member');
    const spec = { ...pair.spec, provider: 'rds', members: [{ ...member, port: engines.endpoint.port }] };
    const [instance] = healthyRds('shop-db-1').instances;
    const instances = [{ ...instance, ...ZONES, ...ALLOWED, LatestRestorableTime: new Date(NIGHT_MS) }];
    const model = { ...healthyRds('shop-db-1'), instances };
    const bindings = { 'shop-db-1': engines };
    const { report, acknowledged, failures, orders } = await switchedWhileWriting(engines, { spec, model, bindings });
    expect(report).toMatchObject({ status: 'healthy', headline: expect.stringMatching(/^eu-central-1b takes/) });
    expect([engines.writer(), orders]).toEqual(['eu-central-1b', 1]);
    // The sessions were cut: otherwise nothing would have been tested.
    expect(Object.keys(failures)).not.toEqual([]);
    const there = await rows(two);
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
  });

  it('of a cluster makes the named reader the writer and loses no acknowledged write', async () => {
    // The second server takes the writes since the first switchover.
    const members = { 'shop-db-2': two, 'shop-db-1': one };
    const engines = await bindPostgres({ members, copy: copyRole });
    const spec = { ...pair.spec, provider: 'aurora' };
    const bindings = { shop: engines };
    const model = auroraPair('shop-db-2');
    const { report, acknowledged, orders } = await switchedWhileWriting(engines, { spec, model, bindings });
    expect(report).toMatchObject({
      status: 'healthy',
      headline: 'shop-db-1 takes the writes now, shop-db-2 follows it',
      text: expect.arrayContaining([expect.stringMatching(/^shop-db-1 takes writes; it was started at/)]),
    });
    expect([engines.writer(), orders]).toEqual(['shop-db-1', 1]);
    const there = await rows(one);
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
  });
});
