import { expect, test } from 'vitest';
import type { Note } from '../../src/state/notes.ts';
import { handClock, onEveryTable } from './fresh-state.ts';

const note = (at: string, more: Partial<Note> = {}): Note => ({
  kind: 'event',
  name: 'E-1',
  source: 's',
  at,
  message: 'm',
  ...more,
});

onEveryTable((local) => {
  test('notes are kept in the order in which they happened, each once however often it is delivered', async () => {
    const { notes } = local.state(handClock().now);
    for (const at of ['03:02', '03:01', '03:02']) await notes.add('noted-db', note(at));
    await notes.add('noted-db', note('03:02', { kind: 'suppressed' }));
    expect((await notes.since('noted-db', '03:00')).map(({ at, kind }) => `${at} ${kind}`)).toEqual([
      '03:01 event',
      '03:02 event',
      '03:02 suppressed',
    ]);
    expect(await notes.since('noted-db', '03:03')).toEqual([]);
    expect(await notes.since('other-db', '')).toEqual([]);
  });

  test('of many the last fifty are kept, and of a long message its beginning', async () => {
    const { notes } = local.state(handClock().now);
    for (let n = 0; n < 60; n += 1) await notes.add('busy-db', note(`03:${String(n).padStart(2, '0')}`));
    const long = { message: 'x'.repeat(5_000), name: 'n'.repeat(200_000) };
    for (let delivery = 0; delivery < 2; delivery += 1) await notes.add('busy-db', note('04:00', long));
    const kept = await notes.since('busy-db', '');
    expect(kept).toHaveLength(50);
    expect(kept[0]?.at).toBe('03:11');
    expect(kept.at(-1)?.message).toHaveLength(300);
    expect(kept.at(-1)?.name).toHaveLength(255);
  });
});
