import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/core/errors.ts';
import { candidatesOf } from '../../../src/providers/redis-failover/fitness.ts';
import { formerOf } from '../../../src/providers/redis-failover/former.ts';
import { whyNoWrites } from '../../../src/providers/redis-failover/finish.ts';
import { linkIn, type Link, type Replica } from '../../../src/providers/redis-failover/link.ts';
import { lossOf } from '../../../src/providers/redis-failover/loss.ts';
import { memberAt, primaryOf, twoWriters, type Roles } from '../../../src/providers/redis-failover/seen.ts';
import { replicaSign, whyNotDead } from '../../../src/providers/redis-failover/signs.ts';
import { whyUnbounded } from '../../../src/providers/redis-failover/why-not.ts';
import { heardIn } from '../../../src/providers/redis-heard.ts';
import { standing } from '../../../src/providers/redis-switchover/standing.ts';
import type { DeathSign } from '../../../src/targets/failover.ts';

const primary = { name: 'r1', address: '10.0.0.1:6379' };
const said = {
  role: 'slave',
  master_host: '10.0.0.1',
  master_port: '6379',
  master_link_status: 'down',
  master_last_io_seconds_ago: '-1',
  master_sync_in_progress: '0',
  master_link_down_since_seconds: '40',
  slave_read_only: '1',
  slave_priority: '100',
  master_replid: 'h1',
  slave_repl_offset: '900',
};
const replica = (name: string, other: Record<string, string> = {}): Replica => ({
  standing: standing(name, { ...said, ...other }),
  link: linkIn({ ...said, ...other }) as Link,
});
const signOf = (other: Record<string, string>) => replicaSign('r2', replica('r2', other).link, primary);
const up = (quiet: string) => ({ master_link_status: 'up', master_last_io_seconds_ago: quiet });
const sign = (from: string, says: DeathSign['says']): DeathSign => ({ from, says, sentence: `${from} says ${says}` });

describe('what a replica says of its primary', () => {
  it.each([
    ['dead', 'lost its link to r1 40 s ago, and gets none.', {}],
    ['alive', 'heard r1 15 s ago.', up('15')],
    ['dead', 'heard r1 16 s ago for the last time', up('16')],
    ['unknown', 'has had no link to r1 since it was started.', { master_link_down_since_seconds: '-1' }],
    ['unknown', 'follows 10.0.0.9:6379, and can say nothing of r1.', { master_host: '10.0.0.9' }],
    ['alive', 'heard r1 2 s ago.', { master_sync_in_progress: '1', master_sync_last_io_seconds_ago: '2' }],
    ['dead', 'heard r1 20 s ago', { master_sync_in_progress: '1', master_sync_last_io_seconds_ago: '20' }],
  ])('is %s where it %s', (says, sentence, other) => {
    expect(signOf(other)).toMatchObject({ says, sentence: expect.stringContaining(`it ${sentence}`) as string });
  });

  it('is nothing where the server follows nobody', () => {
    expect(linkIn({ role: 'master' })).toBeNull();
  });
});

describe('a primary is dead', () => {
  it('where this room and the one that takes its place say so, and nobody says alive', () => {
    const both = [sign('nightshift', 'dead'), sign('r2', 'dead')];
    expect(whyNotDead(both, 'r2')).toBeUndefined();
    expect(whyNotDead([...both, sign('r3', 'unknown')], 'r2')).toBeUndefined();
    expect(whyNotDead([...both, sign('r3', 'alive')], 'r2')).toBe('r3: r3 says alive');
    expect(whyNotDead(both, 'r3')).toBe('r3 says nothing of the primary.');
    expect(whyNotDead([sign('nightshift', 'unknown'), sign('r2', 'dead'), sign('r3', 'dead')], 'r2')).toBe(
      'Seen from here: nightshift says unknown',
    );
  });
});

