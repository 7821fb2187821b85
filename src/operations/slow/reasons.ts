import type { Json } from '../../core/json.ts';
import type { RunContext, TargetName } from '../../core/operation.ts';
import type { KeptPlan, Moved, StatementComparison } from '../../core/statement.ts';
import { asShown } from '../explain/hidden-names.ts';
import type { Reason, Why } from '../explain/why-types.ts';
import type { steps } from './look.ts';
import { msText } from './wording.ts';

/** What an explanation costs the server is little, and nobody reads more than these. */
const MOST_MOVED = 4;
/** The plans of those that take most are kept, so that a later one can be told apart. */
const MOST_KEPT = 5;
const SHAPE = /^[0-9a-f]{14}$/;

/** Why a statement takes its time, and the plan that it had before this one. */
export type Reasoned = { why: Why; before: KeptPlan | null };

type Context = Pick<RunContext<typeof steps>, 'steps' | 'rememberPlans'>;

/**
 * Explains what moved and what takes most on the member that takes writes, by the shape of each; plans are remembered, so that one
 * that changed is told with both.
 */
export async function reasonsFor(
  context: Context,
  target: TargetName,
  comparison: StatementComparison | undefined,
): Promise<{ [shape: string]: Reasoned }> {
  if (target.engine !== 'postgres' || comparison?.role !== 'primary') return {};
  const moved = comparison.moved.slice(0, MOST_MOVED).map(({ line }) => line);
  const shapes = [...moved, ...comparison.lines.slice(0, MOST_KEPT)].map(({ shape }) => shape);
  const asked = [...new Set(shapes)].filter((shape) => SHAPE.test(shape));
  if (asked.length === 0) return {};
  const found = Object.values(await context.steps.why(target, asked));
  const whys = found.map((why) => asShown(target, why));
  const plans = whys.flatMap(({ id, plan }) => (plan ? [{ shape: id, hash: plan.hash, lines: plan.lines }] : []));
  const before = plans.length === 0 ? [] : await context.rememberPlans(target, plans);
  return Object.fromEntries(
    whys.map((why) => [why.id, { why, before: before.find(({ shape }) => shape === why.id) ?? null }]),
  );
}

/** One or two sentences: that the plan changed, and what explains most; empty where nothing fits to what grew. */
export function reasonText(moved: Moved, reasoned: Reasoned | undefined, from: string): string {
  const reason = reasoned && fitting(moved, reasoned.why);
  const said = reason ? `${capital(reason.sure)}: ${reason.sentence}` : '';
  if (moved.kind === 'oftener') return said;
  return [changeText(reasoned) || loggedChangeText(moved, from), said].filter((part) => part !== '').join(' ');
}

function changeText(reasoned: Reasoned | undefined): string {
  if (!reasoned?.before || !reasoned.why.plan) return '';
  const { before, why } = reasoned;
  return `Its plan changed since ${clockText(before.lastAt)}: ${dearest(before.lines)} → ${dearest(why.plan?.lines ?? [])}.`;
}

/** Two plans in the log of which the later one came in the compared time. */
function loggedChangeText({ line: { logged = [] } }: Moved, from: string): string {
  const [now, before] = logged;
  if (!now || !before || now.firstAt < from) return '';
  const [was, is] = differing(before.lines, now.lines);
  return `Its plan in the log is another one since ${clockText(now.firstAt)}: ${was} (${msText(before.slowestMs)} at most) → ${is} (${msText(now.slowestMs)}).`;
}

function clockText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** The first node in which two plans differ; what is above it is the same. */
function differing(before: readonly string[], now: readonly string[]): [string, string] {
  const [was, is] = [before.map(nodeIn), now.map(nodeIn)];
  const place = is.findIndex((node, n) => node !== was[n]);
  return [`\`${was[place] ?? was.at(-1) ?? ''}\``, `\`${is[place] ?? is.at(-1) ?? ''}\``];
}

/** What would help, where anything is known that does. */
export function adviceText(moved: Moved, { why }: Reasoned): string {
  const [advice] = why.advice;
  return advice && fitting(moved, why) ? `${advice.sentence} (${advice.sure})` : '';
}

/** The reason that explains most, unless the counters speak of another one: who only waits has no bad plan. */
function fitting({ kind, signs }: Moved, { reasons: [reason] }: Why): Reason | undefined {
  const what = signs[0]?.what;
  if (!reason || kind === 'oftener' || what === 'waits' || what === 'rows') return undefined;
  if (what === 'tempPages') return reason.kind === 'work-memory' ? reason : undefined;
  return reason.sure !== 'guess' || reason.kind === 'missing-index' ? reason : undefined;
}

/** For the thread: what the log had of its plans in the compared time, the last one as it ran. */
export function loggedEvidence({ line: { logged = [] } }: Moved, from: string): { [name: string]: Json } {
  const [now, before] = logged;
  if (!now || now.lastAt < from) return {};
  return {
    planInLog: [`last at ${clockText(now.lastAt)}, ${msText(now.slowestMs)} at most`, ...now.lines],
    ...(before
      ? {
          planInLogBefore: [
            `last at ${clockText(before.lastAt)}, ${msText(before.slowestMs)} at most`,
            ...before.lines,
          ],
        }
      : {}),
  };
}

/** For the thread: the plan now and before, and all reasons. */
export function reasonEvidence({ why, before }: Reasoned): { [name: string]: Json } {
  return {
    reasons: why.reasons.map(({ sentence, sure }) => `${sure}: ${sentence}`),
    plan: why.plan ? [...why.plan.lines] : (why.noPlan?.reason ?? null),
    ...(before ? { planBefore: [...before.lines] } : {}),
    advice: why.advice.flatMap(({ sql }) => sql),
  };
}

/** The node that costs most, as the plan marks it. */
function dearest(lines: readonly string[]): string {
  return `\`${nodeIn(lines.find((line) => line.includes('▶')) ?? lines[0] ?? 'no plan')}\``;
}

/** A line without its mark and its numbers. */
function nodeIn(line: string): string {
  const [node = ''] = line.replace(/[▶│├└─]/g, '').split(' · ');
  return node.trim();
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
