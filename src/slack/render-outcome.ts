import type { FaultCode } from '../core/errors.ts';
import type { Outcome } from '../core/outcome.ts';
import { context, section, type Rendered } from './blocks.ts';
import { inline } from './mrkdwn.ts';
import { renderReport, type ReportOptions } from './render-report.ts';

/** Which run an outcome belongs to. */
export type OutcomeAbout = { operation: string; subject: string; runId: string };

/** What each kind of fault asks of the reader. */
const advice: Readonly<Record<FaultCode, string>> = {
  target_unreachable: 'The target did not answer; nothing was changed by this run after that.',
  permission_denied: 'A right is missing; the sentence above says which.',
  throttled: 'Too many requests at once; ask again in a minute.',
  timed_out: 'It took longer than it may; ask again, or look at the target first.',
  conflict: 'Somebody else holds it, or it changed meanwhile; look again before you repeat it.',
  invalid_request: 'The request cannot be carried out as it was typed.',
  unsupported: 'This target cannot do that.',
  bug: 'This is a fault of Nightshift itself; the log has it under the run id.',
};

/** The last form of a run's message. */
export function renderOutcome(about: OutcomeAbout, outcome: Outcome, options: ReportOptions): Rendered {
  if ('done' in outcome) return renderReport(outcome.done, options);
  const title = `*${inline(about.subject, 80)}* \`${inline(about.operation, 40)}\``;
  const run = `run ${inline(about.runId, 80)}`;
  if ('refused' in outcome) {
    const line = `:no_entry: ${title} refused: ${inline(outcome.refused, 600)}`;
    const who = outcome.who === undefined ? '' : `Who can: ${inline(outcome.who, 300)} · `;
    return { text: line, blocks: [section(line), context(`${who}${run}`)], thread: [] };
  }
  const line = `:x: ${title} failed: ${inline(outcome.failed, 600)}`;
  return {
    text: line,
    blocks: [section(line), context(`${advice[outcome.code]} · ${outcome.code} · ${run}`)],
    thread: [],
  };
}
