import { memoryContext } from '../../src/app/memory-context.ts';
import { createMask } from '../../src/core/mask.ts';
import type { RunOperation } from '../../src/core/operation.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { AnyTarget } from '../../src/targets/index.ts';
import { expectPublished } from '../published-json.ts';

/** What a reading verb says of a target that is open, as from a terminal on a URL. */
export async function asked(
  operation: RunOperation,
  target: AnyTarget,
  args: Readonly<Record<string, string>> = {},
): Promise<Extract<Outcome, { done: unknown }>['done']> {
  const name = { name: target.name, engine: target.engine, environment: 'laptop' } as const;
  const tools = { target, mask: createMask([]), nowMs: Date.now(), user: 'U0ANA' };
  const outcome = await operation.run(memoryContext(operation, name, tools), args);
  expectPublished(outcome);
  if ('done' in outcome) return outcome.done;
  throw new Error(JSON.stringify(outcome));
}
