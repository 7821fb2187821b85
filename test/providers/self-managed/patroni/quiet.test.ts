import { expect, it } from 'vitest';
import { afterPatience, patienceMsOf, quietMsOf } from '../../../../src/providers/self-managed/patroni/quiet.ts';

const upTo33 = Array.from({ length: 33 }, (_, n) => n + 1);

it.each(upTo33)('waits for a whole round of %i s, with time to look, before the room is cut off', (seconds) => {
  const rounds = { loop_wait: seconds };
  expect(quietMsOf(rounds)).toBeGreaterThan(seconds * 1000);
  expect(patienceMsOf(rounds)).toBeGreaterThanOrEqual(quietMsOf(rounds) + 4000);
  expect(patienceMsOf(rounds)).toBeLessThanOrEqual(38_000);
  expect(afterPatience('as before', rounds)).toBe('unknown');
});

it('waits for two rounds where they are short', () => {
  expect(quietMsOf({ loop_wait: 10 })).toBe(20_500);
});

it('says of longer rounds that they are too long, and waits no longer for them than the room lives', () => {
  for (const seconds of [34, 60, 300]) {
    expect(afterPatience('as before', { loop_wait: seconds })).toBe('long rounds');
    expect(patienceMsOf({ loop_wait: seconds })).toBe(38_000);
  }
});

it('knows nothing where something is under way, or no Patroni answers', () => {
  expect(afterPatience('unknown', { loop_wait: 60 })).toBe('unknown');
  expect(afterPatience('unknown', undefined)).toBe('unknown');
  expect(patienceMsOf(undefined)).toBe(30_000);
});
