import { expect, it } from 'vitest';
import { slotOf, tagIn } from '../../../src/providers/redis-canary/slot-tag.ts';

// As CLUSTER KEYSLOT answers: https://redis.io/docs/latest/commands/cluster-keyslot/
it.each([
  ['somekey', 11_058],
  ['123456789', 12_739],
  ['foo', 12_182],
])('counts the slot of %s as the servers do', (tag, slot) => {
  expect(slotOf(tag)).toBe(slot);
});

it('finds a tag for every slot, and none for a node without slots', () => {
  for (const slot of [0, 5460, 16_383]) expect(slotOf(tagIn([[slot, slot]]) ?? '')).toBe(slot);
  expect(tagIn([])).toBeUndefined();
});
