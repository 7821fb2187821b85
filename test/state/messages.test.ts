import { describe, expect, test } from 'vitest';
import { handClock, onEveryTable } from './fresh-state.ts';

onEveryTable((local) => {
  describe('a message slot', () => {
    test('is reserved by one of many, the others hear who and since when', async () => {
      const clock = handClock();
      const { messages } = local.state(clock.now);
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => messages.reserve('one', 'C0DBALERTS', 'run-1')),
      );
      expect(answers.filter((answer) => 'mine' in answer)).toHaveLength(1);
      expect(answers).toContainEqual({ pending: { since: '2026-11-24T03:00:00.000Z', by: 'run-1' } });
    });

    test('says where the message is after it was confirmed', async () => {
      const { messages } = local.state();
      await messages.reserve('posted', 'C0DBALERTS', 'run-1');
      expect(await messages.posted('posted')).toBeUndefined();
      await messages.confirm('posted', 'C0DBALERTS', '1790.1');
      expect(await messages.reserve('posted', 'C0DBALERTS', 'run-2')).toEqual({
        posted: { channel: 'C0DBALERTS', ts: '1790.1' },
      });
      expect(await messages.posted('posted')).toEqual({ channel: 'C0DBALERTS', ts: '1790.1' });
    });

    test('keeps the first of two confirmations', async () => {
      const { messages } = local.state();
      await messages.reserve('twice', 'C0DBALERTS', 'run-1');
      await messages.confirm('twice', 'C0DBALERTS', '1790.1');
      expect(await messages.confirm('twice', 'C0DBALERTS', '1790.2')).toEqual({ channel: 'C0DBALERTS', ts: '1790.1' });
    });

    test('whose owner died before the post is taken over by one of many', async () => {
      const { messages } = local.state();
      await messages.reserve('died', 'C0DBALERTS', 'run-1');
      const pending = await messages.reserve('died', 'C0DBALERTS', 'run-1');
      const since = 'pending' in pending ? pending.pending.since : '';
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => messages.takeOver('died', since, `run-${index}`)),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
    });

    test('that was posted meanwhile is not taken over', async () => {
      const { messages } = local.state();
      await messages.reserve('meanwhile', 'C0DBALERTS', 'run-1');
      const pending = await messages.reserve('meanwhile', 'C0DBALERTS', 'run-2');
      await messages.confirm('meanwhile', 'C0DBALERTS', '1790.1');
      const since = 'pending' in pending ? pending.pending.since : '';
      expect(await messages.takeOver('meanwhile', since, 'run-2')).toBe(false);
    });

    test('cannot be confirmed by somebody who reserved nothing', async () => {
      const { messages } = local.state();
      await expect(messages.confirm('unheard', 'C0DBALERTS', '1790.1')).rejects.toMatchObject({ code: 'conflict' });
    });
  });

  describe('the text of a message', () => {
    test('never goes back to an older version', async () => {
      const { messages } = local.state();
      await messages.reserve('text', 'C0DBALERTS', 'run-1');
      await messages.confirm('text', 'C0DBALERTS', '1790.1');
      expect(await messages.mayRender('text', 3)).toBe(true);
      expect(await messages.mayRender('text', 2)).toBe(false);
      expect(await messages.rendered('text', 3)).toEqual({ newest: 3 });
      expect(await messages.mayRender('text', 3)).toBe(false);
      expect(await messages.mayRender('text', 4)).toBe(true);
    });

    test('may be rendered again when its renderer died before it was shown', async () => {
      const { messages } = local.state();
      await messages.reserve('killed', 'C0DBALERTS', 'run-1');
      await messages.confirm('killed', 'C0DBALERTS', '1790.1');
      expect(await messages.mayRender('killed', 5)).toBe(true);
      expect(await messages.mayRender('killed', 5)).toBe(true);
    });

    test('that came late tells its renderer that a newer one was begun', async () => {
      const { messages } = local.state();
      await messages.reserve('raced', 'C0DBALERTS', 'run-1');
      await messages.confirm('raced', 'C0DBALERTS', '1790.1');
      await messages.mayRender('raced', 5);
      await messages.mayRender('raced', 6);
      expect(await messages.rendered('raced', 6)).toEqual({ newest: 6 });
      expect(await messages.rendered('raced', 5)).toEqual({ newest: 6 });
      expect(await messages.mayRender('raced', 6)).toBe(false);
    });
  });
});
