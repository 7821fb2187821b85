import { describe, expect, it } from 'vitest';
import { later } from '../../src/core/later.ts';

describe('a port that is opened later', () => {
  it('is not opened before somebody asks it something, and then by each question', async () => {
    let opened = 0;
    const port = later(async () => ((opened += 1), { add: async (a: number, b: number) => a + b }));
    expect(opened).toBe(0);
    expect(await port.add(1, 2)).toBe(3);
    expect(await port.add(3, 4)).toBe(7);
    expect(opened).toBe(2);
  });

  it('fails as its opening fails', async () => {
    const port = later<{ ask(): Promise<void> }>(() => Promise.reject(new Error('no table')));
    await expect(port.ask()).rejects.toThrow('no table');
  });

  it('can be awaited without being opened', async () => {
    const port = later<{ ask(): Promise<void> }>(() => Promise.reject(new Error('no table')));
    expect(await Promise.resolve(port)).toBe(port);
  });
});
