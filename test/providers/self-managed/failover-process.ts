import { openTarget } from '../../../src/providers/index.ts';
import { failoverOf } from '../../../src/providers/self-managed/failover.ts';
import type { FailoverOrder } from '../../../src/targets/failover.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { secret } from './streaming-pair.ts';

/** Carries an order out in a process of its own, and stands still at the border of a phase until it is killed. */
const { spec, order, stopAt } = JSON.parse(process.argv[2] ?? '{}') as {
  spec: TargetSpec;
  order: FailoverOrder;
  stopAt: string;
};
const target = await openTarget(spec, 'act', { secret });
if (target.engine !== 'postgres') throw new Error('no PostgreSQL');
const result = await failoverOf({ spec, options: { secret }, room: 'act', target }, async (phase) => {
  if (phase !== stopAt) return;
  process.stdout.write(`${phase}\n`);
  await new Promise(() => setInterval(() => {}, 1000));
}).carryOut(order);
// It was to be killed before: what it came to is the reason.
process.stdout.write(JSON.stringify(result));
