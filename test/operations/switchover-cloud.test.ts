import { describe, expect, it } from 'vitest';
import { proved } from '../../src/operations/switchover/cloud-proof.ts';
import { withServer, type PostgresSeen } from '../../src/operations/switchover/server-look.ts';
import type { CloudSwitchoverEnd, CloudSwitchoverLook } from '../../src/targets/cloud-switchover.ts';

const before: PostgresSeen = {
  member: 'shop-db-1',
  startedAt: '2026-11-20T10:00:00.000Z',
  address: '10.0.0.7',
  takesWrites: true,
  longestSeconds: 2,
  prepared: 0,
  indexBuilds: 0,
  readers: [],
};
const anew: PostgresSeen = { ...before, startedAt: '2026-11-28T02:01:03.000Z', address: '10.0.1.9' };
const end: CloudSwitchoverEnd = {
  ended: 'switched',
  why: null,
  lost: 'none',
  phases: [],
  writeGapMilliseconds: null,
  evidence: ['The cloud said so.'],
  left: [],
};
const look: CloudSwitchoverLook = {
  writer: 'shop-db-1',
  primary: 'eu-central-1a',
  identity: { zone: 'eu-central-1a' },
  candidates: [],
  prechecks: [],
  steps: [],
  clients: [],
  undo: '',
  loss: '',
  facts: [],
};

describe('the proof of a switchover in the cloud', () => {
  it('is the server itself: started anew, elsewhere, and taking writes', () => {
    expect(proved(end, before, anew)).toMatchObject({
      ended: 'switched',
      evidence: [
        'shop-db-1 takes writes; it was started at 02:01:03 UTC, at another address than before.',
        'The cloud said so.',
      ],
    });
  });

  it.each([
    ['does not answer', null, 'The server does not answer from here.'],
    ['takes no writes', { ...anew, takesWrites: false }, 'shop-db-1 takes no writes; it was started at 02:01:03 UTC'],
    ['was never started anew', before, 'shop-db-1 takes writes and was not started anew.'],
  ])('is missing where the server %s: a person has to look', (_, after, words) => {
    const { ended, why, lost } = proved(end, before, after);
    expect([ended, lost]).toEqual(['needs-a-human', 'unknown']);
    expect(why).toContain(words);
  });

  it('that nothing was done is the same server as before', () => {
    const undone: CloudSwitchoverEnd = { ...end, ended: 'rolled-back', why: 'AWS refused it.' };
    expect(proved(undone, before, before)).toMatchObject({ ended: 'rolled-back', why: 'AWS refused it.' });
    expect(proved(undone, before, anew)).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringContaining('The cloud says that they have not: AWS refused it. shop-db-1 takes writes; it was'),
    });
    // AWS says of an abandoned failover itself what it is; a restart in place does not speak against it.
    expect(proved({ ...undone, coolDown: 'too soon' }, before, anew)).toMatchObject({ ended: 'rolled-back' });
  });

  it('of which nobody knows stays open, with what the server says', () => {
    const open: CloudSwitchoverEnd = { ...end, ended: 'needs-a-human', why: 'It has not ended.' };
    expect(proved(open, before, null)).toMatchObject({
      ended: 'needs-a-human',
      why: 'It has not ended.',
      evidence: ['The cloud said so.', 'The server does not answer from here.'],
    });
  });
});

describe('what the server says before a switchover in the cloud', () => {
  const wrong = (change: Partial<PostgresSeen>) =>
    withServer(look, { ...before, ...change }).prechecks.flatMap(({ says, sentence }) =>
      says === 'ok' ? [] : [sentence],
    );

  it('becomes part of what was approved: the start of the server', () => {
    expect(withServer(look, before).identity).toEqual({
      zone: 'eu-central-1a',
      'start of shop-db-1': '2026-11-20T10:00:00.000Z',
    });
    expect(wrong({})).toEqual([]);
  });

  it.each([
    [{ longestSeconds: 61 }, /^A transaction on shop-db-1 has been open for 1 min and would be rolled back/],
    [{ prepared: 2 }, /^2 prepared transactions on shop-db-1: they keep their locks after a restart/],
    [{ indexBuilds: 1 }, /^1 index of shop-db-1 being built concurrently would be left invalid/],
    [{ takesWrites: false }, /^shop-db-1 says that it takes no writes, and the cloud that it is the one that does/],
  ])('stops it: %o', (change, words) => {
    expect(wrong(change)).toEqual([expect.stringMatching(words)]);
  });

  it('shows how far those that read from it are behind', () => {
    const { facts } = withServer(look, { ...before, readers: [{ name: 'shop-db-2', seconds: 1.25 }] });
    expect(facts.at(-1)).toEqual({ label: 'Read from shop-db-1', value: 'shop-db-2 1.3 s behind' });
  });
});
