import { whoCan, whyNot } from '../config/authorise.ts';
import type { Config } from '../config/config.ts';
import type { Audit } from '../core/safety.ts';
import type { ApprovalStore } from '../state/approvals.ts';
import type { Callbacks } from '../state/callbacks.ts';
import { named } from './asking.ts';
import { targetsOf } from './knowledge.ts';
import type { WakeRun } from './wake-run.ts';
import type { WhoAsks } from './who-asks.ts';

export type DecisionTools = {
  config: Config;
  now(): number;
  approvals: ApprovalStore;
  audit: Audit;
  callbacks: Callbacks;
  runs: { wake: WakeRun };
  /** Who this person is now: a role that was taken away since the plan was shown counts no more. */
  whoDecides: WhoAsks;
  /** Shows who approved so far in the run's message. */
  refreshPlan(runId: string): Promise<void>;
};

/** A yes or no to one plan hash, by a person with the role of approver; answers in one sentence for that person alone. */
export async function decide(
  tools: DecisionTools,
  user: string,
  click: { k: 'approve' | 'refuse'; r: string; h: string },
  claimKey: string,
): Promise<string> {
  const known = await tools.approvals.plan(click.r);
  if (!known) return 'This plan is not known any more; ask for it again.';
  const environment = targetsOf(tools.config, known.plan.target)[0]?.environment ?? '';
  const asking = await tools.whoDecides(user, 'approver', [environment]);
  const refused = whyNot(tools.config, asking, 'approver', environment);
  if (refused) {
    await record(tools, known.plan, user, { what: 'refused', words: refused }, claimKey);
    return `${refused} Who can: ${whoCan(tools.config, 'approver', environment)}.`;
  }
  const said = click.k === 'approve' ? await sayYes(tools, click, user) : await sayNo(tools, click, user);
  const groups = tools.config.groups.filter(({ slack }) => asking.groups?.includes(slack)).map(({ name }) => name);
  await record(tools, known.plan, user, { ...said, groups }, claimKey);
  // The decision stands in the state table; waking and showing it only make it quicker to see.
  await wake(tools, click.r).catch(() => undefined);
  await tools.refreshPlan(click.r).catch(() => undefined);
  return named(tools.config, said.words);
}

type Said = { what: 'approved' | 'refused'; words: string };

async function sayYes(tools: DecisionTools, click: { r: string; h: string }, user: string): Promise<Said> {
  const answer = await tools.approvals.approve(click.r, click.h, user);
  if ('refused' in answer) return { what: 'refused', words: answer.refused };
  if ('waiting' in answer) return { what: 'approved', words: `Your yes counts; ${answer.waiting} more needed.` };
  return { what: 'approved', words: 'Approved. The run goes on.' };
}

async function sayNo(tools: DecisionTools, click: { r: string; h: string }, user: string): Promise<Said> {
  const answer = await tools.approvals.refuse(click.r, click.h, user);
  return { what: 'refused', words: 'refused' in answer ? answer.refused : 'You said no; nothing will be done.' };
}

async function wake(tools: DecisionTools, runId: string): Promise<void> {
  const callback = await tools.callbacks.of(runId);
  if (callback !== undefined) await tools.runs.wake(callback);
}

async function record(
  tools: DecisionTools,
  plan: { runId: string; operation: string; target: string },
  who: string,
  { what, ...detail }: Said & { groups?: readonly string[] },
  claimKey: string,
): Promise<void> {
  const { runId, operation, target: subject } = plan;
  const at = new Date(tools.now()).toISOString();
  await tools.audit.record({
    id: `${runId}:${what}:${claimKey}`,
    at,
    who,
    what,
    runId,
    operation,
    subject,
    detail,
  });
}
