import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import type { Samples } from '../../../src/core/check.ts';
import type { ReportedFinding } from '../../../src/core/report.ts';
import { stillNear } from '../../../src/operations/health/near.ts';

const target = { name: 'shop-db', engine: 'postgres', environment: 'test' } as const;

function gone(key: string, measure?: ReportedFinding['measure']): ReportedFinding {
  const about = { severity: 'warning', sentence: 'It was off.', evidence: null, next: 'Look.' } as const;
  const since = '2026-11-24T02:00:00.000Z';
  return { key, ...about, change: 'NEW', since, ...(measure === undefined ? {} : { measure }) };
}

function nearAt(finding: ReportedFinding, samples: { [check: string]: Samples }, limits: Json = {}): string[] {
  const coverage = { asked: 1, answered: 1, gaps: [] };
  const judged = { findings: [], coverage, facts: [], metrics: [], samples, answered: [] };
  return [...stillNear([finding], { target, judged, limits: () => limits, rates: undefined, nowMs: 0 })];
}

const slots = gone('postgres.connections:slots', { value: 85, unit: '%', limit: 80, step: 5 });
const inUse = (used: number) => ({
  'postgres.connections': { read: { usable: 100, used, states: {}, applications: [], moreApplications: 0 } },
});

describe('a finding that is gone', () => {
  it('is near while it would be one with a limit a tenth lower, as its own check says', () => {
    expect(nearAt(slots, inUse(79))).toEqual(['postgres.connections:slots']);
    expect(nearAt(slots, inUse(73))).toEqual(['postgres.connections:slots']);
    expect(nearAt(slots, inUse(71))).toEqual([]);
  });

  it('is near by the limits that the config sets', () => {
    expect(nearAt(slots, inUse(71), { warningRatio: 0.75 })).toEqual(['postgres.connections:slots']);
  });

  it('is not near where it has no measure, where its check did not answer, or where there is no such check', () => {
    expect(nearAt(gone('postgres.connections:slots'), inUse(79))).toEqual([]);
    expect(nearAt(slots, {})).toEqual([]);
    expect(nearAt({ ...slots, key: 'postgres.nonsense:x' }, inUse(79))).toEqual([]);
  });

  it('is not near where the stricter limits are none that the check takes', () => {
    const floor = gone('postgres.connections:slots', { value: 10, unit: '%', limit: 80, step: 5 });
    expect(nearAt(floor, inUse(79), { warningRatio: 0.95, criticalRatio: 0.99 })).toEqual([]);
  });
});
