import { CallbackError, type DurableContext } from '@aws/durable-execution-sdk-js';
import type { RunOperation } from '../core/operation.ts';
import { planHash, type Grant, type Plan } from '../core/plan.ts';
import type { RunRequest } from '../core/run.ts';
import type { AuditEntry, BrokenGlass } from '../core/safety.ts';
import { personBehind, whoTriggered } from '../core/trigger.ts';
import { heldBack } from './braking.ts';
import { delayedDelivery } from './delivery-delayed.ts';
import { repeatable } from './retries.ts';
import { takeLocks } from './run-locks.ts';
import type { RunTools } from './run-tools.ts';

/** A lost wake-up is noticed after this long at the latest: the truth is in the state table, the callback only wakes us. */
const LOOK_AGAIN_SECONDS = 60;

type Decision = { granted: Grant; brokenGlass?: BrokenGlass } | { refused: string; who?: string };

/** Proposes the plan, waits for people or policy, takes the target's lock, and binds the grant to its fencing number. */
export async function askApproval(
  durable: DurableContext,
  tools: RunTools,
  operation: RunOperation,
  request: RunRequest,
  plan: Plan,
): Promise<Decision> {
  const [target] = tools.targetsOf(plan.target);
  const rule = tools.approvalRule(operation, target?.environment ?? '', plan.graver);
  const hash = planHash(plan);
  const held = await durable.step<string | null>(
    'propose',
    async () => (await heldBack(tools, operation, plan.target)) ?? (await propose(tools, request, plan, hash, rule)),
    repeatable,
  );
  if (held !== null) return { refused: held };
  const decision =
    rule.by === 'policy'
      ? await durable.step('grant by policy', () => byPolicy(tools, plan.runId, hash), repeatable)
      : await waitForPeople(durable, tools, request, plan, hash, rule);
  if ('refused' in decision) return decision;
  const { brokenGlass } = decision;
  if (brokenGlass) {
    // Told before anything is done; an emergency does not wait for Slack for longer than this is tried.
    const told = async () => {
      await tools.audit.record(brokenGlassEntry(tools, plan, brokenGlass));
      return tools.tellBrokenGlass(request, plan, brokenGlass);
    };
    await durable.step('tell of the broken glass', told, repeatable).catch(() => null);
  }
  return durable.step('lock', () => lockAndBind(tools, operation, plan, decision.granted), repeatable);
}

/** The same entry that the front door writes, which may have died before. */
function brokenGlassEntry({ now }: RunTools, plan: Plan, { by, reason }: BrokenGlass): AuditEntry {
  const { runId, operation, target: subject } = plan;
  const id = `${runId}:broke-glass:${by}`;
  const at = new Date(now()).toISOString();
  return { id, at, who: by, what: 'broke-glass', runId, operation, subject, detail: { words: reason } };
}

async function propose(
  tools: RunTools,
  request: RunRequest,
  plan: Plan,
  hash: string,
  rule: Parameters<RunTools['postPlan']>[2],
): Promise<null> {
  await tools.approvals.propose(plan, rule, personBehind(request.trigger) ?? whoTriggered(request.trigger));
  await tools.audit.record({
    id: `${request.runId}:planned:${hash}`,
    at: new Date(tools.now()).toISOString(),
    who: whoTriggered(request.trigger),
    what: 'planned',
    runId: request.runId,
    operation: plan.operation,
    subject: plan.target,
    detail: { planHash: hash, identity: plan.identity, steps: [...plan.steps], loss: plan.loss },
  });
  return null;
}

async function byPolicy(tools: RunTools, runId: string, hash: string): Promise<Decision> {
  const granted = await tools.approvals.grantByPolicy(runId, hash);
  return 'refused' in granted ? { refused: granted.refused } : granted;
}

async function waitForPeople(
  durable: DurableContext,
  tools: RunTools,
  request: RunRequest,
  plan: Plan,
  hash: string,
  rule: Parameters<RunTools['postPlan']>[2],
): Promise<Decision> {
  await durable.step('show plan', () => tools.postPlan(request, plan, rule), delayedDelivery);
  const look = { timeout: { seconds: LOOK_AGAIN_SECONDS } };
  for (let round = 1; ; round += 1) {
    const [click, id] = await durable.createCallback(`approval ${round}`, look);
    // Looked at after the id is kept: a click before that could wake nobody, a click after it wakes us.
    const decision = await durable.step(
      `decision ${round}`,
      async () => {
        await tools.callbacks.keep(plan.runId, id);
        return decisionOf(tools, plan, hash);
      },
      repeatable,
    );
    if (decision !== 'waiting') return decision;
    await clickOrTimeout(click);
  }
}

/** Waits for a click or for the next look, whichever is first. */
async function clickOrTimeout(click: PromiseLike<string>): Promise<void> {
  try {
    await click;
  } catch (thrown) {
    if (!(thrown instanceof CallbackError)) throw thrown;
  }
}

async function decisionOf(tools: RunTools, plan: Plan, hash: string): Promise<Decision | 'waiting'> {
  const status = await tools.approvals.status(plan.runId, hash);
  if (status.state === 'pending') return 'waiting';
  if (status.state === 'granted') {
    return { granted: status.grant, ...(status.brokenGlass ? { brokenGlass: status.brokenGlass } : {}) };
  }
  if (status.state === 'refused') return { refused: tools.named(`${status.by} said no; nothing was done`) };
  return { refused: 'nobody approved the plan before it expired; nothing was done' };
}

async function lockAndBind(tools: RunTools, operation: RunOperation, plan: Plan, grant: Grant): Promise<Decision> {
  const held = await heldBack(tools, operation, plan.target);
  if (held !== null) return { refused: held };
  const lock = await takeLocks(tools, operation, plan.target, plan.runId);
  if ('refused' in lock) return { refused: tools.named(lock.refused) };
  const granted = await tools.approvals.bind(grant, lock.fence);
  // From here on it may act: what the target shows now may be its doing.
  await tools.acts.begun(plan.target, {
    runId: plan.runId,
    operation: plan.operation,
    at: new Date(tools.now()).toISOString(),
  });
  return { granted };
}
