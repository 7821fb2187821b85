import { bytesText, countText } from '../../checks/wording.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Plan } from '../../core/plan.ts';
import type { CloudSwitchoverLook, CloudSwitchoverOrder } from '../../targets/cloud-switchover.ts';
import type { SwitchoverLook, SwitchoverOrder } from '../../targets/switchover.ts';

/** Replicas come and go: what was looked at is too old after this. */
const PLAN_MINUTES = 30;

export type About = { runId: string; startedAt: string; target: TargetName };

/** What an approval is for. */
export function orderOf(look: SwitchoverLook, to: string, deadlineSeconds: number): SwitchoverOrder {
  return { from: look.primary, to, identity: look.identity, deadlineSeconds };
}

/** Pure: what moving the writes means. */
export function switchoverPlan(about: About, look: SwitchoverLook, order: SwitchoverOrder): Plan {
  const { deadlineSeconds } = order;
  const ours = `No acknowledged write: if {to} does not have them all within ${countText(deadlineSeconds, 'second')}, {from} goes on as before.`;
  return planWith(about, { ...look, loss: look.loss ?? ours }, order, { deadlineSeconds });
}

/** Pure: what it means to have a cloud move them. */
export function cloudSwitchoverPlan(about: About, look: CloudSwitchoverLook, order: CloudSwitchoverOrder): Plan {
  return planWith(about, look, order, {});
}

type Planned = Omit<CloudSwitchoverLook, 'writer'> & { writer?: string };

function planWith(
  { runId, startedAt, target }: About,
  look: Planned,
  { from, to, identity }: CloudSwitchoverOrder,
  args: Plan['args'],
): Plan {
  const named = (sentence: string) => sentence.replaceAll('{from}', from).replaceAll('{to}', to);
  return {
    runId,
    operation: 'switchover',
    target: target.name,
    identity: { from, to, identity },
    steps: look.steps.map(named),
    args,
    loss: named(look.loss),
    ...(look.mayLose ? { graver: 'accept-loss' } : {}),
    blastRadius: [...look.clients.map(named), named(look.undo)],
    facts: factsOf(look, from, to),
    expiresAt: new Date(Date.parse(startedAt) + PLAN_MINUTES * 60_000).toISOString(),
  };
}

function factsOf({ writer, prechecks, facts, candidates }: Planned, from: string, to: string): Plan['facts'] {
  // Where the server keeps its name, `from` and `to` are the zones of its machines.
  const whole = (place: string) => (writer === undefined || writer === from ? place : `${writer} in ${place}`);
  const sentences = (ok: boolean) => prechecks.filter(({ says }) => (says === 'ok') === ok);
  return [
    { label: 'Takes writes now', value: whole(from) },
    { label: 'Takes writes after', value: whole(to) },
    // What warns is read before what is in order.
    ...sentences(false).map(({ name, sentence }) => ({ label: `${name} (!)`, value: sentence })),
    ...facts,
    ...candidates.map(({ member, unfit, lagBytes }) => ({ label: member, value: standing(unfit, lagBytes) })),
    ...sentences(true).map(({ name, sentence }) => ({ label: name, value: sentence })),
  ];
}

function standing(unfit: string | null, lagBytes: number | null): string {
  if (unfit !== null) return `cannot take the writes: ${unfit}`;
  return lagBytes === null ? 'can take the writes' : `can take the writes, ${bytesText(lagBytes)} behind`;
}
