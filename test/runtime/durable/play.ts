import type { Durable } from '../../../src/runtime/durable/open.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { isQuiet, runThrough, type TestDurable } from './fixture.ts';
import { errorText, operationTree, shortened, type Played, type Told } from './operation-tree.ts';
import type { Answer, Scenario } from './scenarios/scenario.ts';

/** Where a scenario is played: a backend, its clock, and how one starts and answers there. */
export type Stage = TestDurable & {
  clock: VirtualClock;
  start(): Promise<string>;
  give(callbackId: string, answer: Answer): Promise<void>;
  /** Called while the execution waits for an answer; gives the stage to go on with. */
  intermission(): Promise<Stage>;
};

/** Plays a scenario to its end; nothing waits in real time. */
export async function play(scenario: Scenario, first: Stage): Promise<Played> {
  let stage = first;
  const arn = await stage.start();
  for (const answer of scenario.answers ?? []) {
    await untilAsked(stage, arn, answer.to);
    stage = await stage.intermission();
    await stage.give(openCallback(stage.durable, arn, answer.to) ?? '', answer);
  }
  await runThrough(stage, stage.clock, arn);
  return told(stage.durable, arn);
}

async function untilAsked(stage: Stage, arn: string, name: string): Promise<void> {
  await stage.until(() => isQuiet(stage.durable));
  while (openCallback(stage.durable, arn, name) === undefined) {
    stage.clock.move(1000);
    await stage.until(() => isQuiet(stage.durable));
  }
}

/** A callback goes by its own name or by that of the wait around it. It is open when the question has been asked. */
export function openCallback(durable: Durable, arn: string, name: string): string | undefined {
  const operations = durable.operations(arn);
  const parents = new Map(operations.map((operation) => [operation.Id, operation]));
  const found = operations
    .filter(({ Type, Status }) => Type === 'CALLBACK' && Status === 'STARTED')
    .find(({ Name, ParentId }) => Name === name || parents.get(ParentId ?? '')?.Name === name);
  const submitter = operations.find(({ Type, ParentId }) => Type === 'STEP' && ParentId === found?.ParentId);
  const asked = found?.ParentId === undefined || submitter?.Status === 'SUCCEEDED';
  return asked ? found?.CallbackDetails?.CallbackId : undefined;
}

function told(durable: Durable, arn: string): Played {
  const { status, result, error } = durable.execution(arn);
  const history = durable.history(arn);
  const operations = durable
    .operations(arn)
    .filter(({ Type }) => Type !== 'EXECUTION')
    .map((operation): Told => ({
      operation,
      events: history.filter((event) => event.operation.id === operation.Id).map(({ type }) => type),
    }));
  return { status, result: shortened(result), error: errorText(error), tree: operationTree(operations) };
}
