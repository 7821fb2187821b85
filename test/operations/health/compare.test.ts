import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/finding.ts';
import type { Change, ReportedFinding } from '../../../src/core/report.ts';
import { compare, worstFirst } from '../../../src/operations/health/compare.ts';

const since = '2026-11-23T02:00:00.000Z';
const last = '2026-11-23T14:00:00.000Z';

function finding(key: string, more: Partial<Finding> = {}): Finding {
  return { key, severity: 'warning', sentence: `${key} is off.`, evidence: null, next: 'Look.', ...more };
}
const told = (more: Partial<Finding> = {}) => ({
  finding: { ...finding('a:1', more), change: 'NEW', since } satisfies ReportedFinding,
  at: last,
});
const lag = (value: number) => ({ measure: { value, unit: 's', limit: 30, step: 10 } });
const floor = (value: number) => ({ measure: { value, unit: '%', limit: 90, step: 5 } });

describe('a finding against what the last report told', () => {
  it('is NEW when nothing was told of it', () => {
    expect(compare(finding('a:1'), undefined, since)).toMatchObject({ change: 'NEW', since });
  });

  it('is SAME and keeps its since, with nothing to compare', () => {
    const same = compare(finding('a:1'), told(), since);
    expect(same).toMatchObject({ change: 'SAME', since });
    expect(same).not.toHaveProperty('was');
  });

  it('is WORSE when the severity rose, and BETTER when it fell, with what it was', () => {
    expect(compare(finding('a:1', { severity: 'critical' }), told(), since)).toMatchObject({
      change: 'WORSE',
      was: { at: last, severity: 'warning' },
    });
    expect(compare(finding('a:1', lag(50)), told({ severity: 'critical', ...lag(400) }), since)).toMatchObject({
      change: 'BETTER',
      was: { at: last, severity: 'critical', value: 400 },
      since,
    });
  });

  it('is WORSE from the least step on, not below', () => {
    expect(compare(finding('a:1', lag(50)), told(lag(40)), since)).toMatchObject({
      change: 'WORSE',
      was: { value: 40 },
    });
    expect(compare(finding('a:1', lag(49)), told(lag(40)), since).change).toBe('SAME');
  });

  it('is BETTER from the least step on, not below', () => {
    expect(compare(finding('a:1', lag(40)), told(lag(50)), since)).toMatchObject({
      change: 'BETTER',
      was: { value: 50 },
    });
    expect(compare(finding('a:1', lag(41)), told(lag(50)), since).change).toBe('SAME');
  });

  it('is measured from below where a small value is the bad one', () => {
    expect(compare(finding('a:1', floor(70)), told(floor(80)), since).change).toBe('WORSE');
    expect(compare(finding('a:1', floor(85)), told(floor(80)), since).change).toBe('BETTER');
    expect(compare(finding('a:1', floor(84)), told(floor(80)), since).change).toBe('SAME');
  });

  it('is SAME when neither has moved, also where every step counts', () => {
    const still = { measure: { value: 50, unit: 's', limit: 30, step: 0.001 } };
    expect(compare(finding('a:1', still), told(still), since).change).toBe('SAME');
  });
});

describe('findings', () => {
  it('come by severity, and within it NEW, WORSE, SAME, BETTER', () => {
    const of = (key: string, change: Change, severity: Finding['severity'] = 'warning') => ({
      ...finding(key, { severity }),
      change,
      since,
    });
    const all = [of('better', 'BETTER'), of('same', 'SAME'), of('new', 'NEW'), of('worse', 'WORSE')];
    const order = [...all, of('critical', 'BETTER', 'critical')].toSorted(worstFirst).map(({ key }) => key);
    expect(order).toEqual(['critical', 'new', 'worse', 'same', 'better']);
  });
});
