import { control, read, type RunContext, type TargetName } from '../../core/operation.ts';
import type { AnyCloud } from '../../targets/cloud.ts';
import type { AnyTarget } from '../../targets/index.ts';
import { lookWithCost } from './cost.ts';
import type { Looks } from './judge.ts';
import { lookAt, lookAtCloud, unseen, type Answers, type Look } from './look.ts';

/** `null` is what runs that began before the flag existed still ask for. */
type LookArgs = { explainCost: boolean } | null;

/** The steps of every operation that asks all checks. */
export const lookSteps = {
  collect: read((target: AnyTarget, args: LookArgs): Promise<Look> =>
    args?.explainCost ? lookWithCost(target, 'read') : lookAt(target, 'read'),
  ),
  cloud: control((cloud: AnyCloud, _args: null): Promise<Answers> => lookAtCloud(cloud)),
};

/** What the rooms answered about one target. A room that fails is a finding or a gap in the report, not the end of it. */
export async function askRooms(
  target: TargetName,
  { steps }: Pick<RunContext<typeof lookSteps>, 'steps'>,
  explainCost = false,
): Promise<Looks & { read: Look }> {
  const [look, cloud] = await Promise.all([
    steps.collect(target, explainCost ? { explainCost } : null).catch((thrown: unknown) => unseen(reasonOf(thrown))),
    target.cloud === true ? steps.cloud(target, null).catch((thrown: unknown) => unseen(reasonOf(thrown))) : undefined,
  ]);
  return looksOf(look, cloud);
}

/** Pure: the cloud tells of the machines where it hosts them; else exporters do, to the read room. */
function looksOf(look: Look, cloud: Answers | undefined): Looks & { read: Look } {
  if (cloud) return { read: look, control: cloud, machine: cloud };
  const { machines, unseen: reason } = look;
  return { read: look, machine: { answers: machines ?? {}, ...(reason === undefined ? {} : { unseen: reason }) } };
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
