import { memoryContext } from '../../src/app/memory-context.ts';
import type { Json } from '../../src/core/json.ts';
import { createMask } from '../../src/core/mask.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import type { Past, Remembered } from '../../src/core/past.ts';
import type { Report } from '../../src/core/report.ts';
import { health } from '../../src/operations/health.ts';
import { createSecrets, openTarget } from '../../src/providers/index.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';

/** A report, how long it took with the opening of its connections, and what the next one may compare with. */
export type Looked = { report: Report; tookMs: number; kept: Remembered | undefined };

type Looking = {
  spec: TargetSpec;
  environment: Record<string, string>;
  limits?: { readonly [check: string]: Json } | undefined;
  /** The look before: rates are measured against it. */
  before?: Remembered | undefined;
};

/** A busy machine is not to be taken for a server that hangs; what is injected hangs for ever, or refuses at once. */
const patience = { connectTimeoutMs: 30_000, queryTimeoutMs: 30_000 };

/** One health report as the read room and the run make it, without Slack. */
export async function lookAtServers({ spec, environment, limits = {}, before }: Looking): Promise<Looked> {
  const beganMs = Date.now();
  const secrets = createSecrets((name) => environment[name]);
  const target = await openTarget(spec, 'read', { secret: secrets.resolve, ...patience });
  try {
    const name = { name: spec.name, engine: spec.engine, environment: spec.environment };
    const plain = memoryContext(health, name, { target, mask: createMask([]), nowMs: beganMs, user: 'faults' });
    let kept: Remembered | undefined;
    const past: Past = before ? { rates: before } : {};
    const context: RunContext<Steps> = {
      ...plain,
      // The parts of a report are asked with the same context.
      each: (_name, targets, work) => Promise.all(targets.map((one) => work(one, context))),
      limits: (_target, check) => limits[check] ?? {},
      past: async () => past,
      remember: async (_target, look) => void (kept = look),
    };
    const outcome = await health.run(context, {});
    if (!('done' in outcome)) throw new Error(`no report: ${JSON.stringify(outcome)}`);
    return { report: outcome.done, tookMs: Date.now() - beganMs, kept };
  } finally {
    await target.close();
  }
}
