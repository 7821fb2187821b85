import { describe, expect, it } from 'vitest';
import { RESULT_BYTES_LIMIT } from '../../src/app/room.ts';
import { grant, known, noIntents, room } from './probe-room.ts';

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

  it('gives a step up that never began, instead of asking the database about it', async () => {
    const { log, call } = room({
      approvals: { ...known, begun: async () => ({ begun: false }), consume: async () => ({ consumed: true }) },
    });
    expect(await call('act', 'settle', { args: 'x', mode: 'reconcile' })).toEqual({
      fault: {
        code: 'throttled',
        message: 'probe.settle could not be begun and was given up: nothing was done. Ask again',
      },
    });
    expect(log.closed).toBe(0);
  });

  it('gives a step up that has used its grant and written nothing down, instead of asking the database about it', async () => {
    const asked: string[] = [];
    const intents = { ...noIntents, giveUp: async (_key: unknown, usedAt: string) => (asked.push(usedAt), true) };
    const { log, call } = room({ intents });
    expect(await call('act', 'settle', { args: 'x', mode: 'reconcile' })).toMatchObject({
      fault: { code: 'throttled', message: expect.stringContaining('nothing was done') },
    });
    expect([log.closed, asked]).toEqual([0, ['2026-11-24T02:00:00.000Z']]);
  });

  it('does nothing where the step was given up while its servers were being opened', async () => {
    const { log, call } = room({ intents: { ...noIntents, begin: async () => false } });
    expect(await call('act', 'strike', { args: 'x', grant })).toEqual({
      fault: { code: 'conflict', message: 'probe.strike was given up before it began: nothing was done' },
    });
    expect([log.done, log.audit.map(({ id }) => id)]).toEqual([
      [],
      ['run-1:probe.strike:intent', 'run-1:probe.strike:result'],
    ]);
  });

  it('leaves open what a person has to look at', async () => {
    const { log, call } = room();
    await call('act', 'half', { args: 'x', grant });
    await call('act', 'half', { args: 'x', mode: 'reconcile' });
    expect(log.intents).toEqual(['begin half']);
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
