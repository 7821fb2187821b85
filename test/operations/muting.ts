import type { RunContext, RunOperation, Steps } from '../../src/core/operation.ts';
import type { KnownFinding } from '../../src/core/past.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Mute } from '../../src/core/quiet.ts';
import { expectPublished } from '../published-json.ts';

/** What mutes and unmutes on one target see and do, in memory. */
export function muting(operation: RunOperation, known: readonly KnownFinding[] = [], muted: readonly string[] = []) {
  const kept: Omit<Mute, 'by' | 'at'>[] = [];
  const left = new Set(muted);
  const context: Partial<RunContext<Steps>> = {
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [{ name: 'shop-db', engine: 'postgres', environment: 'production' }],
    lastFindings: async () => known,
    mute: async (mute) => (kept.push(mute), { ...mute, by: 'omar', at: '2026-11-24T02:00:00.000Z' }),
    unmute: async (_target, what) => left.delete(what),
  };
  const run = async (args: Record<string, string>): Promise<Outcome> => {
    const outcome = await operation.run(context as RunContext<Steps>, args);
    expectPublished(outcome);
    return outcome;
  };
  return { kept, run };
}
