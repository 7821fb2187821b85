import type { NextAction } from '../../core/finding.ts';
import type { Outcome } from '../../core/outcome.ts';
import { emptyReport, type Report, type Status } from '../../core/report.ts';
import { memberAt, type PointerEnd } from '../../targets/pointer.ts';
import type { Looked } from './look.ts';
import type { About } from './plan.ts';
import type { Way } from './where-to.ts';

/** Pure: what clients find now, and what is left. */
export function repointOutcome(
  { target, startedAt }: About,
  { pointer }: Looked,
  { change, member }: Way,
  end: PointerEnd,
): Outcome {
  const { name } = pointer;
  const { before, after } = change;
  const who = (host: string, one: string | null): string => (one === null ? host : `${one} (${host})`);
  const headline = {
    pointed: `${name} says ${who(after.host, member)} now`,
    'not-pointed': `not pointed elsewhere: ${end.why}`,
    'needs-a-human': `a person has to look: ${end.why}`,
  }[end.ended];
  const report: Report = {
    ...emptyReport({ operation: 'repoint', subject: target.name, status: statusOf(end), headline, at: startedAt }),
    text: [
      ...end.left.map((sentence) => `To do: ${sentence}`),
      ...(end.ended === 'pointed' ? pointer.lingers : []),
      ...end.evidence,
    ],
    facts: [{ label: 'Said before', value: who(before.host, memberAt(pointer, before)) }],
    next: [...nextOf(target.name, end), { ...button(target.name, 'Show health', 'health'), disruptive: false }],
  };
  return { done: report };
}

function statusOf({ ended, left }: PointerEnd): Status {
  if (ended === 'needs-a-human') return 'critical';
  return ended === 'not-pointed' || left.length > 0 ? 'warning' : 'healthy';
}

function nextOf(target: string, { ended }: PointerEnd): NextAction[] {
  if (ended === 'pointed') return [{ ...button(target, 'Undo', 'repoint'), args: ['undo'] }];
  return [button(target, 'Ask again', 'repoint')];
}

function button(target: string, label: string, operation: string): NextAction {
  return { label, operation, target, args: [], disruptive: true };
}

/** Nobody saw how it ended. */
export function unfollowed(phase: string): PointerEnd {
  return { ended: 'needs-a-human', why: `It was not seen how it ended. ${phase}`, evidence: [], left: [] };
}
