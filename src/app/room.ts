import { whyNotAct, type Brakes } from '../core/brakes.ts';
import { asFault, Fault } from '../core/errors.ts';
import type { Mask } from '../core/mask.ts';
import type { Intent, Intents } from '../core/intent.ts';
import type { Json } from '../core/json.ts';
import { isAct, type AnyStep, type Copying, type RunOperation } from '../core/operation.ts';
import type { Room, StepRoom } from '../core/room.ts';
import { planHash, type Grant, type Plan } from '../core/plan.ts';
import { definiteFaults, isClear, isUnderWay, type RoomAnswer, type RoomRequest } from '../core/run.ts';
import type { Approvals, Audit } from '../core/safety.ts';
import type { ApprovalStore } from '../state/approvals.ts';
import type { AnyCloud } from '../targets/cloud.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { PostgresLogs } from '../targets/logs.ts';
import type { Pointed } from '../targets/pointer.ts';
import type { StoredBackups } from '../targets/stored-backups.ts';
import { whileCopying, type CopyingTools } from './copying.ts';
import { hidingOf, type Hiding } from './hiding.ts';
import { whyNotPlanned } from './planned.ts';
import { actEntry, journalOf } from './step-journal.ts';

/** A checkpoint of the durable service holds 256 KB; a room's answer stays well below. */
export const RESULT_BYTES_LIMIT = 200_000;

/** What a step is given: the servers of a target, what its host keeps of their logs, the cloud that hosts them, what clients look them up by, or its backups. */
export type Opened = AnyTarget | PostgresLogs | AnyCloud | Pointed | StoredBackups;

/** What a room needs: no Slack, no way to start a run. */
export type RoomTools<R extends Room = StepRoom> = {
  operation(id: string): RunOperation | undefined;
  open(target: string, room: R): Promise<Opened>;
  mask: Mask;
  /** The names that stay where the config hides all others of this target; undefined where it hides none. */
  keptNames(target: string): ReadonlySet<string> | undefined;
  approvals: Pick<Approvals, 'consume'> &
    Pick<ApprovalStore, 'begun'> & { plan(runId: string): Promise<{ plan: Plan; granted?: Grant } | undefined> };
  audit: Audit;
  brakes: Pick<Brakes, 'inForce'>;
  intents: Omit<Intents, 'open'>;
  /** The environment of a target, as the config has it. */
  environmentOf(target: string): string;
  /** Present in the room that copies. */
  copying?: CopyingTools;
  now(): number;
};

/**
 * Carries out one step in this room: finds it, verifies and uses up the grant where it acts, opens the target, masks the
 * result, and hides names in it where the config says so. A fault is an answer; nothing unmasked leaves the room.
 */
export async function runInRoom<R extends Room>(
  tools: RoomTools<R>,
  room: R,
  request: RoomRequest,
): Promise<RoomAnswer> {
  try {
    const { operation, step } = stepOf(tools, room, request);
    const begunAt = await verify(tools, operation, step, request);
    const result = await onTarget(tools, room, request, (on, shown) => perform(shown, on, request, step, begunAt));
    if (Buffer.byteLength(JSON.stringify(result)) <= RESULT_BYTES_LIMIT) return { result };
    return {
      fault: {
        code: 'unsupported',
        message: `the answer of ${request.step} is larger than ${RESULT_BYTES_LIMIT} bytes`,
      },
    };
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    return { fault: { code, message: tools.mask(message), ...(thrown instanceof Begun ? { begun: true } : {}) } };
  }
}

/** A step that had begun to act when it failed. */
class Begun extends Fault {
  constructor(cause: Fault) {
    super(cause.code, cause.message, { cause });
  }
}

type Asked = { operation: RunOperation; step: AnyStep };

/** All but what opens a target: what is the same in every room. */
type Verifying = Omit<RoomTools, 'open'>;

function stepOf(tools: Verifying, room: Room, request: RoomRequest): Asked {
  const operation = tools.operation(request.operation);
  const step = operation?.steps[request.step];
  if (!operation || !step) throw new Fault('invalid_request', `there is no step ${request.operation}.${request.step}`);
  if (step.room !== room) {
    throw new Fault(
      'invalid_request',
      `${request.operation}.${request.step} belongs to the ${step.room} room, not to ${room}`,
    );
  }
  return { operation, step };
}

/** Whether the step may be done, or asked about; where it is asked about, the ISO time at which it began. */
async function verify(
  tools: Verifying,
  operation: RunOperation,
  step: AnyStep,
  request: RoomRequest,
): Promise<string | undefined> {
  if (!isAct(step)) return undefined;
  const known = await tools.approvals.plan(request.runId);
  if (request.mode === 'reconcile') return verifyReconcile(tools, known?.plan, request);
  await verifyGrant(tools, operation, known?.plan, request);
  return undefined;
}

async function verifyGrant(
  tools: Verifying,
  operation: RunOperation,
  plan: Plan | undefined,
  request: RoomRequest,
): Promise<void> {
  const { grant } = request;
  if (!grant)
    throw new Fault('invalid_request', `${request.operation}.${request.step} acts and was called without a grant`);
  if (grant.runId !== request.runId) throw new Fault('invalid_request', 'the grant belongs to another run');
  const target = { name: request.target, environment: tools.environmentOf(request.target) };
  const stopped = whyNotAct(await tools.brakes.inForce(), target, operation);
  if (stopped) throw new Fault('permission_denied', stopped);
  const unplanned = whyNotPlanned(plan, grant.planHash, request);
  if (unplanned) throw new Fault('permission_denied', unplanned);
  const verdict = await tools.approvals.consume(grant, `${request.operation}.${request.step}`);
  if ('used' in verdict) throw new Fault('conflict', verdict.used);
  if ('refused' in verdict) throw new Fault('permission_denied', verdict.refused);
}

