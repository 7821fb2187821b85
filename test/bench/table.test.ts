import { describe, expect, it } from 'vitest';
import { rowOf } from '../../scripts/bench/row.ts';
import { measuresOf, textTable } from '../../scripts/bench/table.ts';

const rows = [
  rowOf('cold-start', { what: 'slack: /db help', ours: 17.51, theirs: 110.6, against: 'Bolt', unit: 'ms' }),
  rowOf('health', { what: 'report', ours: 1250, theirs: null, against: 'not installed', unit: 'ms' }),
];

describe('the table', () => {
  it('has a line for each row under the headings, with numbers to the right', () => {
    expect(textTable(rows).split('\n')).toEqual([
      'area        what                ours  theirs  ratio  against',
      'cold-start  slack: /db help  17.5 ms  111 ms   0.16  Bolt',
      'health      report           1250 ms       –      –  not installed',
    ]);
  });

  it('without rows is its headings', () => {
    expect(textTable([])).toBe('area  what  ours  theirs  ratio  against');
  });

  it('shows three digits that mean something', () => {
    const shown = [0.012, 9.99, 10, 99.94, 100].map((ours) =>
      measuresOf(rowOf('x', { what: '', ours, theirs: null, against: '', unit: 'KB' })).at(1),
    );
    expect(shown).toEqual(['0.01 KB', '9.99 KB', '10.0 KB', '99.9 KB', '100 KB']);
  });
});
