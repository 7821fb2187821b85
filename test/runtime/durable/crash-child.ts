import { appendFileSync, readFileSync } from 'node:fs';
import {
  createWaitStrategy,
  StepSemantics,
  withDurableExecution,
  type DurableContext,
} from '@aws/durable-execution-sdk-js';
import { openDurable } from '../../../src/runtime/durable/open.ts';
import type { FunctionDefinition, Handler } from '../../../src/runtime/functions.ts';

// A process that a test kills: every side effect is one line of a file, written before anybody hears of it.
const [path = '', effectsPath = '', hangsIn = ''] = process.argv.slice(2);
const once = { semantics: StepSemantics.AtMostOncePerRetry, retryStrategy: () => ({ shouldRetry: false }) };

function effect(what: string): void {
  appendFileSync(effectsPath, `${what}\n`);
  process.send?.({ effect: what });
}

function polls(): number {
  return readFileSync(effectsPath, 'utf8')
    .split('\n')
    .filter((line) => line === 'poll').length;
}

/** Stands still in the place where the test kills this process. */
async function hangIn(place: string): Promise<void> {
  effect(place);
  if (hangsIn === place) await Promise.withResolvers<void>().promise;
}

async function act(): Promise<string> {
  await hangIn('act');
  effect('acted');
  return 'done';
}

async function failover(_event: unknown, context: DurableContext): Promise<unknown> {
  await context.step('plan', () => hangIn('plan'));
  await context.invoke('look', 'read', {});
  await context.invoke('copy', 'copy:durable', {});
  const approved = await context.waitForCallback('approval', async (id) => effect(`ask ${id}`), {
    timeout: { hours: 1 },
  });
  const acted = await context.step('act', act, once).catch(() => 'unknown, asking the database');
  const waitStrategy = createWaitStrategy({
    maxAttempts: 9,
    initialDelay: { seconds: 1 },
    maxDelay: { seconds: 1 },
    shouldContinuePolling: (count: number) => count < 3,
  });
  const check = async () => {
    effect('poll');
    return polls();
  };
  const polled = await context.waitForCondition('wait-writable', check, { initialState: 0, waitStrategy });
  await context.step('announce', async () => effect('announce'));
  return { approved, acted, polled };
}

async function copy(_event: unknown, context: DurableContext): Promise<void> {
  await context.step('copy', () => hangIn('copy'));
}

const limits = { timeoutSeconds: 60, durable: { executionTimeoutSeconds: 3600, retentionDays: 1 } };
const durable = openDurable({
  path,
  functions: new Map<string, FunctionDefinition>([
    ['failover', { name: 'failover', handler: withDurableExecution(failover) as unknown as Handler, ...limits }],
    ['copy', { name: 'copy', handler: withDurableExecution(copy) as unknown as Handler, ...limits }],
    ['read', { name: 'read', handler: () => hangIn('read'), timeoutSeconds: 60 }],
  ]),
  onChange: (arn) => {
    if (arn === undefined || !arn.includes(':function:failover:')) return;
    const { phase, status, result } = durable.execution(arn);
    process.send?.({ phase, status, result });
  },
});
process.on('message', (message: { succeed: string }) => durable.callbacks.succeed(message.succeed, 'yes'));
process.on('disconnect', () => process.exit(0));
durable.recover();
durable.start({ functionName: 'failover', payload: '{}', name: 'incident-1' });
