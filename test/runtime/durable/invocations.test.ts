import { expect, test } from 'vitest';
import { backOffMs } from '../../../src/runtime/durable/driver.ts';
import { virtualClock } from '../virtual-clock.ts';
import { dataFile, durableFunction, isSuspended, open, plainFunction, story } from './fixture.ts';

const stalled = Promise.withResolvers<never>().promise;

test('an invocation that broke is repeated after a pause that doubles', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  let invocations = 0;
  const healing = {
    ...durableFunction('healing', async () => 'well'),
    handler: async () => {
      invocations += 1;
      if (invocations < 3) throw new Error('out of memory');
      return { Status: 'SUCCEEDED', Result: '"well"' };
    },
  };
  const { durable, until } = open([healing], { clock });
  const arn = durable.start({ functionName: 'healing', payload: '{}' });
  await until(() => durable.execution(arn).failures === 1);
  clock.move(499);
  expect(durable.execution(arn).notBeforeMs - clock.now()).toBe(1);
  clock.move(1);
  await until(() => durable.execution(arn).failures === 2);
  clock.move(1000);
  expect(await durable.finished(arn)).toMatchObject({ status: 'SUCCEEDED', result: '"well"' });
  expect([0, 1, 2, 20].map(backOffMs)).toEqual([500, 1000, 2000, 60_000]);
});

test('an invocation past the timeout of its function is cut off, and its late checkpoint changes nothing', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const gate = Promise.withResolvers<void>();
  let invocations = 0;
  const slow = durableFunction(
    'slow',
    async (_event, context) => {
      const mine = (invocations += 1);
      await context.step('work', async () => {
        if (mine === 1) await gate.promise;
        return mine;
      });
      return mine;
    },
    { timeoutSeconds: 3 },
  );
  const { durable, until } = open([slow], { clock });
  const arn = durable.start({ functionName: 'slow', payload: '{}' });
  await until(() => story(durable, arn).includes('StepStarted work'));
  clock.move(3000);
  await until(() => durable.execution(arn).failures === 1);
  gate.resolve();
  clock.move(500);
  expect(await durable.finished(arn)).toMatchObject({ status: 'SUCCEEDED', result: '2' });
  expect(story(durable, arn).filter((line) => line === 'StepSucceeded work')).toHaveLength(1);
});

test('a checkpoint with a token of an earlier invocation is fenced off', async () => {
  const waiting = durableFunction('waiting', async (_event, context) => context.wait('pause', { hours: 1 }));
  const { durable, until } = open([waiting]);
  const arn = durable.start({ functionName: 'waiting', payload: '{}' });
  await until(() => durable.execution(arn).token !== undefined);
  const token = durable.execution(arn).token;
  await until(() => isSuspended(durable, arn));
  const late = durable.client.checkpoint({ DurableExecutionArn: arn, CheckpointToken: token, Updates: [] });
  await expect(late).rejects.toThrow('Invalid Checkpoint Token');
});

test('a plain function past its timeout is rejected as Lambda does', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const { durable } = open([plainFunction('stuck', () => stalled, 3)], { clock });
  const call = durable.call('stuck', '{}');
  const rejected = expect(call).rejects.toThrow('Task timed out after 3.00 seconds');
  clock.move(3000);
  await rejected;
});

test('an asynchronous event is tried three times and then kept with its failure', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  let attempts = 0;
  const failing = plainFunction('failing', () => Promise.reject(new Error(`attempt ${(attempts += 1)}`)));
  const { durable, until } = open([failing], { clock });
  durable.enqueue('failing', '{"a":1}');
  clock.move(0);
  for (const expected of [1, 2]) {
    await until(() => attempts === expected);
    await new Promise(setImmediate);
    clock.move(2000);
  }
  await until(() => durable.buried().length === 1);
  expect(durable.buried()).toMatchObject([
    { functionName: 'failing', payload: '{"a":1}', failure: 'Error: attempt 3' },
  ]);
  await durable.idle();
});

test('a chained invoke that was in flight when its process stopped is made again', async () => {
  const path = dataFile();
  const parent = durableFunction('parent', async (_event, context) => context.invoke('look', 'read', {}));
  let reads = 0;
  const before = open([parent, plainFunction('read', () => ((reads += 1), stalled))], { path });
  const arn = before.durable.start({ functionName: 'parent', payload: '{}' });
  await before.until(() => reads === 1 && isSuspended(before.durable, arn));
  await before.durable.close(0);
  const after = open([parent, plainFunction('read', () => 'seen')], { path });
  expect(await after.durable.finished(arn)).toMatchObject({ status: 'SUCCEEDED', result: '"seen"' });
});

test('a second backend on the same file is refused with the reason', () => {
  const path = dataFile();
  open([], { path });
  expect(() => open([], { path })).toThrow(/belongs to another running process/);
});

test('is not idle while a chained invoke is on its way, however often somebody looks', async () => {
  const room = plainFunction('room', async () => 'seen');
  const caller = durableFunction('caller', async (_event, context) => {
    await context.createCallback('open');
    return context.invoke('ask', 'room', {});
  });
  let looks: Promise<string>[] = [];
  const onChange = (arn?: string): void => {
    if (arn !== undefined) looks.push(durable.idle().then(() => durable.execution(arn).status));
  };
  const { durable } = open([room, caller], { onChange });
  for (let round = 0; round < 20; round += 1) {
    looks = [];
    await durable.finished(durable.start({ functionName: 'caller', payload: '{}' }));
    expect(new Set(await Promise.all(looks))).toEqual(new Set(['SUCCEEDED']));
  }
});
