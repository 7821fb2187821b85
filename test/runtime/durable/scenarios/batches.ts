import {
  completeBatch,
  CompletionOutcome,
  continueBatch,
  NestingType,
  type BatchResult,
} from '@aws/durable-execution-sdk-js';
import { fails, never, seen, workflow, type Context, type Scenario } from './scenario.ts';

const targets = ['a', 'b', 'c', 'd', 'e'];
const look = (broken: string) => async (context: Context, target: string) =>
  context.step(`ask-${target}`, broken.includes(target) ? fails(`${target} is down`) : async () => target, {
    retryStrategy: never,
  });

function tally(batch: BatchResult<unknown>): unknown {
  const { completionReason, status, totalCount, successCount, failureCount } = batch;
  return { completionReason, status, totalCount, successCount, failureCount, results: batch.getResults() };
}

export const batches: readonly Scenario[] = [
  {
    name: 'map with a concurrency limit and names',
    body: workflow(async (context) =>
      tally(
        await context.map('look', targets, look('c'), {
          maxConcurrency: 2,
          itemNamer: (target) => target,
          completionConfig: { toleratedFailureCount: 1 },
        }),
      ),
    ),
  },
  {
    name: 'map with more failures than are tolerated',
    body: workflow(async (context) => {
      const batch = await context.map('look', targets, look('ab'), {
        maxConcurrency: 1,
        completionConfig: { toleratedFailureCount: 1 },
      });
      return { ...Object(tally(batch)), errors: batch.getErrors().map(seen) };
    }),
  },
  {
    name: 'map whose items wait, and are replayed',
    body: workflow(async (context) => {
      const batch = await context.map(
        'settle',
        ['a', 'b'],
        async (inner, target) => {
          await inner.step(`before-${target}`, async () => target);
          await inner.wait(`pause-${target}`, { seconds: 1 });
          return inner.step(`after-${target}`, async () => target.toUpperCase());
        },
        { maxConcurrency: 1 },
      );
      return tally(batch);
    }),
  },
  {
    name: 'parallel branches, named and not',
    body: workflow(async (context) =>
      tally(
        await context.parallel('prechecks', [
          { name: 'disk', func: (branch: Context) => branch.step('free', async () => 'enough') },
          { name: 'lag', func: (branch: Context) => branch.step('lag', async () => 'none') },
          (branch: Context) => branch.step('slots', async () => 'two'),
        ]),
      ),
    ),
  },
  {
    name: 'map over everything at once',
    body: workflow(async (context) => tally(await context.map('look', targets, look('')))),
  },
  {
    name: 'map over nothing',
    body: workflow(async (context) => tally(await context.map('look', [] as string[], look('')))),
  },
  {
    name: 'map until enough have succeeded',
    body: workflow(async (context) =>
      tally(
        await context.map('look', targets, look('a'), {
          maxConcurrency: 1,
          completionConfig: { minSuccessful: 2 },
        }),
      ),
    ),
  },
  {
    name: 'map with a tolerated percentage of failures',
    body: workflow(async (context) =>
      tally(
        await context.map('look', targets, look('ad'), {
          maxConcurrency: 1,
          completionConfig: { toleratedFailurePercentage: 40 },
        }),
      ),
    ),
  },
  {
    name: 'map whose failure is thrown',
    body: workflow(async (context) => {
      const batch = await context.map('look', targets, look('b'), { maxConcurrency: 1 });
      batch.throwIfError();
    }),
  },
  {
    name: 'map that decides by itself when it is complete',
    body: workflow(async (context) =>
      tally(
        await context.map('look', targets, look(''), {
          maxConcurrency: 1,
          completionConfig: {
            shouldComplete: ({ successCount }) =>
              successCount >= 3 ? completeBatch(CompletionOutcome.SUCCEEDED) : continueBatch(),
          },
        }),
      ),
    ),
  },
  {
    name: 'map that decides that it has failed',
    body: workflow(async (context) => {
      const batch = await context.map('look', targets, look(''), {
        maxConcurrency: 1,
        completionConfig: {
          shouldComplete: ({ completedCount }) =>
            completedCount >= 1 ? completeBatch(CompletionOutcome.FAILED) : continueBatch(),
        },
      });
      return tally(batch);
    }),
  },
  {
    name: 'flat map: the items leave no contexts',
    body: workflow(async (context) =>
      tally(
        await context.map('look', targets, look('b'), {
          maxConcurrency: 1,
          nesting: NestingType.FLAT,
          completionConfig: { toleratedFailureCount: 2 },
        }),
      ),
    ),
  },
  {
    name: 'map with results over 256 KB together',
    body: workflow(async (context) => {
      const large = async (inner: Context, target: string) => {
        const letter = await inner.step(`ask-${target}`, async () => target);
        return letter.repeat(100 * 1024);
      };
      const batch = await context.map('look', targets, large, { maxConcurrency: 1 });
      await context.wait('pause', { seconds: 1 });
      return batch.getResults().map((text) => text.length);
    }),
  },
  {
    name: 'parallel branches until the first has succeeded',
    body: workflow(async (context) =>
      tally(
        await context.parallel(
          'ways',
          [
            (branch: Context) => branch.step('first', fails('closed'), { retryStrategy: never }),
            (branch: Context) => branch.step('second', async () => 'through'),
            (branch: Context) => branch.step('third', async () => 'not needed'),
          ],
          { maxConcurrency: 1, completionConfig: { minSuccessful: 1 } },
        ),
      ),
    ),
  },
];
