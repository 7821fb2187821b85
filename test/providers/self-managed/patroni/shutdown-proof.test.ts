import { expect, it } from 'vitest';
import { lsnOf } from '../../../../src/core/lsn.ts';
import { shippedAll, type LastCheckpoint } from '../../../../src/providers/self-managed/patroni/shutdown-proof.ts';

const identity = { 'system identifier': '77', timeline: 1, 'start of a': '2026-11-28T23:10:20.394Z' };
const order = { from: 'a', to: 'b', identity, deadlineSeconds: 10 };
/** As PostgreSQL 15 showed them after a switchover by Patroni 3.0: the record of the checkpoint is 120 bytes long. */
const shutdown: LastCheckpoint = {
  inRecovery: true,
  lsn: '0/3018120',
  redoLsn: '0/3018120',
  timeline: 1,
  atSeconds: Date.parse('2026-11-28T23:10:36Z') / 1000,
};

it('has all where it left the old timeline right behind the shutdown checkpoint', () => {
  expect(shippedAll(order, '0/3018198', shutdown)).toEqual({ all: true, shutdownLsn: '0/3018120' });
});

it.each<[string, string | null, LastCheckpoint | undefined, RegExp]>([
  ['does not answer', '0/3018198', undefined, /^a does not follow b yet/],
  ['is no standby', '0/3018198', { ...shutdown, inRecovery: false }, /^a does not follow b yet/],
  [
    'was rewound to a checkpoint that goes on',
    '0/3018198',
    { ...shutdown, redoLsn: '0/3018000' },
    /is not the end of what a had written/,
  ],
  ['wrote more than was sent', '0/3018120', shutdown, /is not the end/],
  [
    'was stopped before, in another life',
    '0/3018198',
    { ...shutdown, atSeconds: shutdown.atSeconds - 3600 },
    /is not the end/,
  ],
  ['went on for long after the checkpoint', '0/3028198', shutdown, /is not the end/],
  [
    'has a restart point on the new timeline',
    '0/3018198',
    { ...shutdown, timeline: 2 },
    /restart point on the new timeline/,
  ],
  ['cannot be compared, because the new one was started anew', null, shutdown, /^b was started anew/],
])('is not proved where the old primary %s', (_what, forkLsn, last, why) => {
  expect(shippedAll(order, forkLsn, last)).toEqual({ all: false, why: expect.stringMatching(why) as string });
});

it('positions go on over 4 GB', () => {
  expect(lsnOf('1/0') - lsnOf('0/FFFFFFFF')).toBe(1n);
});
