import type { Finding } from '../../core/finding.ts';
import type { Remembered, Watched } from '../../core/past.ts';
import type { Hysteresis, Quiet } from '../../core/quiet.ts';
import type { HeldFinding, ReportedFinding } from '../../core/report.ts';
import { compare, worstFirst, type Told } from './compare.ts';
import { holdOf, marksOf, outgrown, type Met } from './hold.ts';
import { asWatched, countOf, goneOf, type Gone } from './watch.ts';

/** Who is told: a person sees this instant; a schedule and an alarm notify. */
export type Audience = 'person' | 'schedule' | 'alarm';

export type Evaluation = {
  findings: readonly Finding[];
  /** Ids of the checks that answered. */
  answered: readonly string[];
  baseline: Remembered | undefined;
  quiet: Quiet;
  /** ISO time of the look. */
  at: string;
  audience: Audience;
  /** Keys that an earlier look of this very run met. */
  metBefore: ReadonlySet<string>;
  hysteresis(check: string): Hysteresis;
  /** Whether a finding is told of at first sight. */
  cannotWait(finding: Finding): boolean;
  /** Which of these are back within their limit, but not by a tenth. */
  stillNear(gone: readonly ReportedFinding[]): ReadonlySet<string>;
};

export type Evaluated = {
  told: readonly ReportedFinding[];
  held: readonly HeldFinding[];
  /** Sentences of findings that are over. */
  resolved: readonly string[];
  watched: readonly Watched[];
  /** What is muted and has become worse than its mute covers. */
  outgrown: readonly string[];
};

/** Pure: findings as a reader is to hear of them, and what to remember for the next time. */
export function evaluate(evaluation: Evaluation): Evaluated {
  const { findings, quiet, at, baseline } = evaluation;
  const watched = asWatched(baseline);
  const met = findings.map((finding) => meet(finding, evaluation, watched));
  const gone = goneOf(evaluation, watched);
  const muted = findings.map((finding) => outgrown(finding, quiet.mutes, at)?.what);
  return {
    told: met.flatMap(({ reported, hold }) => (hold ? [] : [reported])).toSorted(worstFirst),
    held: [
      ...met.flatMap(({ reported, hold }) => (hold ? [{ ...reported, held: hold }] : [])),
      ...gone.flatMap(clearing),
    ].toSorted(worstFirst),
    resolved: gone.flatMap(({ finding, over }) => (over && finding.severity !== 'info' ? [finding.sentence] : [])),
    watched: [...met.map(({ watch }) => watch), ...gone.flatMap(({ over, watch }) => (over ? [] : [watch]))],
    outgrown: [...new Set(muted.filter((what) => what !== undefined))],
  };
}

type Outcome = { reported: ReportedFinding; hold: HeldFinding['held'] | undefined; watch: Watched };

function meet(finding: Finding, evaluation: Evaluation, watched: ReadonlyMap<string, Watched>): Outcome {
  const { baseline, quiet, at, audience } = evaluation;
  const { old, told, since, seen } = rememberedOf(finding, evaluation, watched.get(finding.key));
  const met: Met = { finding, since, told, confirmed: told || isConfirmed(finding, seen, evaluation) };
  const hold = holdOf(met, quiet, at, audience !== 'person');
  // What outgrew its mute is compared with what the mute hid, so that it is WORSE and not NEW.
  const isKnown = told || outgrown(finding, quiet.mutes, at) !== undefined;
  const compared = compare(finding, isKnown ? toldBefore(old, baseline) : undefined, since);
  const marks = hold ? [] : marksOf(met, quiet, baseline?.at, at);
  const reported = marks.length > 0 ? { ...compared, marks } : compared;
  return { reported, hold, watch: { key: finding.key, seen, missed: 0, told: isTold(told, hold) } };
}

/** What was told stays so while a window expects it; the end of a mute is news. */
function isTold(before: boolean, hold: Outcome['hold']): boolean {
  return hold === undefined || (before && hold.by !== 'mute');
}

function toldBefore(old: ReportedFinding | undefined, baseline: Remembered | undefined): Told | undefined {
  return old && baseline ? { finding: old, at: baseline.at } : undefined;
}

type RememberedFinding = { old: ReportedFinding | undefined; told: boolean; since: string; seen: number };

function rememberedOf(finding: Finding, evaluation: Evaluation, before: Watched | undefined): RememberedFinding {
  const { baseline, at, metBefore } = evaluation;
  const old = baseline?.findings.find(({ key }) => key === finding.key) ?? before?.gone;
  const seen = countOf(before?.seen, before?.missed === 0, evaluation);
  return {
    old,
    told: before?.told ?? false,
    since: old?.since ?? at,
    seen: seen + (metBefore.has(finding.key) ? 1 : 0),
  };
}

/** An alarm has looked by itself, several times as a rule, before it came to us: that counts as one look. */
function isConfirmed(finding: Finding, seen: number, { audience, hysteresis, cannotWait }: Evaluation): boolean {
  if (finding.severity === 'info' || cannotWait(finding)) return true;
  const { fireAfter } = hysteresis(finding.key.split(':', 1)[0] ?? '');
  return seen + (audience === 'alarm' ? 1 : 0) >= fireAfter;
}

function clearing({ finding, over, words }: Gone): HeldFinding[] {
  return over || finding.severity === 'info' ? [] : [{ ...finding, held: { by: 'clearing', words } }];
}
