import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessFor } from '../../src/app/cloud-actor.ts';
import { findRunOperation } from '../../src/app/find-operation.ts';
import { nothingActs } from '../../src/app/nothing-acts.ts';
import { runInRoom, type RoomTools } from '../../src/app/room.ts';
import { createRunHandler } from '../../src/app/run.ts';
import type { RunTools } from '../../src/app/run-tools.ts';
import { createMask } from '../../src/core/mask.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { planHash, type Plan } from '../../src/core/plan.ts';
import type { Report } from '../../src/core/report.ts';
import { runName, type RoomRequest, type RunRequest } from '../../src/core/run.ts';
import { startActingCloud, type ActingCloud, type ActingCloudOptions } from '../../src/local/aws/cloud/states/start.ts';
import { openInControl } from '../../src/providers/control.ts';
import { isManaged } from '../../src/providers/setting-advice.ts';
import { openDurable, type Durable } from '../../src/runtime/durable/open.ts';
import { systemClock, type Clock } from '../../src/runtime/clock.ts';
import { openState, type State } from '../../src/state/index.ts';
import { usualFailoverLimits, type FailoverLimits } from '../../src/core/safety.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { NIGHT_MS } from '../local/aws/cloud/states/acting.ts';
import { actingTools } from './acting-hooks.ts';
import { bucketsOf } from './exported-objects.ts';
import { openServers } from './hosted-servers.ts';
import { memoryTable } from './memory-table.ts';

export const FAILOVER_ROLE = 'arn:aws:iam::123456789012:role/nightshift-test-failover';
export const DRILL_ROLE = 'arn:aws:iam::123456789012:role/nightshift-test-drill';
export const EXPIRY_ROLE = 'arn:aws:iam::123456789012:role/nightshift-test-expiry';
export const OPERATOR_ROLE = 'arn:aws:iam::123456789012:role/nightshift-test-operator';

/** What a test puts behind the runs, and changes between them. */
export type Behind = Omit<ActingCloudOptions, 'startMs' | 'pace'> & {
  spec: TargetSpec;
  /** Those of the spec's references. */
  secrets: Readonly<Record<string, string>>;
  failoverRole?: string | undefined;
  operatorRole?: string | undefined;
  drillRole?: string | undefined;
  expiryRole?: string | undefined;
  /** True where nobody may look into the buckets that are exported to. */
  unlisted?: true;
  /** The spec as the control room has it, where its hosts have other names than those on this machine. */
  inControl?: TargetSpec;
  limits?: FailoverLimits;
  /** How far each question to AWS moves its clock; ten seconds where nothing is said. */
  eachRequestMs?: number;
  /** Where a test wants to be in a run: it goes on when this resolves, and never where it does not. */
  at?(point: Point): Promise<void> | void;
};

/**
 * Before the cloud is opened to look (also to follow), with the intent written and nothing done, with an order written down that is about
 * to be given, and with the answer there.
 */
export type Point = 'look' | 'intent' | 'written' | 'answered';

export type SwitchoverRuns = {
  cloud: ActingCloud;
  state: State;
  plans: Plan[];
  progress: string[];
  /** The runs whose end was told, each time that it was. */
  deliveries: string[];
  /** Starts one, or another verb; its ARN. */
  start(operation?: string, args?: Record<string, string>): string;
  kill(arn: string): void;
  /** A whole run, approved by whoever may. */
  run(operation: string, args?: Record<string, string>): Promise<Outcome>;
  /** A whole switchover, approved by whoever may. */
  switchover(args?: Record<string, string>): Promise<Outcome>;
  /** What the minute's tick starts when the run of an open step is dead. */
  settle(): Promise<Outcome>;
  /** The process dies, and another one goes on with the run. */
  crash(): Promise<void>;
  /** How a run that was started has ended. */
  ended(arn: string): Promise<Outcome>;
  /** How often AWS was given an order, whatever it made of it. */
  orders(): number;
  stop(): Promise<void>;
};

/** The report of a run that has ended well or badly, but has one. */
export function reportOf(outcome: Outcome): Report {
  if ('done' in outcome) return outcome.done;
  throw new Error(JSON.stringify(outcome));
}

