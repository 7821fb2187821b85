import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import { patroniSwitchoverOf } from '../../../src/providers/self-managed/patroni.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import type { SwitchoverOrder } from '../../../src/targets/switchover.ts';

/** Carries an order out in a process of its own, and stands still at the border of a phase until it is killed. */
const { spec, environment, order, stopAt } = JSON.parse(process.argv[2] ?? '{}') as {
  spec: TargetSpec;
  environment: Record<string, string>;
  order: SwitchoverOrder;
  stopAt: string;
};
const options = { secret: createSecrets((name) => environment[name]).resolve };
const target = await openTarget(spec, 'act', options);
if (target.engine !== 'postgres') throw new Error('no PostgreSQL');
await patroniSwitchoverOf({ spec, options }, target, async (phase) => {
  if (phase !== stopAt) return;
  process.stdout.write(`${phase}\n`);
  await new Promise(() => setInterval(() => {}, 1000));
})?.carryOut(order);
