import { describe, expect, it } from 'vitest';
import { readSnapshot } from '../../../../src/providers/self-managed/switchover/proof.ts';
import { rolledBack, switched, type Proof } from '../../../../src/providers/self-managed/switchover/report.ts';

const identity = {
  'system identifier': '77',
  timeline: 1,
  'synchronous_standby_names of a': 'not in postgresql.auto.conf',
  'default_transaction_read_only of a': 'not in postgresql.auto.conf',
};
const order = { from: 'a', to: 'b', identity, deadlineSeconds: 10 };
const course = { phases: [], writeGapMilliseconds: 300, others: [] };
const proof: Proof = {
  timeline: 2,
  forkLsn: '0/40B54E0',
  wrote: true,
  former: { lsn: '0/40B54E0', committed: 0, unanswered: 0, housekeeping: 0, witnessWaits: true },
};

describe('the outcome of a switchover of streaming servers', () => {
  it('asks for a person where more was committed on the old primary', () => {
    const more = {
      ...proof,
      former: { lsn: '0/40C0000', committed: 2, unanswered: 0, housekeeping: 0, witnessWaits: true },
    };
    const result = switched(order, more, course);
    expect(result).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringMatching(/2 transactions were committed on a after b had branched off/) as string,
    });
    expect(result.evidence.join(' ')).not.toMatch(/committed nothing/);
    const tidied = switched(order, { ...proof, former: { ...more.former, housekeeping: 1 } }, course);
    expect(tidied.why).toMatch(/likely by autovacuum, which is at work there/);
  });

  it('needs nobody where a commit that hung was acknowledged to nobody, and says so', () => {
    const hung = { lsn: '0/40C0000', committed: 0, unanswered: 1, housekeeping: 0, witnessWaits: true };
    const result = switched(order, { ...proof, former: hung }, course);
    expect(result).toMatchObject({ ended: 'switched', why: null });
    expect(result.evidence[1]).toBe(
      '1 commit on a hung until the session was ended, and was acknowledged to nobody: it is on a alone.',
    );
    expect(result.evidence.join(' ')).not.toMatch(/committed nothing/);
  });

  it('says that nothing is lost only where it was counted', () => {
    const lost = (former: Proof['former']) => switched(order, { ...proof, former }, course);
    expect(lost(proof.former)).toMatchObject({ ended: 'switched', lost: 'none' });
    expect(rolledBack([], 'the deadline had passed.', [])).toMatchObject({ lost: 'none' });
    for (const former of ['closed', 'silent', 'follows'] as const) {
      expect(lost(former)).toMatchObject({
        ended: 'switched',
        lost: 'unknown',
        why: 'what a committed after b had branched off was not counted.',
      });
    }
    const more = { lsn: '0/40C0000', committed: 2, unanswered: 0, housekeeping: 0, witnessWaits: true };
    expect(lost(more)).toMatchObject({ ended: 'needs-a-human', lost: 'unknown' });
  });

  it('says that the new primary took a write only where it did', () => {
    expect(switched(order, proof, course).evidence[0]).toMatch(/^b took a write on timeline 2/);
    const silent = switched(order, { ...proof, wrote: false }, course);
    expect(silent.evidence[0]).toMatch(/^b is out of recovery on timeline 2/);
    expect(silent).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringMatching(/^b is the primary now, and acknowledged no commit/) as string,
    });
  });

  it('leaves nothing to do where the old primary follows already', () => {
    const result = switched(order, { ...proof, former: 'follows' }, course);
    expect(result).toMatchObject({ ended: 'switched', left: [] });
    expect(result.former).toBeUndefined();
  });

  it('warns of an old primary that does not answer', () => {
    const { left, former } = switched(order, { ...proof, former: 'silent' }, course);
    expect(left[0]).toBe('a does not answer: make sure that it does not come back as a primary.');
    expect(former).toBe('a does not answer, and nobody knows what it takes');
  });

  it('names other standbys, and the synchronous setting that stays behind', () => {
    const named = { ...order, identity: { ...identity, 'standbys that commits on a wait for': 'FIRST 1 (b)' } };
    const { left } = switched(named, proof, { ...course, others: ['c'] });
    expect(left.slice(1)).toEqual([
      'Compare the replay position of c (pg_last_wal_replay_lsn()) with 0/40B54E0: what is ahead of it has to be rewound or copied anew, the rest pointed at b (primary_conninfo; docs/runbooks/switchover-postgres.md).',
      "b waits for nobody: what it acknowledges is on it alone. Once a standby follows it, set synchronous_standby_names there; on a it was 'FIRST 1 (b)'.",
    ]);
    const unseen = switched(order, { ...proof, forkLsn: null }, { ...course, others: ['c'] });
    expect(unseen.left[1]).toMatch(/with the end of timeline 1 in the timeline history of b: what is ahead/);
  });
});

it('a snapshot tells the next transaction and those that are open', () => {
  expect(readSnapshot('761:763:761')).toEqual({ nextXid: 763, openXids: [761] });
  expect(readSnapshot('764:764:')).toEqual({ nextXid: 764, openXids: [] });
});
