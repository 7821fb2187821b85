import { bytesText, countText } from '../../checks/wording.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Plan } from '../../core/plan.ts';
import type { SwitchoverLook, SwitchoverOrder } from '../../targets/switchover.ts';

/** Replicas come and go: what was looked at is too old after this. */
const PLAN_MINUTES = 30;

export type About = { runId: string; startedAt: string; target: TargetName };

/** What an approval is for. */
export function orderOf(look: SwitchoverLook, to: string, deadlineSeconds: number): SwitchoverOrder {
  return { from: look.primary, to, identity: look.identity, deadlineSeconds };
}

/** Pure: what moving the writes means. */
export function switchoverPlan(
  { runId, startedAt, target }: About,
  look: SwitchoverLook,
  order: SwitchoverOrder,
): Plan {
  const { from, to, identity, deadlineSeconds } = order;
  const named = (sentence: string) => sentence.replaceAll('{from}', from).replaceAll('{to}', to);
  return {
    runId,
    operation: 'switchover',
    target: target.name,
    identity: { from, to, identity },
    steps: look.steps.map(named),
    args: { deadlineSeconds },
    loss: named(look.loss ?? ourLoss(deadlineSeconds)),
    blastRadius: [...look.clients.map(named), named(look.undo)],
    facts: [
      { label: 'Takes writes now', value: from },
      { label: 'Takes writes after', value: to },
      // What warns is read before what is in order.
      ...look.prechecks
        .filter(({ says }) => says !== 'ok')
        .map(({ name, sentence }) => ({ label: `${name} (!)`, value: sentence })),
      ...look.facts,
      ...look.candidates.map(({ member, unfit, lagBytes }) => ({ label: member, value: standing(unfit, lagBytes) })),
      ...look.prechecks
        .filter(({ says }) => says === 'ok')
        .map(({ name, sentence }) => ({ label: name, value: sentence })),
    ],
    expiresAt: new Date(Date.parse(startedAt) + PLAN_MINUTES * 60_000).toISOString(),
  };
}

function ourLoss(deadlineSeconds: number): string {
  return `No acknowledged write: if {to} does not have them all within ${countText(deadlineSeconds, 'second')}, {from} goes on as before.`;
}

function standing(unfit: string | null, lagBytes: number | null): string {
  if (unfit !== null) return `cannot take the writes: ${unfit}`;
  return lagBytes === null ? 'can take the writes' : `can take the writes, ${bytesText(lagBytes)} behind`;
}
