import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchDatabaseEvent, readDatabaseEvents } from '../../src/app/database-event.ts';
import { knownEvent } from '../../src/app/known-events.ts';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { nowhere, root, startHouse, type House } from '../house.ts';

function sample(name: string): Json {
  return JSON.parse(readFileSync(join(root, 'events', `${name}.json`), 'utf8')) as Json;
}

describe('a database event', () => {
  it('of RDS by EventBridge has its id, its database, its time and its words', () => {
    expect(readDatabaseEvents(sample('alarm.eventbridge.rds-failover'))).toEqual([
      {
        name: 'RDS-EVENT-0049',
        source: 'shop-db-1',
        at: '2026-11-24T02:09:34.293Z',
        message: 'Multi-AZ instance failover completed',
      },
    ]);
  });

  it('of RDS by SNS has the id out of its link, and a time that is read as UTC', () => {
    expect(readDatabaseEvents(sample('alarm.sns.rds-low-storage'))).toMatchObject([
      { name: 'RDS-EVENT-0089', source: 'shop-db-1', at: '2026-11-24T02:11:39.857Z' },
    ]);
  });

  it('of ElastiCache is the name of its key, and the group that it is about', () => {
    expect(readDatabaseEvents(sample('alarm.sns.elasticache-failover'))).toEqual([
      { name: 'ElastiCache:FailoverComplete', source: 'shop-cache', at: '2026-11-24T02:11:40.123Z', message: '' },
    ]);
  });

  it('of a cluster is about the group that its members are named after', () => {
    expect(readDatabaseEvents(sample('alarm.eventbridge.rds-cluster-failover'))).toMatchObject([
      { name: 'RDS-EVENT-0071', source: 'shop-db', message: 'Completed failover to DB instance: shop-db-2' },
    ]);
  });

  it('is none in the first words to a new topic, which are no JSON', () => {
    expect(readDatabaseEvents(sample('alarm.sns.rds-subscribed'))).toEqual([]);
  });

  it('is known by its id or its name; one that nobody knows is looked at', () => {
    expect(knownEvent('RDS-EVENT-0221')).toEqual({ means: 'its storage is full and it was shut down', look: true });
    expect(knownEvent('RDS-EVENT-0001')?.look).toBe(false);
    expect(knownEvent('ElastiCache:FailoverComplete')).toEqual({ means: 'a replica was promoted', look: true });
    expect(knownEvent('RDS-EVENT-9999')).toBeUndefined();
    expect(knownEvent('ElastiCache:SomethingNew')).toBeUndefined();
  });

  it.each(['alarm.sns.connections.alarm', 'alarm.eventbridge.replica-lag.alarm', 'alarm.malformed'])(
    'is not %s',
    (name) => {
      expect(readDatabaseEvents(sample(name))).toBeUndefined();
    },
  );
});

describe('the target of an event', () => {
  const target = (name: string, ...identifiers: string[]): TargetSpec => ({
    name,
    engine: 'postgres',
    provider: 'rds',
    environment: 'prod',
    rooms: 'default',
    tls: true,
    alarms: [],
    members: identifiers.map((identifier) => ({
      name: identifier,
      role: 'primary',
      host: 'h',
      port: 1,
      identifier,
      credentials: {},
    })),
  });
  const event = (source: string) => ({ name: 'RDS-EVENT-0049', source, at: '', message: '' });
  const fleet = [
    target('shop-db', 'shop-1'),
    target('cache', 'cache-001', 'cache-002'),
    target('shop-1-archive', 'shop-1-archive-1'),
  ];

  it.each([
    ['shop-1', 'shop-db'],
    ['cache', 'cache'],
    ['cache-002', 'cache'],
  ])('%s is %s', (source, name) => {
    expect(matchDatabaseEvent(event(source), fleet)).toMatchObject({ target: { name } });
  });

  it('is none when nobody, or more than one, has such a member', () => {
    expect(matchDatabaseEvent(event('other'), fleet)).toHaveProperty('unmatched');
    const twins = [target('one', 'group-1'), target('two', 'group-2')];
    expect(matchDatabaseEvent(event('group'), twins)).toHaveProperty('unmatched');
  });
});

describe('what is delivered', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ environment: nowhere, messagePace: { burst: 100, perSecond: 100 } });
  });
  afterAll(() => house.stop());

  it('starts one look at the target, however often it comes, and the message begins with the words of the provider', async () => {
    for (const _ of [1, 2]) await house.call('alarm', sample('alarm.eventbridge.rds-failover'));
    await house.settled();
    const texts = house.posted().map(({ blocks }) => blockText(blocks));
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(/^:loudspeaker: RDS-EVENT-0049 for `?shop-db-1`?: Multi-AZ instance failover completed/);
    expect(texts[0]).toMatch(/shop-db/);
  });

  it('that needs no look is noted, and so are the first words of a topic', async () => {
    const before = house.runs().length;
    expect(await house.call('alarm', sample('alarm.sns.elasticache-replacement'))).toMatchObject({
      results: [{ became: 'noted: a node is to be replaced in the maintenance window' }],
    });
    expect(await house.call('alarm', sample('alarm.sns.rds-subscribed'))).toMatchObject({
      results: [{ became: 'a greeting of the provider: nothing to do' }],
    });
    expect(house.runs()).toHaveLength(before);
  });

  it('on a target in trouble is told in the message of its incident, and so is what was noted before', async () => {
    const before = house.posted().length;
    const alarm = JSON.parse(
      JSON.stringify(sample('alarm.direct.redis-memory.alarm')).replace('02:08:40', '02:12:00'),
    ) as Json;
    await house.call('alarm', alarm);
    await house.settled();
    await house.call('alarm', sample('alarm.sns.elasticache-failover'));
    await house.settled();
    const texts = house.posted().map(({ blocks }) => blockText(blocks));
    expect(texts).toHaveLength(before + 1);
    expect(texts.at(-1)).toMatch(/shop-cache incident/);
    expect(texts.at(-1)).toMatch(
      /ElastiCache:FailoverComplete for `?shop-cache`?: a replica was promoted\n.*NodeReplacementScheduled/,
    );
  });

  it('about another database of the account is left alone', async () => {
    const other = JSON.parse(
      JSON.stringify(sample('alarm.eventbridge.rds-failover')).replaceAll('shop-db-1', 'payroll'),
    ) as Json;
    const before = house.posted().length;
    expect(await house.call('alarm', other)).toMatchObject({
      results: [{ became: expect.stringMatching(/^left alone/) }],
    });
    await house.settled();
    expect(house.posted()).toHaveLength(before);
  });
});
