import type { TargetName } from '../../core/operation.ts';
import type { Plan } from '../../core/plan.ts';
import type { RejoinLook, RejoinOrder } from '../../targets/rejoin.ts';

/** What was looked at is too old after this. */
const PLAN_MINUTES = 30;

export type About = { runId: string; startedAt: string; target: TargetName };

/** Pure: what making a server follow another one means. */
export function rejoinPlan({ runId, startedAt, target }: About, look: RejoinLook, order: RejoinOrder): Plan {
  const { member, primary, identity } = order;
  const { stands = '', byAgent } = look.candidates.find((one) => one.member === member) ?? {};
  return {
    runId,
    operation: 'rejoin',
    target: target.name,
    identity: { member, primary, identity },
    steps: look.steps.map((sentence) => sentence.replaceAll('{member}', member)),
    args: byAgent ?? {},
    loss: `What only ${member} has goes from it: its log of writes is kept beside it before.`,
    blastRadius: [...look.clients, look.undo].map((sentence) => sentence.replaceAll('{member}', member)),
    facts: [
      { label: member, value: stands },
      ...look.facts,
      { label: 'Follow already', value: look.following.join(', ') || 'none: nobody could take over now' },
    ],
    expiresAt: new Date(Date.parse(startedAt) + PLAN_MINUTES * 60_000).toISOString(),
  };
}
