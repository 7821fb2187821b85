import { actInCloud, control, read, type RunContext, type TargetName } from '../../core/operation.ts';
import { Fault } from '../../core/errors.ts';
import type { Grant } from '../../core/plan.ts';
import type { AnyCloud } from '../../targets/cloud.ts';
import type { CloudFailover, CloudFailoverLook, CloudFailoverResult } from '../../targets/cloud-failover.ts';
import type { DeathSign, FailoverOrder, FailoverResult, LastSeen } from '../../targets/failover.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { Outage, OutageLook } from '../../targets/outage.ts';
import { untilOver } from '../until-over.ts';
import { seeServer, type ServerSeen } from '../switchover/server-look.ts';
import { withServers } from './cloud-look.ts';
import { provedFailover } from './cloud-proof.ts';
import type { Look } from './watch.ts';

type Looked = { at: string; look: CloudFailoverLook | { refused: string } };
type After = { server: ServerSeen | null; former: DeathSign };

/** What a failover does where a cloud hosts the servers: the cloud promotes, and the servers say what they have and whether it did. */
export const cloudFailoverSteps = {
  lookInCloud: control(async (cloud: AnyCloud, _args: null): Promise<Looked> => {
    const at = new Date(cloud.now()).toISOString();
    return { at, look: await lookIn(cloud) };
  }),
  lookAtServers: read(
    (
      target: AnyTarget,
      asked: { primary: string; lastSeen: LastSeen | null },
    ): Promise<OutageLook | { refused: string }> => outageOf(target).look(asked.primary, asked.lastSeen ?? undefined),
  ),
  lookAfterPromotion: read(async (target: AnyTarget, { from, to }: { from: string; to: string }): Promise<After> => {
    const [server, former] = await Promise.all([seeServer(target, [to]), outageOf(target).knock(from)]);
    return { server, former };
  }),
  begin: actInCloud(
    (cloud: AnyCloud, order: FailoverOrder, _grant, journal): Promise<CloudFailoverResult> =>
      failoverIn(cloud).begin(order, journal),
    (cloud: AnyCloud, order: FailoverOrder, begunAt, journal): Promise<CloudFailoverResult | 'unknown'> =>
      failoverIn(cloud).follow(order, begunAt, journal),
  ),
};

type Context = RunContext<typeof cloudFailoverSteps>;
type Asked = { to: string | null; lastSeen: LastSeen | null };

/** One look, from both sides. The time is that of the cloud's. */
export async function lookFromBoth(
  { steps }: Pick<Context, 'steps'>,
  target: TargetName,
  { to, lastSeen }: Asked,
): Promise<Look | { refused: string }> {
  const { at, look: cloud } = await steps.lookInCloud(target, null);
  if ('refused' in cloud) return cloud;
  const servers = await steps.lookAtServers(target, { primary: cloud.primary, lastSeen });
  if ('refused' in servers) return servers;
  const look = withServers(cloud, servers, to);
  return 'refused' in look ? look : { at, look };
}

const EVERY_SECONDS = 10;
/** A server is reached again a while after the cloud is done. */
const MOST_PROOFS = 9;

/** Has the cloud promote the server, follows it, and asks the servers. */
export async function promoteInCloud(
  context: Context,
  target: TargetName,
  order: FailoverOrder,
  grant: Grant,
): Promise<FailoverResult> {
  const first = await context.steps.begin(target, order, grant);
  const ask = () => context.steps.begin.became(target, order);
  const said = await untilOver<FailoverResult>(context, first, { step: `Promote ${order.to}`, ask });
  if (said.ended === 'under-way') return unfollowed(order, said.phase);
  if (said.ended !== 'failed-over') return said;
  await context.progress('Ask the servers themselves', 'in_progress');
  return provedFailover(order, said, await askAfter(context, target, order));
}

/** Null where nothing could be asked. */
async function askAfter(context: Context, target: TargetName, { from, to }: FailoverOrder): Promise<After | null> {
  let after: After | null = null;
  for (let round = 1; round <= MOST_PROOFS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    after = await context.steps.lookAfterPromotion(target, { from, to }).catch(() => null);
    if (after?.server?.takesWrites) return after;
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    if (round < MOST_PROOFS) await context.sleep('until the server is asked again', EVERY_SECONDS);
  }
  return after;
}

function unfollowed({ from, to }: FailoverOrder, phase: string): FailoverResult {
  return {
    ended: 'needs-a-human',
    why: `It was not seen how it ended. ${phase}`,
    oldPrimary: 'unknown',
    loss: { exact: false, sentences: [`If ${to} is promoted, what it did not have of ${from} is lost.`] },
    phases: [],
    evidence: [],
    left: [],
  };
}

async function lookIn(cloud: AnyCloud): Promise<CloudFailoverLook | { refused: string }> {
  if ('failover' in cloud && cloud.failover) return cloud.failover.look();
  return { refused: `${cloud.name} is set up in a way in which the bot cannot replace a dead primary` };
}

function failoverIn(cloud: AnyCloud): CloudFailover {
  if ('failover' in cloud && cloud.failover) return cloud.failover;
  throw new Fault('unsupported', `the cloud promotes no server of ${cloud.name}`);
}

function outageOf(target: AnyTarget): Outage {
  if ('outage' in target && target.outage) return target.outage;
  throw new Fault('unsupported', `${target.name} cannot be asked whether its primary is dead`);
}
