import { durationText, momentText } from '../../checks/wording.ts';
import type { NextAction } from '../../core/finding.ts';
import { canaryChart } from '../canary/chart.ts';
import { canaryWords, proofWords } from '../canary/words.ts';
import type { Outcome } from '../../core/outcome.ts';
import { emptyReport, type Report, type Status } from '../../core/report.ts';
import type { FailoverOrder, FailoverResult } from '../../targets/failover.ts';
import { foundWords } from '../switchover/write-facts.ts';
import type { AfterLook } from '../switchover/after-look.ts';
import { afterTold } from '../switchover/after-words.ts';
import type { About } from './plan.ts';

/** Pure: how it ended, what was lost, and what is to be done, how to keep the old primary away before all. */
export function failoverOutcome(
  { target, startedAt, deadSeconds, writer }: About,
  order: FailoverOrder,
  result: FailoverResult,
  after: AfterLook | null = null,
): Outcome {
  const told = afterTold(after, { target: target.name, from: order.from, to: order.to });
  const about = { operation: 'failover', subject: target.name, at: startedAt };
  const report: Report = {
    ...emptyReport({ ...about, status: statusOf(result), headline: headlineOf(order, result) }),
    text: [
      ...result.loss.sentences,
      ...result.left.map((sentence) => `To do: ${sentence}`),
      ...(result.canary ? canaryWords(result.canary, order) : []),
      ...(result.canary ? foundWords(result.canary.found, { last: writer, ...order }) : []),
      ...told.text,
      ...result.evidence,
      ...(result.ended === 'failed-over' && (result.canary || target.engine === 'postgres')
        ? [proofWords(result.canary, order)]
        : []),
    ],
    tables: told.tables,
    charts: result.canary ? canaryChart(target.name, result.canary) : [],
    facts: [
      { label: 'Watched, dead all the time', value: durationText(deadSeconds) },
      { label: 'Old primary', value: result.oldPrimary === 'fenced' ? 'fenced' : 'not known to be fenced' },
      ...result.phases.map(({ name, milliseconds }) => ({ label: name, value: momentText(milliseconds) })),
    ],
    next: [...nextOf(target, result), ...told.next],
  };
  return { done: report };
}

/** The old primary, where it can be reached, knows exactly what only it has. */
function nextOf({ name, engine }: About['target'], { ended }: FailoverResult): NextAction[] {
  const isCountable = ended === 'failed-over' && engine === 'postgres';
  const count = { label: 'Count what was lost', operation: 'loss', target: name, args: [], disruptive: false };
  return [
    { label: 'Show health', operation: 'health', target: name, args: [], disruptive: false },
    ...(isCountable ? [count] : []),
  ];
}

function statusOf({ ended }: FailoverResult): Status {
  return ended === 'needs-a-human' ? 'critical' : 'warning';
}

function headlineOf({ from, to }: FailoverOrder, { ended, why, oldPrimary, left }: FailoverResult): string {
  const fenced = oldPrimary === 'fenced' ? 'is fenced' : 'is not fenced: keep it down';
  if (ended === 'failed-over') return `${to} takes the writes now, ${from} ${fenced}`;
  if (ended === 'not-done')
    return `not failed over: ${why ?? 'nothing was done.'}${left.length > 0 ? '' : ' Nothing was changed'}`;
  return `a person has to look: ${why ?? 'nobody can say who takes the writes'}`;
}
