import { emptyReport, type Item, type Report } from '../../core/report.ts';
import { blindReport, coverageOf, factsOf, nextOf, SURE_WORDS } from './report.ts';
import { shortId } from './statement-id.ts';
import type { Advice, Why } from './why-types.ts';

/** Pure: what to do about a statement, each with its SQL to copy and what it costs. */
export function adviceReport(target: string, why: Why | undefined, at: string): Report {
  if (!why || why.counted === null) return blindReport('advice', target, why, at);
  const { advice, plan, notes, noPlan } = why;
  return {
    ...emptyReport({
      operation: 'advice',
      subject: target,
      status: plan ? 'info' : 'unknown',
      headline: headlineOf(why),
      at,
    }),
    ...coverageOf('advice', why),
    items: advice.flatMap(itemsOf),
    facts: factsOf(why),
    text: noPlan ? [] : [...notes],
    next: nextOf(target, why, 'explain'),
  };
}

function headlineOf({ id, advice, reasons, noPlan }: Why): string {
  const [first] = advice;
  if (first) return `${shortId(id)}: ${first.sentence} (${SURE_WORDS[first.sure]}; nothing is done by this)`;
  if (noPlan) return `${shortId(id)} could not be planned, so there is no advice: ${noPlan.reason}`;
  const [reason] = reasons;
  if (reason) return `${shortId(id)}: no index and no setting is known to help; ${reason.sentence}`;
  return `${shortId(id)}: nothing is known to help, its plan is as good as it gets`;
}

/** The SQL stands alone, so that it can be copied; what it locks and costs is below. */
function itemsOf({ sentence, sure, sql, notes }: Advice, place: number): Item[] {
  return [
    { text: `${place + 1}. ${sentence} (${SURE_WORDS[sure]})`, lines: [...sql], next: [] },
    ...(notes.length === 0 ? [] : [{ text: notes.join(' '), lines: [], next: [] }]),
  ];
}
