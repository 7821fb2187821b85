import type { KnownBlock } from '@slack/types';
import type { Json } from '../core/json.ts';
import { canonical, type Plan } from '../core/plan.ts';
import { shortRun } from '../core/run.ts';
import { actions, button, context, section, sections, type Rendered } from './blocks.ts';
import { pack, type Piece } from './fit.ts';
import { budgets } from './limits.ts';
import { counted, inline, when } from './mrkdwn.ts';

/** How far a plan is on its way to a grant. `decision` closes it: the buttons go, the sentence stays. */
export type PlanState = {
  hash: string;
  /** Slack user id of who asked, or the name of what did. */
  askedBy: string;
  approvalsNeeded: number;
  /** Slack user ids. */
  approvedBy: readonly string[];
  decision?: string;
};

/** The first digits of a plan's hash, enough to compare by eye. */
export function shortHash(hash: string): string {
  return hash.slice(0, 8);
}

const mostSteps = 6;
const mostFacts = 8;

/** What a run is about to do, with the two buttons that decide it. */
export function renderPlan(plan: Plan, state: PlanState): Rendered {
  const line = `:memo: *${inline(plan.target, 80)}* plan for \`${inline(plan.operation, 40)}\` ${waitingFor(state)}`;
  const blocks: KnownBlock[] = [
    section(line),
    section(stepLines(plan)),
    section(`*Can be lost:* ${inline(plan.loss, 400)}\n*Who notices:* ${radius(plan)}`),
    ...factsOf(plan),
    context(identity(plan)),
    context(bindings(plan, state)),
    ...(state.decision === undefined ? decide(plan, state) : []),
  ];
  return { text: line, blocks, thread: pack(planDetails(plan), budgets.threadMessages) };
}

function waitingFor(state: PlanState): string {
  if (state.decision !== undefined) return `· ${inline(state.decision, 300)}`;
  const missing = Math.max(0, state.approvalsNeeded - state.approvedBy.length);
  return `waits for ${counted(missing, 'approval')}`;
}

function stepLines(plan: Plan): string {
  const shown = plan.steps.slice(0, mostSteps).map((step, n) => `${n + 1}. ${inline(step, 250)}`);
  const more =
    plan.steps.length > mostSteps ? [`${counted(plan.steps.length - mostSteps, 'step')} more in the thread`] : [];
  return [...shown, ...more].join('\n') || 'No steps.';
}

function radius(plan: Plan): string {
  const shown = plan.blastRadius.slice(0, 3).map((one) => inline(one, 200));
  const more = plan.blastRadius.length > 3 ? ` ${plan.blastRadius.length - 3} more in the thread.` : '';
  return `${shown.join(' ') || 'nobody'}${more}`;
}

/** What is weighed before a yes: the first facts stand in the message itself. */
function factsOf(plan: Plan): KnownBlock[] {
  const shown = plan.facts.slice(0, mostFacts);
  if (shown.length === 0) return [];
  return [section(shown.map(({ label, value }) => `${inline(label, 80)}: *${inline(value, 200)}*`).join('\n'))];
}

function identity(plan: Plan): string {
  const names = Object.entries(plan.identity).flatMap(parts).slice(0, 12);
  return `Only if still: ${names.map(([name, value]) => `${inline(name, 60)} ${inline(typeof value === 'string' ? value : canonical(value), 80)}`).join(' · ')}`;
}

/** What belongs together is told name by name: nobody reads JSON at night. */
function parts([name, value]: [string, Json]): [string, Json][] {
  const isRecord = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isRecord ? Object.entries(value as { readonly [part: string]: Json }) : [[name, value]];
}

function bindings(plan: Plan, state: PlanState): string {
  const people = state.approvedBy.map(person).join(', ');
  const approved = people === '' ? '' : ` · approved by ${people}`;
  const asked = `asked by ${person(state.askedBy)}${approved}`;
  return `Plan ${shortHash(state.hash)} of ${inline(shortRun(plan.runId), 60)} · ${asked} · no approval counts after ${when(plan.expiresAt)}`;
}

/** A Slack user id as a name that pings nobody twice; anything else as text. */
function person(id: string): string {
  return /^[UW][A-Z0-9]{2,20}$/.test(id) ? `<@${id}>` : inline(id, 80);
}

function decide(plan: Plan, state: PlanState): KnownBlock[] {
  return actions([
    button({
      label: 'Approve',
      actionId: 'approve',
      style: 'primary',
      value: { k: 'approve', r: plan.runId, h: state.hash },
    }),
    button({
      label: 'Refuse',
      actionId: 'refuse',
      style: 'danger',
      value: { k: 'refuse', r: plan.runId, h: state.hash },
    }),
  ]);
}

function planDetails(plan: Plan): Piece[] {
  const lines = [
    ...plan.steps
      .slice(mostSteps)
      .map((step, n) => ({ noun: 'step', line: `${n + mostSteps + 1}. ${inline(step, 500)}` })),
    ...plan.blastRadius.slice(3).map((one) => ({ noun: 'effect', line: inline(one, 500) })),
    ...plan.facts
      .slice(mostFacts)
      .map((fact) => ({ noun: 'fact', line: `${inline(fact.label, 80)}: *${inline(fact.value, 200)}*` })),
  ];
  return lines.map(({ noun, line }) => ({ noun, count: 1, text: line, blocks: sections(line) }));
}
