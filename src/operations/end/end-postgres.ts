import type { TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Plan } from '../../core/plan.ts';
import { emptyReport } from '../../core/report.ts';
import type { Session } from './session.ts';
import type { Ended } from './signal.ts';
import { changedText, lostText, sessionName, transactionText, waitersText, workTexts } from './words.ts';

type About = { runId: string; startedAt: string; target: TargetName; expiresAt: string };

/** Pure: what ending this session means. */
export function endPlan({ runId, target, expiresAt }: About, session: Session): Plan {
  const { member, pid, backendStartMicros, queryId } = session;
  return {
    runId,
    operation: 'end',
    target: target.name,
    identity: { member, pid, backendStartMicros, queryId },
    steps: [`Compare pid ${pid}, its start time and its query id with this plan`, `End pid ${pid} on ${member}`],
    args: { pid },
    loss: `The open transaction of pid ${pid} is rolled back; its client must connect again.`,
    blastRadius: [
      `Application "${session.application || 'unnamed'}" (user ${session.user}) loses one connection.`,
      waitersText(session.blocks),
      ...workTexts(session),
    ],
    facts: [
      { label: 'State', value: session.state },
      { label: 'In transaction for', value: transactionText(session.transactionSeconds) },
      { label: 'Statement', value: session.query || 'none' },
    ],
    expiresAt,
  };
}

/** Pure: how it ended, and what that cost. */
export function endOutcome({ target, startedAt }: About, session: Session, { became, lost }: Ended): Outcome {
  const { pid } = session;
  if (became === 'still there') return { failed: `pid ${pid} was asked to end and is still there`, code: 'timed_out' };
  if (became !== 'ended') return { refused: changedText(pid, became) };
  const headline = `${sessionName(session)} was ended`;
  return {
    done: {
      ...emptyReport({ operation: 'end', subject: target.name, status: 'info', headline, at: startedAt }),
      text: [lostText(lost)],
      next: [
        { label: 'Look again', operation: 'health', target: target.name, args: [], disruptive: false },
        { label: 'Show sessions', operation: 'sessions', target: target.name, args: [], disruptive: false },
      ],
    },
  };
}
