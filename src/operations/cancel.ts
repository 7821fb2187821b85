import { act, defineOperation, read } from '../core/operation.ts';
import type { PostgresTarget } from '../targets/postgres.ts';
import { SessionArguments, sessionFields } from './end/arguments.ts';
import { expiryOf } from './end/expiry.ts';
import { findSession } from './end/session.ts';
import { isPid } from './end/why-not.ts';
import { cancelOutcome, cancelPlan } from './cancel/plan.ts';
import { cancelStatement, isOver, type StatementIdentity } from './cancel/statement.ts';
import { whyNotCancel } from './cancel/why-not-cancel.ts';

const steps = {
  identify: read(async (target: PostgresTarget, wanted: { pid: number; member: string | null }) =>
    isPid(wanted.pid) ? findSession(target, wanted) : null,
  ),
  cancel: act(
    (target: PostgresTarget, statement: StatementIdentity) => cancelStatement(target, statement),
    (target: PostgresTarget, statement: StatementIdentity) => isOver(target, statement),
  ),
};

/** Cancels the statement that a session runs, if at the moment of action it is still the one that was planned. */
export const cancel = defineOperation({
  id: 'cancel',
  title: 'Cancel one statement',
  why: 'Stops what a session runs and leaves it connected: the gentler way, to be tried before ending the session.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'interrupts',
  role: 'operator',
  args: SessionArguments,
  fields: sessionFields(
    { label: 'Process id (pid) of the session', hint: '2211' },
    'Start of the statement that was seen, in microseconds',
  ),
  examples: ['cancel shop-db 2211'],
  steps,

  async run(context, { pid, member: asked = null, seen }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const session = await context.steps.identify(target, { pid, member: asked });
    const reason = whyNotCancel(pid, session, seen, target.name);
    if (reason !== undefined || session?.queryStartMicros == null) return { refused: reason ?? 'it runs no statement' };
    const { member, backendStartMicros, queryStartMicros } = session;
    const identity = { member, pid, backendStartMicros, queryStartMicros };
    const about = {
      runId: context.runId,
      startedAt: context.startedAt,
      target,
      expiresAt: expiryOf(context.startedAt),
    };
    const decision = await context.approval(cancelPlan(about, session, identity));
    if ('refused' in decision) return decision;
    await context.progress(`Cancel the statement of pid ${pid}`, 'in_progress');
    return cancelOutcome(about, session, await context.steps.cancel(target, identity, decision.granted));
  },
});
