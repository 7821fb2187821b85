import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRunHandler } from '../../src/app/run.ts';
import type { RunTools } from '../../src/app/run-tools.ts';
import { Fault } from '../../src/core/errors.ts';
import { createMask } from '../../src/core/mask.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { openDurable, type Durable } from '../../src/runtime/durable/open.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightshift-run-'));
const request = {
  runId: 'health-1',
  operation: 'health',
  subject: 'nobody-knows',
  args: {},
  trigger: { kind: 'schedule', name: 'nightly', scheduledAt: '2026-11-24T02:00:00Z' },
};
let delivered: Outcome[];
let durable: Durable;

beforeEach(() => {
  delivered = [];
  const durableConfig = { executionTimeoutSeconds: 3600, retentionDays: 1 };
  const handler = createRunHandler(async () => toolsThatCannotRecord()) as (event: unknown) => Promise<unknown>;
  const run = { name: 'run', handler, timeoutSeconds: 60, durable: durableConfig };
  durable = openDurable({ path: join(folder, 'lambda.sqlite'), functions: new Map([['run', run]]) });
});
afterEach(async () => {
  await durable.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a run whose end cannot be recorded', () => {
  it('is told all the same, and is a failure then', async () => {
    const ended = await durable.finished(durable.start({ functionName: 'run', payload: JSON.stringify(request) }));
    expect(delivered).toEqual([{ refused: 'there is no target or environment nobody-knows' }]);
    expect(ended.status).toBe('FAILED');
    expect(ended.error?.ErrorMessage).toContain('the table is full');
  });
});

/** Only what a refused run touches. */
function toolsThatCannotRecord(): RunTools {
  const tools: Partial<RunTools> = {
    now: Date.now,
    mask: createMask([]),
    operation: () => ({ risk: 'reads' }) as ReturnType<RunTools['operation']>,
    targetsOf: () => [],
    locks: { release: async () => undefined } as unknown as RunTools['locks'],
    audit: { record: async () => undefined },
    record: {
      started: async (_request, at) => ({ startedAt: at }),
      ended: async () => {
        throw new Fault('throttled', 'the table is full');
      },
    },
    lookIsOver: async () => {},
    deliver: async (_request, outcome) => {
      delivered.push(outcome);
      return null;
    },
    log: () => undefined,
  };
  return tools as RunTools;
}
