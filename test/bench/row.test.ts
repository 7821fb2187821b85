import { describe, expect, it } from 'vitest';
import { rowOf, type Figure } from '../../scripts/bench/row.ts';

const figure: Figure = { what: 'a thing', ours: 2, theirs: 8, against: 'another', unit: 'ms' };

describe('a row', () => {
  it('has the area, both numbers and ours divided by theirs', () => {
    expect(rowOf('cold-start', figure)).toEqual({
      area: 'cold-start',
      what: 'a thing',
      ours: 2,
      theirs: 8,
      against: 'another',
      ratio: 0.25,
      unit: 'ms',
    });
  });

  it('is above 1 where ours is slower', () => {
    expect(rowOf('x', { ...figure, ours: 16 }).ratio).toBe(2);
  });

  it('rounds to thousandths, the ratio from what was measured', () => {
    const row = rowOf('x', { ...figure, ours: 0.00049, theirs: 0.00051 });
    expect(row).toMatchObject({ ours: 0, theirs: 0.001, ratio: 0.961 });
  });

  it('has no ratio without a counterpart', () => {
    expect(rowOf('x', { ...figure, theirs: null })).toMatchObject({ theirs: null, ratio: null });
    expect(rowOf('x', { ...figure, theirs: 0 }).ratio).toBeNull();
  });
});
