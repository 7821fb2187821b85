import { expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import { settle } from '../../src/operations/settle.ts';
import { expectPublished } from '../published-json.ts';

const run = 'switchover-0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d';
const step = 'switchover.carryOut';

async function settled(truth: Json, intent: object | null = { runId: run }) {
  const context = {
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [{ name: 'shop-db', engine: 'postgres', environment: 'laptop' }],
    openIntent: async () => intent,
    settle: async () => truth,
  };
  const outcome = await settle.run(context as unknown as RunContext<Steps>, { run, step });
  expectPublished(outcome);
  return outcome;
}

test('what the database says became of a step is told, with a look at its health to go on with', async () => {
  expect(await settled({ ended: 'rolled-back', why: 'writes are let through again' })).toMatchObject({
    done: {
      status: 'warning',
      headline: 'switchover.carryOut of switchover-0a1b2c3d was cut off: rolled back; writes are let through again',
      next: [{ operation: 'health' }],
    },
  });
  expect(await settled({ became: 'ended' })).toMatchObject({ done: { headline: expect.stringContaining(': ended') } });
});

test('where nobody can say, a person is asked for', async () => {
  expect(await settled('unknown')).toMatchObject({
    done: { status: 'critical', headline: expect.stringMatching(/nobody can say.*a person has to look/) },
  });
  expect(await settled({ ended: 'needs-a-human', why: 'both take writes' })).toMatchObject({
    done: { status: 'critical', headline: expect.stringContaining('needs a human; both take writes') },
  });
});

test('a step that has answered meanwhile is left alone', async () => {
  expect(await settled('unknown', null)).toEqual({
    refused: `${step} of switchover-0a1b2c3d is not open: it has answered, or was settled already`,
  });
});
