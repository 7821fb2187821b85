import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/core/errors.ts';
import type { StandbyState } from '../../../../src/providers/self-managed/failover/ask-standby.ts';
import { queryFault } from '../../../../src/providers/postgres-refusal.ts';
import { meaningOf, probe } from '../../../../src/providers/self-managed/failover/probe.ts';
import { standbySign } from '../../../../src/providers/self-managed/failover/standby-sign.ts';
import { whoWasPrimary } from '../../../../src/providers/self-managed/failover/who-was-primary.ts';
import {
  knockAtOthers,
  otherWriter,
  type Knock,
} from '../../../../src/providers/self-managed/failover/silent-others.ts';
import { fenceOutlook } from '../../../../src/providers/self-managed/failover/fence-outlook.ts';
import { togetherOf } from '../../../../src/providers/pgbouncer/standing.ts';
import type { DeathSign } from '../../../../src/targets/failover.ts';
import type { Fence, FenceState } from '../../../../src/targets/fence.ts';
import type { MemberSpec, TargetSpec } from '../../../../src/targets/spec.ts';
import { standby } from './standby.ts';

const error = (code: string, message = code) => Object.assign(new Error(message), { code });

const member = (name: string, role: MemberSpec['role'], port = 5432): MemberSpec => ({
  name,
  role,
  host: `10.0.0.${name}`,
  port,
  credentials: {},
});

describe('a knock at the primary', () => {
  it.each([
    ['nobody listens', error('ECONNREFUSED'), 'dead'],
    ['nobody answers in time', new Error('timeout expired'), 'dead'],
    ['it let us in and fell silent', new Fault('timed_out', 'the server stopped answering'), 'dead'],
    ['there is no such host any more', error('EHOSTUNREACH'), 'dead'],
    ['its name cannot be resolved', error('ENOTFOUND'), 'unknown'],
    ['our own network is down', error('ENETUNREACH'), 'unknown'],
    ['something cut the connection', error('ECONNRESET'), 'unknown'],
    ['our own password is not to be had', new Fault('permission_denied', 'no secret'), 'unknown'],
    ['it recovers from a crash', error('57P03', 'the database system is starting up'), 'alive'],
    ['it is full', error('53300', 'sorry, too many clients already'), 'alive'],
    ['it refuses our password', error('28P01'), 'alive'],
    ['its certificate is not trusted', error('DEPTH_ZERO_SELF_SIGNED_CERT'), 'alive'],
    [
      'it was too slow for our limits',
      queryFault(error('57014', 'canceling statement due to statement timeout')),
      'alive',
    ],
    ['it waits for a lock', queryFault(error('55P03', 'canceling statement due to lock timeout')), 'alive'],
    ['it shuts down after it let us in', queryFault(error('57P01', 'terminating connection')), 'alive'],
    ['something cut the connection after it let us in', queryFault(error('EPIPE', 'write EPIPE')), 'unknown'],
    ['a pooler answers for it', new Fault('unsupported', 'a pooler stands before the server'), 'alive'],
  ])('when %s', (_, thrown, says) => {
    expect(meaningOf(thrown)).toBe(says);
  });

  it.each([
    ['is silent', new Fault('timed_out', 'the secret store did not answer')],
    ['refuses', error('ECONNREFUSED')],
  ])('says nothing where the store of our own password %s', async (_, thrown) => {
    const password = { from: 'env', name: 'PASSWORD' } as const;
    const one = { ...member('1', 'primary', 1), credentials: { read: { user: 'nightshift_read', password } } };
    const spec: TargetSpec = {
      name: 'shop-db',
      engine: 'postgres',
      provider: 'self-managed',
      environment: 'laptop',
      rooms: 'default',
      tls: false,
      members: [one],
      alarms: [],
    };
    expect(await probe({ spec, options: { secret: () => Promise.reject(thrown) } }, one, 'read')).toMatchObject({
      says: 'unknown',
    });
  });
});

