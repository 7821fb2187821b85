import { expect, test } from 'vitest';
import { isNearWindow } from '../../../src/providers/rds/switchover/windows.ts';

/** 2026-11-28 is a Saturday. */
const at = (time: string, day = '2026-11-28') => Date.parse(`${day}T${time}:00Z`);

test.each([
  ['02:44', false],
  ['02:45', true],
  ['03:10', true],
  ['03:45', true],
  ['03:46', false],
] as const)('at %s a daily window from 03:00 to 03:30 is near: %s', (time, near) => {
  expect(isNearWindow('03:00-03:30', at(time), 15)).toBe(near);
});

test('a window that goes over midnight, with its margin, is one window', () => {
  expect(isNearWindow('23:50-00:20', at('23:36'), 15)).toBe(true);
  expect(isNearWindow('23:50-00:20', at('00:35'), 15)).toBe(true);
  expect(isNearWindow('00:05-00:35', at('23:51'), 15)).toBe(true);
  expect(isNearWindow('23:50-00:20', at('12:00'), 15)).toBe(false);
});

test('a weekly window counts on its day alone, also over the end of the week', () => {
  expect(isNearWindow('sun:04:00-sun:04:30', at('04:10'), 15)).toBe(false);
  expect(isNearWindow('sun:04:00-sun:04:30', at('04:10', '2026-11-29'), 15)).toBe(true);
  expect(isNearWindow('Sat:23:45-Sun:00:15', at('00:20', '2026-11-29'), 15)).toBe(true);
});

test('no window, and one that cannot be read, is near to nothing', () => {
  expect(isNearWindow(null, at('03:00'), 15)).toBe(false);
  expect(isNearWindow('whenever', at('03:00'), 15)).toBe(false);
});
