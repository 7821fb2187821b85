import { bytesText, countText } from '../../checks/wording.ts';
import { emptyReport, type Fact, type Item, type Report } from '../../core/report.ts';
import { BLOCK_BYTES } from './evidence.ts';
import { msText } from '../slow/wording.ts';
import { shortId } from './statement-id.ts';
import type { Sure, Why } from './why-types.ts';

/** What is read behind a sentence: how sure it is. */
export const SURE_WORDS: Readonly<Record<Sure, string>> = { proved: 'proved', likely: 'likely', guess: 'a guess' };

/** Pure: why a statement is slow, the plan first, then the other reasons, then what to do. */
export function explainReport(target: string, why: Why | undefined, at: string): Report {
  if (!why || why.counted === null) return blindReport('explain', target, why, at);
  const { reasons, advice, plan, notes } = why;
  const [first] = advice;
  return {
    ...emptyReport({
      operation: 'explain',
      subject: target,
      status: plan ? 'info' : 'unknown',
      headline: headlineOf(why),
      at,
    }),
    ...coverageOf('explain', why),
    items: [
      ...(plan ? [planItem(why)] : []),
      ...(first
        ? [{ text: `What helps (${SURE_WORDS[first.sure]}): ${first.sentence}`, lines: [...first.sql], next: [] }]
        : []),
      ...reasons
        .slice(1)
        .map(({ sentence, sure }) => ({ text: `Besides (${SURE_WORDS[sure]}): ${sentence}`, lines: [], next: [] })),
    ],
    facts: factsOf(why),
    text: [...notes],
    next: nextOf(target, why, 'advice'),
  };
}

/** `q:7f3a12 takes 41 ms on average: …`. */
function headlineOf(why: Why): string {
  const { id, counted, reasons, noPlan } = why;
  const [first] = reasons;
  const takes = takesText(id, counted);
  if (first) return `${takes}; ${SURE_WORDS[first.sure]}: ${first.sentence}`;
  if (noPlan) return `${takes}; it could not be planned: ${noPlan.reason}`;
  return `${takes}, and nothing in its plan, its tables and its counters explains that: it may wait for locks or for its client`;
}

/** What no call has ended of has no time of a call. */
export function takesText(id: string, counted: Why['counted']): string {
  if (counted?.calls === 0) return `${shortId(id)} runs now, and no call of it has ended yet`;
  return `${shortId(id)} takes ${msText(counted?.meanMs ?? 0)} a call`;
}

function planItem({ plan }: Why): Item {
  return {
    text: `The plan for any value, ${plan?.hash ?? ''}; ▶ costs most:`,
    lines: [...(plan?.lines ?? [])],
    next: [],
  };
}

export function factsOf({ text, database, counted, plan, id }: Why): Fact[] {
  if (counted === null) return [];
  const { calls, totalMs, rowsPerCall, readBlocksPerCall, hitBlocksPerCall, temporaryBlocksPerCall } = counted;
  const pages = `${bytesText(hitBlocksPerCall * BLOCK_BYTES)} from the cache, ${bytesText(readBlocksPerCall * BLOCK_BYTES)} besides`;
  const temporary =
    temporaryBlocksPerCall > 0 ? `, ${bytesText(temporaryBlocksPerCall * BLOCK_BYTES)} of temporary files` : '';
  return [
    { label: 'Statement', value: `${id}: ${text}` },
    { label: 'Database', value: database ?? 'gone' },
    ...(calls === 0
      ? []
      : [
          {
            label: 'Counted',
            value: `${countText(calls, 'call')}, ${msText(totalMs)} in all, ${countText(Math.round(rowsPerCall), 'row')} a call`,
          },
          { label: 'Reads a call', value: pages + temporary },
        ]),
    ...(plan
      ? [
          {
            label: 'Planned',
            value: `cost ${Math.round(plan.totalCost).toLocaleString('en-US')}, ${countText(Math.round(plan.rows), 'row')}; made for any value, nothing was run`,
          },
        ]
      : []),
  ];
}

/** What stayed unseen, with what mends it. */
export function coverageOf(check: string, { noPlan }: Why): Pick<Report, 'coverage'> {
  if (noPlan === null) return {};
  const fix = noPlan.fix === null ? {} : { fix: noPlan.fix };
  return {
    coverage: { asked: 1, answered: 0, gaps: [{ check, kind: 'skipped', reason: noPlan.reason, ...fix }] },
  };
}

export function nextOf(target: string, { id }: Why, other: 'advice' | 'explain'): Report['next'] {
  const label = other === 'advice' ? 'Index advice' : 'Explain';
  return [{ label, operation: other, target, args: [id], disruptive: false }];
}

/** Nothing was found, or several: what there is to choose from. */
export function blindReport(operation: 'explain' | 'advice', target: string, why: Why | undefined, at: string): Report {
  const id = why?.id ?? '';
  const matches = why?.matches ?? [];
  const several = `${shortId(id)} fits several statements: name one by more of its digits`;
  const headline =
    matches.length > 0 ? several : `${shortId(id)} could not be looked at: ${why?.noPlan?.reason ?? 'nobody answered'}`;
  return {
    ...emptyReport({ operation, subject: target, status: matches.length > 0 ? 'info' : 'unknown', headline, at }),
    ...unseenOf(operation, why),
    items: matches.map((one) => ({
      text: `${one.id}: ${one.text}`,
      lines: [],
      next: [{ label: 'This one', operation, target, args: [one.id], disruptive: false }],
    })),
  };
}

/** The headline has the reason already; a gap is worth its line where something mends it. */
function unseenOf(check: string, why: Why | undefined): Pick<Report, 'coverage'> {
  return why?.noPlan?.fix && why.matches.length === 0 ? coverageOf(check, why) : {};
}
