import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startProgress } from '../../src/cli/progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('nothing is said in the first second, then the latest step, then each one', () => {
  const said: string[] = [];
  const progress = startProgress((line) => said.push(line));
  progress.step('connect');
  progress.step('look');
  vi.advanceTimersByTime(999);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1);
  progress.step('judge');
  expect(said).toEqual(['… look\n', '… judge\n']);
});

test('what ends within a second is silent', () => {
  const said: string[] = [];
  const progress = startProgress((line) => said.push(line));
  progress.step('look');
  progress.stop();
  vi.advanceTimersByTime(5_000);
  expect(said).toEqual([]);
});
