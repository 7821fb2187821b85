import { readArguments } from '../../src/core/arguments.ts';
import { describe, expect, it } from 'vitest';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import { planHash, type Grant, type Plan } from '../../src/core/plan.ts';
import { end } from '../../src/operations/end.ts';
import type { Session } from '../../src/operations/end/session.ts';
import type { Ended } from '../../src/operations/end/signal.ts';
import { expectPublished } from '../published-json.ts';

const session: Session = {
  member: 'shop-db-1',
  pid: 2211,
  backendStartMicros: '1764000000000000',
  queryStartMicros: '1764000000500000',
  queryId: '42',
  waitsFor: null,
  stateSeconds: 600,
  backendType: 'client backend',
  user: 'billing',
  isSuperuser: false,
  application: 'billing',
  state: 'idle in transaction',
  transactionSeconds: 840,
  query: 'update orders set total = $1',
  blocks: 41,
};
const grant: Grant = { runId: 'end-1', planHash: 'x', fence: 1, by: ['U0ADA'] };

type Script = {
  session: Session | null;
  approval?: { granted: Grant } | { refused: string };
  result?: Ended;
};
const lost = { transactionSeconds: 840, locksFreed: 2, waited: 41, wentOn: 1 };

function context(
  { session: found, approval = { granted: grant }, result = { became: 'ended', lost } }: Script,
  args: Record<string, string> = {},
) {
  const seen = { plans: [] as Plan[], ended: [] as unknown[] };
  const steps = {
    identify: async () => ({ session: found }),
    terminate: async (...call: unknown[]) => (seen.ended.push(call), result),
  };
  const made = {
    runId: 'end-1',
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [{ name: 'shop-db', engine: 'postgres', environment: 'production' }],
    subject: 'shop-db',
    steps,
    approval: async (plan: Plan) => (seen.plans.push(plan), approval),
    progress: async () => {},
  };
  const run = async () => {
    const outcome = await end.run(made as unknown as RunContext<Steps>, { pid: '2211', ...args });
    expectPublished(outcome);
    return outcome;
  };
  return { seen, run };
}

describe('ending a session', () => {
  it('is done after approval, on exactly the session that was planned', async () => {
    const { seen, run } = context({ session });
    const outcome = await run();
    expect(outcome).toMatchObject({
      done: {
        status: 'info',
        headline: 'pid 2211 (app "billing") on shop-db-1 was ended',
        text: [
          'Rolled back: a transaction of 14 min. 2 locks were freed. Of 41 sessions that waited for it 1 goes on; the others wait for each other.',
        ],
      },
    });
    const target = { name: 'shop-db', engine: 'postgres', environment: 'production' };
    const identity = { member: 'shop-db-1', pid: 2211, backendStartMicros: '1764000000000000', queryId: '42' };
    expect(seen.ended).toEqual([[target, identity, grant]]);
  });

  it('is planned with its identity, its loss, and who notices', async () => {
    const { seen, run } = context({ session });
    await run();
    expect(seen.plans[0]).toMatchObject({
      identity: { member: 'shop-db-1', pid: 2211, backendStartMicros: '1764000000000000', queryId: '42' },
      blastRadius: [
        'Application "billing" (user billing) loses one connection.',
        '41 sessions that wait for it go on.',
      ],
      expiresAt: '2026-11-24T02:15:00.000Z',
    });
  });

  it('has another plan hash for another backend with the same pid', async () => {
    const first = context({ session });
    const second = context({ session: { ...session, backendStartMicros: '1764000000000001' } });
    await Promise.all([first.run(), second.run()]);
    expect(planHash(first.seen.plans[0]!)).not.toBe(planHash(second.seen.plans[0]!));
  });

  it('keeps its plan hash while only measurements change', async () => {
    const first = context({ session });
    const second = context({ session: { ...session, transactionSeconds: 900, blocks: 3 } });
    await Promise.all([first.run(), second.run()]);
    expect(planHash(first.seen.plans[0]!)).toBe(planHash(second.seen.plans[0]!));
  });

  it('does nothing without approval', async () => {
    const { seen, run } = context({ session, approval: { refused: 'ada said no; nothing was done' } });
    expect(await run()).toEqual({ refused: 'ada said no; nothing was done' });
    expect(seen.ended).toEqual([]);
  });

  it.each([
    ['is gone', 'gone', 'is gone: its session ended by itself'],
    ['is another one with the same pid', 'another session', 'belongs to another session now'],
    ['runs another statement', 'another statement', 'runs another statement'],
  ] as const)('is refused when the session %s meanwhile', async (_what, became, words) => {
    const { run } = context({ session, result: { became, lost: null } });
    expect(await run()).toEqual({ refused: expect.stringMatching(`${words}.*nothing was done`) as string });
  });

  it('is refused before any plan when a button meant another session of this pid', async () => {
    const { seen, run } = context({ session }, { member: 'shop-db-1', seen: '1764000000000001' });
    expect(await run()).toEqual({
      refused:
        'pid 2211 is not the session that was seen: this one began at 2025-11-24 16:00:00 UTC; look again with /db sessions shop-db',
    });
    expect(seen.plans).toEqual([]);
    expect(await context({ session }, { seen: '1764000000000000' }).run()).toHaveProperty('done');
  });

  it('says that nobody measured what was lost when the answer did not arrive', async () => {
    const { run } = context({ session, result: { became: 'ended', lost: null } });
    expect(await run()).toMatchObject({ done: { text: [expect.stringContaining('could not be measured') as string] } });
  });

  it('says so when the session is still there', async () => {
    const { run } = context({ session, result: { became: 'still there', lost: null } });
    expect(await run()).toMatchObject({ failed: expect.stringContaining('still there') as string, code: 'timed_out' });
  });

  it.each([
    ['that does not exist', null, 'no session with pid 2211'],
    ['of a replica', { ...session, backendType: 'walsender' }, 'cuts replication'],
    ['of autovacuum', { ...session, backendType: 'autovacuum worker' }, 'autovacuum'],
    ['of the server itself', { ...session, backendType: 'checkpointer' }, 'checkpointer'],
    ['of a superuser', { ...session, isSuperuser: true }, 'only a superuser may end it'],
    [
      'that freezes',
      { ...session, backendType: 'autovacuum worker', query: 'autovacuum: VACUUM t (to prevent wraparound)' },
      'to prevent wraparound: ending it brings the day closer',
    ],
    ['of its own', { ...session, application: 'nightshift' }, 'own session'],
  ])('refuses a session %s before any plan', async (_what, found, reason) => {
    const { seen, run } = context({ session: found });
    expect(await run()).toEqual({ refused: expect.stringContaining(reason) as string });
    expect(seen.plans).toEqual([]);
  });

  it('takes only a positive whole number as pid', () => {
    expect(readArguments(end.args, { pid: '12' })).toEqual({ args: { pid: 12 } });
    for (const pid of ['0', '-1', '1.5', 'x', ''])
      expect(readArguments(end.args, { pid }), pid).toHaveProperty('problems');
  });
});