/**
 * Asking what became of a step may finish or undo it: it has to be the step of a plan that there was, and to have begun. One that
 * has not begun is given up, so that a late delivery cannot begin it after somebody was told that nothing was done.
 */
async function verifyReconcile(tools: Verifying, plan: Plan | undefined, request: RoomRequest): Promise<string> {
  const unplanned = whyNotPlanned(plan, plan === undefined ? '' : planHash(plan), request);
  if (unplanned) throw new Fault('permission_denied', unplanned);
  const step = `${request.operation}.${request.step}`;
  const said = await tools.approvals.begun(request.runId, step);
  if ('refused' in said) throw new Fault('permission_denied', said.refused);
  // Between the grant and the first order lie the seconds in which the servers are opened: then, too, it is too late for it.
  if (said.begun && !(await tools.intents.giveUp(request, said.at))) return said.at;
  if (!said.begun) await tools.intents.end(request);
  throw new Fault('throttled', `${step} could not be begun and was given up: nothing was done. Ask again`);
}

type Work = (on: Opened, tools: Showing) => Promise<Json>;

async function onTarget<R extends Room>(tools: RoomTools<R>, room: R, request: RoomRequest, work: Work): Promise<Json> {
  const target = await tools.open(request.target, room);
  try {
    const hiding = await hidingOf(tools, target, request.target, room);
    const shown = (value: Json): Json => hiding.result(tools.mask(value));
    return await work(target, { ...tools, shown })
      .then(shown)
      .catch((thrown: unknown) => fail(hiding, thrown));
  } finally {
    await target.close();
  }
}

/** The message may name what the config hides. */
function fail(hiding: Hiding, thrown: unknown): never {
  const { code, message } = asFault(thrown);
  const hidden = new Fault(code, hiding.message(message), { cause: thrown });
  throw thrown instanceof Begun ? new Begun(hidden) : hidden;
}

/** `shown` makes of a value what may leave the room. */
type Showing = Verifying & { shown(value: Json): Json };

async function perform(
  tools: Showing,
  target: Opened,
  request: RoomRequest,
  step: AnyStep,
  begunAt: string | undefined,
): Promise<Json> {
  const on = target as Parameters<typeof step.run>[0];
  if (step.room === 'copy') return await copied(tools, request, (copying) => step.run(on, request.args, copying));
  if (!isAct(step)) return (await step.run(on, request.args)) as Json;
  if (begunAt !== undefined)
    return await settled(
      tools,
      request,
      async () => (await step.reconcile(on, request.args, begunAt, journalOf(tools, request))) as Json,
    );
  const { grant } = request;
  if (!grant) throw new Fault('bug', 'a grant was verified and is gone');
  const act = async () => (await step.run(on, request.args, grant, journalOf(tools, request))) as Json;
  return await actAudited(tools, request, act);
}

type Recording = (phase: string, detail: Json) => Promise<void>;

/** Somebody has asked what became of it, and heard that nothing was done. */
async function tooLate({ operation, step }: RoomRequest, record: Recording): Promise<Fault> {
  const message = `${operation}.${step} was given up before it began: nothing was done`;
  await record('result', { phase: 'result', fault: message });
  return new Fault('conflict', message);
}

function copied({ copying }: Showing, request: RoomRequest, work: (given: Copying) => Promise<unknown>): Promise<Json> {
  if (copying === undefined) throw new Fault('invalid_request', 'nothing copies in this room');
  return whileCopying(copying, request, async (given) => (await work(given)) as Json);
}

/** The intent is on record before anything is touched, the result after. */
async function actAudited(tools: Showing, request: RoomRequest, act: () => Promise<Json>): Promise<Json> {
  const record: Recording = (phase, detail) =>
    tools.audit.record(actEntry(tools, request, request.grant, { phase, detail }));
  await record('intent', { phase: 'intent', args: request.args });
  if (!(await tools.intents.begin(intentOf(tools, request)))) throw await tooLate(request, record);
  try {
    const result = await act();
    await record('result', { phase: 'result', result });
    if (isClear(result)) await tools.intents.end(request);
    return result;
  } catch (thrown) {
    const fault = asFault(thrown);
    await record('result', { phase: 'result', fault: fault.message });
    if (isOver(tools.operation(request.operation), fault)) await tools.intents.end(request);
    throw new Begun(fault);
  }
}

/** Nobody has to ask what became of it. What moves writes may have held them before it failed, whatever the fault says. */
function isOver(operation: RunOperation | undefined, { code }: Fault): boolean {
  return operation?.movesWrites !== true && code !== 'target_unreachable' && definiteFaults.has(code);
}

function intentOf({ now }: Verifying, { runId, operation, step, target, args }: RoomRequest): Intent {
  return { runId, operation, step, target, args, at: new Date(now()).toISOString() };
}

/** Where what became of a step is known, nobody has to look after it any more; what is under way has been looked after just now. */
async function settled(tools: Verifying, request: RoomRequest, ask: () => Promise<Json>): Promise<Json> {
  const truth = await ask();
  if (isClear(truth)) await tools.intents.end(request);
  if (isUnderWay(truth)) await tools.intents.begin(intentOf(tools, request));
  return truth;
}
