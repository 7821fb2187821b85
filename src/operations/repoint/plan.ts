import type { TargetName } from '../../core/operation.ts';
import type { Plan } from '../../core/plan.ts';
import { memberAt } from '../../targets/pointer.ts';
import type { Looked } from './look.ts';
import { saysOf, type Way } from './where-to.ts';

/** Who takes the writes changes: what was looked at is too old after this. */
const PLAN_MINUTES = 30;
/** A value has room for so much text in a message. */
const NO_MEMBER = 'no server of this target';

export type About = { runId: string; startedAt: string; target: TargetName };

/** Pure: what pointing clients elsewhere means. */
export function repointPlan({ runId, startedAt, target }: About, looked: Looked, { change, member, undo }: Way): Plan {
  const { pointer, servers } = looked;
  const { before, after } = change;
  const named = (sentence: string) => sentence.replaceAll('{from}', before.host).replaceAll('{to}', after.host);
  return {
    runId,
    operation: 'repoint',
    target: target.name,
    identity: { pointer: saysOf(pointer.name, before), 'takes writes': servers.writers.join(' and ') },
    steps: ['Look again whether it says so, and who takes the writes', ...pointer.steps.map(named)],
    args: { ...change },
    loss: 'Nothing.',
    blastRadius: [
      `Clients that look up ${pointer.name} come to ${after.host} (${member ?? NO_MEMBER}).`,
      ...pointer.lingers,
      undo
        ? `/db repoint ${target.name} points it to the server that takes the writes.`
        : `/db repoint ${target.name} undo puts back ${before.host}.`,
    ],
    facts: [
      { label: 'What', value: pointer.what },
      {
        label: 'Says now',
        value: `${before.host} (${memberAt(pointer, before) ?? NO_MEMBER})${ttlText(before.ttlSeconds)}`,
      },
      { label: 'Will say', value: `${after.host} (${member ?? NO_MEMBER})${ttlText(after.ttlSeconds)}` },
      { label: 'Takes writes now', value: servers.writers.join(' and ') },
      ...(member === null
        ? [{ label: 'Not asked (!)', value: `${after.host} is ${NO_MEMBER}: nobody has asked whether it takes writes` }]
        : []),
      ...(servers.unreached.length === 0
        ? []
        : [{ label: 'Did not answer (!)', value: `${servers.unreached.join(', ')}: may take writes unseen` }]),
    ],
    expiresAt: new Date(Date.parse(startedAt) + PLAN_MINUTES * 60_000).toISOString(),
  };
}

function ttlText(ttlSeconds: number | null): string {
  return ttlSeconds === null ? '' : `, TTL ${ttlSeconds} s`;
}
