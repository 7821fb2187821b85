import { describe, expect, it } from 'vitest';
import { emptyReport, type Report } from '../../src/core/report.ts';
import { fittingReport, largestBodyBytes } from '../../src/state/item-size.ts';

const at = '2026-11-24T02:00:00.000Z';

function part(n: number, factBytes: number): Report {
  const about = { operation: 'health', subject: `t${n}`, status: 'healthy', headline: 'healthy', at } as const;
  return { ...emptyReport(about), facts: [{ label: 'Filler', value: 'x'.repeat(factBytes) }] };
}

function environment(parts: number, factBytes: number): Report {
  const about = { operation: 'health', subject: 'production', status: 'healthy', headline: 'all healthy', at } as const;
  return { ...emptyReport(about), parts: Array.from({ length: parts }, (_, n) => part(n, factBytes)) };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('the report of a large environment', () => {
  it('keeps a line for every target of a thousand', () => {
    const fitting = fittingReport(environment(1_000, 500));
    expect(bytesOf(fitting)).toBeLessThanOrEqual(largestBodyBytes);
    expect(fitting.parts).toHaveLength(1_000);
    expect(fitting.headline).toBe('all healthy');
  });

  it('keeps the first of ten thousand and counts the rest', () => {
    const fitting = fittingReport(environment(10_000, 10));
    expect(bytesOf(fitting)).toBeLessThanOrEqual(largestBodyBytes);
    expect(fitting.parts[0]?.subject).toBe('t0');
    expect(fitting.text).toContain(`${10_000 - fitting.parts.length} more targets were not kept here.`);
  });
});
