import type { RunContext, TargetName } from '../../core/operation.ts';
import { read } from '../../core/operation.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { Phase } from '../../targets/switchover.ts';
import { lookAfter, type AfterLook, type AskedAfter } from './after-look.ts';

/** A look of its own, in the room that reads, when the writes have moved. */
export const afterSteps = {
  lookAfter: read((target: AnyTarget, asked: AskedAfter): Promise<AfterLook> => lookAfter(target, asked)),
};

/** What happened between the step and this look, and what the clocks of two machines differ. */
const BEFORE_SECONDS = 15;

/** What clients did since; null where nobody could look, which changes nothing of how it ended. */
export async function askAfter(
  { steps }: Pick<RunContext<typeof afterSteps>, 'steps'>,
  target: TargetName,
  from: string,
  phases: readonly Phase[],
): Promise<AfterLook | null> {
  const tookMs = phases.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  try {
    return await steps.lookAfter(target, { from, sinceSeconds: Math.ceil(tookMs / 1000) + BEFORE_SECONDS });
  } catch {
    return null;
  }
}
