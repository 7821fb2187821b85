import * as v from 'valibot';
import {
  act,
  actInCloud,
  isAct,
  type ActCall,
  type RunContext,
  type RunOperation,
  type Steps,
} from '../../src/core/operation.ts';
import type { Json } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Plan } from '../../src/core/plan.ts';
import { emptyReport } from '../../src/core/report.ts';
import { operations } from '../../src/operations/index.ts';
import { untilOver } from '../../src/operations/until-over.ts';
import type { UnderWay } from '../../src/targets/cloud-switchover.ts';

/** A step of the catalogue that changes something. */
export type ActingStep = { name: string; operation: RunOperation; key: string; room: 'act' | 'control' };

/** All of them: a new one is here at once. */
export const actingSteps: readonly ActingStep[] = operations.flatMap((operation) =>
  operation.kind === 'run'
    ? Object.entries(operation.steps).flatMap(([key, step]) =>
        isAct(step) ? [{ name: `${operation.id}.${key}`, operation, key, room: step.room }] : [],
      )
    : [],
);

/** Does what a step does, once more. */
export type Hit = (what: string) => Promise<void>;

type Ended = { ended: 'switched' | 'not-done' };

/** The operation with its own risk, rules and room of the step; the step itself only counts how often it was done. */
export function probeOf(of: ActingStep, strike: Hit, isStruck: () => Promise<boolean>): RunOperation {
  const became = async (): Promise<Ended> => ({ ended: (await isStruck()) ? 'switched' : 'not-done' });
  const here = act(
    async (): Promise<Ended> => {
      await strike('act');
      return { ended: 'switched' };
    },
    async () => became(),
  );
  const cloud = actInCloud(
    async (_on, _args, _grant, journal): Promise<Ended | UnderWay> => {
      await journal.read();
      await journal.write({ ordered: 'it' });
      await strike('order');
      return { ended: 'under-way', phase: 'the cloud is at work' };
    },
    // An order that was written down and is not seen may have been heard: the model answers at once whether it was.
    async () => became(),
  );
  return {
    ...of.operation,
    engines: ['postgres'],
    args: v.strictObject({}),
    steps: { [of.key]: of.room === 'act' ? here : cloud },
    run: (context) => runOf(of, context),
  };
}

async function runOf({ operation, key, name }: ActingStep, context: RunContext<Steps>): Promise<Outcome> {
  const [target] = context.targets;
  // The only step that the probe has is one that acts.
  const call = context.steps[key] as unknown as ActCall<Json, Json> | undefined;
  if (!target || !call) return { refused: 'not under test' };
  const decision = await context.approval(planOf(context, operation, target.name));
  if ('refused' in decision) return decision;
  await context.progress(name, 'in_progress');
  const first = (await call(target, null, decision.granted)) as Ended | UnderWay;
  const ask = () => call.became(target, null) as Promise<Ended | UnderWay | 'unknown'>;
  const { ended } = await untilOver<Ended>(context, first, { step: name, ask });
  if (operation.movesWrites) await context.coolDown(target, 3600, `${name} moved the writes`);
  const about = { operation: operation.id, subject: target.name, status: 'healthy', at: context.startedAt } as const;
  return { done: emptyReport({ ...about, headline: ended }) };
}

function planOf({ runId, startedAt }: RunContext<Steps>, { id, graver }: RunOperation, target: string): Plan {
  const [grave] = Object.keys(graver ?? {});
  return {
    runId,
    operation: id,
    target,
    identity: { primary: 'shop-db-1' },
    steps: ['do it'],
    args: {},
    loss: 'nothing',
    blastRadius: [],
    facts: [],
    expiresAt: new Date(Date.parse(startedAt) + 86_400_000).toISOString(),
    ...(grave === undefined ? {} : { graver: grave }),
  };
}
