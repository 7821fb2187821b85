import { describe, expect, it } from 'vitest';
import { withStep, type WatchedStep } from '../../src/app/step-list.ts';

const told = (...all: readonly WatchedStep[]): WatchedStep[] => all.reduce<WatchedStep[]>(withStep, []);

describe('the steps of a run', () => {
  it('are over when the next one begins', () => {
    expect(told({ step: 'look', state: 'in_progress' }, { step: 'move', state: 'in_progress' })).toEqual([
      { step: 'look', state: 'complete' },
      { step: 'move', state: 'in_progress' },
    ]);
  });

  it('change in their place, with how far they are', () => {
    expect(
      told(
        { step: 'watch', state: 'in_progress', details: '10 of 120 s' },
        { step: 'ask', state: 'in_progress' },
        { step: 'watch', state: 'complete', details: '120 of 120 s' },
      ),
    ).toEqual([
      { step: 'watch', state: 'complete', details: '120 of 120 s' },
      { step: 'ask', state: 'in_progress' },
    ]);
  });

  it('stay failed', () => {
    expect(told({ step: 'look', state: 'error' }, { step: 'move', state: 'in_progress' })[0]?.state).toBe('error');
  });
});
