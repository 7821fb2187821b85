import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { createRunHandler } from '../../src/app/run.ts';
import type { RunTools } from '../../src/app/run-tools.ts';
import { Fault } from '../../src/core/errors.ts';
import { createMask } from '../../src/core/mask.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { emptyReport, type ReportedFinding } from '../../src/core/report.ts';
import { openDurable, type Durable } from '../../src/runtime/durable/open.ts';

let folder: string;
const request = {
  runId: 'health-1',
  operation: 'health',
  subject: 'nobody-knows',
  args: {},
  trigger: { kind: 'schedule', name: 'nightly', scheduledAt: '2026-11-24T02:00:00Z' },
};
let delivered: Outcome[];
let runs = 0;
let durable: Durable;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-run-'));
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

describe('a run that has nothing to tell', () => {
  const work = (outcome: Outcome) => quietRun(outcome, request.trigger);

  it('posts nothing when a schedule began it and it is done', async () => {
    expect(await work({ done: report })).toEqual([]);
  });

  it('tells what is critical and new, in one of its parts too, and no second time', async () => {
    const found = (severity: ReportedFinding['severity'], change: ReportedFinding['change']) => ({
      ...report,
      findings: [{ key: 'a', severity, sentence: 'b.', evidence: null, next: 'c.', change, since: report.at }],
    });
    const news = { done: found('critical', 'NEW') };
    expect(await work(news)).toEqual([news]);
    const ofMany = { done: { ...report, parts: [found('critical', 'NEW')] } };
    expect(await work(ofMany)).toEqual([ofMany]);
    expect(await work({ done: found('critical', 'SAME') })).toEqual([]);
    expect(await work({ done: found('warning', 'NEW') })).toEqual([]);
  });

  it('tells whoever asked, and what it could not do', async () => {
    const person = { kind: 'command', user: 'U0ANA', channel: 'C0DBALERTS' } as const;
    expect(await quietRun({ done: report }, person)).toEqual(['announced', { done: report }]);
    expect(await work({ refused: 'no' })).toEqual([{ refused: 'no' }]);
    expect(await work({ failed: 'it broke', code: 'timed_out' })).toEqual([{ failed: 'it broke', code: 'timed_out' }]);
  });
});

const about = { operation: 'statements', subject: 'shop-db', status: 'healthy', at: '2026-11-24T02:00:00Z' } as const;
const report = emptyReport({ ...about, headline: 'counted' });

/** What Slack hears of a silent operation that ends so. */
async function quietRun(outcome: Outcome, trigger: object): Promise<unknown[]> {
  const heard: unknown[] = [];
  const tools: Partial<RunTools> = {
    ...toolsThatCannotRecord(),
    operation: () =>
      ({
        risk: 'reads',
        silent: true,
        engines: ['postgres'],
        args: v.unknown(),
        steps: {},
        run: async () => outcome,
      }) as never,
    targetsOf: () => [{ name: 'shop-db', engine: 'postgres', environment: 'laptop' }],
    whyNot: async () => undefined,
    record: { started: async (_request, at) => ({ startedAt: at }), ended: async () => undefined },
    announce: async () => (heard.push('announced'), null),
    deliver: async (_request, told) => (heard.push(told), null),
  };
  const handler = createRunHandler(async () => tools as RunTools) as (event: unknown) => Promise<unknown>;
  const run = { name: 'run', handler, timeoutSeconds: 60, durable: { executionTimeoutSeconds: 60, retentionDays: 1 } };
  const engine = openDurable({ path: join(folder, `quiet-${runs++}.sqlite`), functions: new Map([['run', run]]) });
  const payload = JSON.stringify({ ...request, operation: 'statements', subject: 'shop-db', trigger });
  await engine.finished(engine.start({ functionName: 'run', payload }));
  await engine.close();
  return heard;
}

/** Only what a refused run touches. */
function toolsThatCannotRecord(): RunTools {
  const tools: Partial<RunTools> = {
    now: Date.now,
    mask: createMask([]),
    named: (sentence) => sentence,
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
