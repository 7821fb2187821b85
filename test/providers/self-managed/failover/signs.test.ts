import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/core/errors.ts';
import type { StandbyState } from '../../../../src/providers/self-managed/failover/ask-standby.ts';
import { meaningOf } from '../../../../src/providers/self-managed/failover/probe.ts';
import { standbySign } from '../../../../src/providers/self-managed/failover/standby-sign.ts';
import { whoWasPrimary } from '../../../../src/providers/self-managed/failover/who-was-primary.ts';
import type { MemberSpec } from '../../../../src/targets/spec.ts';
import { standby } from './standby.ts';

const error = (code: string, message = code) => Object.assign(new Error(message), { code });

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
    ['a pooler answers for it', new Fault('unsupported', 'a pooler stands before the server'), 'alive'],
  ])('when %s', (_, thrown, says) => {
    expect(meaningOf(thrown)).toBe(says);
  });
});

describe('a standby', () => {
  const receiver = (status: string, silentSeconds: number, receiverTimeoutSeconds = 60) =>
    standbySign('b', {
      ...standby,
      receiver: { status, silentSeconds, host: null, port: null },
      receiverTimeoutSeconds,
    }).says;
  it('that receives from nobody says dead', () => {
    expect(standbySign('b', standby)).toMatchObject({ from: 'b', says: 'dead' });
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
  const member = (name: string, role: MemberSpec['role'], port = 5432): MemberSpec => ({
    name,
    role,
    host: `10.0.0.${name}`,
    port,
    credentials: {},
  });
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
