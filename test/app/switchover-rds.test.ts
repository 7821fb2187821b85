import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CloudTrouble } from '../../src/local/aws/cloud/states/trouble.ts';
import { healthyRds } from '../local/aws/cloud/orders.ts';
import { NIGHT_MS, ZONES } from '../local/aws/cloud/states/acting.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { FAILOVER_ROLE, openSwitchoverRuns, reportOf, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

let server: TestPostgres;
let runs: SwitchoverRuns;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());
afterEach(() => runs.stop());

/** `shop-db-1` with a standby in another zone; its failover starts the real server anew. */
async function begin(change: Partial<Behind> = {}): Promise<SwitchoverRuns> {
  const [instance] = healthyRds('shop-db-1').instances;
  const LatestRestorableTime = new Date(NIGHT_MS - 120_000);
  const model = { ...healthyRds('shop-db-1'), instances: [{ ...instance, ...ZONES, LatestRestorableTime }] };
  const moveTo = async () => {
    await server.primary.stop('immediate');
    await server.primary.restart();
  };
  const spec = { ...server.spec, provider: 'rds', region: 'eu-central-1' };
  const bindings = { 'shop-db-1': { moveTo } };
  runs = await openSwitchoverRuns({ model, bindings, spec, secrets: server.environment, ...change });
  return runs;
}

describe('a switchover of an instance with a standby', () => {
  it('is planned, approved, ordered once, followed to its end and proved by the server', async () => {
    const { switchover, plans, state, cloud, orders } = await begin();
    const report = reportOf(await switchover());
    expect(report).toMatchObject({
      status: 'healthy',
      headline: 'eu-central-1b takes the writes now, the standby is in eu-central-1a',
    });
    expect(orders()).toBe(1);
    console.log(JSON.stringify(report, null, 1), JSON.stringify(plans, null, 1), runs.progress, cloud.asked);
    expect(await state.intents.open()).toEqual([]);
  });
});
