import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { expect, test } from 'vitest';
import { braking, heldBack } from '../../src/app/braking.ts';
import type { RunTools } from '../../src/app/run-tools.ts';
import type { Intent } from '../../src/core/intent.ts';
import type { RunContext, RunOperation, Steps } from '../../src/core/operation.ts';
import { ack } from '../../src/operations/ack.ts';
import { findRunOperation } from '../../src/app/find-operation.ts';
import { createBrakes } from '../../src/state/brakes.ts';
import { createActs } from '../../src/state/acts.ts';
import { createIntents } from '../../src/state/intents.ts';
import { createLocks } from '../../src/state/locks.ts';
import { takeLocks } from '../../src/app/run-locks.ts';
import { memoryTable } from './memory-table.ts';

const began = Date.parse('2026-11-24T02:00:00.000Z');
const shopDb = { name: 'shop-db', engine: 'postgres', environment: 'laptop' } as const;
const intentOf = (operation: string, step: string): Intent => ({
  runId: `${operation}-1`,
  operation,
  step,
  target: 'shop-db',
  args: {},
  at: new Date(began).toISOString(),
});

/** The brakes and the intents of a table, at a time so many seconds after `began`. */
function stopped() {
  let nowMs = began;
  const now = () => nowMs;
  const table = memoryTable(now);
  const tools = {
    now,
    brakes: createBrakes(table),
    intents: createIntents(table),
    locks: createLocks(table),
    acts: createActs(table),
    sharedHosts: () => ['10.0.0.1'],
    operation: findRunOperation,
    targetsOf: () => [shopDb],
  } as unknown as RunTools;
  const durable = { step: (_name: string, work: () => Promise<unknown>) => work() } as unknown as DurableContext;
  const trigger = { kind: 'terminal', user: 'ana' } as const;
  const request = { runId: 'ack-1', operation: 'ack', subject: 'shop-db', args: {}, trigger };
  const context = { ...braking(durable, tools, request), targets: [shopDb], startedAt: new Date(began).toISOString() };
  return {
    tools,
    acknowledge: async (secondsLater: number) => {
      nowMs = began + secondsLater * 1000;
      return ack.run(context as unknown as RunContext<Steps>, {});
    },
    open: async () => (await tools.intents.open()).map(({ operation, step }) => `${operation}.${step}`),
    whyNot: (operation: string) => heldBack(tools, findRunOperation(operation) as RunOperation, 'shop-db'),
  };
}

test('a step that may still be at work is left alone, and said to be', async () => {
  const { tools, acknowledge, open } = stopped();
  await tools.intents.begin(intentOf('switchover', 'carryOut'));
  expect(await acknowledge(109)).toMatchObject({
    done: {
      headline: 'switchover.carryOut of switchover-1 may still be at work: say it again if it is open in two minutes',
    },
  });
  expect(await open()).toEqual(['switchover.carryOut']);
});

test('a step that nobody answers for any more is no longer asked after, also where nothing cools down', async () => {
  const { tools, acknowledge, open, whyNot } = stopped();
  await tools.intents.begin(intentOf('switchover', 'carryOut'));
  await tools.intents.begin({ ...intentOf('failover', 'carryOut'), target: 'other-db' });
  expect(await acknowledge(110)).toMatchObject({
    done: { headline: 'no longer asked after: switchover.carryOut of switchover-1' },
  });
  expect(await open()).toEqual(['failover.carryOut']);
  expect(await whyNot('failover')).toBeNull();
  expect(await acknowledge(110)).toEqual({ refused: 'shop-db is not cooling down, and no step is asked after there' });
});

test('what the run of such a step holds is given back, and what another run holds is not', async () => {
  const { tools, acknowledge } = stopped();
  const carryOut = findRunOperation('switchover') as RunOperation;
  await takeLocks(tools, carryOut, 'shop-db', 'switchover-1');
  await tools.intents.begin(intentOf('switchover', 'carryOut'));
  await acknowledge(109);
  expect(await tools.locks.current('target:shop-db')).toMatchObject({ holder: 'switchover-1' });
  await acknowledge(110);
  expect(await tools.locks.current('target:shop-db')).toBeUndefined();
  expect(await takeLocks(tools, carryOut, 'shop-db', 'switchover-2')).toHaveProperty('fence');
  await tools.intents.begin(intentOf('switchover', 'carryOut'));
  await acknowledge(400);
  expect(await tools.locks.current('target:shop-db')).toMatchObject({ holder: 'switchover-2' });
});

test('the cool-down ends beside a step at work, and nobody is told that the writes may be moved', async () => {
  const { tools, acknowledge, whyNot } = stopped();
  await tools.intents.begin(intentOf('switchover', 'carryOut'));
  const at = new Date(began).toISOString();
  const until = new Date(began + 3_600_000).toISOString();
  await tools.brakes.coolDown({ target: 'shop-db', runId: 'failover-1', why: 'It flapped', at, until });
  expect(await acknowledge(60)).toMatchObject({
    done: {
      headline: expect.stringMatching(
        /^its cool-down is over; its writes were held since 2026-11-24 02:00 UTC: It flapped; switchover\.carryOut .* may still be at work/,
      ),
    },
  });
  expect(await whyNot('switchover')).toMatch(/^switchover\.carryOut of switchover-1 has not ended yet/);
});

test('a step that moves no writes keeps nobody from moving them', async () => {
  const { tools, whyNot } = stopped();
  await tools.intents.begin(intentOf('end', 'terminate'));
  expect(await whyNot('failover')).toBeNull();
});

test('one that moves them, or that nobody knows, does, and the way out is named', async () => {
  const { tools, whyNot } = stopped();
  await tools.intents.begin(intentOf('switchover', 'carryOut'));
  expect(await whyNot('end')).toBeNull();
  expect(await whyNot('failover')).toBe(
    'switchover.carryOut of switchover-1 has not ended yet, or nobody knows how; nothing else may move the writes of shop-db until that is known, or until somebody who has looked says /db ack shop-db.',
  );
  const later = stopped();
  await later.tools.intents.begin(intentOf('of-a-later-release', 'strike'));
  expect(await later.whyNot('failover')).toMatch(/^of-a-later-release\.strike /);
});
