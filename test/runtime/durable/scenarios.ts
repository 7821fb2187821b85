import { createWaitStrategy, StepSemantics } from '@aws/durable-execution-sdk-js';
import type { Body } from './fixture.ts';

export type Scenario = { name: string; body: Body; answer?: string };

const everySecond = (_error: unknown, attempt: number) => ({ shouldRetry: attempt < 4, delay: { seconds: 1 } });
const never = () => ({ shouldRetry: false });

async function stepsWithRetry(...[, context]: Parameters<Body>): Promise<unknown> {
  const plan = await context.step('plan', async () => ({ risk: 'low' }));
  const tries = await context.step(
    'flaky',
    async ({ attempt }) => {
      if (attempt < 3) throw new TypeError(`attempt ${attempt} broke`);
      return attempt;
    },
    { retryStrategy: everySecond },
  );
  const lost = await context
    .step('hopeless', () => Promise.reject(new Error('no')), { retryStrategy: never })
    .catch(() => 'lost');
  return { plan, tries, lost };
}

async function poll(...[, context]: Parameters<Body>): Promise<unknown> {
  const waitStrategy = createWaitStrategy({
    maxAttempts: 5,
    initialDelay: { seconds: 1 },
    maxDelay: { seconds: 1 },
    shouldContinuePolling: ({ tries }: { tries: number }) => tries < 3,
  });
  const check = async ({ tries }: { tries: number }) => ({ tries: tries + 1 });
  const state = await context.waitForCondition('wait-writable', check, { initialState: { tries: 0 }, waitStrategy });
  await context.wait('settle', { seconds: 1 });
  return state;
}

async function approval(...[, context]: Parameters<Body>): Promise<unknown> {
  const asked = await context.step('plan', async () => 'end session');
  const answer = await context
    .waitForCallback('approval', async () => undefined, { timeout: { seconds: 2 }, retryStrategy: never })
    .catch((thrown: unknown) => (thrown instanceof Error ? thrown.name : 'unknown'));
  await context.step('announce', async () => answer);
  return { asked, answer };
}

async function mapOverTargets(...[, context]: Parameters<Body>): Promise<unknown> {
  const work = await context.map(
    'look',
    ['a', 'b', 'c', 'd'],
    async (inner, target) => {
      await inner.step(`ask-${target}`, async () => target);
      if (target === 'c') await inner.step('broken', () => Promise.reject(new Error('down')), { retryStrategy: never });
      return inner.runInChildContext('judge', (child) => child.step('sum', async () => target.length));
    },
    { maxConcurrency: 2, itemNamer: (target) => target, completionConfig: { toleratedFailureCount: 1 } },
  );
  return { done: work.successCount, failed: work.failureCount };
}

async function crashAndResume(...[, context]: Parameters<Body>): Promise<unknown> {
  await context.step('before', async () => 1);
  await context.wait('gap', { seconds: 1 });
  const once = { semantics: StepSemantics.AtMostOncePerRetry, retryStrategy: never };
  await context.step('act', async () => 'acted', once);
  const said = await context.waitForCallback('confirm', async () => undefined, { timeout: { hours: 1 } });
  await context.step('after', async () => said);
  return said;
}

/** Run by this backend and by AWS's own testing SDK; `answer` is sent to the callback that is waited for. */
export const scenarios: readonly Scenario[] = [
  { name: 'steps with retry', body: stepsWithRetry },
  { name: 'poll', body: poll },
  { name: 'approval that times out', body: approval },
  { name: 'approval that is given', body: approval, answer: 'yes' },
  { name: 'map with a concurrency limit', body: mapOverTargets },
  { name: 'crash and resume', body: crashAndResume, answer: 'go' },
];
