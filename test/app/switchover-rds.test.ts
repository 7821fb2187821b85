import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { shortRun } from '../../src/core/run.ts';
import type { CloudTrouble } from '../../src/local/aws/cloud/states/trouble.ts';
import { SECOND_MS } from '../local/aws/cloud/states/acting.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { multiZone, openMultiZoneRuns } from './multi-zone.ts';
import { FAILOVER_ROLE, reportOf, type Behind, type Point, type SwitchoverRuns } from './switchover-runs.ts';

let database: TestPostgres;
let runs: SwitchoverRuns;
beforeAll(async () => {
  database = await startTestPostgres();
});
afterAll(() => database.stop());
afterEach(() => runs.stop());

const begin = async (change: Partial<Behind> = {}) => (runs = await openMultiZoneRuns(database, change));

const switched = {
  status: 'healthy',
  headline: 'eu-central-1b takes the writes now, the standby is in eu-central-1a',
};

describe('a switchover of an instance with a standby', () => {
  it('is planned, approved, ordered once, followed to its end and proved by the server', async () => {
    const { switchover, plans, state, orders, progress } = await begin();
    const report = reportOf(await switchover());
    expect(report).toMatchObject({
      ...switched,
      facts: [{ label: 'Failover, by the events of AWS', value: '70.0 s' }],
    });
    expect(report.text).toEqual([
      'Lost: no acknowledged write.',
      expect.stringMatching(/^shop-db-1 takes writes; it was started at \d\d:\d\d:\d\d UTC\.$/),
      expect.stringContaining('shop-db-1 is available'),
      expect.stringContaining('Multi-AZ instance failover started.'),
      expect.stringContaining('DB instance restarted.'),
      expect.stringContaining('Multi-AZ instance failover completed.'),
    ]);
    expect(orders()).toBe(1);
    const order = 'Have the cloud move the writes to eu-central-1b';
    expect(progress.slice(0, 4)).toEqual([
      'Look again whether the plan holds: in_progress',
      `${order}: in_progress`,
      `${order}: AWS has taken the order to fail shop-db-1 over.`,
      `${order}: The failover of shop-db-1 has started; it is rebooting.`,
    ]);
    expect(progress.at(-1)).toBe('Ask the server itself: in_progress');
    expect(plans[0]?.facts.slice(0, 3)).toEqual([
      { label: 'Takes writes now', value: 'shop-db-1 in eu-central-1a' },
      { label: 'Takes writes after', value: 'shop-db-1 in eu-central-1b' },
      { label: 'What AWS will reboot', value: 'arn:aws:rds:eu-central-1:123456789012:db:shop-db-1' },
    ]);
    expect(await state.intents.open()).toEqual([]);
    expect(await state.locks.current('target:shop-db')).toBeUndefined();
    const runId = plans[0]?.runId ?? '';
    const acted = (await state.audit.byRun(runId)).filter(({ what }) => what === 'acted');
    expect(acted.map(({ id, who }) => [id, who])).toEqual([
      [`${runId}:switchover.begin:intent`, 'U0ADA'],
      [`${runId}:switchover.begin:result`, 'U0ADA'],
    ]);
  });

  it('keeps its lock for as long as AWS is at work, however long that is', async () => {
    const { switchover, state } = await begin({});
    const holders: string[] = [];
    const { take } = state.locks;
    state.locks.take = (name, holder, seconds) => (holders.push(holder), take(name, holder, seconds));
    await switchover();
    expect(holders.length).toBeGreaterThan(2);
    expect(new Set(holders).size).toBe(1);
    expect(await state.locks.current('target:shop-db')).toBeUndefined();
  });

  it('is ordered as the failover role, in a session that bears the run and may do this alone', async () => {
    const model = { ...multiZone() };
    const { switchover, plans } = await begin({ model });
    await switchover();
    const runId = plans[0]?.runId ?? '';
    expect(model.sessions).toEqual([
      { role: FAILOVER_ROLE, name: shortRun(runId), tags: { 'nightshift:run': runId }, policy: expect.any(String) },
    ]);
    expect(JSON.parse(model.sessions[0]?.policy ?? '')).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Action: 'rds:RebootDBInstance',
          Resource: ['arn:aws:rds:eu-central-1:123456789012:db:shop-db-1'],
        },
      ],
    });
  });

  it('is refused before anybody is asked where no role is set, with what to set', async () => {
    const { switchover, plans } = await begin({ failoverRole: undefined });
    expect(await switchover()).toEqual({
      refused:
        'Nothing is changed in the cloud without a role of its own: set NIGHTSHIFT_FAILOVER_ROLE_ARN to the ARN of the failover role (docs/permissions.md).',
    });
    expect(plans).toEqual([]);
  });

  it('that AWS abandons is not done, and cools down', async () => {
    const { switchover, state, orders } = await begin({ troubles: [{ trouble: 'abandoned', resource: 'shop-db-1' }] });
    expect(reportOf(await switchover())).toMatchObject({
      status: 'warning',
      headline:
        'not switched: AWS has abandoned it (RDS-EVENT-0034), because a failover of shop-db-1 occurred a short while ago. eu-central-1a takes the writes as before',
    });
    expect((await state.brakes.inForce()).coolDowns).toMatchObject([
      { target: 'shop-db', why: 'AWS refused to fail shop-db-1 over again so soon' },
    ]);
    expect([orders(), await state.intents.open()]).toEqual([1, []]);
  });

  it('that does not end calls a person after five minutes, and is settled when it has ended after all', async () => {
    const troubles: CloudTrouble[] = [{ trouble: 'stuck', resource: 'shop-db-1', status: 'rebooting' }];
    const model = multiZone();
    const { switchover, state, cloud, orders, settle } = await begin({ model, troubles });
    expect(reportOf(await switchover())).toMatchObject({
      status: 'critical',
      headline: expect.stringContaining(
        'shop-db-1 is rebooting; no failover has started yet. It has not ended within 5 min.',
      ),
    });
    expect((await state.brakes.inForce()).coolDowns).toMatchObject([
      { why: 'A switchover ended without a clear answer' },
    ]);
    expect(await state.intents.open()).toMatchObject([{ step: 'begin' }]);
    await cloud.advance(120 * SECOND_MS);
    expect(reportOf(await settle())).toMatchObject({ status: 'critical' });
    expect(await state.intents.open()).toHaveLength(1);
    const [instance] = model.instances;
    model.instances = [{ ...instance, DBInstanceStatus: 'available', AvailabilityZone: 'eu-central-1b' }];
    expect(reportOf(await settle()).headline).toContain('was cut off: switched');
    expect([orders(), await state.intents.open()]).toEqual([1, []]);
  });

  it('is ordered again only while AWS is too busy to take the order', async () => {
    const action = 'rds:RebootDBInstance';
    const { switchover, orders } = await begin({ troubles: [{ trouble: 'throttled', action, times: 1 }] });
    expect(reportOf(await switchover())).toMatchObject(switched);
    expect(orders()).toBe(2);
    await runs.stop();
    const busy = await begin({ troubles: [{ trouble: 'throttled', action, times: 3 }] });
    expect(reportOf(await busy.switchover()).headline).toMatch(
      /^not switched: AWS takes no more requests at the moment \(Throttling\)/,
    );
    expect(busy.orders()).toBe(3);
  });

  it('is refused before anybody is asked where run may not read the events, with what to allow', async () => {
    const model = multiZone();
    model.faults = { 'rds:DescribeEvents': 'denied' };
    const { switchover, plans } = await begin({ model });
    expect(await switchover()).toEqual({
      refused: 'our role may not call rds:DescribeEvents. Allow rds:DescribeEvents on * to the role of run.',
    });
    expect(plans).toEqual([]);
  });

  it('that the role may not order is not done, with the tag to set', async () => {
    const model = multiZone();
    model.faults = { 'rds:RebootDBInstance': 'denied' };
    const { switchover } = await begin({ model });
    expect(reportOf(await switchover()).headline).toMatch(
      /^not switched: the failover role may not do it: tag shop-db-1 with nightshift:failover = allowed/,
    );
  });

  it('that AWS refuses is not done, with the reason', async () => {
    const code = 'InvalidDBInstanceState';
    const message = 'Instance shop-db-1 is not in available state.';
    const troubles: CloudTrouble[] = [{ trouble: 'refused', action: 'rds:RebootDBInstance', code, message }];
    const { switchover, state, orders } = await begin({ troubles });
    const report = reportOf(await switchover());
    expect(report.headline).toMatch(
      /^not switched: AWS says that shop-db-1 is not available any more \(InvalidDBInstanceState.*eu-central-1a takes the writes as before$/,
    );
    expect(report.text).toContain('shop-db-1 takes writes and was not started anew.');
    expect([orders(), await state.intents.open()]).toEqual([1, []]);
  });

  it('of which the answer is lost is never ordered twice', async () => {
    const model = multiZone();
    model.faults = { 'rds:RebootDBInstance': 'lost' };
    const { switchover, orders, state } = await begin({ model });
    expect(reportOf(await switchover())).toMatchObject(switched);
    expect([orders(), await state.intents.open()]).toEqual([1, []]);
  });

  it('is believed although AWS shows the old zone for minutes, or tells of no end', async () => {
    await begin({ lag: { describeSeconds: 20, zoneSeconds: 600 } });
    const late = reportOf(await runs.switchover());
    expect(late).toMatchObject(switched);
    expect(late.text.join(' ')).toContain('its zone is still shown as eu-central-1a, which may take minutes to change');
    await runs.stop();
    await begin({ troubles: [{ trouble: 'event-lost', id: 'RDS-EVENT-0049' }] });
    expect(reportOf(await runs.switchover())).toMatchObject({ ...switched, facts: [] });
  });

  it('is not believed where the server says something else', async () => {
    const { switchover, state } = await begin({ bindings: {} });
    expect(reportOf(await switchover())).toMatchObject({
      status: 'critical',
      headline:
        'a person has to look: The cloud says that the writes have moved. shop-db-1 takes writes and was not started anew. Look who takes the writes of shop-db-1.',
    });
    expect((await state.brakes.inForce()).coolDowns).toHaveLength(1);
  });

  it('is not ordered where somebody froze the target after the approval', async () => {
    let looks = 0;
    const at = async (point: Point) => {
      if (point !== 'look' || (looks += 1) !== 2) return;
      await runs.state.brakes.freeze({
        subject: 'shop-db',
        by: 'ada',
        reason: 'audit',
        at: '2026-11-28T02:00:00.000Z',
      });
    };
    const { switchover, orders } = await begin({ at });
    expect(await switchover()).toMatchObject({ failed: expect.stringContaining('ada has frozen shop-db') });
    expect(orders()).toBe(0);
  });

  it('is not ordered where the instance has changed since it was approved', async () => {
    const model = multiZone();
    let looks = 0;
    const at = (point: Point) => {
      const [instance] = model.instances;
      if (point === 'look' && (looks += 1) === 2)
        model.instances = [
          { ...instance, AvailabilityZone: 'eu-central-1b', SecondaryAvailabilityZone: 'eu-central-1a' },
        ];
    };
    const { switchover, orders } = await begin({ model, at });
    expect(await switchover()).toEqual({
      refused:
        'the plan does not hold any more: eu-central-1b takes the writes now, and not eu-central-1a. Nothing was done',
    });
    expect(orders()).toBe(0);
  });
});
