import { actInCloud, control, read, type RunContext, type TargetName } from '../../core/operation.ts';
import { Fault } from '../../core/errors.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Grant } from '../../core/plan.ts';
import { isClear } from '../../core/run.ts';
import type { AnyCloud } from '../../targets/cloud.ts';
import type {
  CloudSwitchover,
  CloudSwitchoverEnd,
  CloudSwitchoverLook,
  CloudSwitchoverOrder,
  CloudSwitchoverResult,
} from '../../targets/cloud-switchover.ts';
import type { AnyTarget } from '../../targets/index.ts';
import { lookAtPointer } from '../repoint/look.ts';
import { notePointer, withClients, withRepoint } from '../repoint/note.ts';
import { untilOver } from '../until-over.ts';
import { proved } from './cloud-proof.ts';
import { coolDown, coolDownOnFault, UNCLEAR } from './cool-down.ts';
import { cloudSwitchoverPlan } from './plan.ts';
import { switchoverOutcome } from './report.ts';
import { seeServer, takesWritesAlone, withServer, type ServerSeen } from './server-look.ts';
import { choose, whyChanged } from './why-not.ts';

/** What a switchover does where a cloud hosts the servers: the cloud moves the writes, and the servers are asked whether it did. */
export const cloudSteps = {
  pointer: control(lookAtPointer),
  lookInCloud: control((cloud: AnyCloud, { to }: { to: string | null }) => lookIn(cloud, to ?? undefined)),
  lookAtServer: read((target: AnyTarget, { names }: { names: readonly string[] }) => seeServer(target, names)),
  begin: actInCloud(
    (cloud: AnyCloud, order: CloudSwitchoverOrder, _grant, journal): Promise<CloudSwitchoverResult> =>
      switchoverOf(cloud).begin(order, journal),
    (cloud: AnyCloud, order: CloudSwitchoverOrder, begunAt, journal): Promise<CloudSwitchoverResult | 'unknown'> =>
      switchoverOf(cloud).follow(order, begunAt, journal),
  ),
};

type Context = RunContext<typeof cloudSteps>;
type Looked = { look: CloudSwitchoverLook; server: ServerSeen } | { refused: string };

const EVERY_SECONDS = 10;
/** A name may lead to the new machine a while after AWS is done. */
const MOST_PROOFS = 9;

/** Looks, asks for approval, looks again, has the cloud do it once, follows it, and asks the server. */
export async function switchInCloud(context: Context, target: TargetName, wanted?: string): Promise<Outcome> {
  const looked = await lookedAt(context, target, wanted ?? null);
  if ('refused' in looked) return looked;
  const { look, server } = looked;
  const choice = choose(look, wanted);
  if ('refused' in choice) return choice;
  const about = { runId: context.runId, startedAt: context.startedAt, target };
  const order = { from: look.primary, to: choice.to, identity: look.identity };
  const note = await notePointer(target, () => context.steps.pointer(target, null));
  const decision = await context.approval(withClients(cloudSwitchoverPlan(about, look, order), note, order.to));
  if ('refused' in decision) return decision;
  await context.progress('Look again whether the plan holds', 'in_progress');
  const again = await lookedAt(context, target, order.to);
  const changed = 'refused' in again ? again.refused : whyChanged({ ...order, primary: order.from }, again.look);
  if (changed !== undefined) return { refused: `the plan does not hold any more: ${changed} Nothing was done` };
  const said = await carriedOut(context, target, order, decision.granted);
  // In a cluster another server writes afterwards; elsewhere it keeps its name, and `to` is no server.
  const names = said.ended === 'switched' ? [order.to, look.writer] : [look.writer];
  await context.progress('Ask the server itself', 'in_progress');
  const end = proved(said, server, await serverAfter(context, target, names));
  if (!isClear(end)) await coolDown(context, target, UNCLEAR);
  else if (end.coolDown !== undefined) await coolDown(context, target, end.coolDown);
  const outcome = switchoverOutcome(about, order, end);
  return end.ended === 'switched' ? withRepoint(outcome, note, order.to) : outcome;
}

async function lookedAt(context: Context, target: TargetName, to: string | null): Promise<Looked> {
  const look = await context.steps.lookInCloud(target, { to });
  if ('refused' in look) return look;
  const server = await context.steps.lookAtServer(target, { names: [look.writer] });
  if (server) return { look: withServer(look, server), server };
  return { refused: `${look.writer} does not answer from here, and a switchover begins with a server that is well.` };
}

async function carriedOut(context: Context, target: TargetName, order: CloudSwitchoverOrder, grant: Grant) {
  await context.progress(orderStep(order), 'in_progress');
  const first = await coolDownOnFault(context, target, () => context.steps.begin(target, order, grant));
  const ask = () => context.steps.begin.became(target, order);
  const said = await untilOver<CloudSwitchoverEnd>(context, first, { step: orderStep(order), ask });
  return said.ended === 'under-way' ? unfollowed(said.phase) : said;
}

function orderStep({ to }: CloudSwitchoverOrder): string {
  return `Have the cloud move the writes to ${to}`;
}

function unfollowed(phase: string): CloudSwitchoverEnd {
  const nothing = { phases: [], writeGapMilliseconds: null, evidence: [], left: [] };
  return { ...nothing, ended: 'needs-a-human', why: `It was not seen how it ended. ${phase}`, lost: 'unknown' };
}

/** The server as it is afterwards; null where it does not answer for longer than a name takes to follow. */
async function serverAfter(context: Context, target: TargetName, names: readonly string[]): Promise<ServerSeen | null> {
  let server: ServerSeen | null = null;
  for (let round = 1; round <= MOST_PROOFS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    server = await context.steps.lookAtServer(target, { names }).catch(() => null);
    if (server && takesWritesAlone(server)) return server;
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    if (round < MOST_PROOFS) await context.sleep('until the server is asked again', EVERY_SECONDS);
  }
  return server;
}

async function lookIn(cloud: AnyCloud, to: string | undefined): Promise<CloudSwitchoverLook | { refused: string }> {
  const capability = switchoverIn(cloud);
  if (capability) return capability.look(to);
  return { refused: `${cloud.name} is hosted in a way in which its writes cannot be moved without losing some` };
}

function switchoverOf(cloud: AnyCloud): CloudSwitchover {
  const capability = switchoverIn(cloud);
  if (capability) return capability;
  throw new Fault('unsupported', `the cloud cannot move the writes of ${cloud.name}`);
}

function switchoverIn(cloud: AnyCloud): CloudSwitchover | undefined {
  return cloud.switchover;
}
