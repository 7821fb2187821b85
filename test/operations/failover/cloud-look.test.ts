import { describe, expect, it } from 'vitest';
import { withServers } from '../../../src/operations/failover/cloud-look.ts';
import { provedFailover } from '../../../src/operations/failover/cloud-proof.ts';
import { whyNotDead } from '../../../src/operations/failover/dead.ts';
import type { CloudFailoverLook } from '../../../src/targets/cloud-failover.ts';
import type { DeathSign, FailoverLook, FailoverOrder } from '../../../src/targets/failover.ts';
import type { OutageLook, StandbySeen } from '../../../src/targets/outage.ts';
import { failedOver } from './asked.ts';

const sign = (from: string, says: DeathSign['says'] = 'dead'): DeathSign => ({ from, says, sentence: `${says}.` });
const cloud: CloudFailoverLook = {
  primary: 'shop-db-1',
  identity: { 'resource of shop-db-1': 'db-1' },
  sign: sign('AWS'),
  own: { leastSeconds: 0, patienceSeconds: 480, doing: null },
  candidates: [
    { member: 'shop-db-2', unfit: null, lagSeconds: 4 },
    { member: 'shop-db-3', unfit: null, lagSeconds: 1 },
    { member: 'shop-db-4', unfit: 'shop-db-4 is backing-up.', lagSeconds: null },
  ],
  prechecks: [],
  fence: { certain: true, sentence: 'Closed.' },
  steps: [],
  clients: [],
  undo: '',
  facts: [],
};
const standby = (member: string, change: Partial<StandbySeen> = {}): StandbySeen => ({
  member,
  systemIdentifier: '7',
  timeline: 1,
  received: '0/3000000',
  lagBytes: 0,
  unfit: null,
  loss: { bytes: null, seconds: 9, sentence: `What ${member} does not have.` },
  ...change,
});
const servers = (...standbys: StandbySeen[]): OutageLook => ({ signs: [sign('nightshift')], standbys, writers: [] });
const merged = (outage: OutageLook, change: Partial<CloudFailoverLook> = {}, to: string | null = null) =>
  withServers({ ...cloud, ...change }, outage, to) as FailoverLook;

describe('the cloud and the servers together', () => {
  it('choose the one that has received most, whatever the cloud says of lags', () => {
    const look = merged(servers(standby('shop-db-2'), standby('shop-db-3', { lagBytes: 2048 })));
    expect(look.candidates).toEqual([
      { member: 'shop-db-2', unfit: null, lagBytes: 0 },
      { member: 'shop-db-3', unfit: 'it has 2 kB less than shop-db-2.', lagBytes: 2048 },
      { member: 'shop-db-4', unfit: 'shop-db-4 is backing-up.', lagBytes: null },
    ]);
    expect(look.identity).toMatchObject({ 'resource of shop-db-1': 'db-1', 'received by shop-db-2': '0/3000000' });
    expect(look.loss.sentence).toBe('What shop-db-2 does not have.');
  });

  it('do not promote one that does not answer from here, and say how far behind it is', () => {
    expect(merged(servers(standby('shop-db-2'))).candidates[1]).toEqual({
      member: 'shop-db-3',
      unfit:
        'it does not answer from here (the cloud says that it is 1 s behind): nobody could prove afterwards that it takes writes.',
      lagBytes: null,
    });
  });

  it('are refused where another member takes writes', () => {
    expect(withServers(cloud, { ...servers(), writers: ['shop-db-3'] }, null)).toEqual({
      refused:
        'shop-db-3 takes writes, and the cloud says that shop-db-1 does: look at both (/db watch). Nothing was done',
    });
  });

  it.each([
    ['this room does not say so', [sign('nightshift', 'unknown'), sign('shop-db-2')], sign('AWS')],
    ['AWS does not say so', [sign('nightshift'), sign('shop-db-2')], sign('AWS', 'unknown')],
  ])('prove no death where %s, however many others do', (_, signs, awsSays) => {
    const look = merged({ ...servers(standby('shop-db-2')), signs }, { sign: awsSays });
    expect(whyNotDead(look)).toEqual({
      unproven: expect.stringContaining('that takes two who see it (this room and AWS among them)'),
    });
  });

  it('prove a death where both say so', () => {
    expect(whyNotDead(merged(servers(standby('shop-db-2'))))).toBeUndefined();
  });

  it('say why a primary answers again', () => {
    const signs = [sign('nightshift', 'alive')];
    const own = { ...cloud.own, doing: 'AWS has failed it over by itself.' };
    expect(whyNotDead(merged({ ...servers(), signs }, { own }))).toEqual({
      alive: 'shop-db-1 is alive. Seen from here: alive. AWS has failed it over by itself. Nothing was done.',
    });
  });
});

describe('the proof of a promotion', () => {
  const order = { from: 'shop-db-1', to: 'shop-db-2' } as FailoverOrder;
  const server = {
    member: 'shop-db-2',
    startedAt: '2026-11-28T02:00:00.000Z',
    address: null,
    takesWrites: true,
    longestSeconds: 0,
    prepared: 0,
    indexBuilds: 0,
    readers: [],
  };

  it('is that the server takes writes and the old one is silent', () => {
    expect(provedFailover(order, failedOver, { server, former: sign('nightshift') })).toMatchObject({
      ended: 'failed-over',
      evidence: expect.arrayContaining(['shop-db-2 is out of recovery and takes writes.']),
    });
  });

  it.each([
    ['nothing could be asked', null, /shop-db-2 does not answer from here/],
    [
      'it takes no writes',
      { server: { ...server, takesWrites: false }, former: sign('nightshift') },
      /shop-db-2 takes no writes/,
    ],
  ])('is missing where %s: a person is called', (_, after, why) => {
    expect(provedFailover(order, failedOver, after)).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringMatching(why),
    });
  });

  it('calls a person where an old primary that nobody fenced answers again', () => {
    const end = { ...failedOver, oldPrimary: 'unknown' as const };
    const after = { server, former: sign('nightshift', 'alive') };
    expect(provedFailover(order, end, after)).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringContaining('two servers may take writes'),
    });
    expect(provedFailover(order, failedOver, after).ended).toBe('failed-over');
  });
});
