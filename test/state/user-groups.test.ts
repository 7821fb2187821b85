import { describe, expect, test } from 'vitest';
import { freshSeconds } from '../../src/state/seen-members.ts';
import { handClock, onEveryTable, start } from './fresh-state.ts';

onEveryTable((local) => {
  describe('what Slack said of a user group', () => {
    test('is known to another process, and of that group alone', async () => {
      const clock = handClock();
      const seen = { members: ['U0ADA', 'U0BEN'], askedAtMs: start };
      await local.state(clock.now).userGroups.keep('S0ONE', seen);
      expect(await local.state(clock.now).userGroups.of('S0ONE')).toEqual(seen);
      expect(await local.state(clock.now).userGroups.of('S0OTHER')).toBeUndefined();
    });

    test('counts for five minutes from the question on, not from when it was kept', async () => {
      const clock = handClock();
      const { userGroups } = local.state(clock.now);
      clock.pass(60);
      await userGroups.keep('S0OLD', { members: ['U0ADA'], askedAtMs: start });
      clock.pass(freshSeconds - 61);
      expect(await userGroups.of('S0OLD')).toMatchObject({ members: ['U0ADA'] });
      clock.pass(1);
      expect(await userGroups.of('S0OLD')).toBeUndefined();
    });

    test('does not count a moment longer, though the table keeps items by the whole second', async () => {
      const clock = handClock();
      const { userGroups } = local.state(clock.now);
      await userGroups.keep('S0EDGE', { members: ['U0ADA'], askedAtMs: start - 1 });
      clock.pass(freshSeconds - 0.001);
      expect(await userGroups.of('S0EDGE')).toBeUndefined();
    });

    test('is replaced by a younger answer and never by an older one', async () => {
      const clock = handClock();
      const { userGroups } = local.state(clock.now);
      await userGroups.keep('S0RACE', { members: ['U0BEN'], askedAtMs: start });
      await userGroups.keep('S0RACE', { members: [], askedAtMs: start + 5 });
      await userGroups.keep('S0RACE', { members: ['U0BEN'], askedAtMs: start + 1 });
      expect(await userGroups.of('S0RACE')).toEqual({ members: [], askedAtMs: start + 5 });
    });
  });
});
