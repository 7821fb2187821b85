import { memoryContext } from '../../../src/app/memory-context.ts';
import { createMask } from '../../../src/core/mask.ts';
import type { Report } from '../../../src/core/report.ts';
import { health } from '../../../src/operations/health.ts';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { expectPublished } from '../../published-json.ts';

/** A whole health report of a test target, as a person on a bare URL gets it. */
export async function reportOf(
  { spec, environment }: { spec: TargetSpec; environment: Record<string, string> },
  args: Record<string, string> = {},
): Promise<Report> {
  const target = await openTarget(spec, 'read', { secret: createSecrets((name) => environment[name]).resolve });
  try {
    const name = { name: spec.name, engine: spec.engine, environment: 'test' };
    const tools = { target, mask: createMask([]), nowMs: Date.now(), user: 'test' };
    const outcome = await health.run(memoryContext(health, name, tools), args);
    expectPublished(outcome);
    if ('done' in outcome) return outcome.done;
    throw new Error(JSON.stringify(outcome));
  } finally {
    await target.close();
  }
}
