import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { runInRoom, RESULT_BYTES_LIMIT, type RoomTools } from '../../src/app/room.ts';
import { Fault } from '../../src/core/errors.ts';
import { createMask } from '../../src/core/mask.ts';
import { act, defineOperation, read } from '../../src/core/operation.ts';
import { planHash, type Grant, type Plan } from '../../src/core/plan.ts';
import type { RoomRequest } from '../../src/core/run.ts';
import type { AuditEntry } from '../../src/core/safety.ts';
import type { PostgresTarget } from '../../src/targets/postgres.ts';

const plan: Plan = {
  runId: 'run-1',
  operation: 'probe',
  target: 'shop-db',
  loss: 'nothing',
  expiresAt: '2026-11-24T02:15:00.000Z',
  identity: { pid: 7 },
  steps: ['strike'],
  args: { value: 'x' },
  blastRadius: [],
  facts: [],
};
const grant: Grant = { runId: 'run-1', planHash: planHash(plan), fence: 3, by: ['U0ADA'] };
const known = { plan: async () => ({ plan }) };

function room(over: Partial<RoomTools> = {}) {
  const log = { done: [] as string[], closed: 0, audit: [] as AuditEntry[], consumed: [] as Grant[] };
  const operation = defineOperation({
    id: 'probe',
    title: '',
    why: '',
    engines: ['postgres'],
    scope: 'target',
    risk: 'interrupts',
    role: 'operator',
    args: z.strictObject({}),
    fields: [],
    examples: [],
    steps: {
      look: read(async (_target: PostgresTarget, args: string) => `saw ${args}`),
      large: read(async (_target: PostgresTarget, bytes: number) => 'x'.repeat(bytes)),
      breaks: read(async (_target: PostgresTarget, _args: null): Promise<string> => {
        throw new Fault('permission_denied', 'password=hunter2 was refused');
      }),
      strike: act(
        async (_target: PostgresTarget, args: string) => (log.done.push(args), 'struck'),
        async () => 'unknown' as const,
      ),
    },
    run: async () => ({ refused: 'not under test' }),
  });
  const target: PostgresTarget = {
    engine: 'postgres',
    name: 'shop-db',
    expectedReplicas: [],
    members: [],
    unreached: [],
    close: async () => void (log.closed += 1),
  };
  const tools: RoomTools = {
    operation: (id) => (id === 'probe' ? operation : undefined),
    open: async () => target,
    mask: createMask(['s3cr3t-value']),
    keptNames: () => undefined,
    approvals: { ...known, consume: async (used) => (log.consumed.push(used), { consumed: true }) },
    audit: { record: async (entry) => void log.audit.push(entry) },
    now: () => 0,
    ...over,
  };
  const call = (place: 'read' | 'act', step: string, more: Partial<RoomRequest>) =>
    runInRoom(tools, place, {
      runId: 'run-1',
      operation: 'probe',
      step,
      target: 'shop-db',
      args: null,
      mode: 'run',
      ...more,
    });
  return { log, call };
}