describe('a standby', () => {
  const three = { primary: '1', members: [member('1', 'primary'), member('2', 'replica'), member('3', 'replica')] };
  it('says nothing of a primary that it does not follow', () => {
    const receiver = { status: 'streaming', silentSeconds: 1, host: '10.0.0.2', port: 5432 };
    expect(standbySign('3', { ...standby, receiver }, three)).toEqual({
      from: '3',
      says: 'unknown',
      sentence: 'it follows 2, and not 1.',
    });
    expect(standbySign('3', { ...standby, upstreamHost: '10.0.0.2' }, three).says).toBe('unknown');
    expect(standbySign('3', { ...standby, upstreamHost: '10.0.0.1' }, three).says).toBe('dead');
    expect(standbySign('3', { ...standby, upstreamHost: 'db.internal' }, three).says).toBe('dead');
  });
  const receiver = (status: string, silentSeconds: number, receiverTimeoutSeconds = 60) =>
    standbySign(
      'b',
      { ...standby, receiver: { status, silentSeconds, host: null, port: null }, receiverTimeoutSeconds },
      three,
    ).says;
  it('that receives from nobody says dead', () => {
    expect(standbySign('b', standby, three)).toMatchObject({ from: 'b', says: 'dead' });
  });
  it('that has just heard from it says alive, and after half of its timeout dead; in between it does not know', () => {
    expect(['streaming', 'streaming', 'streaming'].map((status, n) => receiver(status, [9, 20, 36][n] ?? 0))).toEqual([
      'alive',
      'unknown',
      'dead',
    ]);
    expect([receiver('streaming', 59, 0), receiver('streaming', 61, 0)]).toEqual(['unknown', 'dead']);
    expect(receiver('waiting', 1)).toBe('unknown');
  });
});

describe('the primary that does not answer', () => {
  const follows = (name: string): StandbyState => ({ ...standby, upstreamHost: `10.0.0.${name}`, upstreamPort: null });
  it('is the one that a standby follows, then the only one, then the one that the config calls primary', () => {
    expect(whoWasPrimary([member('1', 'primary'), member('2', 'replica')], [follows('2')])).toEqual({ primary: '2' });
    expect(whoWasPrimary([member('2', 'replica')], [standby])).toEqual({ primary: '2' });
    expect(whoWasPrimary([member('1', 'primary'), member('2', 'replica')], [standby])).toEqual({ primary: '1' });
  });
  it('is unknown where two replicas are silent, or none is', () => {
    expect(whoWasPrimary([member('2', 'replica'), member('3', 'replica')], [standby])).toEqual({
      refused: '2 and 3 do not answer, and nobody can say which of them took the writes',
    });
    expect(whoWasPrimary([], [standby])).toMatchObject({
      refused: expect.stringMatching(/^every server answers/) as string,
    });
  });
});

describe('another server that does not answer', () => {
  const knock = (name: string, role: MemberSpec['role'], says: DeathSign['says']): Knock => ({
    member: { name, role },
    sign: { from: 'nightshift', says, sentence: `${name} said so.` },
  });
  it('ends it where it is alive: it may be the one that takes writes', () => {
    expect(otherWriter('b', [knock('c', 'replica', 'unknown'), knock('a', 'primary', 'alive')])).toEqual({
      alive: 'a (a said so) is alive, and nobody could ask it whether it takes the writes and not b. Nothing was done',
    });
  });
  it('is in doubt where nobody knows, and where one alone sees the configured primary dead', () => {
    const doubt = 'Nobody knows whether a (a said so) takes the writes, and not b.';
    expect(otherWriter('b', [knock('a', 'primary', 'dead')])).toEqual({ doubt });
    expect(otherWriter('b', [knock('a', 'replica', 'unknown')])).toEqual({ doubt });
    expect(otherWriter('b', [knock('a', 'replica', 'dead')])).toBeUndefined();
  });
  it('is knocked at', async () => {
    const place = { spec: { name: 's' } as TargetSpec, options: { secret: async () => '' } };
    const silent = [member('1', 'primary'), member('2', 'replica')];
    expect(await knockAtOthers(place, silent, '1', 'read')).toMatchObject({
      doubt: expect.stringMatching(/^Nobody knows whether 2 \(/) as string,
    });
  });
});

describe('what a fence promises', () => {
  const fence: Fence = {
    means: 'PgBouncer pool-1',
    coversAllClients: true,
    look: async () => open,
    close: async () => open,
    open: async () => open,
  };
  const open: FenceState = { says: 'open', sentence: 'pool-1 lets clients in.' };
  it('is certain only where all of it answers, and no other server may take writes', () => {
    expect(fenceOutlook('a', { fence, state: open }).certain).toBe(true);
    expect(fenceOutlook('a', { fence, state: { ...open, someSilent: true } }).certain).toBe(false);
    expect(fenceOutlook('a', { fence, state: { ...open, says: 'unknown' } }).certain).toBe(false);
    expect(fenceOutlook('a', { fence, state: open, doubt: 'Nobody knows.' })).toEqual({
      certain: false,
      sentence: 'Nobody knows. PgBouncer pool-1; pool-1 lets clients in.',
    });
  });
  it('has a silent part where one pooler is open and another says nothing', () => {
    const says = (one: FenceState['says']) => ({ says: one, sentence: one });
    expect(togetherOf([says('open'), says('unknown')])).toMatchObject({ says: 'open', someSilent: true });
    expect(togetherOf([says('open'), says('closed')])).not.toHaveProperty('someSilent');
  });
});
