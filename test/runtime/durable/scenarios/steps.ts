import { createRetryStrategy, JitterStrategy, retryPresets, StepSemantics } from '@aws/durable-execution-sdk-js';
import { everySecond, fails, never, seen, workflow, type Scenario } from './scenario.ts';

const once = StepSemantics.AtMostOncePerRetry;

/** Breaks on the first attempts, as many as it is told. */
const flaky =
  (broken: number) =>
  async ({ attempt }: { attempt: number }) => {
    if (attempt <= broken) throw new TypeError(`attempt ${attempt} broke`);
    return attempt;
  };

export const steps: readonly Scenario[] = [
  {
    name: 'steps answer with an object, with text, with nothing, and without a name',
    body: workflow(async (context) => {
      const plan = await context.step('plan', async () => ({ risk: 'low', steps: ['one', 'two'] }));
      const word = await context.step('word', async () => 'said "yes"\n');
      const nothing = await context.step('nothing', async () => undefined);
      const unnamed = await context.step(async () => 4);
      return { plan, word, nothing, unnamed };
    }),
  },
  {
    name: 'a step is retried by its strategy',
    body: workflow((context) => context.step('flaky', flaky(2), { retryStrategy: everySecond })),
  },
  {
    name: 'a step whose retries are used up says the last error and its cause',
    body: workflow(async (context) => {
      const retryStrategy = createRetryStrategy({
        maxAttempts: 3,
        initialDelay: { seconds: 1 },
        backoffRate: 2,
        jitter: JitterStrategy.NONE,
      });
      return context.step('hopeless', fails('no route', 'RangeError'), { retryStrategy }).catch(seen);
    }),
  },
  {
    name: 'at-most-once steps answer, and are retried when they fail by themselves',
    body: workflow(async (context) => {
      const acted = await context.step('act', async () => 'acted', { semantics: once, retryStrategy: never });
      const again = await context.step('again', flaky(1), { semantics: once, retryStrategy: everySecond });
      const lost = await context.step('lost', fails('gone'), { semantics: once, retryStrategy: never }).catch(seen);
      return { acted, again, lost };
    }),
  },
  {
    name: 'a step without a strategy is retried by the default preset',
    body: workflow((context) => context.step('flaky', flaky(1))),
  },
  {
    name: 'a step of the linear preset',
    body: workflow((context) => context.step('flaky', flaky(3), { retryStrategy: retryPresets.linear })),
  },
  {
    name: 'a strategy retries only the errors that it names',
    body: workflow(async (context) => {
      const retryStrategy = createRetryStrategy({ maxAttempts: 3, retryableErrors: [/busy/] });
      return context.step('refused', fails('permission denied'), { retryStrategy }).catch(seen);
    }),
  },
  {
    name: 'an error that nobody catches fails the execution',
    body: workflow((context) => context.step('hopeless', fails('disk full', 'DiskError'), { retryStrategy: never })),
  },
  {
    name: 'steps with a serialisation of their own',
    body: workflow(async (context) => {
      const serdes = {
        serialize: async (value: bigint | undefined) => `n${String(value)}`,
        deserialize: async (text: string | undefined) => BigInt((text ?? 'n0').slice(1)),
      };
      const size = await context.step('size', async () => 12n ** 20n, { serdes });
      await context.wait('pause', { seconds: 1 });
      return String(size);
    }),
  },
  {
    name: 'a result over 6 MB ends the execution by a checkpoint',
    body: workflow(async (context) => {
      const size = await context.step('size', async () => 6 * 1024 * 1024);
      return 'x'.repeat(size);
    }),
  },
];
