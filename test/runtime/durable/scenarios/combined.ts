import { StepSemantics } from '@aws/durable-execution-sdk-js';
import { everySecond, fails, never, seen, workflow, type Scenario } from './scenario.ts';

const once = { semantics: StepSemantics.AtMostOncePerRetry, retryStrategy: never };

export const combined: readonly Scenario[] = [
  {
    name: 'a failover: prechecks, approval, act, poll, report',
    body: workflow(async (context) => {
      const prechecks = await context.map(
        'prechecks',
        ['lag', 'slots'],
        async (inner, check) => inner.invoke(check, 'read', { check }),
        { maxConcurrency: 2, itemNamer: (check) => check },
      );
      const approved = await context.waitForCallback('approval', async () => undefined, { timeout: { hours: 1 } });
      const acted = await context.step('promote', async () => 'promoted', once);
      const polls = await context.waitForCondition('wait-writable', async (tries: number) => tries + 1, {
        initialState: 0,
        waitStrategy: (tries) =>
          tries >= 2 ? { shouldContinue: false } : { shouldContinue: true, delay: { seconds: 1 } },
      });
      await context.wait('settle', { seconds: 1 });
      return { prechecks: prechecks.getResults(), approved, acted, polls };
    }),
    answers: [{ to: 'approval', succeed: 'ada' }],
    plain: { read: (event) => event },
  },
  {
    name: 'parallel in a map in a context, with a retry at the bottom',
    body: workflow((context) =>
      context.runInChildContext('night', async (night) => {
        const work = await night.map(
          'targets',
          ['a', 'b'],
          async (item, target) => {
            const both = await item.parallel(`both-${target}`, [
              (branch) =>
                branch.step(`flaky-${target}`, async ({ attempt }) => (attempt < 2 ? fails('busy')() : attempt), {
                  retryStrategy: everySecond,
                }),
              (branch) => branch.runInChildContext(`deep-${target}`, (deep) => deep.wait('pause', { seconds: 1 })),
            ]);
            return both.successCount;
          },
          { maxConcurrency: 1 },
        );
        return work.getResults();
      }),
    ),
  },
  {
    name: 'a workflow that cleans up after a refusal',
    body: workflow(async (context) => {
      const refused = await context
        .runInChildContext('asked', async (child) =>
          child.waitForCallback('approval', async () => undefined, { timeout: { hours: 1 } }),
        )
        .catch(seen);
      await context.step('release-lock', async () => 'released');
      return refused;
    }),
    answers: [{ to: 'approval', fail: { ErrorType: 'Refused', ErrorMessage: 'not tonight' } }],
  },
];
