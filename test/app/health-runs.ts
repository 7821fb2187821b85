import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunOperation } from '../../src/app/find-operation.ts';
import { nothingActs } from '../../src/app/nothing-acts.ts';
import { runInRoom, type RoomTools } from '../../src/app/room.ts';
import { createRunHandler } from '../../src/app/run.ts';
import type { RunTools } from '../../src/app/run-tools.ts';
import { createMask } from '../../src/core/mask.ts';
import type { Point } from '../../src/core/metric.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Report } from '../../src/core/report.ts';
import type { RoomRequest } from '../../src/core/run.ts';
import { openCloud } from '../../src/providers/cloud.ts';
import { openTarget } from '../../src/providers/index.ts';
import { openDurable } from '../../src/runtime/durable/open.ts';
import type { MachineSource } from '../../src/targets/spec.ts';
import { CLOUD_NOW } from '../checks/in-the-cloud.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

/** Where the target of a run stands, and what is known of its past. A test changes it between runs. */
export type Place = { hosted: boolean; machine?: MachineSource; past(metric: string): Point[] };

export type HealthRuns = {
  server: TestPostgres;
  /** Puts the target in another place: on servers of one's own, of which nobody tells, without a past. */
  standsIn(place: Partial<Place>): void;
  /** A whole run of health: its SQL goes to the real server, what it asks of the cloud to AWS or its stand-in. */
  health(): Promise<Report>;
  stop(): Promise<void>;
};

/** A real server, and runs of health on it as durable executions, with nothing but what reads touch. */
export async function openHealthRuns(): Promise<HealthRuns> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-health-'));
  const server = await startTestPostgres();
  const nowhere: Place = { hosted: false, past: () => [] };
  let place = nowhere;
  let delivered: Outcome[] = [];
  let runs = 0;
  const tools = () => runTools(server, place, (outcome) => void delivered.push(outcome));
  const functions = [
    {
      name: 'run',
      handler: createRunHandler(async () => tools()) as (event: unknown) => Promise<unknown>,
      timeoutSeconds: 60,
      durable: { executionTimeoutSeconds: 3600, retentionDays: 1 },
    },
    {
      name: 'read',
      handler: (event: unknown) => runInRoom(roomTools(server, place), 'read', event as RoomRequest),
      timeoutSeconds: 60,
    },
  ];
  const durable = openDurable({
    path: join(folder, 'lambda.sqlite'),
    functions: new Map(functions.map((one) => [one.name, one])),
  });
  return {
    server,
    standsIn: (next) => void (place = { ...nowhere, ...next }),
    async health() {
      delivered = [];
      // A person sees this instant; a schedule would look again after a minute.
      const trigger = { kind: 'command', user: 'U0OMAR', channel: 'C0ALERTS' };
      const request = { runId: `health-${(runs += 1)}`, operation: 'health', subject: 'shop-db', args: {}, trigger };
      await durable.finished(durable.start({ functionName: 'run', payload: JSON.stringify(request) }));
      const [outcome] = delivered;
      if (outcome && 'done' in outcome) return outcome.done;
      throw new Error(JSON.stringify(outcome));
    },
    async stop() {
      await durable.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function roomTools(server: TestPostgres, { machine }: Place): RoomTools {
  const secret = async ({ name }: { name?: string }) => server.environment[name ?? ''] ?? '';
  return {
    operation: findRunOperation,
    open: (_name, room) => {
      if (room === 'logs' || room === 'prune') throw new Error(`no ${room} here`);
      const members = server.spec.members.map((member) => ({ ...member, ...(machine ? { machine } : {}) }));
      return openTarget({ ...server.spec, members }, room, { secret: secret as never });
    },
    mask: createMask([]),
    keptNames: () => undefined,
    ...nothingActs(),
    environmentOf: () => '',
    now: () => CLOUD_NOW,
  };
}

/** Only what a run that reads touches. */
function runTools(server: TestPostgres, place: Place, deliver: (outcome: Outcome) => void): RunTools {
  const about = { ...(place.hosted ? { cloud: true } : {}), ...(place.machine ? { exporters: true } : {}) };
  const tools: Partial<RunTools> = {
    now: () => CLOUD_NOW,
    mask: createMask([]),
    keptNames: () => undefined,
    operation: findRunOperation,
    targetsOf: () => [{ name: 'shop-db', engine: 'postgres', environment: 'test', ...about }],
    whyNot: async () => undefined,
    named: (sentence) => sentence,
    limits: () => ({}),
    roomFunction: (_target, room) => room,
    openCloud: () => openCloud({ ...server.spec, provider: 'rds' }, { region: 'eu-central-1', now: () => CLOUD_NOW }),
    history: { past: async () => ({}), remember: async () => undefined, lastFindings: async () => [] },
    hysteresis: () => ({}),
    quiet: async () => ({ mutes: [], windows: [], acts: [] }),
    metrics: {
      keep: async () => undefined,
      last: async () => undefined,
      trends: async (_target, asked) => asked.map(({ metric }) => ({ metric, points: place.past(metric) })),
    },
    locks: { release: async () => undefined } as unknown as RunTools['locks'],
    audit: { record: async () => undefined },
    record: { started: async (_request, at) => ({ startedAt: at }), ended: async () => undefined },
    announce: async () => null,
    lookIsOver: async () => {},
    deliver: async (_request, outcome) => {
      deliver(outcome);
      return null;
    },
    log: () => undefined,
  };
  return tools as RunTools;
}
