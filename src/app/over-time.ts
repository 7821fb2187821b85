import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { Json } from '../core/json.ts';
import type { LogMove } from '../core/log-position.ts';
import type { RunContext, Steps, TargetName } from '../core/operation.ts';
import type { RunRequest } from '../core/run.ts';
import type { FenceSays } from '../core/writers.ts';
import { hidingWith } from './hiding.ts';
import { repeatable } from './retries.ts';
import type { RunTools } from './run-tools.ts';

type OverTime = Pick<
  RunContext<Steps>,
  | 'lastMetrics'
  | 'trends'
  | 'unknownStatements'
  | 'compareStatements'
  | 'rememberPlans'
  | 'keepLoggedPlans'
  | 'logPositions'
  | 'advanceLogs'
  | 'watchWriters'
  | 'lastWriter'
  | 'rememberFence'
  | 'keepPointer'
  | 'pointerWrites'
>;

/** What is kept of numbers, statements, logs, writers and pointers. */
export function overTime(durable: DurableContext, tools: RunTools, { runId }: RunRequest, startedAt: string): OverTime {
  return {
    watchWriters: (target, seen) =>
      durable.step(`watch writers ${target.name}`, () => tools.writers.watch(target.name, runId, seen), repeatable),
    lastWriter: (target) =>
      durable.step(
        `last writer ${target.name}`,
        async () => (await tools.writers.last(target.name)) ?? null,
        repeatable,
      ),
    rememberFence: (target, says) =>
      durable.step(
        `remember fence ${target.name} ${says}`,
        () => rememberFence(tools, target.name, runId, says),
        repeatable,
      ),
    keepPointer: async (target, change) => {
      const keep = () =>
        tools.pointers.keep(target.name, { ...change, runId, at: new Date(tools.now()).toISOString() });
      await durable.step(`keep pointer ${target.name}`, keep, repeatable);
    },
    pointerWrites: (target) =>
      durable.step(`pointer writes ${target.name}`, () => tools.pointers.kept(target.name), repeatable),
    lastMetrics: (target) =>
      durable.step(
        `last metrics ${target.name}`,
        async () => (await tools.metrics.last(target.name)) ?? null,
        repeatable,
      ),
    trends: (target, requests) =>
      durable.step(`trends ${target.name}`, () => tools.metrics.trends(target.name, requests, startedAt), repeatable),
    unknownStatements: (target, ids) =>
      durable.step(
        `unknown statements ${target.name}`,
        async () => [...(await tools.statements.unknown(target.name, ids))],
        repeatable,
      ),
    compareStatements: (target, looks, texts, ask) =>
      durable.step(
        `compare statements ${target.name}`,
        async () => shown(tools, target, [...(await tools.statements.compare(target.name, looks, texts, ask))]),
        repeatable,
      ),
    logPositions: (target) =>
      durable.step(`log positions ${target.name}`, () => tools.logPositions.all(target.name), repeatable),
    advanceLogs: (target, moves) =>
      durable.step(`advance logs ${target.name}`, () => advanceLogs(tools, target, moves), repeatable),
    rememberPlans: (target, plans) =>
      durable.step(
        `remember plans ${target.name}`,
        async () => shown(tools, target, [...(await tools.statements.plans(target.name, plans, startedAt))]),
        repeatable,
      ),
    keepLoggedPlans: async (target, plans) => {
      const keep = () => tools.statements.keepLogged(target.name, plans);
      await durable.step(`keep logged plans ${target.name}`, keep, repeatable);
    },
  };
}

async function rememberFence(
  { writers, now }: RunTools,
  target: string,
  runId: string,
  says: FenceSays,
): Promise<boolean> {
  if (says === 'unknown') return false;
  return writers.fence(target, says === 'closed' ? { runId, at: new Date(now()).toISOString() } : null);
}

/** Texts that were kept before the config hid names are hidden here. */
function shown<R extends Json>({ keptNames }: RunTools, { name }: TargetName, kept: R): R {
  return hidingWith(keptNames(name)).result(kept);
}

async function advanceLogs(
  { logPositions }: RunTools,
  { name }: TargetName,
  moves: readonly LogMove[],
): Promise<string[]> {
  const moved: string[] = [];
  for (const { member, from, to } of moves) {
    // oxlint-disable-next-line no-await-in-loop -- a few members
    const isOurs = await logPositions.advance(name, member, from ?? undefined, to);
    if (isOurs) moved.push(member);
  }
  return moved;
}
