import { describe, expect, test } from 'vitest';
import { handClock, onEveryTable } from './fresh-state.ts';

onEveryTable((local) => {
  describe('the places of those who look', () => {
    test('are four, however many reach for the last one at the same moment', async () => {
      const { now } = handClock();
      const { places } = local.state(now);
      const runs = Array.from({ length: 12 }, (_, n) => `health-${n}`);
      const taken = await Promise.all(
        runs.map((runId) => places.take({ about: runId, runId, untilMs: now() + 60_000 })),
      );
      expect(taken.filter(Boolean)).toHaveLength(4);
      for (const runId of runs) await places.leave(runId);
    });

    test('belong to a run: taking twice is one place, leaving is harmless without one', async () => {
      const { now } = handClock();
      const { places } = local.state(now);
      for (const runId of ['a', 'a', 'a', 'b', 'c', 'd'])
        expect(await places.take({ about: runId, runId, untilMs: now() + 60_000 })).toBe(true);
      expect(await places.take({ about: 'e', runId: 'e', untilMs: now() + 60_000 })).toBe(false);
      await places.leave('e');
      await places.leave('b');
      expect(await places.take({ about: 'e', runId: 'e', untilMs: now() + 60_000 })).toBe(true);
      for (const runId of ['a', 'c', 'd', 'e']) await places.leave(runId);
    });

    test('are free again when the time of whoever was killed is over', async () => {
      const clock = handClock();
      const { places } = local.state(clock.now);
      for (const runId of ['a', 'b', 'c', 'd'])
        await places.take({ about: runId, runId, untilMs: clock.now() + 60_000 });
      expect(await places.dead()).toEqual([]);
      clock.pass(60);
      expect(await places.dead()).toHaveLength(4);
      expect(await places.take({ about: 'e', runId: 'e', untilMs: clock.now() + 60_000 })).toBe(true);
    });
  });

  test('the queue gives back who waits, oldest first, until they left it', async () => {
    const { queue } = local.state(handClock().now);
    const [first, second] = [
      { about: 'b', since: '03:01' },
      { about: 'a', since: '03:02' },
    ];
    for (const one of [second, first, first]) await queue.join(one);
    expect(await queue.waiting()).toEqual([first, second]);
    await queue.left(first);
    await queue.join(first);
    expect(await queue.waiting()).toEqual([second]);
  });

  describe('the turn of a target', () => {
    const request = (runId: string) => ({
      runId,
      operation: 'health',
      subject: 'turn-db',
      args: {},
      trigger: { kind: 'event', name: 'E', source: 's', at: '03:00', message: '' } as const,
    });
    const ask = (target: string, runId: string) =>
      ({ about: target, target, environment: 'production', request: request(runId), inAlarm: true }) as const;

    test('is one, whoever of several asks first', async () => {
      const { turns } = local.state(handClock().now);
      const asked = await Promise.all(['r1', 'r2', 'r3'].map((runId) => turns.ask(ask('turn-db', runId))));
      expect(asked.filter(({ joined }) => !joined)).toHaveLength(1);
      expect(new Set(asked.map(({ turn }) => turn.request.runId)).size).toBe(1);
      const [turn] = (await turns.all()).filter(({ target }) => target === 'turn-db');
      expect(turn).toMatchObject({ changes: 3, status: 'waiting' });
    });

    test('is over only for the run that looks', async () => {
      const clock = handClock();
      const { turns } = local.state(clock.now);
      await turns.ask(ask('over-db', 'mine'));
      expect(await turns.begin('over-db', 'other', clock.now() + 60_000)).toEqual({ over: true });
      expect(await turns.begin('over-db', 'mine', clock.now() + 60_000)).toMatchObject({ turn: { status: 'looking' } });
      await turns.looked('over-db', 'other');
      expect((await turns.all()).find(({ target }) => target === 'over-db')?.status).toBe('looking');
      await turns.looked('over-db', 'mine');
      expect((await turns.all()).find(({ target }) => target === 'over-db')?.status).toBe('done');
    });
  });

  describe('the storm of an environment', () => {
    test('that nobody ends is another one when nobody had to wait for ten minutes', async () => {
      const clock = handClock();
      const { storms } = local.state(clock.now);
      const { id } = await storms.open('endless');
      for (const seconds of [600, 600]) {
        clock.pass(seconds);
        expect((await storms.open('endless')).id).toBe(id);
      }
      clock.pass(601);
      expect((await storms.open('endless')).id).not.toBe(id);
    });

    test('is one until it ends, the same when it comes back within ten minutes, and another one later', async () => {
      const clock = handClock();
      const { storms } = local.state(clock.now);
      const first = await storms.open('windy');
      expect(await storms.open('windy')).toEqual(first);
      await storms.end('windy', first.id);
      expect(await storms.current('windy')).toBeUndefined();
      clock.pass(600);
      expect((await storms.open('windy')).id).toBe(first.id);
      await storms.end('windy', first.id);
      clock.pass(601);
      expect((await storms.open('windy')).id).not.toBe(first.id);
    });
  });
});
