import type { ChangeKind } from '../../core/changed.ts';
import type { ChangedLine, ReportedFinding, WhatChanged } from '../../core/report.ts';
import type { Placed, TargetChanges } from './changes.ts';

/** The kinds of changes that may explain a finding, most plausible first. */
export type CausesOf = (finding: ReportedFinding) => readonly ChangeKind[];

const MOST_LINES = 5;
const MOST_OTHERS = 15;
/** Below this it is only one of the things that changed. */
const POSSIBLE = 0.12;
const LIKELY = 0.5;
/** What is one place less plausible counts so much less. */
const PLACE_STEP = 0.12;
const LEAST_PLAUSIBLE = 0.3;
/** A change of another target needs one thought more. */
const NEXT_DOOR = 0.85;
/** A check may name the findings that a change is about; others it explains by accident. */
const NOT_ITS_CHECK = 0.35;
const NAMED = 1.25;
/** After so many hours without a finding a change is half as plausible. */
const HALF_HOURS = 6;
/** Clocks of servers and ours differ. */
const CLOCK_SECONDS = 60;

/** Pure: the changes of a target and of its neighbours, by how well they may explain what is told of it. */
export function explain(
  findings: readonly ReportedFinding[],
  own: TargetChanges,
  neighbours: readonly TargetChanges[],
  causesOf: CausesOf,
): WhatChanged {
  const all = [own, ...neighbours].flatMap(({ target, changes }) => changes.map((changed) => ({ target, changed })));
  const ranked = all
    .map(({ target, changed }) => {
      const best = bestOf(findings, changed, target === own.target ? 1 : NEXT_DOOR, causesOf);
      return { target, changed, ...best };
    })
    .toSorted((a, b) => b.score - a.score || b.changed.size - a.changed.size);
  const told = ranked.filter(({ score }) => score >= POSSIBLE).slice(0, MOST_LINES);
  const others = ranked.filter((one) => !told.includes(one)).slice(0, MOST_OTHERS);
  return {
    since: own.since,
    lines: told.map(lineOf),
    others: others.map(({ target, changed: { sentence } }) => ({ target, sentence })),
    notes: [own, ...neighbours.filter(({ since }) => own.since !== null || since !== null)].flatMap(
      ({ notes }) => notes,
    ),
  };
}

type Best = { score: number; explains: string };

function bestOf(findings: readonly ReportedFinding[], changed: Placed, nearness: number, causesOf: CausesOf): Best {
  let best: Best = { score: 0, explains: '' };
  for (const finding of findings) {
    const score = nearness * scoreOf(finding, changed, causesOf(finding));
    if (score > best.score) best = { score, explains: finding.key };
  }
  return best;
}

/** Pure: how well a change may explain a finding, from 0 to 1. */
export function scoreOf(finding: ReportedFinding, changed: Placed, causes: readonly ChangeKind[]): number {
  const place = causes.indexOf(changed.kind);
  if (place < 0) return 0;
  const plausible = Math.max(LEAST_PLAUSIBLE, 1 - PLACE_STEP * place);
  const size = 0.4 + 0.6 * changed.size;
  return Math.min(1, plausible * size * fitOf(finding, changed) * inTime(finding, changed));
}

function fitOf(finding: ReportedFinding, { explains, objects = [] }: Placed): number {
  const check = finding.key.split(':', 1)[0] ?? '';
  const itsCheck = explains === undefined || explains.includes(check) ? 1 : NOT_ITS_CHECK;
  const text = `${finding.key} ${finding.sentence} ${JSON.stringify(finding.evidence)}`;
  return itsCheck * (objects.some((name) => isNamed(name, text)) ? NAMED : 1);
}

/** As a word of its own, with its schema or without. */
function isNamed(name: string, text: string): boolean {
  const bare = name.split('.').at(-1) ?? name;
  if (bare.length < 3) return false;
  const literal = bare.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w$])${literal}(?![\\w$])`).test(text);
}

/** A change after the finding explains nothing; the longer before it, the less. */
function inTime({ since }: ReportedFinding, { at, from, to }: Placed): number {
  const sinceMs = Date.parse(since);
  const earliestMs = Date.parse(at ?? from);
  // A look that met the finding and not the change has the order; a server's own clock may differ from ours.
  const isAfter = at === undefined ? earliestMs >= sinceMs : earliestMs > sinceMs + CLOCK_SECONDS * 1000;
  if (isAfter) return 0;
  const latestMs = Math.min(sinceMs, Date.parse(at ?? to));
  const hours = Math.max(0, sinceMs - (earliestMs + latestMs) / 2) / 3_600_000;
  return HALF_HOURS / (HALF_HOURS + hours);
}

function lineOf({ target, changed, score, explains }: { target: string; changed: Placed } & Best): ChangedLine {
  const { kind, sentence, at, from, to } = changed;
  return {
    target,
    kind,
    sentence,
    sure: score >= LIKELY ? 'likely' : 'possible',
    explains,
    ...(at === undefined ? { between: { from, to } } : { at }),
  };
}
