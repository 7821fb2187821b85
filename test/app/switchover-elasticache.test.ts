import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { shortRun } from '../../src/core/run.ts';
import type { CloudTrouble } from '../../src/local/aws/cloud/states/trouble.ts';
import { CACHE_ARN, cacheGroup, MINUTE_MS, SECOND_MS } from '../local/aws/cloud/states/acting.ts';
import { clusteredAndTagged, openCacheRuns, startCacheEngines, taggedCache, type CacheEngines } from './cache-group.ts';
import { reportOf, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

const MODIFY = 'elasticache:ModifyReplicationGroup';

let cache: CacheEngines;
let runs: SwitchoverRuns;
let model = taggedCache();
beforeAll(async () => {
  cache = await startCacheEngines();
});
afterAll(() => cache.stop());
afterEach(() => runs.stop());

const begin = async (change: Partial<Behind> = {}) => {
  model = change.model ?? taggedCache();
  return (runs = await openCacheRuns(cache, { ...change, model }));
};
const netIsOn = () =>
  expect(model.groups[0]).toMatchObject({ Status: 'available', AutomaticFailover: 'enabled', MultiAZ: 'enabled' });

const switched = { status: 'warning', headline: 'shop-cache-2 takes the writes now, shop-cache-1 follows it' };
const gone =
  'Whether acknowledged writes were lost cannot be said: ElastiCache replicates after it acknowledges: what shop-cache-1 had not sent when shop-cache-2 was promoted is gone.';

describe('a switchover of a replication group', () => {
  it('moves real writes by three orders, and has the safety net on again at the end', async () => {
    const { switchover, plans, orders, progress, state } = await begin();
    await cache.servers.primary.call('SET', 'order', '1');
    await cache.servers.primary.call('WAIT', '1', '60000');
    const report = reportOf(await switchover());
    expect(report).toMatchObject(switched);
    expect(report.text).toEqual([
      gone,
      'shop-cache-2 takes writes.',
      'AWS: shop-cache is available, shop-cache-002 is its primary, automatic failover is enabled, Multi-AZ enabled.',
    ]);
    expect(report.facts).toMatchObject([{ label: 'Without automatic failover, at most' }]);
    expect(cache.engines.primary()).toBe('shop-cache-002');
    expect(String(await cache.servers.replica?.call('ROLE'))).toMatch(/^master/);
    expect(await cache.servers.replica?.call('GET', 'order')).toBe('1');
    netIsOn();
    expect(orders()).toBe(3);
    expect(plans[0]).toMatchObject({
      graver: 'accept-loss',
      loss: expect.stringMatching(/^Acknowledged writes can be lost, of about 0.4 s by CloudWatch/),
      steps: [
        expect.anything(),
        expect.stringContaining('off'),
        expect.stringContaining('shop-cache-2'),
        expect.anything(),
      ],
    });
    expect(progress.join('\n')).toContain('AWS has taken the order to promote shop-cache-002.');
    expect(await state.intents.open()).toEqual([]);
    expect(await state.locks.current('target:shop-cache')).toBeUndefined();
  });

  it('has each order on record before it is given, and gives it as the failover role, which may do this alone', async () => {
    const { switchover, plans, state } = await begin();
    await switchover();
    const runId = plans[0]?.runId ?? '';
    const acted = (await state.audit.byRun(runId)).filter(({ what }) => what === 'acted');
    const journals = acted.flatMap(({ detail, who }) => {
      const { entry } = detail as { entry?: { orders: { order: string }[] } };
      return entry ? [`${who} ${entry.orders.map(({ order }) => order).join(' ')}`] : [];
    });
    expect(journals).toEqual(['U0ADA switch-off', 'U0ADA switch-off promote', 'U0ADA switch-off promote switch-on']);
    expect(model.sessions.map(({ name, tags }) => [name, tags['nightshift:run']])).toEqual(
      Array.from({ length: 3 }, () => [shortRun(runId), runId]),
    );
    for (const { policy } of model.sessions)
      expect(JSON.parse(policy ?? '')).toMatchObject({ Statement: [{ Action: MODIFY, Resource: [CACHE_ARN] }] });
  });

  it('is refused before anybody is asked with cluster mode enabled, without the tag, and without a lag that is known', async () => {
    expect(await (await begin({ model: clusteredAndTagged() })).switchover()).toMatchObject({
      refused: expect.stringContaining('TestFailover is for tests'),
    });
    await runs.stop();
    expect(await (await begin({ model: { ...taggedCache(), tags: {} } })).switchover()).toMatchObject({
      refused: expect.stringContaining(
        `aws elasticache add-tags-to-resource --resource-name ${CACHE_ARN} --tags Key=nightshift:failover,Value=allowed`,
      ),
    });
    await runs.stop();
    expect(await (await begin({ model: { ...taggedCache(), metrics: [] } })).switchover()).toMatchObject({
      refused: expect.stringContaining('no ReplicationLag'),
    });
    expect([runs.plans, runs.orders()]).toEqual([[], 0]);
  });

  it('of which every answer is lost gives no order twice', async () => {
    const lost = { ...taggedCache(), faults: { [MODIFY]: 'lost' as const } };
    const { switchover, orders, progress } = await begin({ model: lost });
    expect(reportOf(await switchover())).toMatchObject(switched);
    expect(orders()).toBe(3);
    expect(progress.join('\n')).toContain('Nobody knows whether AWS heard the order to promote shop-cache-002');
    netIsOn();
  });

  it('is ordered again only while AWS is too busy, and not done where it stays so', async () => {
    const { switchover, orders } = await begin({ troubles: [{ trouble: 'throttled', action: MODIFY, times: 1 }] });
    expect(reportOf(await switchover())).toMatchObject(switched);
    expect(orders()).toBe(4);
    await runs.stop();
    const busy = await begin({ troubles: [{ trouble: 'throttled', action: MODIFY, times: 3 }] });
    const report = reportOf(await busy.switchover());
    expect(report.headline).toMatch(
      /^not switched: AWS takes no more requests .*shop-cache-1 takes the writes as before$/,
    );
    expect(report.text[0]).toBe('Lost: no acknowledged write.');
    expect([busy.orders(), await busy.state.intents.open()]).toEqual([3, []]);
    netIsOn();
  });

  it('that the role may not order is not done, with the tag to set', async () => {
    const { switchover } = await begin({ model: { ...taggedCache(), faults: { [MODIFY]: 'denied' } } });
    expect(reportOf(await switchover()).headline).toMatch(
      /^not switched: the failover role may not do it: tag shop-cache with nightshift:failover = allowed/,
    );
  });

  it('of which the promotion is refused puts the safety net back', async () => {
    const troubles: CloudTrouble[] = [];
    const refused: CloudTrouble = {
      trouble: 'refused',
      action: MODIFY,
      code: 'InsufficientCacheClusterCapacity',
      times: 1,
    };
    let written = 0;
    const at = (point: string) => void (point === 'written' && (written += 1) === 2 && troubles.push(refused));
    const { switchover, orders } = await begin({ troubles, at });
    const report = reportOf(await switchover());
    expect(report.headline).toMatch(/^not switched: AWS refused it \(InsufficientCacheClusterCapacity/);
    expect(report.text[0]).toBe('Lost: no acknowledged write.');
    expect([orders(), cache.engines.primary()]).toEqual([3, 'shop-cache-001']);
    netIsOn();
  });

  it('of which the promotion comes to nothing puts the safety net back, and claims nothing of the writes', async () => {
    const moveTo = () => Promise.reject(new Error('it does not answer'));
    const { switchover } = await begin({ bindings: { 'shop-cache': { moveTo } } });
    const report = reportOf(await switchover());
    expect(report.headline).toMatch(/^not switched: ElastiCache has not made shop-cache-002 the primary in time/);
    expect(report.text[0]).toMatch(/^Whether acknowledged writes were lost cannot be said/);
    netIsOn();
  });

  it('asks again where automatic failover stays disabled without a word', async () => {
    const troubles: CloudTrouble[] = [{ trouble: 'stays-disabled', resource: 'shop-cache', times: 1 }];
    const { switchover, orders } = await begin({ troubles });
    expect(reportOf(await switchover())).toMatchObject(switched);
    expect(orders()).toBe(4);
    netIsOn();
  });

  it('calls a person with the command where it stays so, and is settled when it is on after all', async () => {
    const troubles: CloudTrouble[] = [{ trouble: 'stays-disabled', resource: 'shop-cache' }];
    const { switchover, state, settle, cloud } = await begin({ troubles });
    const report = reportOf(await switchover());
    expect(report).toMatchObject({
      status: 'critical',
      headline:
        'a person has to look: shop-cache-002 is the primary of shop-cache, but automatic failover is still disabled, Multi-AZ is disabled, though ElastiCache has taken the order.',
    });
    const command =
      'aws elasticache modify-replication-group --replication-group-id shop-cache --automatic-failover-enabled --multi-az-enabled --apply-immediately';
    expect(report.text).toContainEqual(expect.stringMatching(new RegExp(`^To do: .* switch it on: ${command}$`)));
    expect((await state.brakes.inForce()).coolDowns).toHaveLength(1);
    await cloud.advance(3 * MINUTE_MS);
    const again = reportOf(await settle());
    expect(again.text).toContainEqual(expect.stringContaining(command));
    troubles.length = 0;
    await cloud.advance(12 * MINUTE_MS);
    expect(reportOf(await settle()).headline).toContain('was cut off: under way; AWS has taken the order to switch on');
    await cloud.advance(3 * MINUTE_MS);
    expect(reportOf(await settle()).headline).toContain('was cut off: switched');
    expect(await state.intents.open()).toEqual([]);
    netIsOn();
  });

  it('calls a person for a group that never leaves modifying', async () => {
    const { switchover, orders } = await begin({
      troubles: [{ trouble: 'stuck', resource: 'shop-cache', status: 'modifying' }],
    });
    const report = reportOf(await switchover());
    expect(report.headline).toMatch(/^a person has to look: Waited 1\d min for shop-cache to be available/);
    expect(report.text).toContainEqual(expect.stringContaining('--automatic-failover-enabled --multi-az-enabled'));
    expect(orders()).toBe(1);
  });

  it('that somebody acknowledges half-way orders nothing more, and says what is off', async () => {
    const at = async (point: string) => {
      if (point !== 'look' || runs.orders() !== 2) return;
      await Promise.all((await runs.state.intents.open()).map((intent) => runs.state.intents.end(intent)));
      await runs.cloud.advance(120 * SECOND_MS);
    };
    const { switchover, orders } = await begin({ at });
    const report = reportOf(await switchover());
    expect(report.headline).toMatch(/^a person has to look: Nothing more is ordered for it/);
    expect(report.text).toContainEqual(expect.stringContaining('--automatic-failover-enabled'));
    expect(orders()).toBe(2);
  });

  it('is not begun where the group has changed since it was approved', async () => {
    let looks = 0;
    const at = (point: string) => {
      const isBegun = point === 'intent';
      if (isBegun && (looks += 1) === 1)
        model.groups = model.groups.map((one) => ({ ...one, MultiAZ: 'disabled' as const }));
    };
    const { switchover, orders } = await begin({ at });
    expect(reportOf(await switchover()).headline).toMatch(
      /^not switched: The Multi-AZ was enabled and is disabled now/,
    );
    expect(orders()).toBe(0);
  });

  it('promotes where nothing is to be switched off, and leaves it off', async () => {
    const bare = cacheGroup();
    const groups = bare.groups.map((one) => ({
      ...one,
      AutomaticFailover: 'disabled' as const,
      MultiAZ: 'disabled' as const,
    }));
    const { switchover, orders, plans } = await begin({ model: taggedCache({ ...bare, groups }) });
    expect(reportOf(await switchover())).toMatchObject(switched);
    expect(orders()).toBe(1);
    expect(plans[0]?.facts).toContainEqual({
      label: 'Automatic failover (!)',
      value: 'It is off for shop-cache, and stays off.',
    });
    expect(model.groups[0]).toMatchObject({ AutomaticFailover: 'disabled' });
  });
});
