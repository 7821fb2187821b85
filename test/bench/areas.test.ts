import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { areaNames, loadArea } from '../../scripts/bench/area.ts';

const root = join(import.meta.dirname, '..', '..');

it('every file of areas/ is an area that can be asked for', async () => {
  const files = readdirSync(join(root, 'scripts', 'bench', 'areas'));
  expect(areaNames()).toEqual(files.map((file) => file.replace(/\.ts$/, '')).toSorted());
  expect(areaNames()).toEqual(expect.arrayContaining(['acknowledge', 'cold-start', 'health']));
});

it('every area has a title and says what its numbers mean', async () => {
  for (const name of areaNames()) {
    const area = await loadArea(name);
    expect(area.title, name).not.toBe('');
    expect(area.notes, name).not.toEqual([]);
    expect(area.measure, name).toBeTypeOf('function');
  }
});
