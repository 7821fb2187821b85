import { describe, expect, it } from 'vitest';
import { emptyReport, type Report, type ReportedFinding } from '../../../src/core/report.ts';
import { fittingPart, partBytes } from '../../../src/operations/health/fitting-part.ts';

const about = { operation: 'health', subject: 'orders-db', status: 'warning', headline: '9 warning' } as const;

function finding(n: number, evidence: string): ReportedFinding {
  return {
    key: `postgres.locks:${n}`,
    severity: 'warning',
    sentence: `sentence ${n}`,
    evidence,
    next: 'look',
    change: 'NEW',
    since: '2026-11-24T02:00:00.000Z',
  };
}

function report(findings: number, evidenceCharacters: number): Report {
  const all = Array.from({ length: findings }, (_, n) => finding(n, 'x'.repeat(evidenceCharacters)));
  return { ...emptyReport({ ...about, at: '2026-11-24T02:00:00.000Z' }), findings: all };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('the report of a target as one of many', () => {
  it('stays as it is while it is small enough', () => {
    const small = report(3, 100);
    expect(fittingPart(small, 8_000)).toBe(small);
  });

  it('loses its evidence before a finding, and says where the rest is', () => {
    const fitting = fittingPart(report(9, 2_000), 8_000);
    expect(fitting.findings).toHaveLength(9);
    expect(fitting.findings.every(({ evidence }) => evidence === null)).toBe(true);
    expect(fitting.text).toEqual(['Shortened among many targets: ask for health orders-db alone.']);
    expect(bytesOf(fitting)).toBeLessThanOrEqual(8_000);
  });

  it('keeps the worst findings when even their sentences are too many', () => {
    const fitting = fittingPart(report(400, 10), 8_000);
    expect(fitting.findings[0]?.sentence).toBe('sentence 0');
    expect(fitting.findings.length).toBeGreaterThan(10);
    expect(bytesOf(fitting)).toBeLessThanOrEqual(8_000);
  });

  it('lets twenty-five of them pass through one answer of 256 KB, however many targets there are', () => {
    for (const targets of [51, 1_000, 10_000]) expect(partBytes(targets) * 25).toBeLessThanOrEqual(256 * 1024);
    expect(partBytes(1)).toBeGreaterThan(200_000);
  });
});
