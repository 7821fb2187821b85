import { describe, expect, test } from 'vitest';
import type { Mute } from '../../src/core/quiet.ts';
import { handClock, onEveryTable, start } from './fresh-state.ts';

const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

function mute(target: string, what: string, more: Partial<Mute> = {}): Mute {
  const known = { by: 'ana', reason: 'known batch', at: iso(0), until: iso(3600), upTo: 'warning' } as const;
  return { target, what, ...known, ...more };
}

onEveryTable((local) => {
  describe('the mutes of a target', () => {
    test('are none before the first', async () => {
      expect(await local.state().mutes.of('silent-db')).toEqual([]);
    });

    test('are given back as they were kept, apart from those of a target whose name begins alike', async () => {
      const { mutes } = local.state(handClock().now);
      const odd = mute('odd-db', 'postgres.bloat:public."naïve # 😀 table"');
      await mutes.keep(odd);
      await mutes.keep(mute('odd-db-2', 'postgres.locks'));
      expect(await mutes.of('odd-db')).toEqual([odd]);
    });

    test('hold one of each thing: the last one counts', async () => {
      const { mutes } = local.state(handClock().now);
      await mutes.keep(mute('twice-db', 'postgres.locks'));
      await mutes.keep(mute('twice-db', 'postgres.locks', { reason: 'longer', until: iso(7200) }));
      expect(await mutes.of('twice-db')).toMatchObject([{ reason: 'longer', until: iso(7200) }]);
    });

    test('are in force until their time, and known for a week after it', async () => {
      const clock = handClock();
      const { mutes } = local.state(clock.now);
      await mutes.keep(mute('late-db', 'postgres.locks'));
      clock.pass(3599);
      expect(await mutes.inForce(['late-db', 'other-db'])).toHaveLength(1);
      clock.pass(1);
      expect(await mutes.inForce(['late-db'])).toEqual([]);
      expect(await mutes.of('late-db')).toHaveLength(1);
      clock.pass(7 * 86_400 + 1);
      expect(await mutes.of('late-db')).toEqual([]);
    });

    test('end early once, and then there is none to end', async () => {
      const clock = handClock();
      const { mutes } = local.state(clock.now);
      await mutes.keep(mute('ended-db', 'postgres.locks'));
      clock.pass(60);
      expect(await mutes.end('ended-db', 'postgres.locks')).toMatchObject({ by: 'ana', reason: 'known batch' });
      expect(await mutes.of('ended-db')).toMatchObject([{ until: iso(60) }]);
      expect(await mutes.end('ended-db', 'postgres.locks')).toBeUndefined();
      expect(await mutes.end('ended-db', 'postgres.other')).toBeUndefined();
    });

    test('are listed only for the targets that are asked for', async () => {
      const { mutes } = local.state(handClock().now);
      await mutes.keep(mute('mine-db', 'postgres.locks'));
      await mutes.keep(mute('theirs-db', 'postgres.locks'));
      expect((await mutes.inForce(['mine-db'])).map(({ target }) => target)).toEqual(['mine-db']);
    });
  });
});
