import { openTarget } from '../../../src/providers/index.ts';
import { switchoverOf } from '../../../src/providers/self-managed/switchover.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import type { SwitchoverOrder } from '../../../src/targets/switchover.ts';
import { secret } from './streaming-pair.ts';

/** Carries an order out in a process of its own, and stands still at the border of a phase until it is killed. */
const { spec, order, stopAt } = JSON.parse(process.argv[2] ?? '{}') as {
  spec: TargetSpec;
  order: SwitchoverOrder;
  stopAt: string;
};
const target = await openTarget(spec, 'act', { secret });
if (target.engine !== 'postgres') throw new Error('no PostgreSQL');
await switchoverOf({ spec, options: { secret } }, target, async (phase) => {
  if (phase !== stopAt) return;
  process.stdout.write(`${phase}\n`);
  await new Promise(() => setInterval(() => {}, 1000));
}).carryOut(order);
