import type { StepState } from '../core/operation.ts';

/** One step of a run as people watch it; `details` is how far it is. */
export type WatchedStep = { step: string; state: StepState; details?: string };

/** Pure: the steps of a run after one of them is told of. One that is known changes in its place; one that is new ends those at work. */
export function withStep(steps: readonly WatchedStep[], told: WatchedStep): WatchedStep[] {
  if (steps.some(({ step }) => step === told.step)) return steps.map((one) => (one.step === told.step ? told : one));
  const before = steps.map((one) => (one.state === 'in_progress' ? { ...one, state: 'complete' as const } : one));
  return [...before, told];
}
