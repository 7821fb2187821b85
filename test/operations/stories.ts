import type { AnswerContext } from '../../src/core/operation.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { RunRecord, RunStory } from '../../src/core/run-record.ts';

const hash = '0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d';
const at = (minute: string): string => `2026-11-24T02:${minute}:07.000Z`;

export function record(change: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: `switchover-${hash}`,
    operation: 'switchover',
    subject: 'shop-cache',
    trigger: { kind: 'command', user: 'omar', channel: 'C0DBALERTS' },
    status: 'waiting',
    startedAt: at('10'),
    ...change,
  };
}

const plan: Plan = {
  runId: `switchover-${hash}`,
  operation: 'switchover',
  target: 'shop-cache',
  identity: {},
  steps: ['Hold the writes on shop-cache-1'],
  args: {},
  loss: 'No acknowledged write.',
  blastRadius: [],
  facts: [],
  expiresAt: at('40'),
};

/** A run that waits for its second approval. */
export function story(change: Partial<RunRecord> = {}): RunStory {
  const about = { runId: plan.runId, operation: 'switchover', subject: 'shop-cache' };
  return {
    run: record(change),
    plan: { plan, planHash: 'f'.repeat(64), status: 'pending', approvedBy: ['ada'] },
    entries: [
      { id: '1', at: at('10'), who: 'omar', what: 'requested', ...about, detail: { args: {} } },
      { id: '2', at: at('12'), who: 'ada', what: 'approved', ...about, detail: { words: 'Your yes counts.' } },
    ],
  };
}

/** What a quick answer sees where there is one run, and it may be stopped or not. */
export function contextOf(change: Partial<AnswerContext> = {}): AnswerContext {
  const targets = ['shop-db', 'shop-cache'].map((name) => ({ name, engine: 'redis' as const, environment: 'laptop' }));
  const context: Partial<AnswerContext> = {
    now: at('20'),
    targets,
    environments: ['laptop'],
    runs: async () => [record()],
    run: async (id) => (id === 'switchover-0a1b2c3d' ? story() : undefined),
    abort: async () => ({ aborted: true }),
    breakGlass: async () => ({ granted: true }),
    ...change,
  };
  return context as AnswerContext;
}
