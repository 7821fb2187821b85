import { emptyReport, type Item, type Report } from '../../core/report.ts';
import { blindReport, coverageOf, factsOf, nextOf, SURE_WORDS, takesText } from './report.ts';
import type { Advice, Why } from './why-types.ts';

/** Pure: what to do about a statement, each with its SQL to copy and what it costs. */
export function adviceReport(target: string, why: Why | undefined, at: string): Report {
  if (!why || why.counted === null) return blindReport('advice', target, why, at);
  const { advice, plan, notes } = why;
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
    text: [...notes],
    next: nextOf(target, why, 'explain'),
  };
}

function headlineOf({ id, advice, reasons, noPlan, counted }: Why): string {
  const [reason] = reasons;
  const takes = takesText(id, counted);
  if (advice.length > 0)
    return `${takes}. ${reason === undefined ? '' : `${reason.sentence} `}Nothing below is done by itself.`;
  if (noPlan) return `${takes}; it could not be planned, so there is no advice: ${noPlan.reason}`;
  return `${takes}; no index and no setting is known to help. ${reason?.sentence ?? 'Its plan is as good as it gets.'}`;
}

/** The SQL stands alone, so that it can be copied; what it locks and costs is below. */
function itemsOf({ sentence, sure, sql, notes }: Advice, place: number): Item[] {
  return [
    { text: `${place + 1}. ${sentence} (${SURE_WORDS[sure]})`, lines: [...sql], next: [] },
    ...(notes.length === 0 ? [] : [{ text: notes.join(' '), lines: [], next: [] }]),
  ];
}
