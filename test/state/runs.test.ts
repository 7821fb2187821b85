import { describe, expect, test } from 'vitest';
import { handClock, onEveryTable } from './fresh-state.ts';

function run(runId: string, subject: string, startedAt = '2026-11-24T03:00:00.000Z') {
  return { runId, operation: 'health', subject, startedAt, trigger: { kind: 'terminal', user: 'ana' } as const };
}

onEveryTable((local) => {
  describe('a run', () => {
    test('that began twice is remembered as it began first', async () => {
      const { runs } = local.state();
      await runs.started(run('r1', 'twice-db'));
      await runs.started(run('r1', 'twice-db', '2026-11-24T04:00:00.000Z'));
      expect(await runs.get('r1')).toMatchObject({ status: 'started', startedAt: '2026-11-24T03:00:00.000Z' });
    });

    test('that ended keeps how it ended', async () => {
      const { runs } = local.state();
      await runs.started(run('r2', 'end-db'));
      await runs.update('r2', { status: 'waiting' });
      const end = {
        status: 'done',
        endedAt: '2026-11-24T03:01:00.000Z',
        headline: 'Healthy.',
        health: 'healthy',
      } as const;
      await runs.update('r2', end);
      await runs.update('r2', { status: 'waiting', headline: 'late' });
      expect(await runs.get('r2')).toMatchObject(end);
    });

    test('that nobody knows is not made up by an update', async () => {
      const { runs } = local.state();
      await runs.update('unheard', { status: 'done' });
      expect(await runs.get('unheard')).toBeUndefined();
    });

    test('is listed with its subject, youngest first', async () => {
      const { runs } = local.state(handClock().now);
      for (const hour of [1, 3, 2]) await runs.started(run(`h${hour}`, 'list-db', `2026-11-24T0${hour}:00:00.000Z`));
      await runs.started(run('other', 'list-db-2'));
      expect((await runs.recent('list-db', 2)).map(({ runId }) => runId)).toEqual(['h3', 'h2']);
      expect(await runs.recent('nothing-db', 2)).toEqual([]);
    });

    test('has no place in the list where nobody asked for it, until it has something to tell', async () => {
      const { runs } = local.state(handClock().now);
      await runs.startedUnlisted(run('quiet', 'quiet-db'));
      expect(await runs.recent('quiet-db', 9)).toEqual([]);
      expect(await runs.find('quiet')).toMatchObject({ runId: 'quiet' });
      await runs.list('quiet');
      await runs.list('quiet');
      expect(await runs.recent('quiet-db', 9)).toMatchObject([{ runId: 'quiet' }]);
    });

    test('is listed once although a repeated step says another time', async () => {
      const { runs } = local.state(handClock().now);
      await runs.started(run('once', 'once-db'));
      await runs.started(run('once', 'once-db', '2026-11-24T04:00:00.000Z'));
      expect(await runs.recent('once-db', 9)).toHaveLength(1);
    });
  });
});
