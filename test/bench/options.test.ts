import { describe, expect, it } from 'vitest';
import { readOptions } from '../../scripts/bench/options.ts';

const known = ['acknowledge', 'cold-start', 'health'];
const none = { json: false, write: false, quick: false };

describe('the command line of the bench', () => {
  it('without words measures every area', () => {
    expect(readOptions([], known)).toEqual({ options: { ...none, areas: known } });
  });

  it('measures the areas that are named, once each and in the order of the list', () => {
    expect(readOptions(['health', 'acknowledge', 'health', '--json'], known)).toEqual({
      options: { ...none, areas: ['acknowledge', 'health'], json: true },
    });
  });

  it('names what it does not know, and what there is', () => {
    expect(readOptions(['healt'], known)).toEqual({
      problem: 'There is no area healt; there are acknowledge, cold-start, health.',
    });
    expect(readOptions(['--yaml'], known)).toMatchObject({ problem: expect.stringContaining('--yaml') });
  });

  it('takes the size of the log in megabytes', () => {
    expect(readOptions(['health', '--mb', '1000'], known)).toEqual({
      options: { ...none, areas: ['health'], megabytes: 1000 },
    });
    for (const mb of ['0', '1e3', 'many', '-5'])
      expect(readOptions([`--mb=${mb}`], known)).toMatchObject({ problem: expect.stringContaining(mb) });
  });

  it('writes the page only of a whole run', () => {
    expect(readOptions(['--write'], known)).toEqual({ options: { ...none, areas: known, write: true } });
    expect(readOptions(['health', '--write'], known)).toMatchObject({ problem: expect.stringContaining('every area') });
    expect(readOptions(['--write', '--mb', '1000'], known)).toMatchObject({ problem: expect.stringContaining('--mb') });
    expect(readOptions(['--write', '--quick'], known)).toMatchObject({ problem: expect.stringContaining('too short') });
  });
});
