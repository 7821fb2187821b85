import { expect, test } from 'vitest';
import { didYouMean } from '../../src/config/did-you-mean.ts';

test('a slip of two letters is recognised, another word is not', () => {
  expect(didYouMean('helth', ['health', 'help', 'end'])).toBe('health');
  expect(didYouMean('HEALTH', ['health'])).toBe('health');
  expect(didYouMean('backup', ['health', 'help', 'end'])).toBeUndefined();
  expect(didYouMean('x', [])).toBeUndefined();
});
