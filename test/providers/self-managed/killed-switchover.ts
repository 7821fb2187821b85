import type { PhaseName } from '../../../src/providers/self-managed/switchover/world.ts';
import type { SwitchoverOrder } from '../../../src/targets/switchover.ts';
import { killProcessAt } from './killed-process.ts';
import type { StreamingPair } from './streaming-pair.ts';

/** Begins a switchover in a process of its own, which is killed at the border of a phase. */
export async function killedAt(
  { spec }: Pick<StreamingPair, 'spec'>,
  stopAt: PhaseName,
  order: SwitchoverOrder,
): Promise<void> {
  await killProcessAt('switchover-process.ts', stopAt, { spec, order });
}
