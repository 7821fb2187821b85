import { expect, it } from 'vitest';
import { machineLine, thisMachine, type Machine } from '../../scripts/bench/machine.ts';
import { benchmarksPage } from '../../scripts/bench/page.ts';
import { rowOf } from '../../scripts/bench/row.ts';

const machine: Machine = {
  processor: 'Some Processor',
  cores: 2,
  memoryGiB: 16,
  system: 'linux 6.1',
  node: 'v24.21.0',
  loadBefore: 0.1,
  loadAfter: 1.234,
  date: '2026-11-25 18:30',
};

it('says what it was measured on', () => {
  expect(machineLine(machine)).toBe(
    '2 cores of Some Processor, 16 GiB, Node v24.21.0 on linux 6.1, 2026-11-25 18:30 UTC, load average 0.10 before and 1.23 after',
  );
  expect(machineLine({ ...machine, cores: 1 })).toMatch(/^1 core of /);
});

it('knows the machine that it runs on', () => {
  const here = thisMachine(0.5, new Date('2026-11-25T18:30:59Z'));
  expect(here).toMatchObject({ node: process.version, loadBefore: 0.5, date: '2026-11-25 18:30' });
  expect(here.cores).toBeGreaterThan(0);
});

it('has a section for each area with its command, its rows and what they mean', () => {
  const rows = [rowOf('health', { what: 'a | report', ours: 5, theirs: 10, against: 'check_postgres', unit: 'ms' })];
  const area = { title: 'Health', notes: ['Medians of 7.', 'Aim: 150 ms.'] };
  const page = benchmarksPage([{ name: 'health', area, rows }], machine);
  expect(page).toContain(machineLine(machine));
  expect(page).toContain('## Health\n\n`npm run bench -- health`\n');
  expect(page).toContain('| a \\| report | 5.00 ms | 10.0 ms | 0.50 | check_postgres |');
  expect(page).toContain('- Medians of 7.\n- Aim: 150 ms.\n');
});
