import { describe, expect, it } from 'vitest';
import type { StandbyState } from '../../../../src/providers/self-managed/failover/ask-standby.ts';
import { bytesBetween } from '../../../../src/core/lsn.ts';
import { candidatesOf, type Contender } from '../../../../src/providers/self-managed/failover/candidate.ts';
import { lossOf } from '../../../../src/providers/self-managed/failover/loss.ts';
import type { ServerFacts } from '../../../../src/providers/self-managed/switchover/ask-server.ts';
import { HOLD_NAME, NOT_THERE } from '../../../../src/providers/self-managed/switchover/held-settings.ts';
import { standby } from './standby.ts';

const server: ServerFacts = {
  member: 'b',
  version: 180_000,
  inRecovery: true,
  systemIdentifier: '7713',
  timeline: 3,
  limits: {},
  inFile: { synchronous_standby_names: NOT_THERE, default_transaction_read_only: NOT_THERE },
  runningNames: '',
  awaits: '',
  namesFrom: 'default',
  readOnlyForAll: false,
  fileErrors: 0,
  lacks: [],
  signs: { sourceFiles: [], applications: [], roles: [], slots: [], libraries: '', archiveCommand: '', databases: [] },
};
type Change = { server?: Partial<ServerFacts>; state?: Partial<StandbyState>; settled?: boolean };
const contender = (member: string, change: Change = {}): Contender => ({
  server: { ...server, member, ...change.server },
  state: { ...standby, ...change.state },
  settled: change.settled ?? true,
});
const unfit = (...all: Contender[]) => Object.fromEntries(candidatesOf(all).map((one) => [one.member, one.unfit]));

describe('who takes the place of the primary', () => {
  it('is the standby that has received most, and no other', () => {
    const all = [contender('b'), contender('c', { state: { received: '0/5003148' } })];
    expect(candidatesOf(all)).toEqual([
      { member: 'c', unfit: null, lagBytes: 0 },
      { member: 'b', unfit: 'it has 12 kB less than c.', lagBytes: 12_288 },
    ]);
  });

  it('is one that has less, where the one with more cannot', () => {
    const all = [contender('b'), contender('c', { state: { received: '0/5003148', paused: true } })];
    expect(unfit(...all)).toEqual({ b: null, c: 'its replay is paused: select pg_wal_replay_resume().' });
  });

  it.each<[string, Change, RegExp]>([
    ['still receives', { settled: false }, /^it still receives/],
    ['replays late on purpose', { state: { delaySeconds: 3600 } }, /^it replays 1 h late on purpose/],
    ['has received nothing', { state: { received: null } }, /^nobody can say what it has received/],
    ['refuses writes', { server: { readOnlyForAll: true } }, /^default_transaction_read_only is on/],
    [
      'would wait for standbys',
      { server: { awaits: 'FIRST 1 (a)' } },
      /^its synchronous_standby_names is 'FIRST 1 \(a\)'.* its commits would hang/,
    ],
    [
      'may not be promoted by us',
      { server: { lacks: ['pg_reload_conf', 'pg_promote'] } },
      /^the acting role may not promote there/,
    ],
  ])('is not one that %s', (_, change, reason) => {
    expect(unfit(contender('b', change))['b']).toMatch(reason);
  });

  it('may be one that a switchover has left held, or whose acting role lacks what only a switchover needs', () => {
    const inFile = { synchronous_standby_names: HOLD_NAME, default_transaction_read_only: 'on' };
    expect(unfit(contender('b', { server: { inFile, runningNames: HOLD_NAME, readOnlyForAll: true } }))).toEqual({
      b: null,
    });
    expect(unfit(contender('b', { server: { lacks: ['ALTER SYSTEM on two settings'] } }))).toEqual({ b: null });
  });

  it('is nobody on an older timeline, of another database, or without a primary above it', () => {
    expect(unfit(contender('b'), contender('c', { state: { timeline: 4 } }))).toMatchObject({
      b: 'it is on timeline 3, another standby on 4.',
      c: null,
    });
    const other = unfit(contender('b'), contender('c', { state: { systemIdentifier: '9' } }));
    expect([other['b'], other['c']]).toEqual([
      expect.stringMatching(/2 databases/),
      expect.stringMatching(/2 databases/),
    ]);
    expect(unfit({ ...contender('b'), state: null })['b']).toMatch(/^it is no standby/);
  });
});

describe('what is lost', () => {
  const names = { from: 'a', to: 'b' };
  it('is unknown where the last commit is later than the clock of the standby', () => {
    expect(lossOf(names, { ...standby, sinceCommitSeconds: -0.5 }, undefined)).toEqual({
      bytes: null,
      seconds: null,
      sentence:
        'What a acknowledged last and b does not have; the last commit that b has is of 2026-11-28 22:56:13 UTC, after the time of its own clock, so that nobody can say how long ago it was.',
    });
  });

  it('is what was acknowledged after the last commit that the standby has, and 3 s for the clocks', () => {
    expect(lossOf(names, standby, undefined)).toEqual({
      bytes: null,
      seconds: 5,
      sentence:
        'What a acknowledged after 2026-11-28 22:56:13 UTC, the last commit that b has: at most what was written in 5 s, not exact; how much that is, nobody can say.',
    });
  });

  it('is unknown where the standby has replayed no commit, and at least what a sample of the primary shows', () => {
    expect(lossOf(names, { ...standby, lastCommitAt: null, sinceCommitSeconds: null }, undefined)).toMatchObject({
      bytes: null,
      seconds: null,
    });
    const sample = { member: 'a', at: '2026-11-28T22:56:10.000Z', position: '0/5003148' };
    expect(lossOf(names, standby, sample)).toMatchObject({
      bytes: null,
      sentence: expect.stringMatching(
        / When a was last asked, at 2026-11-28 22:56:10 UTC, it had written 12 kB that b does not have: that is lost at least\.$/,
      ) as string,
    });
    expect(lossOf(names, standby, { ...sample, position: '0/1' }).sentence).toMatch(
      / b had all that was written by then\.$/,
    );
    expect(lossOf(names, standby, { ...sample, member: 'c' })).toEqual(lossOf(names, standby, undefined));
  });

  it('is counted across the 32 bits of a position', () => {
    expect(bytesBetween('0/FFFFFFFF', '1/1')).toBe(2);
    expect(bytesBetween('1/1', '0/FFFFFFFF')).toBe(-2);
  });
});
