import { describe, expect, it } from 'vitest';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import type { Grant, Plan } from '../../src/core/plan.ts';
import { cancel } from '../../src/operations/cancel.ts';
import type { Cancelled } from '../../src/operations/cancel/statement.ts';
import type { Session } from '../../src/operations/end/session.ts';
import { expectPublished } from '../published-json.ts';

const session: Session = {
  member: 'shop-db-1',
  pid: 2211,
  backendStartMicros: '1764000000000000',
  queryStartMicros: '1764000000500000',
  queryId: '42',
  backendType: 'client backend',
  user: 'billing',
  isSuperuser: false,
  application: 'billing',
  state: 'active',
  waitsFor: null,
  transactionSeconds: 840,
  stateSeconds: 839,
  query: 'update orders set total = $1',
  blocks: 41,
};
const grant: Grant = { runId: 'cancel-1', planHash: 'x', fence: 1, by: ['U0ADA'] };
const lost = { transactionSeconds: 840, locksFreed: 3, waited: 41, wentOn: 41 };
const done: Cancelled = { became: 'cancelled', state: 'idle in transaction (aborted)', lost };

function script(found: Session | null, result: Cancelled = done, args: Record<string, string> = {}) {
  const seen = { plans: [] as Plan[], cancelled: [] as unknown[] };
  const made = {
    runId: 'cancel-1',
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [{ name: 'shop-db', engine: 'postgres', environment: 'production' }],
    subject: 'shop-db',
    steps: { identify: async () => found, cancel: async (...call: unknown[]) => (seen.cancelled.push(call), result) },
    approval: async (plan: Plan) => (seen.plans.push(plan), { granted: grant }),
    progress: async () => {},
  };
  const run = async () => {
    const outcome = await cancel.run(made as unknown as RunContext<Steps>, { pid: '2211', ...args });
    expectPublished(outcome);
    return outcome;
  };
  return { seen, run };
}

describe('cancelling a statement', () => {
  it('is done after approval, on exactly the statement that was planned, and says what that freed', async () => {
    const { seen, run } = script(session);
    const identity = {
      member: 'shop-db-1',
      pid: 2211,
      backendStartMicros: '1764000000000000',
      queryStartMicros: '1764000000500000',
    };
    expect(await run()).toMatchObject({
      done: {
        headline: 'the statement of pid 2211 (app "billing") on shop-db-1 was cancelled',
        text: [
          'Rolled back: a transaction of 14 min. 3 locks were freed. All 41 sessions that waited for it go on. Its session stays connected and is idle in transaction (aborted).',
        ],
      },
    });
    expect(seen.plans[0]).toMatchObject({ operation: 'cancel', identity, expiresAt: '2026-11-24T02:15:00.000Z' });
    expect(seen.cancelled).toMatchObject([[{ name: 'shop-db' }, identity, grant]]);
  });

  it('that goes on all the same is a warning, and offers to end the session that was planned', async () => {
    const { run } = script(session, { became: 'still running', state: 'active', lost: null });
    expect(await run()).toMatchObject({
      done: {
        status: 'warning',
        headline: 'pid 2211 (app "billing") on shop-db-1 still runs its statement 5 s after it was cancelled',
        next: [{ operation: 'end', args: ['2211', 'shop-db-1', '1764000000000000'], disruptive: true }, {}],
      },
    });
  });

  it.each([
    ['gone', 'is gone'],
    ['another session', 'belongs to another session now'],
    ['another statement', 'runs another statement'],
  ] as const)('is refused when it became %s meanwhile', async (became, words) => {
    const { run } = script(session, { became, state: null, lost: null });
    expect(await run()).toEqual({ refused: expect.stringMatching(`${words}.*nothing was done`) as string });
  });

  it('says so when nobody heard what became of it, and it is over', async () => {
    const { run } = script(session, { became: 'over', state: 'idle', lost: null });
    expect(await run()).toMatchObject({ done: { headline: expect.stringContaining('is over') as string } });
  });

  it('tells in the plan what is special about the work', async () => {
    const index = script({ ...session, query: 'CREATE INDEX CONCURRENTLY ON orders (paid)' });
    const dump = script({ ...session, application: 'pg_dump' });
    await Promise.all([index.run(), dump.run()]);
    expect(index.seen.plans[0]?.blastRadius.join()).toContain('an INVALID index stays behind');
    expect(dump.seen.plans[0]?.blastRadius.join()).toContain('It is pg_dump');
  });

  it.each([
    ['that does not exist', null, 'no session with pid 2211'],
    ['of a replica', { ...session, backendType: 'walsender' }, 'cancelling it cuts replication'],
    [
      'that freezes',
      { ...session, backendType: 'autovacuum worker', query: 'autovacuum: VACUUM t (to prevent wraparound)' },
      'to prevent wraparound: cancelling it brings the day closer',
    ],
    ['of the server itself', { ...session, backendType: 'checkpointer' }, 'checkpointer'],
    ['of a superuser', { ...session, isSuperuser: true }, 'only a superuser may cancel it'],
    ['of its own', { ...session, application: 'nightshift' }, 'own session'],
    [
      'that runs nothing',
      { ...session, state: 'idle in transaction' },
      'nothing to cancel; /db end shop-db 2211 ends its transaction',
    ],
    ['that idles', { ...session, state: 'idle' }, 'there is nothing to cancel'],
  ])('refuses a session %s before any plan', async (_what, found, reason) => {
    const { seen, run } = script(found);
    expect(await run()).toEqual({ refused: expect.stringContaining(reason) as string });
    expect(seen.plans).toEqual([]);
  });

  it('refuses another statement than the button meant, before any plan', async () => {
    const { seen, run } = script(session, done, { member: 'shop-db-1', seen: '1764000000400000' });
    expect(await run()).toEqual({ refused: expect.stringContaining('does not run the statement any more') as string });
    expect(seen.plans).toEqual([]);
    expect(await script(session, done, { seen: '1764000000500000' }).run()).toHaveProperty('done');
  });
});
