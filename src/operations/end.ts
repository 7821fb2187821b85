import * as v from 'valibot';
import { act, defineOperation, read, type RunContext, type TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Plan } from '../core/plan.ts';
import { emptyReport } from '../core/report.ts';
import type { PostgresTarget } from '../targets/postgres.ts';
import { endSession, findSession, isGone, type Session, type SessionIdentity } from './end/session.ts';
import { whyNotEnd } from './end/why-not.ts';

/** How long a plan may be approved: a session changes quickly. */
const PLAN_MINUTES = 15;

const PID_WORDS = 'a process id is a positive whole number, such as 2211; a health report names it';
const Pid = v.pipe(
  v.union([v.string(), v.number()], PID_WORDS),
  v.transform(Number),
  v.integer(PID_WORDS),
  v.minValue(1, PID_WORDS),
  v.maxValue(2_147_483_647, PID_WORDS),
);
const Arguments = v.strictObject({ pid: Pid });

const steps = {
  identify: read((target: PostgresTarget, args: { pid: number }) => findSession(target, args.pid)),
  terminate: act(
    (target: PostgresTarget, session: SessionIdentity) => endSession(target, session),
    (target: PostgresTarget, session: SessionIdentity) => isGone(target, session),
  ),
};

/** Terminates one backend, if at the moment of action it is still the one that was planned. */
export const end = defineOperation({
  id: 'end',
  title: 'End one session',
  why: 'Ends a session that blocks others. Its open transaction is rolled back and its client loses the connection.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'interrupts',
  role: 'operator',
  args: Arguments,
  fields: [{ name: 'pid', label: 'Process id (pid) of the session', hint: '2211', required: true }],
  examples: ['end shop-db 2211'],
  steps,

  async run(context, { pid }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const session = await context.steps.identify(target, { pid });
    const reason = whyNotEnd(pid, session, target.name);
    if (reason !== undefined || !session) return { refused: reason ?? 'there is no such session' };
    return carryOut(context, target, session);
  },
});

async function carryOut(context: RunContext<typeof steps>, target: TargetName, session: Session): Promise<Outcome> {
  const decision = await context.approval(planOf(context, target, session));
  if ('refused' in decision) return decision;
  await context.progress(`End pid ${session.pid}`, 'in_progress');
  const { pid, backendStartMicros, queryId } = session;
  const result = await context.steps.terminate(target, { pid, backendStartMicros, queryId }, decision.granted);
  if (result.changed) {
    return { refused: `pid ${pid} is gone or runs another statement than the one that was planned; nothing was done` };
  }
  if (!result.ended) return { failed: `pid ${pid} was asked to end and is still there`, code: 'timed_out' };
  return { done: reportOf(target, session, context.startedAt) };
}

function planOf(context: RunContext<typeof steps>, target: TargetName, session: Session): Plan {
  const { member, pid, backendStartMicros, queryId } = session;
  return {
    runId: context.runId,
    operation: 'end',
    target: target.name,
    identity: { member, pid, backendStartMicros, queryId },
    steps: [`Compare pid ${pid}, its start time and its query id with this plan`, `End pid ${pid} on ${member}`],
    args: { pid },
    loss: `The open transaction of pid ${pid} is rolled back; its client must connect again.`,
    blastRadius: [
      `Application "${session.application || 'unnamed'}" (user ${session.user}) loses one connection.`,
      waitersText(session.blocks),
    ],
    facts: [
      { label: 'State', value: session.state },
      { label: 'In transaction for', value: secondsText(session.transactionSeconds) },
      { label: 'Statement', value: session.query || 'none' },
    ],
    expiresAt: new Date(Date.parse(context.startedAt) + PLAN_MINUTES * 60_000).toISOString(),
  };
}

function reportOf(target: TargetName, session: Session, at: string) {
  const headline = `pid ${session.pid} (app "${session.application || 'unnamed'}") on ${session.member} was ended`;
  return {
    ...emptyReport({ operation: 'end', subject: target.name, status: 'info', headline, at }),
    facts: [
      { label: 'Rolled back', value: `the open transaction of pid ${session.pid}, if it had one` },
      { label: 'Was in transaction for', value: secondsText(session.transactionSeconds) },
      { label: 'Sessions that waited for it', value: String(session.blocks) },
    ],
    next: [{ label: 'Look again', operation: 'health', target: target.name, args: [], disruptive: false }],
  };
}

function waitersText(waiters: number): string {
  if (waiters === 0) return 'No session waits for it now.';
  return waiters === 1 ? 'One session that waits for it goes on.' : `${waiters} sessions that wait for it go on.`;
}

function secondsText(seconds: number | null): string {
  if (seconds === null) return 'no open transaction';
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
