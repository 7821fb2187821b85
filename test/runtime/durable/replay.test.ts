import { expect, test } from 'vitest';
import { dataFile, durableFunction, isSuspended, open, story } from './fixture.ts';
import { workflow, type Context } from './scenarios/scenario.ts';

// The SDK validates what it replays by position: type, name and subtype (its errors/non-deterministic-error).

type Part = (context: Context) => Promise<unknown>;

const plan: Part = (context) => context.step('plan', async () => 'plan');
const ask: Part = (context) => context.waitForCallback('confirm', async () => undefined, { timeout: { hours: 1 } });

/** Suspends an execution of the first code at its callback, and goes on with the second on the same file. */
async function goOnWith(before: readonly Part[], after: readonly Part[]): Promise<{ end: string; events: string[] }> {
  const path = dataFile();
  const body = (parts: readonly Part[]) =>
    durableFunction(
      'changing',
      workflow(async (context) => {
        for (const part of parts) await part(context);
      }),
    );
  const first = open([body(before)], { path });
  const arn = first.durable.start({ functionName: 'changing', payload: '{}' });
  await first.until(() => isSuspended(first.durable, arn));
  const { CallbackDetails } = first.durable.operations(arn).find(({ Type }) => Type === 'CALLBACK') ?? {};
  await first.durable.close();
  const second = open([body(after)], { path });
  second.durable.callbacks.succeed(CallbackDetails?.CallbackId ?? '', 'yes');
  const { status, error } = await second.durable.finished(arn);
  return { end: `${status} ${error?.ErrorMessage ?? ''}`.trimEnd(), events: story(second.durable, arn) };
}

test('the same code goes on, and repeats nothing', async () => {
  const { end, events } = await goOnWith([plan, ask], [plan, ask]);
  expect(end).toBe('SUCCEEDED');
  expect(events.filter((event) => event === 'StepStarted plan')).toHaveLength(1);
});

test('what is added after the frontier is fine', async () => {
  const { end, events } = await goOnWith(
    [plan, ask],
    [plan, ask, (context) => context.step('announce', async () => 1)],
  );
  expect(end).toBe('SUCCEEDED');
  expect(events).toContain('StepSucceeded announce');
});

test.for<[string, readonly Part[], string]>([
  ['a step that is renamed', [(context) => context.step('scheme', async () => 1), ask], 'Operation name mismatch'],
  ['a step that became a wait', [(context) => context.wait('plan', { seconds: 1 }), ask], 'Operation type mismatch'],
  [
    'a step that became a context',
    [(context) => context.runInChildContext('plan', async () => 1), ask],
    'Operation type mismatch',
  ],
  ['a step that is added before it', [(context) => context.step('first', async () => 1), plan, ask], 'name mismatch'],
  ['a step that is gone', [ask], 'Operation type mismatch'],
])('%s fails the execution as not deterministic', async ([, after, reason]) => {
  const { end } = await goOnWith([plan, ask], after);
  expect(end).toContain('FAILED [Unrecoverable Execution] Non-deterministic execution detected');
  expect(end).toContain(reason);
});

test('a step that became a condition goes unnoticed: the SDK does not compare conditions', async () => {
  const waitStrategy = () => ({ shouldContinue: false as const });
  const condition: Part = (context) =>
    context.waitForCondition('plan', async () => 'polled', { initialState: '', waitStrategy });
  const { end, events } = await goOnWith([plan, ask], [condition, ask]);
  expect(end).toBe('SUCCEEDED');
  expect(events.filter((event) => event === 'StepStarted plan')).toHaveLength(1);
});

test('a context over 256 KB runs again on replay, and its steps do not', async () => {
  let runs = 0;
  let steps = 0;
  const report: Part = (context) =>
    context.runInChildContext('report', async (child) => {
      runs += 1;
      await child.step('letter', async () => (steps += 1));
      return 'x'.repeat(300 * 1024);
    });
  const { end } = await goOnWith([report, ask], [report, ask]);
  expect({ end, runs, steps }).toEqual({ end: 'SUCCEEDED', runs: 2, steps: 1 });
});

test('a small context does not run again on replay', async () => {
  let runs = 0;
  const report: Part = (context) => context.runInChildContext('report', async () => (runs += 1));
  const { end } = await goOnWith([report, ask], [report, ask]);
  expect({ end, runs }).toEqual({ end: 'SUCCEEDED', runs: 1 });
});