describe('what comes back from a server that is called', () => {
  const failed = (message: string, about: object = {}) => heardIn(Object.assign(new Error(message), about));
  it('is silence where nothing listens, or nothing comes', () => {
    for (const code of ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH'])
      expect(failed('connect', { code })).toBe('silence');
    expect(failed('timeout expired')).toBe('silence');
  });
  it('is an answer where the server itself refuses', () => {
    expect(failed('WRONGPASS invalid username-password pair', { name: 'ReplyError' })).toBe('answer');
    expect(failed('LOADING Redis is loading the dataset in memory', { name: 'ReplyError' })).toBe('answer');
    expect(failed('ERR max number of clients reached')).toBe('answer');
  });
  it('is neither where it could not be called, or something cut the call', () => {
    for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'CERT_HAS_EXPIRED', 'ECONNRESET', 'EPIPE'])
      expect(failed('x', { code })).toBe('unsure');
    expect(failed('Connection is closed.')).toBe('unsure');
    expect(heardIn(new Fault('permission_denied', 'no such secret'))).toBe('unsure');
    expect(heardIn('what is this')).toBe('unsure');
  });
});

describe('who took the writes last', () => {
  const specs = [1, 2, 3].map((n) => ({ name: `r${n}`, host: `10.0.0.${n}`, port: 6379 }));
  const roles = (about: Partial<Roles>): Roles => ({ primaries: [], replicas: [], silent: [], ...about });
  const silent = [{ name: 'r1', reason: 'gone' }];
  it('is the one that the replicas follow and that does not answer', () => {
    expect(primaryOf(roles({ replicas: [replica('r2'), replica('r3')], silent }), specs)).toEqual(primary);
    const chained = replica('r3', { master_host: '10.0.0.2' });
    expect(primaryOf(roles({ replicas: [replica('r2'), chained], silent }), specs)).toEqual(primary);
  });
  it('is nobody where the replicas follow an unknown server, or none answers', () => {
    const strange = replica('r2', { master_host: '10.9.9.9', master_port: '7000' });
    expect(primaryOf(roles({ replicas: [strange], silent }), specs)).toEqual({
      refused: 'Nobody can say who took the writes: the replicas follow 10.9.9.9:7000.',
    });
    expect(primaryOf(roles({ silent }), specs)).toEqual({
      refused: 'No server answers that could take its place (r1).',
    });
  });
  it('is named by its address, or by its port where only one has that', () => {
    expect(memberAt('10.0.0.2:6379', specs)).toBe('r2');
    expect(memberAt('db-2.internal:6379', specs)).toBeUndefined();
    expect(memberAt('db-2.internal:7002', [{ name: 'r2', host: 'x', port: 7002 }])).toBe('r2');
  });
  it('is told of where two take writes: which came later, and what the other has', () => {
    const former = standing('r1', { role: 'master', master_replid: 'h1', master_repl_offset: '1900' });
    const promoted = standing('r2', {
      role: 'master',
      master_replid: 'h2',
      master_replid2: 'h1',
      second_repl_offset: '901',
    });
    for (const pair of [
      [former, promoted],
      [promoted, former],
    ] as const)
      expect(twoWriters(...pair)).toMatch(
        /r2 took the place of r1, which is back with 1000 bytes of log that r2 lacks/,
      );
    expect(twoWriters(former, standing('r3', { role: 'master', master_replid: 'h9' }))).toMatch(/cannot be compared/);
    expect(formerOf(former, promoted, { host: '10.0.0.2', port: '6379' })).toMatchObject({
      stands: 'primary',
      loss: [expect.stringMatching(/^r1 has 1000 bytes of log that r2 lacks/)],
      left: [expect.stringMatching(/^Two servers take writes/)],
    });
    const third = standing('r1', { ...said, master_host: '10.0.0.3' });
    expect(formerOf(third, promoted, { host: '10.0.0.2', port: '6379' })).toMatchObject({
      stands: 'elsewhere',
      left: [expect.stringMatching(/^r1 follows 10\.0\.0\.3:6379, and not r2\./)],
    });
    const follows = standing('r1', { ...said, master_host: '10.0.0.2' });
    expect(formerOf(follows, promoted, { host: '10.0.0.2', port: '6379' })).toMatchObject({
      stands: 'follows',
      left: [],
    });
  });
});

