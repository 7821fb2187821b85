import { durationText } from '../../checks/wording.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Plan } from '../../core/plan.ts';
import { emptyReport, type Report } from '../../core/report.ts';
import type { Session } from '../end/session.ts';
import { changedText, lostText, sessionName, transactionText, waitersText, workTexts } from '../end/words.ts';
import { PATIENCE_SECONDS, type Cancelled, type StatementIdentity } from './statement.ts';

type About = { runId: string; startedAt: string; target: TargetName; expiresAt: string };

/** Pure: what cancelling this statement means. */
export function cancelPlan(about: About, session: Session, identity: StatementIdentity): Plan {
  const { pid, member, application, user } = session;
  return {
    runId: about.runId,
    operation: 'cancel',
    target: about.target.name,
    identity,
    steps: [
      `Compare pid ${pid}, its start time and the start of its statement with this plan`,
      `Cancel the statement of pid ${pid} on ${member}`,
      `Look for ${PATIENCE_SECONDS} s whether it stopped`,
    ],
    args: { pid },
    loss: `What the statement of pid ${pid} did is undone, with the transaction that it is part of; the session stays connected.`,
    blastRadius: [
      `Application "${application || 'unnamed'}" (user ${user}) gets an error for one statement.`,
      waitersText(session.blocks),
      ...workTexts(session),
    ],
    facts: [
      { label: 'Runs for', value: durationText(session.stateSeconds) },
      { label: 'In transaction for', value: transactionText(session.transactionSeconds) },
      { label: 'Waits for', value: session.waitsFor ?? 'nothing' },
      { label: 'Statement', value: session.query || 'none' },
    ],
    expiresAt: about.expiresAt,
  };
}

/** Pure: what became of it. Where it goes on, the next thing to try is said. */
export function cancelOutcome(about: About, session: Session, result: Cancelled): Outcome {
  const { pid } = session;
  switch (result.became) {
    case 'still running':
      return { done: stillRunning(about, session) };
    case 'cancelled':
    case 'session gone':
    case 'over':
      return { done: over(about, session, result) };
    default:
      return { refused: changedText(pid, result.became) };
  }
}

function over(about: About, session: Session, { became, state, lost }: Cancelled): Report {
  const what = became === 'over' ? 'is over' : 'was cancelled';
  const then =
    became === 'session gone'
      ? 'Its client has disconnected.'
      : `Its session stays connected and is ${state ?? 'there'}.`;
  return {
    ...reportOf(about, 'info', `the statement of ${sessionName(session)} ${what}`),
    text: [`${lostText(lost)} ${then}`],
    next: [{ label: 'Show sessions', operation: 'sessions', target: about.target.name, args: [], disruptive: false }],
  };
}

function stillRunning(about: About, session: Session): Report {
  const { pid, member, backendStartMicros } = session;
  const { name } = about.target;
  return {
    ...reportOf(
      about,
      'warning',
      `${sessionName(session)} still runs its statement ${PATIENCE_SECONDS} s after it was cancelled`,
    ),
    text: [
      'It may be where it cannot be interrupted, or it catches the cancellation. Nothing was rolled back yet. Look again; if it goes on, end the session.',
    ],
    next: [
      {
        label: 'End session…',
        operation: 'end',
        target: name,
        args: [String(pid), member, backendStartMicros],
        disruptive: true,
      },
      { label: 'Show sessions', operation: 'sessions', target: name, args: [], disruptive: false },
    ],
  };
}

function reportOf({ target, startedAt }: About, status: 'info' | 'warning', headline: string): Report {
  return emptyReport({ operation: 'cancel', subject: target.name, status, headline, at: startedAt });
}
