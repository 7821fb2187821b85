import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import {
  ACCEPTING,
  caughtUp,
  deadInstance,
  hostedPair,
  openFailoverRuns,
  QUARANTINE,
  startPair,
} from './dead-instance.ts';
import { reportOf, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

let pair: Awaited<ReturnType<typeof startPair>>;
let runs: SwitchoverRuns;
beforeAll(async () => {
  pair = await startPair();
  await pair.query('CREATE TABLE led (n int)');
  await pair.query('INSERT INTO led VALUES (1), (2)');
  await caughtUp(pair);
});
afterAll(() => pair.stop('immediate'));
afterEach(() => runs.stop());

const begin = async (change: Partial<Behind> = {}) => (runs = await openFailoverRuns(pair, change));
const failover = (args: Record<string, string> = ACCEPTING) => runs.ended(runs.start('failover', args));

describe('a failover of an instance that is alive', () => {
  it('is refused at once, with who sees it', async () => {
    const { plans } = await begin();
    expect(await failover()).toEqual({
      refused: expect.stringMatching(/^shop-db-1 is alive\. Seen from here: shop-db-1 answers\. Nothing was done\.$/),
    });
    expect(plans).toEqual([]);
  });
});

describe('a failover of an instance that is dead', () => {
  beforeAll(() => pair.primary.stop('immediate'));

  it('promotes the replica behind a quarantine that was read back, and it takes writes with all that it had', async () => {
    const model = deadInstance();
    const spec = hostedPair(pair);
    const { plans, orders, cloud, state, progress } = await begin({ model, spec });
    const report = reportOf(await failover());
    expect(report.headline).toBe('shop-db-2 takes the writes now, shop-db-1 is fenced');
    console.log(JSON.stringify({ report, plan: plans[0], progress }, null, 1));
    expect(orders()).toBe(2);
    expect(cloud.asked.length).toBeGreaterThan(0);
    await pair.replica.query('INSERT INTO led VALUES (3)');
    expect(await pair.replica.query('SELECT n FROM led ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const [old, promoted] = (model as CloudModel).instances;
    expect(old?.VpcSecurityGroups).toEqual([{ VpcSecurityGroupId: QUARANTINE, Status: 'active' }]);
    expect(promoted?.BackupRetentionPeriod).toBe(14);
    expect(await state.intents.open()).toEqual([]);
  });
});
