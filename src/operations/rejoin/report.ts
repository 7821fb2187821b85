import type { Outcome } from '../../core/outcome.ts';
import { emptyReport, type Status } from '../../core/report.ts';
import type { RejoinLook, RejoinOrder, RejoinResult } from '../../targets/rejoin.ts';
import type { About } from './plan.ts';

/** Pure: whether it follows now, and what is left to do. */
export function rejoinOutcome(
  { target, startedAt }: About,
  order: RejoinOrder,
  { following }: RejoinLook,
  result: RejoinResult,
): Outcome {
  const standbys = result.ended === 'rejoined' ? [...following, order.member] : following;
  const { status, headline } = endOf(order, result);
  const said = result.ended === 'under-way' ? { evidence: [], left: [] } : result;
  return {
    done: {
      ...emptyReport({ operation: 'rejoin', subject: target.name, at: startedAt, status, headline }),
      text: [...said.left.map((sentence) => `To do: ${sentence}`), ...said.evidence],
      facts: [{ label: 'Standbys', value: standbys.join(', ') || 'none: nobody could take over now' }],
      next: [{ label: 'Show health', operation: 'health', target: target.name, args: [], disruptive: false }],
    },
  };
}

function endOf({ member, primary }: RejoinOrder, result: RejoinResult): { status: Status; headline: string } {
  if (result.ended === 'under-way')
    return { status: 'warning', headline: `still at work: ${result.phase}; how it ends is told when it does` };
  const { ended, why, left } = result;
  if (ended === 'rejoined')
    return { status: left.length > 0 ? 'warning' : 'healthy', headline: `${member} follows ${primary} now` };
  if (ended === 'not-done') return { status: 'critical', headline: `${member} does not follow ${primary}: ${why}` };
  return { status: 'critical', headline: `a person has to look: ${why}` };
}
