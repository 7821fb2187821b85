import { asFault, Fault } from '../core/errors.ts';
import type { Mask } from '../core/mask.ts';
import type { Json } from '../core/json.ts';
import type { AnyStep, RunOperation } from '../core/operation.ts';
import type { StepRoom } from '../core/room.ts';
import type { Plan } from '../core/plan.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import type { Approvals, Audit } from '../core/safety.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { PostgresLogs } from '../targets/logs.ts';
import { hidingOf, type Hiding } from './hiding.ts';
import { whyNotPlanned } from './planned.ts';

/** A checkpoint of the durable service holds 256 KB; a room's answer stays well below. */
export const RESULT_BYTES_LIMIT = 200_000;

/** What a room needs: no Slack, no way to start a run. */
export type RoomTools = {
  operation(id: string): RunOperation | undefined;
  /** The servers of a target, or in the room for logs what its host keeps of them. */
  open(target: string, room: StepRoom): Promise<AnyTarget | PostgresLogs>;
  mask: Mask;
  /** The names that stay where the config hides all others of this target; undefined where it hides none. */
  keptNames(target: string): ReadonlySet<string> | undefined;
  approvals: Pick<Approvals, 'consume'> & { plan(runId: string): Promise<{ plan: Plan } | undefined> };
  audit: Audit;
  now(): number;
};

/**
 * Carries out one step in this room: finds it, verifies and uses up the grant where it acts, opens the target, masks the
 * result, and hides names in it where the config says so. A fault is an answer; nothing unmasked leaves the room.
 */
export async function runInRoom(tools: RoomTools, room: StepRoom, request: RoomRequest): Promise<RoomAnswer> {
  try {
    const step = stepOf(tools, room, request);
    await verifyGrant(tools, step, request);
    const result = await onTarget(tools, room, request, step);
    if (Buffer.byteLength(JSON.stringify(result)) <= RESULT_BYTES_LIMIT) return { result };
    return {
      fault: {
        code: 'unsupported',
        message: `the answer of ${request.step} is larger than ${RESULT_BYTES_LIMIT} bytes`,
      },
    };
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    return { fault: { code, message: tools.mask(message) } };
  }
}

function stepOf(tools: RoomTools, room: StepRoom, request: RoomRequest): AnyStep {
  const step = tools.operation(request.operation)?.steps[request.step];
  if (!step) throw new Fault('invalid_request', `there is no step ${request.operation}.${request.step}`);
  if (step.room !== room) {
    throw new Fault(
      'invalid_request',
      `${request.operation}.${request.step} belongs to the ${step.room} room, not to ${room}`,
    );
  }
  return step;
}

async function verifyGrant(tools: RoomTools, step: AnyStep, request: RoomRequest): Promise<void> {
  if (step.room !== 'act' || request.mode === 'reconcile') return;
  const { grant } = request;
  if (!grant)
    throw new Fault('invalid_request', `${request.operation}.${request.step} acts and was called without a grant`);
  if (grant.runId !== request.runId) throw new Fault('invalid_request', 'the grant belongs to another run');
  const known = await tools.approvals.plan(request.runId);
  const unplanned = whyNotPlanned(known?.plan, grant, request);
  if (unplanned) throw new Fault('permission_denied', unplanned);
  const verdict = await tools.approvals.consume(grant, `${request.operation}.${request.step}`);
  if ('used' in verdict) throw new Fault('conflict', verdict.used);
  if ('refused' in verdict) throw new Fault('permission_denied', verdict.refused);
}

async function onTarget(tools: RoomTools, room: StepRoom, request: RoomRequest, step: AnyStep): Promise<Json> {
  const target = await tools.open(request.target, room);
  try {
    const hiding = await hidingOf(tools, target, request.target, room);
    const shown = (value: Json): Json => hiding.result(tools.mask(value));
    return await perform({ ...tools, shown }, target, request, step)
      .then(shown)
      .catch((thrown: unknown) => fail(hiding, thrown));
  } finally {
    await target.close();
  }
}

/** The message may name what the config hides. */
function fail(hiding: Hiding, thrown: unknown): never {
  const { code, message } = asFault(thrown);
  throw new Fault(code, hiding.message(message), { cause: thrown });
}

/** `shown` makes of a value what may leave the room. */
type Showing = RoomTools & { shown(value: Json): Json };

async function perform(
  tools: Showing,
  target: AnyTarget | PostgresLogs,
  request: RoomRequest,
  step: AnyStep,
): Promise<Json> {
  const on = target as Parameters<typeof step.run>[0];
  if (step.room !== 'act') return (await step.run(on, request.args)) as Json;
  if (request.mode === 'reconcile') return (await step.reconcile(on, request.args)) as Json;
  const { grant } = request;
  if (!grant) throw new Fault('bug', 'a grant was verified and is gone');
  return await actAudited(tools, request, async () => (await step.run(on, request.args, grant)) as Json);
}

/** The intent is on record before the database is touched, the result after. */
async function actAudited(tools: Showing, request: RoomRequest, act: () => Promise<Json>): Promise<Json> {
  const record = (phase: string, detail: Json) =>
    tools.audit.record({
      id: `${request.runId}:${request.operation}.${request.step}:${phase}`,
      at: new Date(tools.now()).toISOString(),
      who: Array.isArray(request.grant?.by) ? request.grant.by.join(', ') : 'policy',
      what: 'acted',
      runId: request.runId,
      operation: request.operation,
      subject: request.target,
      detail: tools.shown(detail),
    });
  await record('intent', { phase: 'intent', args: request.args });
  try {
    const result = await act();
    await record('result', { phase: 'result', result });
    return result;
  } catch (thrown) {
    await record('result', { phase: 'result', fault: asFault(thrown).message });
    throw thrown;
  }
}
