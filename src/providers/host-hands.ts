import type { HostHand } from '../targets/host-hand.ts';
import type { TargetSpec } from '../targets/spec.ts';
import type { CloudAccess } from './cloud-access.ts';

type HandProvider = { openHand(spec: TargetSpec, access: CloudAccess): { hand: HostHand; close(): void } };

/** Clouds that have agents on hosts of one's own; each is loaded with the first target that has such a host. */
const agents: { readonly [by: string]: () => Promise<HandProvider> } = {
  'run-command': () => import('./run-command/hand.ts'),
};

/** Who has a hand on the hosts of a target, where the config names an agent there; nothing is asked yet. */
export async function handOf(
  spec: TargetSpec,
  access: CloudAccess,
): Promise<{ hand: HostHand; close(): void } | undefined> {
  const by = spec.members.find(({ hands }) => hands?.agent)?.hands?.agent?.by;
  const load = by === undefined ? undefined : agents[by];
  return load && (await load()).openHand(spec, access);
}
