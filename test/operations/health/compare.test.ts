import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/finding.ts';
import type { ReportedFinding } from '../../../src/core/report.ts';
import { compare, resolvedOf } from '../../../src/operations/health/compare.ts';

const at = '2026-11-24T02:00:00.000Z';
const earlier = '2026-11-23T02:00:00.000Z';

function finding(key: string, more: Partial<Finding> = {}): Finding {
  return { key, severity: 'warning', sentence: `${key} is off.`, evidence: null, next: 'Look.', ...more };
}
const reported = (key: string, more: Partial<Finding> = {}): ReportedFinding => ({
  ...finding(key, more),
  change: 'NEW',
  since: earlier,
});
const lag = (value: number) => ({ measure: { value, unit: 's', limit: 30, step: 10 } });

describe('findings against the last report', () => {
  it('are NEW when their key was not there', () => {
    expect(compare([finding('a:1')], [], at)[0]).toMatchObject({ change: 'NEW', since: at });
  });

  it('are NEW when there was no report yet', () => {
    expect(compare([finding('a:1')], undefined, at)[0]?.change).toBe('NEW');
  });

  it('are SAME and keep their since', () => {
    expect(compare([finding('a:1')], [reported('a:1')], at)[0]).toMatchObject({ change: 'SAME', since: earlier });
  });

  it('are WORSE when the severity rose', () => {
    expect(compare([finding('a:1', { severity: 'critical' })], [reported('a:1')], at)[0]?.change).toBe('WORSE');
  });

  it('are SAME when the severity fell', () => {
    expect(compare([finding('a:1')], [reported('a:1', { severity: 'critical' })], at)[0]?.change).toBe('SAME');
  });

  it('are WORSE from the least step on, not below', () => {
    expect(compare([finding('a:1', lag(50))], [reported('a:1', lag(40))], at)[0]?.change).toBe('WORSE');
    expect(compare([finding('a:1', lag(49))], [reported('a:1', lag(40))], at)[0]?.change).toBe('SAME');
  });

  it('are WORSE when a value falls further below its floor', () => {
    const floor = (value: number) => ({ measure: { value, unit: '%', limit: 90, step: 5 } });
    expect(compare([finding('a:1', floor(70))], [reported('a:1', floor(80))], at)[0]?.change).toBe('WORSE');
    expect(compare([finding('a:1', floor(85))], [reported('a:1', floor(80))], at)[0]?.change).toBe('SAME');
  });

  it('come by severity, and within it NEW, WORSE, SAME', () => {
    const now = [finding('same'), finding('new'), finding('worse', lag(99)), finding('crit', { severity: 'critical' })];
    const order = compare(
      now,
      [reported('same'), reported('worse', lag(40)), reported('crit', { severity: 'critical' })],
      at,
    );
    expect(order.map(({ key }) => key)).toEqual(['crit', 'new', 'worse', 'same']);
  });
});

describe('what counts as resolved', () => {
  it('is a finding that is gone although its check answered', () => {
    expect(resolvedOf([], [reported('postgres.locks:root')], ['postgres.locks'])).toEqual([
      'postgres.locks:root is off.',
    ]);
  });

  it('is nothing that could not be looked at', () => {
    expect(resolvedOf([], [reported('postgres.locks:root')], [])).toEqual([]);
  });

  it('is nothing that is still there, and no mere information', () => {
    const before = [reported('a:1'), reported('b:1', { severity: 'info' })];
    expect(resolvedOf([finding('a:1')], before, ['a', 'b'])).toEqual([]);
  });
});
