import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Finding } from '../core/finding.ts';
import { judgeWriters } from '../core/judge-writers.ts';
import type { ReportedFinding } from '../core/report.ts';
import { NO_WRITERS } from '../core/writers.ts';
import type { Mask } from '../core/mask.ts';
import { usualFailoverLimits } from '../core/safety.ts';
import {
  isAct,
  type Calls,
  type RunContext,
  type RunOperation,
  type Steps,
  type TargetName,
} from '../core/operation.ts';
import { compareInMemory } from './statement-memory.ts';
import type { AnyCloud } from '../targets/cloud.ts';
import type { AnyTarget } from '../targets/index.ts';

/** What a run in memory works with: one opened target, the cloud that hosts it where it is asked, and the mask of its frame. */
export type MemoryTools = { target: AnyTarget; cloud?: AnyCloud; mask: Mask; nowMs: number; user: string };

/** What a context without state needs: who asks, when, and how its steps are called. */
export type Stateless = { steps: Calls<Steps>; nowMs: number; user: string };

/**
 * A context that leaves no state: reads on a bare URL. There is no past, so nothing is NEW against anything; what acts is
 * refused here whatever asks for it.
 */
export function memoryContext(operation: RunOperation, name: TargetName, tools: MemoryTools): RunContext<Steps> {
  return statelessContext(name, { ...tools, steps: callsInMemory(operation, tools) });
}

/** The same around steps that are called in another way. */
export function statelessContext(name: TargetName, { steps, nowMs, user }: Stateless): RunContext<Steps> {
  const context: RunContext<Steps> = {
    runId: 'terminal',
    trigger: { kind: 'terminal', user },
    by: user,
    startedAt: new Date(nowMs).toISOString(),
    targets: [name],
    subject: name.name,
    steps,
    each: (_name, targets, work) => Promise.all(targets.map((target) => work(target, context))),
    limits: () => ({}),
    hysteresis: () => ({}),
    failoverLimits: async () => usualFailoverLimits,
    past: async () => ({}),
    neighbours: () => [],
    lastFindings: async () => [],
    mute: async () => nothingKept(),
    unmute: async () => nothingKept(),
    freeze: async () => nothingKept(),
    unfreeze: async () => nothingKept(),
    coolDown: async () => nothingKept(),
    askForBackup: async () => nothingKept(),
    acknowledge: async () => nothingKept(),
    openIntent: async () => nothingKept(),
    settle: async () => nothingKept(),
    remember: async () => {},
    lastMetrics: async () => null,
    trends: async () => [],
    unknownStatements: async (_target, ids) => ids,
    compareStatements: async (_target, looks, texts, ask) => compareInMemory(looks, texts, ask),
    logPositions: async () => ({}),
    advanceLogs: async (_target, moves) => moves.map(({ member }) => member),
    rememberPlans: async () => [],
    keepLoggedPlans: async () => {},
    watchWriters: async (target, seen) => inMemory(judgeWriters(target.name, seen, NO_WRITERS), seen.at),
    lastWriter: async () => null,
    backups: async () => ({ policy: null, whyNone: null, stores: [], findings: [], table: [] }),
    rememberFence: async () => nothingKept(),
    keepPointer: async () => nothingKept(),
    pointerWrites: async () => [],
    sleep: (_name, seconds) => pause(seconds * 1000),
    poll: async (_name, ask, done, everySeconds) => {
      for (;;) {
        const answer = await ask();
        if (done(answer)) return answer;
        await pause(everySeconds * 1000);
      }
    },
    approval: async () => ({ refused: 'a bare URL is only looked at; name a target of nightshift.yaml instead' }),
    progress: async () => {},
  };
  return context;
}

/** Nothing is remembered, so that all that is found is new. */
function inMemory(found: readonly Finding[], since: string): ReportedFinding[] {
  return found.map((finding) => ({ ...finding, change: 'NEW', since }));
}

/** Only operations that read come here. */
function nothingKept(): never {
  throw new Fault('unsupported', 'a bare URL is only looked at; name a target of nightshift.yaml instead');
}

function callsInMemory(operation: RunOperation, { target, cloud, mask }: MemoryTools): Calls<Steps> {
  const calls = Object.entries(operation.steps).map(([key, step]) => {
    const call = async (_target: TargetName, args: Json): Promise<Json> => {
      if (step.room === 'control' && !isAct(step) && cloud) return mask((await step.run(cloud, args)) as Json);
      if (step.room !== 'read') throw new Fault('unsupported', `${operation.id}.${key} does more than read`);
      return mask((await step.run(target, args)) as Json);
    };
    return [key, call] as const;
  });
  return Object.fromEntries(calls) as Calls<Steps>;
}
