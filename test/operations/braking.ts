import type { RunContext, RunOperation, Steps } from '../../src/core/operation.ts';
import { expectPublished } from '../published-json.ts';

const at = '2026-11-24T02:00:00.000Z';
const freeze = { subject: 'laptop', by: 'ada', reason: 'audit until noon', at };
const coolDown = { target: 'shop-db', runId: 'r-1', why: 'It flapped', at, until: at };

/** Runs a verb of the brakes; `nothing` is where no brake is on. */
export async function braking(operation: RunOperation, args: object, state: 'on' | 'nothing' = 'on') {
  const calls: unknown[] = [];
  const found = <T>(value: T): T | null => (state === 'on' ? value : null);
  const context = {
    startedAt: at,
    subject: 'laptop',
    targets: [
      { name: 'shop-db', engine: 'postgres', environment: 'laptop' },
      { name: 'shop-cache', engine: 'redis', environment: 'laptop' },
    ],
    freeze: async (reason: string) => (
      calls.push(['freeze', reason]),
      { ...freeze, underWay: ['switchover.carryOut of switchover-0a1b2c3d'] }
    ),
    unfreeze: async () => (calls.push(['unfreeze']), found(freeze)),
    acknowledge: async ({ name }: { name: string }) => (
      calls.push(['acknowledge', name]),
      { coolDown: found(coolDown), ended: [], underWay: [] }
    ),
  };
  const outcome = await operation.run(context as unknown as RunContext<Steps>, args);
  expectPublished(outcome);
  return { outcome, calls };
}
