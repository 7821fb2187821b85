import { createWaitStrategy } from '@aws/durable-execution-sdk-js';
import { fails, seen, workflow, type Scenario } from './scenario.ts';

const everySecond = (limit: number, enough: number) =>
  createWaitStrategy({
    maxAttempts: limit,
    initialDelay: { seconds: 1 },
    maxDelay: { seconds: 1 },
    shouldContinuePolling: (tries: number) => tries < enough,
  });

export const waits: readonly Scenario[] = [
  {
    name: 'waits one after the other, named and not',
    body: workflow(async (context) => {
      await context.wait('settle', { seconds: 2 });
      await context.wait({ minutes: 1 });
      return context.step('after', async () => 'late');
    }),
  },
  {
    name: 'waits beside each other',
    body: workflow(async (context) => {
      await context.promise.all('both', [context.wait('short', { seconds: 1 }), context.wait('long', { seconds: 3 })]);
      return 'both';
    }),
  },
  {
    name: 'a condition is polled until it holds',
    body: workflow((context) =>
      context.waitForCondition('wait-writable', async (tries: number) => tries + 1, {
        initialState: 0,
        waitStrategy: everySecond(9, 3),
      }),
    ),
  },
  {
    name: 'a condition that cannot be asked fails',
    body: workflow((context) =>
      context
        .waitForCondition('unreachable', fails('no route', 'NetworkError'), {
          initialState: 0,
          waitStrategy: everySecond(9, 3),
        })
        .catch(seen),
    ),
  },
  {
    name: 'a condition with a strategy of its own, whose pauses grow',
    body: workflow((context) =>
      context.waitForCondition('caught-up', async (lagBytes: number) => lagBytes / 2, {
        initialState: 64,
        waitStrategy: (lagBytes, attempt) =>
          lagBytes < 10 ? { shouldContinue: false } : { shouldContinue: true, delay: { seconds: attempt } },
      }),
    ),
  },
];

/** Not compared: polled within one invocation, as with skipped time, the SDK fails such a step twice, which is refused. */
export const givesUp: Scenario = {
  name: 'a condition that never holds gives up',
  body: workflow((context) =>
    context
      .waitForCondition('never', async (tries: number) => tries + 1, {
        initialState: 0,
        waitStrategy: everySecond(3, 99),
      })
      .catch(seen),
  ),
};
