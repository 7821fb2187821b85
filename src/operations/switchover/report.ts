import { momentText } from '../../checks/wording.ts';
import { canaryChart } from '../canary/chart.ts';
import { canaryWords, proofWords } from '../canary/words.ts';
import type { Outcome } from '../../core/outcome.ts';
import { emptyReport, type Report, type Status } from '../../core/report.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../targets/switchover.ts';
import type { AfterLook } from './after-look.ts';
import { afterTold } from './after-words.ts';
import type { About } from './plan.ts';

/** Pure: how it ended, what clients felt, and what was lost. */
export function switchoverOutcome(
  { target, startedAt }: About,
  order: Pick<SwitchoverOrder, 'from' | 'to'>,
  result: SwitchoverResult,
  after: AfterLook | null = null,
): Outcome {
  const told = afterTold(after, { target: target.name, ...order });
  const about = { operation: 'switchover', subject: target.name, at: startedAt };
  const report: Report = {
    ...emptyReport({ ...about, status: statusOf(result), headline: headlineOf(order, result) }),
    text: [
      lostWords(result),
      // In the channel only the first lines are seen: what is to be done is among them.
      ...result.left.map((sentence) => `To do: ${sentence}`),
      ...(result.canary ? canaryWords(result.canary, order) : []),
      ...told.text,
      ...result.evidence,
      ...(result.ended === 'switched' && isProvedByUs(target, result) ? [proofWords(result.canary, order)] : []),
    ],
    tables: told.tables,
    charts: result.canary ? canaryChart(target.name, result.canary) : [],
    facts: [
      ...(result.writeGapMilliseconds === null
        ? []
        : [{ label: 'Writes stood still for', value: momentText(result.writeGapMilliseconds) }]),
      ...result.phases.map(({ name, milliseconds }) => ({ label: name, value: momentText(milliseconds) })),
    ],
    next: [
      { label: 'Show health', operation: 'health', target: target.name, args: [], disruptive: false },
      ...told.next,
    ],
  };
  return { done: report };
}

/** A Redis server says that it is the primary, and is asked for no write where no canary is. */
function isProvedByUs({ engine, cloud }: About['target'], { canary }: SwitchoverResult): boolean {
  return canary !== undefined || (engine === 'postgres' && cloud !== true);
}

function statusOf({ ended, left, lost }: SwitchoverResult): Status {
  if (ended === 'needs-a-human') return 'critical';
  return ended === 'rolled-back' || left.length > 0 || lost !== 'none' ? 'warning' : 'healthy';
}

function headlineOf(
  { from, to }: Pick<SwitchoverOrder, 'from' | 'to'>,
  { ended, why, writeGapMilliseconds, former }: SwitchoverResult,
): string {
  if (ended === 'switched') {
    const gap = writeGapMilliseconds === null ? '' : `; writes stood still for ${momentText(writeGapMilliseconds)}`;
    return `${to} takes the writes now, ${former ?? `${from} follows it`}${gap}`;
  }
  if (ended === 'rolled-back') return `not switched: ${why ?? 'it was undone'} ${from} takes the writes as before`;
  return `a person has to look: ${why ?? 'nobody can say who takes the writes'}`;
}

function lostWords({ ended, lost, why, evidence }: SwitchoverResult): string {
  if (ended === 'needs-a-human') return 'Whether writes were lost cannot be said yet.';
  if (lost === 'none') return 'Lost: no acknowledged write.';
  return `Whether acknowledged writes were lost cannot be said: ${why ?? evidence[0] ?? 'nobody saw it.'}`;
}