describe('who can take its place', () => {
  const among = (...replicas: Replica[]) =>
    candidatesOf({ primaries: [], replicas, silent: [{ name: 'r9', reason: 'gone' }] }, primary);
  it('is the one with the most of its log, and none that has less', () => {
    expect(among(replica('r2'), replica('r3', { slave_repl_offset: '950' }))).toEqual([
      { member: 'r3', unfit: null, lagBytes: 0 },
      { member: 'r2', unfit: 'it has 50 bytes less than r3.', lagBytes: 50 },
      { member: 'r9', unfit: 'it does not answer: gone.', lagBytes: null },
    ]);
  });
  it.each([
    ['a part of the data', { master_sync_in_progress: '1' }],
    ['it was started after r1 was lost', { master_link_down_since_seconds: '-1' }],
    ['replica-read-only no', { slave_read_only: '0' }],
    ['replica-priority 0', { slave_priority: '0' }],
    ['still loading', { loading: '1' }],
    ['it follows 10.0.0.9:6379', { master_host: '10.0.0.9' }],
  ])('is none with %s', (reason, other) => {
    const [best, worse] = among(replica('r2', { ...other, slave_repl_offset: '5000' }), replica('r3'));
    expect(best).toMatchObject({ member: 'r3', unfit: null, lagBytes: 0 });
    expect(worse).toMatchObject({ member: 'r2', unfit: expect.stringContaining(reason) as string });
  });
  it('is none of two that have different histories', () => {
    expect(among(replica('r2'), replica('r3', { master_replid: 'h7' })).filter(({ unfit }) => unfit === null)).toEqual(
      [],
    );
  });
});

describe('what is lost', () => {
  const lost = (other: Record<string, string>) => lossOf('r2', 'r1', replica('r2', other).link);
  it('is at most what came after what the replica last heard, which may have been old by then', () => {
    expect(lost(up('20'))).toMatchObject({ bytes: null, seconds: 83 });
    // Before it was lost, the link may have been quiet for as long as the replica waits.
    expect(lost({})).toMatchObject({ bytes: null, seconds: 163 });
    const patient = { ...replica('r2', {}).link, givenUpAfterSeconds: 600 };
    expect(lossOf('r2', 'r1', patient)).toMatchObject({ seconds: 1243 });
    expect(lost({ master_link_down_since_seconds: '-1' })).toMatchObject({ seconds: null });
    expect(lossOf('r2', 'r1', undefined)).toMatchObject({ seconds: null });
  });
  it('may grow with the clock and not otherwise: no bound, or bytes that nobody knows, are more', () => {
    const why = (seconds: number | null, accepted: { seconds: number | null; bytes: number | null }) =>
      whyUnbounded({ bytes: null, seconds, sentence: 'So it is.' }, { acceptedLoss: accepted });
    expect(why(300, { seconds: 100, bytes: null })).toBeUndefined();
    expect(why(null, { seconds: null, bytes: null })).toBeUndefined();
    expect(why(null, { seconds: 100, bytes: null })).toBe('Nobody can bound the loss any more: So it is.');
    expect(why(5, { seconds: null, bytes: 0 })).toBe('No more than 0 bytes of log were accepted: So it is.');
  });
});

it('a new primary without replicas that wants some is told of: it refuses writes', () => {
  expect(whyNoWrites(standing('r2', { role: 'master', min_slaves_good_slaves: '0' }))).toEqual([
    expect.stringMatching(/^r2 refuses writes until a replica follows it/),
  ]);
  expect(whyNoWrites(standing('r2', { role: 'master' }))).toEqual([]);
});