describe('a room', () => {
  it('runs its own steps and closes the target', async () => {
    const { log, call } = room();
    expect(await call('read', 'look', { args: 'one' })).toEqual({ result: 'saw one' });
    expect(log.closed).toBe(1);
  });

  it('refuses a step of another room', async () => {
    const { log, call } = room();
    const answer = await call('read', 'strike', { args: 'x', grant });
    expect(answer).toEqual({
      fault: { code: 'invalid_request', message: 'probe.strike belongs to the act room, not to read' },
    });
    expect(log.done).toEqual([]);
  });

  it('refuses an acting step that comes without a grant', async () => {
    const { log, call } = room();
    expect(await call('act', 'strike', { args: 'x' })).toMatchObject({ fault: { code: 'invalid_request' } });
    expect(log.done).toEqual([]);
  });

  it('refuses the grant of another run', async () => {
    const { log, call } = room();
    const answer = await call('act', 'strike', { args: 'x', grant: { ...grant, runId: 'run-2' } });
    expect(answer).toEqual({ fault: { code: 'invalid_request', message: 'the grant belongs to another run' } });
    expect(log.consumed).toEqual([]);
  });

  it('does nothing when the grant is used up already', async () => {
    const { log, call } = room({ approvals: { ...known, consume: async () => ({ used: 'this grant was used' }) } });
    const answer = await call('act', 'strike', { args: 'x', grant });
    expect(answer).toEqual({ fault: { code: 'conflict', message: 'this grant was used' } });
    expect(log.done).toEqual([]);
  });

  it('refuses a good grant that carries another argument, target or operation than the plan', async () => {
    const { log, call } = room();
    for (const more of [
      { args: 'y' },
      { args: 'x', target: 'other-db' },
      { args: { pid: 8 } },
      { args: { extra: 1 } },
    ]) {
      expect(await call('act', 'strike', { ...more, grant })).toMatchObject({ fault: { code: 'permission_denied' } });
    }
    expect(log.consumed).toEqual([]);
    expect(log.done).toEqual([]);
  });

  it('refuses a grant whose hash is not that of the plan', async () => {
    const { log, call } = room();
    const answer = await call('act', 'strike', { args: 'x', grant: { ...grant, planHash: 'f'.repeat(64) } });
    expect(answer).toMatchObject({ fault: { code: 'permission_denied' } });
    expect(log.done).toEqual([]);
  });

  it('does nothing when the state table refuses the grant, and says why', async () => {
    const { log, call } = room({
      approvals: { ...known, consume: async () => ({ refused: 'The plan has not been granted.' }) },
    });
    const answer = await call('act', 'strike', { args: 'x', grant });
    expect(answer).toEqual({ fault: { code: 'permission_denied', message: 'The plan has not been granted.' } });
    expect(log.done).toEqual([]);
  });

  it('acts under a good grant, with the intent on record before and the result after', async () => {
    const { log, call } = room();
    expect(await call('act', 'strike', { args: 'x', grant })).toEqual({ result: 'struck' });
    expect(log.audit.map(({ id, who }) => [id, who])).toEqual([
      ['run-1:probe.strike:intent', 'U0ADA'],
      ['run-1:probe.strike:result', 'U0ADA'],
    ]);
  });

  it('does nothing when the intent cannot be recorded', async () => {
    const audit = { record: () => Promise.reject(new Error('table away')) };
    const { log, call } = room({ audit });
    expect(await call('act', 'strike', { args: 'x', grant })).toMatchObject({ fault: { code: 'bug' } });
    expect(log.done).toEqual([]);
  });

  it('asks what became of a step without using the grant again', async () => {
    const { log, call } = room();
    expect(await call('act', 'strike', { args: 'x', grant, mode: 'reconcile' })).toEqual({ result: 'unknown' });
    expect(log.consumed).toEqual([]);
    expect(log.done).toEqual([]);
  });

  it('masks what leaves it, results and faults alike', async () => {
    const { call } = room();
    expect(await call('read', 'look', { args: 's3cr3t-value' })).toEqual({ result: 'saw ***' });
    const broken = await call('read', 'breaks', {});
    expect(broken).toMatchObject({ fault: { code: 'permission_denied' } });
    expect(JSON.stringify(broken)).not.toContain('hunter2');
  });

  it('refuses an answer that would not fit a checkpoint', async () => {
    const { call } = room();
    expect(await call('read', 'large', { args: RESULT_BYTES_LIMIT })).toMatchObject({ fault: { code: 'unsupported' } });
    expect(await call('read', 'large', { args: RESULT_BYTES_LIMIT - 2 })).toHaveProperty('result');
  });

  it('says that it does not know a step', async () => {
    const { call } = room();
    expect(await call('read', 'nothing', {})).toMatchObject({ fault: { code: 'invalid_request' } });
  });
});
