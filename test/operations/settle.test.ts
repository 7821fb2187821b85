import { expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import { settle } from '../../src/operations/settle.ts';
import { expectPublished } from '../published-json.ts';

const run = 'switchover-0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d';
const step = 'switchover.carryOut';

const coolDowns: unknown[] = [];
const fences: string[] = [];

const open = { runId: run, at: '2026-11-24T01:58:00.000Z', movesWrites: true };

async function settled(truth: Json, intent: object | null = open, target: object = {}) {
  const context = {
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [{ name: 'shop-db', engine: 'postgres', environment: 'laptop', ...target }],
    openIntent: async () => intent,
    settle: async () => truth,
    coolDown: async (...call: unknown[]) => void coolDowns.push(call),
    rememberFence: async (_target: unknown, says: string) => void fences.push(says),
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

test('a step that began a moment ago is left to its room and its run', async () => {
  const refused = `${step} of switchover-0a1b2c3d began a moment ago and may still be at work; it ends or rolls back by itself`;
  expect(await settled('unknown', { runId: run, at: '2026-11-24T01:58:11.000Z' })).toEqual({ refused });
});

test('while nobody can say what became of it, the writes stay where they are', async () => {
  coolDowns.length = 0;
  await settled({ ended: 'switched' });
  expect(coolDowns).toEqual([]);
  await settled({ ended: 'failed-over' });
  expect(coolDowns.splice(0)).toMatchObject([
    [{ name: 'shop-db' }, 3600, 'switchover.carryOut made another server the primary'],
  ]);
  await settled('unknown');
  expect(coolDowns).toMatchObject([[{ name: 'shop-db' }, 3600, `${step} ended without a clear answer`]]);
});

test('a step that moves no writes keeps nobody from moving them, whatever became of it', async () => {
  coolDowns.length = 0;
  await settled({ ended: 'needs-a-human', why: 'it could not be read' }, { ...open, movesWrites: false });
  expect(coolDowns).toEqual([]);
});

test('where the writes have moved, clients are led after them next', async () => {
  const next = async (truth: Json) => {
    const outcome = await settled(truth, open, { pointerName: 'db.shop.internal' });
    return 'done' in outcome ? outcome.done.next.map(({ operation }) => operation) : [];
  };
  expect(await next({ ended: 'switched' })).toEqual(['repoint', 'health']);
  expect(await next({ ended: 'failed-over' })).toEqual(['repoint', 'health']);
  expect(await next({ ended: 'rolled-back' })).toEqual(['health']);
});

test('what was lost and what is left for a person is told: the run that would have told it is dead', async () => {
  const truth = {
    ended: 'failed-over',
    why: null,
    loss: { exact: false, sentences: ['Lost: at most 2 s.'] },
    left: ['Keep shop-db-1 down.'],
    evidence: ['shop-db-2 took a write.'],
  };
  expect(await settled(truth)).toMatchObject({
    done: {
      headline: 'switchover.carryOut of switchover-0a1b2c3d was cut off: failed over',
      text: ['Lost: at most 2 s.', 'To do: Keep shop-db-1 down.', 'shop-db-2 took a write.'],
    },
  });
  expect(await settled({ ended: 'switched', why: 'pool-1 leads there', lost: 'unknown' })).toMatchObject({
    done: {
      headline: expect.stringMatching(/switched; pool-1 leads there$/),
      text: ['Whether acknowledged writes were lost cannot be said.'],
    },
  });
});

test('how a fence was left is kept, so that its opening by a restart is noticed', async () => {
  await settled({ ended: 'rolled-back' });
  await settled({ ended: 'unknown' });
  expect(fences.splice(0)).toEqual([]);
  await settled({ ended: 'closed', why: 'pool-1 keeps clients off shop.' });
  await settled({ ended: 'open', why: 'pool-1 lets clients in to shop.' });
  await settled({ ended: 'failed-over', oldPrimary: 'fenced', loss: { sentences: [] }, left: [], evidence: [] });
  expect(fences).toEqual(['closed', 'open', 'closed']);
});

test('a failover that ended here asks for a backup of the new primary, as one that nobody cut off does', async () => {
  const asked: unknown[] = [];
  const context = {
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [{ name: 'shop-db', engine: 'postgres', environment: 'laptop', backedUp: true }],
    openIntent: async () => ({ ...open, args: { from: 'shop-db-1', to: 'shop-db-2' } }),
    settle: async () => ({ ended: 'failed-over' }),
    coolDown: async () => {},
    askForBackup: async (target: unknown) => (asked.push(target), 'backup-0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d'),
  };
  const outcome = await settle.run(context as unknown as RunContext<Steps>, { run, step });
  expectPublished(outcome);
  expect(asked).toMatchObject([{ name: 'shop-db' }]);
  expect(outcome).toMatchObject({
    done: { text: [expect.stringMatching(/^A full backup of shop-db-2 was asked for \(backup-0a1b2c3d\)/)] },
  });
});
