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
  const log = {
    done: [] as string[],
    closed: 0,
    audit: [] as AuditEntry[],
    consumed: [] as Grant[],
    intents: [] as string[],
  };
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
      fail: act(
        async (_target: PostgresTarget, _args: string): Promise<string> => {
          throw new Fault('timed_out', 'no answer');
        },
        async () => 'unknown' as const,
      ),
      deny: act(
        async (_target: PostgresTarget, _args: string): Promise<string> => {
          throw new Fault('permission_denied', 'not allowed');
        },
        async () => 'unknown' as const,
      ),
      settle: act(
        async (_target: PostgresTarget, args: string) => args,
        async () => 'settled',
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
    approvals: { ...known, consume: async (used) => (log.consumed.push(used), { consumed: true }) },
    audit: { record: async (entry) => void log.audit.push(entry) },
    brakes: { inForce: async () => ({ freezes: [], coolDowns: [] }) },
    intents: {
      begin: async ({ step: begun }) => void log.intents.push(`begin ${begun}`),
      end: async ({ step: ended }) => void log.intents.push(`end ${ended}`),
    },
    environmentOf: () => 'production',
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

  it('keeps the intent until the step has answered, or somebody knows what became of it', async () => {
    const { log, call } = room();
    await call('act', 'strike', { args: 'x', grant });
    expect(log.intents).toEqual(['begin strike', 'end strike']);
    await call('act', 'strike', { args: 'x', mode: 'reconcile' });
    expect(log.intents).toHaveLength(2);
    await call('act', 'settle', { args: 'x', mode: 'reconcile' });
    expect(log.intents.slice(2)).toEqual(['end settle']);
  });

  it('does nothing on what somebody has frozen, whoever approved it', async () => {
    const freeze = { subject: 'production', by: 'ada', reason: 'audit', at: '2026-11-24T02:00:00.000Z' };
    const { log, call } = room({ brakes: { inForce: async () => ({ freezes: [freeze], coolDowns: [] }) } });
    expect(await call('act', 'strike', { args: 'x', grant })).toEqual({
      fault: {
        code: 'permission_denied',
        message:
          'ada has frozen production at 2026-11-24 02:00 UTC: audit. Nothing is changed there until somebody says /db unfreeze production.',
      },
    });
    expect([log.consumed, log.done, log.intents]).toEqual([[], [], []]);
  });

  it('says of a fault whether the step had begun, and leaves open what nobody knows the end of', async () => {
    const { log, call } = room();
    expect(await call('act', 'fail', { args: 'x', grant })).toEqual({
      fault: { code: 'timed_out', message: 'no answer', begun: true },
    });
    expect(log.intents).toEqual(['begin fail']);
    expect(await call('act', 'deny', { args: 'x', grant })).toMatchObject({ fault: { begun: true } });
    expect(log.intents.slice(1)).toEqual(['begin deny', 'end deny']);
    expect(await call('act', 'deny', { args: 'y', grant })).not.toHaveProperty('fault.begun');
  });

  it('asks what became only of the step of a plan that there was', async () => {
    const { call } = room();
    const answer = await call('act', 'strike', { args: 'y', mode: 'reconcile' });
    expect(answer).toMatchObject({ fault: { code: 'permission_denied' } });
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
