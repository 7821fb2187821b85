import type { Remembered, Watched } from '../../core/past.ts';
import type { ReportedFinding } from '../../core/report.ts';
import type { Evaluation } from './evaluate.ts';

/** Two looks sooner than this after each other are one: a storm of alarms confirms nothing. */
const ONE_LOOK_SECONDS = 60;
/** After a longer pause nobody waits for the next report: a run looks twice instead, and one look says that it is over. */
const RARE_SECONDS = 3_600;

/** A finding that was told of and is not there now. */
export type Gone = { finding: ReportedFinding; over: boolean; words: string; watch: Watched };

/** Pure: what is remembered of each finding. A look from before there was such a memory told of all that it found. */
export function asWatched(baseline: Remembered | undefined): ReadonlyMap<string, Watched> {
  const watched =
    baseline?.watched ?? (baseline?.findings ?? []).map(({ key }) => ({ key, seen: 2, missed: 0, told: true }));
  return new Map(watched.map((watch) => [watch.key, watch]));
}

/** Pure: one look more in a row, unless the last one was only just now. */
export function countOf(
  before: number | undefined,
  inARow: boolean,
  { baseline, at }: Pick<Evaluation, 'baseline' | 'at'>,
): number {
  if (before === undefined || !inARow) return 1;
  return secondsBetween(baseline?.at, at) < ONE_LOOK_SECONDS ? before : before + 1;
}

/** Pure: true when the last notification is so long ago that waiting for the next one would be too long. */
export function isRare(baseline: Remembered | undefined, at: string): boolean {
  return secondsBetween(baseline?.at, at) > RARE_SECONDS;
}

/** Pure: what was told and is not there now. A question without an answer ends nothing. */
export function goneOf(evaluation: Evaluation, watched: ReadonlyMap<string, Watched>): Gone[] {
  const { findings, answered, baseline } = evaluation;
  const present = new Set(findings.map(({ key }) => key));
  const absent = [...watched.values()].flatMap((watch) => {
    const finding = watch.gone ?? baseline?.findings.find(({ key }) => key === watch.key);
    return watch.told && finding && !present.has(watch.key) ? [{ watch, finding: { ...finding, evidence: null } }] : [];
  });
  const asked = (key: string) => key.includes('.reachable:') || answered.includes(checkOf(key));
  const near = evaluation.stillNear(absent.map(({ finding }) => finding).filter(({ key }) => asked(key)));
  return absent.map(({ watch, finding }) => {
    if (!asked(watch.key))
      return { finding, over: false, words: 'its check did not answer', watch: keep(watch, finding) };
    return near.has(watch.key) ? nearLimit(finding, watch, evaluation) : missed(finding, watch, evaluation);
  });
}

function nearLimit(finding: ReportedFinding, watch: Watched, { audience }: Evaluation): Gone {
  const words = 'back within its limit, but not by a tenth';
  return { finding, over: audience === 'person', words, watch: { ...keep(watch, finding), missed: 0 } };
}

function missed(finding: ReportedFinding, watch: Watched, evaluation: Evaluation): Gone {
  const { audience, baseline, at, hysteresis } = evaluation;
  const count = Math.max(1, countOf(watch.missed, true, evaluation));
  const { clearAfter } = hysteresis(checkOf(watch.key));
  const over = audience === 'person' || finding.severity === 'info' || isRare(baseline, at) || count >= clearAfter;
  const words = `gone in ${count} of ${clearAfter} looks`;
  return { finding, over, words, watch: { ...keep(watch, finding), missed: count } };
}

function keep({ key, seen, missed: count }: Watched, gone: ReportedFinding): Watched {
  return { key, seen, missed: count, told: true, gone };
}

function checkOf(key: string): string {
  return key.split(':', 1)[0] ?? key;
}

function secondsBetween(from: string | undefined, to: string): number {
  return from === undefined ? Number.POSITIVE_INFINITY : (Date.parse(to) - Date.parse(from)) / 1000;
}