/** Switchovers as durable executions, over the stand-in of AWS on its virtual clock: each question moves it by ten seconds. */
export async function openSwitchoverRuns(behind: Behind): Promise<SwitchoverRuns> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-switchover-'));
  const { spec, secrets, eachRequestMs = 10_000, ...options } = behind;
  const cloud = await startActingCloud({ ...options, startMs: NIGHT_MS, pace: { eachRequestMs } });
  const before = { ...process.env };
  Object.assign(process.env, cloud.environment);
  const state = openState(memoryTable(cloud.now));
  const delivered = new Map<string, Outcome>();
  const plans: Plan[] = [];
  const progress: string[] = [];
  const deliveries: string[] = [];
  const tools = runTools(behind, cloud, state, { plans, progress, deliveries, delivered });
  const secret = async ({ name }: { name?: string }) => secrets[name ?? ''] ?? '';
  const room: RoomTools = {
    operation: findRunOperation,
    open: (_name, place) => openServers(spec, place as 'read', { secret: secret as never }),
    mask: createMask([]),
    keptNames: () => undefined,
    ...nothingActs(),
    environmentOf: () => 'production',
    now: cloud.now,
  };
  const run = createRunHandler(async () => tools) as (event: unknown) => Promise<unknown>;
  const read = (event: unknown) => runInRoom(room, 'read', event as RoomRequest);
  const acting: RoomTools = { ...room, ...actingTools(behind, state) };
  const act = (event: unknown) => runInRoom(acting, 'act', event as RoomRequest);
  const open = () =>
    openDurable({
      path: join(folder, 'lambda.sqlite'),
      clock: hurrying(1000),
      functions: new Map([
        ['run', { name: 'run', handler: run, ...LONG, durable: { executionTimeoutSeconds: 1e8, retentionDays: 1 } }],
        ['read', { name: 'read', handler: read, ...LONG }],
        ['act', { name: 'act', handler: act, ...LONG }],
      ]),
    });
  let durable: Durable = open();
  let count = 0;
  const start = (operation: string, args: Record<string, string>) => {
    const runId = runName(operation, `test ${(count += 1)}`);
    const trigger = { kind: 'command', user: 'U0OMAR', channel: 'C0DBA' } as const;
    const request: RunRequest = { runId, operation, subject: spec.name, args, trigger };
    return { runId, arn: durable.start({ functionName: 'run', name: runId, payload: JSON.stringify(request) }) };
  };
  const ended = async (arn: string) => {
    const { name, status, error } = await durable.finished(arn);
    return delivered.get(name) ?? Promise.reject(new Error(JSON.stringify(error ?? status)));
  };
  return {
    cloud,
    state,
    plans,
    progress,
    deliveries,
    ended,
    start: (operation = 'switchover', args = {}) => start(operation, args).arn,
    run: (operation, args = {}) => ended(start(operation, args).arn),
    kill: (arn) => durable.stop(arn),
    switchover: (args = {}) => ended(start('switchover', args).arn),
    async settle() {
      const [intent] = await state.intents.open();
      if (!intent) throw new Error('no step is open');
      return ended(start('settle', { run: intent.runId, step: `${intent.operation}.${intent.step}` }).arn);
    },
    async crash() {
      await durable.close(0);
      durable = open();
      durable.recover();
    },
    orders: () =>
      cloud.asked.filter((one) =>
        /RebootDBInstance|FailoverDBCluster|ModifyReplicationGroup|ChangeResourceRecordSets|PutParameter|PromoteReadReplica|ModifyDBInstance|SendCommand/.test(
          one,
        ),
      ).length,
    async stop() {
      await durable.close(0);
      await cloud.close();
      for (const name of Object.keys(cloud.environment)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const LONG = { timeoutSeconds: 1e7 };

/** So many seconds in one of ours, so that a run that waits ten seconds between two questions ends soon. */
function hurrying(factor: number): Clock {
  const beganMs = Date.now();
  return {
    now: () => beganMs + (Date.now() - beganMs) * factor,
    at: (timeMs, callback) => systemClock.at(beganMs + (timeMs - beganMs) / factor, callback),
  };
}

type Told = { plans: Plan[]; progress: string[]; deliveries: string[]; delivered: Map<string, Outcome> };

function runTools(behind: Behind, cloud: ActingCloud, state: State, told: Told): RunTools {
  const { plans, progress, deliveries, delivered } = told;
  const { inControl: spec = behind.spec } = behind;
  const pointed = spec.pointer ? { pointerName: spec.pointer.name } : {};
  const cloudy = { cloud: isManaged(spec) };
  const target = { name: spec.name, engine: spec.engine, environment: 'production', ...cloudy, ...pointed };
  const tools: Partial<RunTools> = {
    now: cloud.now,
    mask: createMask([]),
    keptNames: () => undefined,
    named: (sentence) => sentence,
    operation: findRunOperation,
    targetsOf: () => [target],
    whyNot: async () => undefined,
    approvalRule: () => ({ by: 'people', count: 1 }),
    failoverLimits: async () => behind.limits ?? usualFailoverLimits,
    roomFunction: (_target, room) => room,
    openCloud: async (_name, actor) => {
      if (actor?.mode !== 'run') await behind.at?.('look');
      const failoverRole = 'failoverRole' in behind ? behind.failoverRole : FAILOVER_ROLE;
      const operatorRole = 'operatorRole' in behind ? behind.operatorRole : OPERATOR_ROLE;
      const drillRole = 'drillRole' in behind ? behind.drillRole : DRILL_ROLE;
      const expiryRole = 'expiryRole' in behind ? behind.expiryRole : EXPIRY_ROLE;
      const access = { region: 'eu-central-1', now: cloud.now, failoverRole, operatorRole, expiryRole, drillRole };
      return openInControl(spec, { ...access, listBucket: bucketsOf(behind), ...accessFor(actor) });
    },
    ...actingTools(behind, state),
    locks: state.locks,
    sharedHosts: () => [],
    acts: state.acts,
    pointers: state.pointers,
    writers: state.writers,
    callbacks: { keep: async () => undefined },
    record: { started: async (_request, at) => ({ startedAt: at }), ended: async () => undefined },
    announce: async () => null,
    showProgress: async (_request, steps) => {
      const last = steps.at(-1);
      progress.push(`${last?.step}: ${last?.details ?? last?.state}`);
      return null;
    },
    postPlan: async (_request, plan) => {
      plans.push(plan);
      await state.approvals.approve(plan.runId, planHash(plan), 'U0ADA');
      return null;
    },
    lookIsOver: async () => {},
    deliver: async ({ runId }, outcome) => (deliveries.push(runId), delivered.set(runId, outcome), null),
    log: () => undefined,
  };
  return tools as RunTools;
}
